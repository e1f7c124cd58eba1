#include "lang/expression.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "ir/seq.h"

static const struct {
    enum mr_operator op;
    const char *spelling;
    int precedence, operands;
} operators[MR_OPERATOR_COUNT] = {
#define OPERATOR_ROW(constant, spelling, precedence, operands)                                     \
    {constant, spelling, precedence, operands},
    MR_OPERATOR_TABLE(OPERATOR_ROW)
#undef OPERATOR_ROW
};

/* From the first byte of `from` to the last of `to`. */
static struct mr_span join(struct mr_span from, struct mr_span to)
{
    from.length = to.column + to.length - from.column;
    return from;
}

/* Frees the expression when its nodes are too many. */
static mr_status count_nodes(struct mr_parser *p, struct mr_expr **expr, size_t count)
{
    struct mr_span span = (*expr)->span;
    p->node_count += count;
    if (p->node_count <= MR_MAX_NODES) return MR_OK;
    mr_expr_destroy(expr);
    mr_status st =
        mr_fail(p->err, MR_E_LIMIT, "the expressions have more than %d nodes in all", MR_MAX_NODES);
    mr_error_hint(p->err, st, "split the pipeline, or read constants from a file");
    return mr_error_at(p->err, st, NULL, span);
}

/* A node over `args`, which it takes over in every case. */
static mr_status make_node(struct mr_parser *p, struct mr_expr **out, enum mr_expr_kind kind,
                           struct mr_span span, const char *name, size_t name_length,
                           struct mr_expr **args, size_t arg_count)
{
    *out = mr_expr_create(kind, span, name, name_length, args, arg_count);
    if (!*out) return mr_fail_no_memory(p->err, "an expression");
    return count_nodes(p, out, 1);
}

static mr_status make_operator(struct mr_parser *p, struct mr_expr **out, enum mr_expr_kind kind,
                               struct mr_span span, struct mr_expr *const operands[], size_t count)
{
    struct mr_expr **args = mr_alloc(count, sizeof *args);
    if (!args) {
        for (size_t k = 0; k < count; k++) {
            struct mr_expr *lost = operands[k];
            mr_expr_destroy(&lost);
        }
        return mr_fail_no_memory(p->err, "an expression");
    }
    memcpy(args, operands, count * sizeof *args);
    return make_node(p, out, kind, span, NULL, 0, args, count);
}

