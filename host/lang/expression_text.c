#include "lang/expression_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/spelling.h"
#include "io/number.h"

/* Binds tighter than all operators: what needs no brackets anywhere. */
enum { ATOM = 100 };

static int precedence_of(const struct mr_expr *expr)
{
    static const int rows[MR_OPERATOR_COUNT] = {
#define OPERATOR_PRECEDENCE(constant, spelling, precedence, operands) [constant] = precedence,
        MR_OPERATOR_TABLE(OPERATOR_PRECEDENCE)
#undef OPERATOR_PRECEDENCE
    };
    if (expr->kind == MR_EXPR_CONDITIONAL) return 0;
    return expr->kind == MR_EXPR_OPERATOR ? rows[expr->op] : ATOM;
}

static bool compares(const struct mr_expr *expr)
{
    return expr->kind == MR_EXPR_OPERATOR && expr->op >= MR_OPERATOR_EQ &&
           expr->op <= MR_OPERATOR_GE;
}

void mr_writing_enter(struct mr_writing *w)
{
    if (++w->depth > w->most_depth) w->most_depth = w->depth;
}

void mr_writing_leave(struct mr_writing *w)
{
    w->depth--;
}

static void write_part(struct mr_writing *w, const struct mr_expr *expr);

/* As parse_expr() reads it: a level of nesting. */
static void write_level(struct mr_writing *w, const struct mr_expr *expr)
{
    mr_writing_enter(w);
    write_part(w, expr);
    mr_writing_leave(w);
}

static void write_bracketed(struct mr_writing *w, const struct mr_expr *expr)
{
    mr_strbuf_add(&w->buf, "(");
    write_level(w, expr);
    mr_strbuf_add(&w->buf, ")");
}

/* An operand that is to bind at least as tightly as `least`. */
static void write_operand(struct mr_writing *w, const struct mr_expr *expr, int least)
{
    if (precedence_of(expr) < least)
        write_bracketed(w, expr);
    else
        write_part(w, expr);
}

static void write_unary(struct mr_writing *w, const struct mr_expr *expr)
{
    mr_strbuf_add(&w->buf, mr_operator_spelling(expr->op));
    mr_writing_enter(w);
    write_operand(w, expr->args[0], precedence_of(expr));
    mr_writing_leave(w);
}

static bool is_of_bits(enum mr_operator op)
{
    return op == MR_OPERATOR_BIT_AND || op == MR_OPERATOR_BIT_OR || op == MR_OPERATOR_BIT_XOR;
}

/* What might mean something else is written so that nobody has to be told: see mr_seq_notice(). */
static void write_side(struct mr_writing *w, const struct mr_expr *expr,
                       const struct mr_expr *operand, int least)
{
    if (expr->op == MR_OPERATOR_BIT_XOR && operand->kind == MR_EXPR_INTEGER) {
        mr_strbuf_addf(&w->buf, "0x%" PRIx64, operand->integer);
        w->node_count++;
    } else if (is_of_bits(expr->op) && compares(operand)) {
        write_bracketed(w, operand);
    } else {
        write_operand(w, operand, least);
    }
}

/* Operators of one precedence group to the left; comparisons do not chain. */
static void write_binary(struct mr_writing *w, const struct mr_expr *expr)
{
    int precedence = precedence_of(expr);
    write_side(w, expr, expr->args[0], precedence + compares(expr));
    mr_strbuf_addf(&w->buf, " %s ", mr_operator_spelling(expr->op));
    write_side(w, expr, expr->args[1], precedence + 1);
}

static void write_conditional(struct mr_writing *w, const struct mr_expr *expr)
{
    write_operand(w, expr->args[0], 1);
    mr_strbuf_add(&w->buf, " ? ");
    write_level(w, expr->args[1]);
    mr_strbuf_add(&w->buf, " : ");
    write_level(w, expr->args[2]);
}

static void write_call(struct mr_writing *w, const struct mr_expr *expr)
{
    mr_strbuf_addf(&w->buf, "%s(", expr->name);
    for (size_t k = 0; k < expr->arg_count; k++) {
        mr_strbuf_add(&w->buf, k ? ", " : "");
        write_level(w, expr->args[k]);
    }
    mr_strbuf_add(&w->buf, ")");
}

static void write_number(struct mr_writing *w, mr_dtype dtype, const void *value)
{
    char text[MR_NUMBER_TEXT_BYTES];
    (void)mr_format_number(text, dtype, value);
    mr_strbuf_add(&w->buf, text);
}

static void write_part(struct mr_writing *w, const struct mr_expr *expr)
{
    w->node_count++;
    switch (expr->kind) {
    case MR_EXPR_INTEGER: write_number(w, MR_U64, &expr->integer); break;
    case MR_EXPR_REAL: write_number(w, MR_F64, &expr->real); break;
    case MR_EXPR_BOOL: mr_strbuf_add(&w->buf, expr->integer ? "true" : "false"); break;
    case MR_EXPR_TEXT: mr_write_text(w, expr->name); break;
    case MR_EXPR_NAME:
        if (expr->is_quoted)
            mr_write_name(w, expr->name);
        else
            mr_strbuf_add(&w->buf, expr->name);
        break;
    case MR_EXPR_OPERATOR:
        if (expr->arg_count == 1)
            write_unary(w, expr);
        else
            write_binary(w, expr);
        break;
    case MR_EXPR_CONDITIONAL: write_conditional(w, expr); break;
    case MR_EXPR_CALL: write_call(w, expr); break;
    }
}

void mr_write_expr(struct mr_writing *w, const struct mr_expr *expr)
{
    write_level(w, expr);
}

void mr_write_text(struct mr_writing *w, const char *text)
{
    mr_strbuf_add(&w->buf, "\"");
    for (; *text; text++) {
        if (strchr("\"\\\n\t", *text)) mr_strbuf_add(&w->buf, "\\");
        mr_strbuf_add_bytes(&w->buf, *text == '\n' ? "n" : *text == '\t' ? "t" : text, 1);
    }
    mr_strbuf_add(&w->buf, "\"");
}

void mr_write_name(struct mr_writing *w, const char *name)
{
    bool is_bare = mr_name_is_plain(name) && !mr_name_meaning(name);
    if (is_bare) {
        mr_strbuf_add(&w->buf, name);
        return;
    }
    mr_strbuf_add(&w->buf, "`");
    for (; *name; name++)
        mr_strbuf_add_bytes(&w->buf, *name == '`' ? "``" : name, 1 + (*name == '`'));
    mr_strbuf_add(&w->buf, "`");
}