/* The content of a quoted text. The lexer has checked the escapes. */
static mr_status make_text(struct mr_parser *p, struct mr_expr **out, struct mr_span span)
{
    const struct mr_token *token = &p->lexer.token;
    char *content = mr_alloc(token->length, 1);
    if (!content) return mr_fail_no_memory(p->err, "a text");
    size_t count = 0;
    for (size_t k = 1; k + 1 < token->length; k++) {
        char c = token->start[k];
        if (c == '\\') {
            c = token->start[++k];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        content[count++] = c;
    }
    mr_status st = make_node(p, out, MR_EXPR_TEXT, span, content, count, NULL, 0);
    mr_free(content);
    return st;
}

static mr_status parse_literal(struct mr_parser *p, struct mr_expr **out)
{
    const struct mr_token *token = &p->lexer.token;
    struct mr_span span = mr_parser_span(p);
    if (token->kind == MR_TOKEN_TEXT) {
        MR_TRY(make_text(p, out, span));
    } else {
        bool is_integer = token->kind == MR_TOKEN_INTEGER;
        MR_TRY(
            make_node(p, out, is_integer ? MR_EXPR_INTEGER : MR_EXPR_REAL, span, NULL, 0, NULL, 0));
        (*out)->integer = token->integer;
        (*out)->real = token->real;
        (*out)->is_hex = token->length > 1 && (token->start[1] | 0x20) == 'x';
    }
    mr_status st = mr_parser_next(p);
    if (st) mr_expr_destroy(out);
    return st;
}

static mr_status grow_args(struct mr_parser *p, struct mr_expr ***args, size_t count)
{
    if (count & (count - 1)) return MR_OK;
    struct mr_expr **grown = mr_resize(*args, count ? 2 * count : 1, sizeof **args);
    if (!grown) return mr_fail_no_memory(p->err, "an expression");
    *args = grown;
    return MR_OK;
}

/* Expressions up to the closing parenthesis, as the arguments of a call named `name`. */
static mr_status parse_call(struct mr_parser *p, struct mr_expr **out, struct mr_token name,
                            struct mr_span name_span)
{
    mr_status st;
    struct mr_span open = mr_parser_span(p), span;
    struct mr_expr **args = NULL;
    size_t count = 0;
    if ((st = mr_parser_next(p))) return st;
    while (!mr_parser_at(p, ")") || count) {
        if ((st = grow_args(p, &args, count))) goto out;
        if ((st = mr_parse_expr(p, &args[count]))) goto out;
        count++;
        if (!mr_parser_at(p, ",")) break;
        if ((st = mr_parser_next(p))) goto out;
    }
    span = join(name_span, mr_parser_span(p));
    if ((st = mr_parser_close(p, open))) goto out;
    return make_node(p, out, MR_EXPR_CALL, span, name.start, name.length, args, count);
out:
    for (size_t k = 0; k < count; k++) mr_expr_destroy(&args[k]);
    mr_free(args);
    return st;
}

static bool begins_operand(const struct mr_token *token)
{
    return token->kind == MR_TOKEN_NAME || token->kind == MR_TOKEN_QUOTED_NAME ||
           token->kind == MR_TOKEN_INTEGER || token->kind == MR_TOKEN_REAL ||
           mr_token_is(token, "(");
}

/* A constant of the caller's in the place of its name. */
static mr_status put_constant(struct mr_parser *p, struct mr_expr **out,
                              const struct mr_expr *constant, const struct mr_token *name,
                              struct mr_span span)
{
    *out = mr_constant_copy(constant, name, span);
    if (!*out) return mr_fail_no_memory(p->err, "an expression");
    return count_nodes(p, out, mr_expr_size(*out));
}

/* true, inf and so on; `not` and `lambda` before an operand are certain mistakes. */
static mr_status parse_name(struct mr_parser *p, struct mr_expr **out)
{
    struct mr_token name = p->lexer.token;
    struct mr_span span = mr_parser_span(p);
    struct mr_parser at_name = *p;
    MR_TRY(mr_parser_next(p));
    bool is_foreign = mr_token_is_name(&name, "not") || mr_token_is_name(&name, "lambda");
    if (is_foreign && begins_operand(&p->lexer.token))
        return mr_parser_unexpected(&at_name, "an operand");
    if (mr_parser_at(p, "(")) return parse_call(p, out, name, span);

    bool is_true = mr_token_is_name(&name, "true");
    if (is_true || mr_token_is_name(&name, "false")) {
        MR_TRY(make_node(p, out, MR_EXPR_BOOL, span, name.start, name.length, NULL, 0));
        (*out)->integer = is_true;
        return MR_OK;
    }
    bool is_inf = mr_token_is_name(&name, "inf");
    if (is_inf || mr_token_is_name(&name, "nan")) {
        MR_TRY(make_node(p, out, MR_EXPR_REAL, span, name.start, name.length, NULL, 0));
        (*out)->real = is_inf ? (double)INFINITY : (double)NAN;
        return MR_OK;
    }
    const struct mr_expr *constant = mr_constants_find(p->constants, &name);
    if (constant) return put_constant(p, out, constant, &name, span);
    return make_node(p, out, MR_EXPR_NAME, span, name.start, name.length, NULL, 0);
}

/* `unit price`: a column, whatever the name. */
static mr_status parse_quoted_name(struct mr_parser *p, struct mr_expr **out)
{
    const struct mr_token *token = &p->lexer.token;
    char *name = mr_alloc(token->length, 1);
    if (!name) return mr_fail_no_memory(p->err, "a name");
    size_t length = mr_token_name(token, name, token->length);
    mr_status st = make_node(p, out, MR_EXPR_NAME, mr_parser_span(p), name, length, NULL, 0);
    mr_free(name);
    if (st) return st;
    (*out)->is_quoted = true;
    if ((st = mr_parser_next(p))) mr_expr_destroy(out);
    return st;
}

static mr_status parse_primary(struct mr_parser *p, struct mr_expr **out)
{
    const struct mr_token *token = &p->lexer.token;
    if (token->kind == MR_TOKEN_INTEGER || token->kind == MR_TOKEN_REAL ||
        token->kind == MR_TOKEN_TEXT)
        return parse_literal(p, out);
    if (token->kind == MR_TOKEN_NAME) return parse_name(p, out);
    if (token->kind == MR_TOKEN_QUOTED_NAME) return parse_quoted_name(p, out);
    if (!mr_parser_at(p, "(")) return mr_parser_unexpected(p, "an operand");

    struct mr_span open = mr_parser_span(p);
    MR_TRY(mr_parser_next(p));
    MR_TRY(mr_parse_expr(p, out));
    struct mr_span whole = join(open, mr_parser_span(p));
    mr_status st = mr_parser_close(p, open);
    if (st)
        mr_expr_destroy(out);
    else if ((*out)->arg_count)
        (*out)->span = whole;
    if (!st) (*out)->is_enclosed = true;
    return st;
}

static mr_status parse_unary(struct mr_parser *p, struct mr_expr **out);

/* Behind a prefix operator. */
static mr_status parse_operand(struct mr_parser *p, struct mr_expr **out)
{
    MR_TRY(mr_parser_enter(p));
    MR_TRY(mr_parser_next(p));
    MR_TRY(parse_unary(p, out));
    mr_parser_leave(p);
    return MR_OK;
}

static mr_status parse_unary(struct mr_parser *p, struct mr_expr **out)
{
    size_t row = 0;
    if (mr_parser_at(p, "+")) return parse_operand(p, out); /* changes nothing */
    while (row < MR_OPERATOR_COUNT &&
           !(operators[row].operands == 1 && mr_parser_at(p, operators[row].spelling)))
        row++;
    if (row == MR_OPERATOR_COUNT) return parse_primary(p, out);

    struct mr_span span = mr_parser_span(p);
    struct mr_expr *operand = NULL;
    MR_TRY(parse_operand(p, &operand));
    span = join(span, operand->span);
    MR_TRY(make_operator(p, out, MR_EXPR_OPERATOR, span, &operand, 1));
    (*out)->op = operators[row].op;
    return MR_OK;
}

/* a < b < c compares the truth of a < b with c, which nobody means: the operator at hand would take
 * a comparison that ends here as its left side. */
static bool is_chain(size_t row, int precedence_left)
{
    enum { EQUALITY = 6, ORDER = 7 };
    int precedence = operators[row].precedence;
    return precedence == precedence_left && (precedence == EQUALITY || precedence == ORDER);
}

/* The text that a span covers; not of C calls without places, and not if it is long. */
static bool copy_span(const struct mr_parser *p, struct mr_span span, char out[64])
{
    out[0] = '\0';
    if (!p->has_place || span.length >= 64) return false;
    memcpy(out, p->lexer.text + (span.column - p->base - 1), span.length);
    out[span.length] = '\0';
    return true;
}

static mr_status fail_chain(struct mr_parser *p, size_t row, const struct mr_expr *left,
                            const struct mr_expr *right)
{
    char first[64], middle[64], last[64];
    mr_status st = MR_E_SYNTAX;
    mr_fail(p->err, st, "comparisons do not chain: '%s' would compare a truth, 0 or 1",
            operators[row].spelling);
    bool is_shown = copy_span(p, left->span, first);
    is_shown &= copy_span(p, left->args[1]->span, middle);
    is_shown &= copy_span(p, right->span, last);
    if (is_shown)
        mr_error_hint(p->err, st, "write %s && %s %s %s", first, middle, operators[row].spelling,
                      last);
    else
        mr_error_hint(p->err, st, "write a < b && b < c");
    return mr_error_at(p->err, st, NULL, join(left->span, right->span));
}

/* A number in decimal that an exponent or a base of a power may be. */
static bool is_small(const struct mr_expr *expr)
{
    return expr->kind == MR_EXPR_INTEGER && !expr->is_hex && expr->integer >= 2 &&
           expr->integer <= 64;
}

/* A comparison without brackets. */
static bool is_bare_comparison(const struct mr_expr *expr)
{
    return expr->kind == MR_EXPR_OPERATOR && !expr->is_enclosed && expr->op >= MR_OPERATOR_EQ &&
           expr->op <= MR_OPERATOR_GE;
}

/* a & 1 == b and a == b & 1, where a number meets a truth; x > 0 & y > 0 is meant so. */
static bool looks_like_mask(const struct mr_expr *left, const struct mr_expr *right)
{
    if (is_bare_comparison(left)) return right->kind == MR_EXPR_INTEGER;
    return is_bare_comparison(right) && right->args[0]->kind == MR_EXPR_INTEGER;
}

/* What else may be meant by an operator of bits: x^2 by a power, x & 1 == 0 by (x & 1) == 0. */
static void note_other_meanings(struct mr_expr *expr)
{
    const struct mr_expr *left = expr->args[0], *right = expr->args[1];
    bool is_xor = expr->op == MR_OPERATOR_BIT_XOR;
    expr->looks_like_power =
        is_xor && (is_small(right) || (is_small(left) && right->kind != MR_EXPR_INTEGER));
    if (is_xor || expr->op == MR_OPERATOR_BIT_AND || expr->op == MR_OPERATOR_BIT_OR)
        expr->looks_like_mask = looks_like_mask(left, right);
}

/* Precedence climbing: Richards and Whitby-Strevens, "BCPL: the language and its compiler" (1979),
 * section 6.6. Chains of operators loop; only a tighter right side recurses, ten levels at most. */
static mr_status parse_binary(struct mr_parser *p, struct mr_expr **out, int least)
{
    struct mr_expr *left = NULL;
    int precedence_left = 0;
    MR_TRY(parse_unary(p, &left));
    for (;;) {
        size_t row = 0;
        while (row < MR_OPERATOR_COUNT &&
               !(operators[row].operands == 2 && mr_parser_at(p, operators[row].spelling)))
            row++;
        if (row == MR_OPERATOR_COUNT || operators[row].precedence < least) break;

        struct mr_expr *right = NULL;
        mr_status st = mr_parser_next(p);
        if (!st) st = parse_binary(p, &right, operators[row].precedence + 1);
        if (!st && is_chain(row, precedence_left)) st = fail_chain(p, row, left, right);
        if (st) {
            mr_expr_destroy(&right);
            mr_expr_destroy(&left);
            return st;
        }
        precedence_left = operators[row].precedence;
        struct mr_span span = join(left->span, right->span);
        MR_TRY(
            make_operator(p, &left, MR_EXPR_OPERATOR, span, (struct mr_expr *[]){left, right}, 2));
        left->op = operators[row].op;
        note_other_meanings(left);
    }
    *out = left;
    return MR_OK;
}

/* After `condition ?`, which is taken over. */
static mr_status parse_branches(struct mr_parser *p, struct mr_expr **out,
                                struct mr_expr *condition)
{
    struct mr_expr *parts[3] = {condition, NULL, NULL};
    mr_status st = mr_parser_next(p);
    if (!st) st = mr_parse_expr(p, &parts[1]);
    if (!st) st = mr_parser_at(p, ":") ? mr_parser_next(p) : mr_parser_unexpected(p, "':' of '?:'");
    if (!st) st = mr_parse_expr(p, &parts[2]);
    if (st) {
        for (size_t k = 0; k < 3; k++) mr_expr_destroy(&parts[k]);
        return st;
    }
    struct mr_span span = join(condition->span, parts[2]->span);
    return make_operator(p, out, MR_EXPR_CONDITIONAL, span, parts, 3);
}

mr_status mr_parse_expr(struct mr_parser *p, struct mr_expr **out)
{
    struct mr_expr *expr = NULL;
    *out = NULL;
    MR_TRY(mr_parser_enter(p));
    MR_TRY(parse_binary(p, &expr, 1));
    if (mr_parser_at(p, "?")) MR_TRY(parse_branches(p, &expr, expr));
    mr_parser_leave(p);
    *out = expr;
    return MR_OK;
}

mr_status mr_parse_list(struct mr_parser *p, struct mr_expr **out)
{
    struct mr_token no_name = {.start = "", .length = 0};
    *out = NULL;
    if (mr_parser_at(p, "(")) return parse_call(p, out, no_name, mr_parser_span(p));
    struct mr_expr *only = NULL;
    MR_TRY(mr_parse_expr(p, &only));
    MR_TRY(make_operator(p, out, MR_EXPR_CALL, only->span, &only, 1));
    return MR_OK;
}

mr_status mr_parse_with(struct mr_expr **out, const char *text, bool is_list, uint32_t base,
                        struct mr_constants *constants, mr_error *err)
{
    struct mr_parser p;
    *out = NULL;
    MR_TRY(mr_parser_start(&p, text, base > 0, err));
    p.base = base;
    p.constants = constants;
    MR_TRY(is_list ? mr_parse_list(&p, out) : mr_parse_expr(&p, out));
    if (p.lexer.token.kind == MR_TOKEN_END) return MR_OK;
    mr_expr_destroy(out);
    return mr_parser_unexpected(&p, "an operator or the end");
}

mr_status mr_parse_whole(struct mr_expr **out, const char *text, bool is_list, uint32_t base,
                         mr_error *err)
{
    return mr_parse_with(out, text, is_list, base, NULL, err);
}
