/* A sequence as the text that says the same, and a number for that. */
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/float_env.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/number.h"
#include "lang/catalogue.h"
#include "lang/expression_text.h"
#include "lang/lexer.h"
#include "lang/sequence_text.h"

static void write_sequence(struct mr_writing *w, const struct mr_seq *seq);

/* An exact integer, or what range(5) leaves for its start. */
static void write_value(struct mr_writing *w, const struct mr_argument *argument)
{
    char text[MR_NUMBER_TEXT_BYTES];
    const struct mr_number *number = &argument->number;
    mr_dtype dtype = number->is_real ? MR_F64 : number->is_negative ? MR_I64 : MR_U64;
    (void)mr_format_number(text, dtype, &number->value);
    mr_strbuf_add(&w->buf, argument->is_endless ? "inf" : text);
    w->node_count += 1 + number->is_negative;
}

/* In brackets, where the first item could begin with one of its own. */
static void write_list(struct mr_writing *w, const struct mr_expr *const items[], size_t count)
{
    bool is_atom = count == 1 && items[0]->arg_count == 0;
    mr_strbuf_add(&w->buf, is_atom ? "" : "(");
    for (size_t k = 0; k < count; k++) {
        mr_strbuf_add(&w->buf, k ? ", " : "");
        mr_write_expr(w, items[k]);
    }
    mr_strbuf_add(&w->buf, is_atom ? "" : ")");
    w->node_count++;
}

static void write_dtypes(struct mr_writing *w, const struct mr_argument *argument)
{
    bool is_list = argument->dtype_count > 1;
    mr_strbuf_add(&w->buf, is_list ? "(" : "");
    for (size_t k = 0; k < argument->dtype_count; k++)
        mr_strbuf_addf(&w->buf, "%s%s", k ? ", " : "", mr_dtype_name(argument->dtypes[k]));
    mr_strbuf_add(&w->buf, is_list ? ")" : "");
    w->node_count += 1 + argument->dtype_count;
}

static void write_choice(struct mr_writing *w, const struct mr_param *param, int choice)
{
    size_t length;
    const char *word = mr_param_choice(param, choice, &length);
    mr_strbuf_add_bytes(&w->buf, word, length);
    w->node_count++;
}

static void write_label(struct mr_writing *w, const struct mr_label *label)
{
    if (!label->text[0]) return;
    mr_write_name(w, label->text);
    mr_strbuf_add(&w->buf, ": ");
}

/* The expressions of argument k are a stretch of seq->exprs that begins with its own. */
static size_t own_exprs(const struct mr_seq *seq, size_t k, size_t *first)
{
    size_t end;
    for (*first = 0; *first < seq->expr_count; ++*first)
        if (seq->exprs[*first] == seq->args[k].expr) break;
    for (end = *first; end < seq->expr_count; end++)
        for (size_t j = 0; j < MR_MAX_PARAMS; j++)
            if (j != k && seq->exprs[end] == seq->args[j].expr) return end - *first;
    return end - *first;
}

static void write_exprs(struct mr_writing *w, const struct mr_seq *seq, size_t k)
{
    const char *between = "";
    for (size_t n = 0; n < seq->expr_count; n++) {
        bool is_other = false;
        for (size_t j = 0; j < MR_MAX_PARAMS; j++)
            is_other = is_other || (j != k && seq->exprs[n] == seq->args[j].expr);
        if (is_other) continue;
        mr_strbuf_add(&w->buf, between);
        between = ", ";
        write_label(w, &seq->expr_labels[n]);
        mr_write_expr(w, seq->exprs[n]);
    }
}

static void write_inputs(struct mr_writing *w, const struct mr_seq *seq)
{
    size_t first = seq->op->role != MR_SOURCE;
    for (size_t n = first; n < seq->input_count; n++) {
        mr_strbuf_add(&w->buf, n > first ? ", " : "");
        write_label(w, &seq->input_labels[n]);
        mr_writing_enter(w);
        write_sequence(w, seq->inputs[n]);
        mr_writing_leave(w);
    }
}

static void write_argument(struct mr_writing *w, const struct mr_seq *seq, size_t k)
{
    const struct mr_param *param = &seq->op->params[k];
    const struct mr_argument *argument = &seq->args[k];
    size_t first, count;
    if (param->takes_label) write_label(w, &seq->label);
    switch (param->type) {
    case MR_PARAM_NUMBER: /* repeat() asks the expression for its dtype */
    case MR_PARAM_EXPR:
        if (argument->expr)
            mr_write_expr(w, argument->expr);
        else
            write_value(w, argument);
        break;
    case MR_PARAM_INT:
    case MR_PARAM_COUNT:
    case MR_PARAM_SEED: write_value(w, argument); break;
    case MR_PARAM_DTYPE:
        mr_strbuf_add(&w->buf, mr_dtype_name(argument->dtype));
        w->node_count++;
        break;
    case MR_PARAM_DTYPES: write_dtypes(w, argument); break;
    case MR_PARAM_CHOICE: write_choice(w, param, argument->choice); break;
    case MR_PARAM_TEXT:
        mr_write_text(w, seq->text);
        w->node_count++;
        break;
    case MR_PARAM_NAME: mr_write_expr(w, argument->expr); break;
    case MR_PARAM_STARTS:
    case MR_PARAM_NUMBERS:
        write_list(w, (const struct mr_expr *const *)argument->expr->args,
                   argument->expr->arg_count);
        break;
    case MR_PARAM_COLUMNS:
        count = own_exprs(seq, k, &first);
        write_list(w, (const struct mr_expr *const *)seq->exprs + first, count);
        break;
    case MR_PARAM_EXPRS: write_exprs(w, seq, k); break;
    case MR_PARAM_SEQS: write_inputs(w, seq); break;
    case MR_PARAM_NONE: break;
    }
}

/* What was written, in the order of the parameters, by name behind the first that was not, and last
 * what is by name always; and seeds in any case, so that the text still says it all should a
 * fallback ever change. */
static void write_call(struct mr_writing *w, const struct mr_seq *seq)
{
    bool by_name = false, is_first = true;
    mr_strbuf_addf(&w->buf, "%s(", seq->op->name);
    for (size_t n = 0; n < 2 * MR_MAX_PARAMS; n++) {
        size_t k = n % MR_MAX_PARAMS;
        const struct mr_param *param = &seq->op->params[k];
        if (!param->type || param->by_name != (n >= MR_MAX_PARAMS)) continue;
        if (!seq->args[k].is_written && param->type != MR_PARAM_SEED) {
            by_name = true;
            continue;
        }
        mr_strbuf_add(&w->buf, is_first ? "" : ", ");
        if ((by_name || param->by_name) && !mr_param_takes_label(param))
            mr_strbuf_addf(&w->buf, "%s=", param->name);
        write_argument(w, seq, k);
        is_first = false;
        by_name = by_name || mr_param_is_variadic(param);
    }
    mr_strbuf_add(&w->buf, ")");
}

static void write_sequence(struct mr_writing *w, const struct mr_seq *seq)
{
    if (seq->op->role != MR_SOURCE) {
        write_sequence(w, seq->inputs[0]);
        if (seq->op->is_part) return;
        mr_strbuf_add(&w->buf, " | ");
    }
    write_call(w, seq);
}

static mr_status check_label(const struct mr_seq *seq, const struct mr_label *label, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    if (!strchr(label->text, '\n')) return MR_OK;
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_VALUE,
                              "the name '%s' has a line break, which no text can hold",
                              mr_show_text(shown, label->text, strlen(label->text)));
    return mr_error_hint(err, st, "give the column another name");
}

/* All that calls can describe and texts cannot. */
static mr_status check_sayable(const struct mr_seq *seq, mr_error *err)
{
    for (size_t k = 0; k < seq->input_count; k++) {
        MR_TRY(check_sayable(seq->inputs[k], err));
        MR_TRY(check_label(seq, &seq->input_labels[k], err));
    }
    for (size_t k = 0; k < seq->expr_count; k++)
        MR_TRY(check_label(seq, &seq->expr_labels[k], err));
    MR_TRY(check_label(seq, &seq->label, err));
    if (!seq->op->is_internal) return MR_OK;
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_VALUE,
                              "a source of this program's own memory or function has no text");
    return mr_error_hint(err, st, "write its elements to a file, and read(\"...\") that");
}

/* Sequences that were joined by calls may be beyond what one text may be. */
static mr_status check_limits(const struct mr_seq *seq, const struct mr_writing *w, mr_error *err)
{
    static const char what[] = "the sequence's text would be above the limit of";
    if (w->buf.length > MR_MAX_TEXT_BYTES)
        return mr_op_fail(seq, NULL, err, MR_E_LIMIT, "%s %d bytes", what, MR_MAX_TEXT_BYTES);
    if (w->node_count > MR_MAX_NODES)
        return mr_op_fail(seq, NULL, err, MR_E_LIMIT, "%s %d nodes", what, MR_MAX_NODES);
    if (w->most_depth > MR_MAX_NESTING + 1)
        return mr_op_fail(seq, NULL, err, MR_E_LIMIT, "%s %d levels", what, MR_MAX_NESTING);
    return MR_OK;
}

static mr_status write_text(char **out, const mr_seq *seq, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    struct mr_writing w = {.depth = 0};
    write_sequence(&w, seq);
    mr_status st = w.buf.failed ? mr_fail_no_memory(err, "a text") : check_limits(seq, &w, err);
    if (st == MR_OK)
        *out = w.buf.text;
    else
        mr_strbuf_free(&w.buf);
    return st;
}

mr_status mr_seq_text(char **out, const mr_seq *seq, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, seq);
    MR_TRY(check_sayable(seq, err));
    return write_text(out, seq, err);
}

void mr_text_free(char **text)
{
    if (!text) return;
    mr_free(*text);
    *text = NULL;
}

/* The columns of every operator, in the order of the text: a file may have changed its own. */
static struct mr_wide_hash hash_columns(struct mr_wide_hash hash, const struct mr_seq *seq)
{
    for (size_t k = 0; k < seq->input_count; k++) hash = hash_columns(hash, seq->inputs[k]);
    for (size_t c = 0; c < seq->column_count; c++) {
        const char *name = seq->columns[c].name, *dtype = mr_dtype_name(seq->columns[c].dtype);
        hash = mr_wide_hash_bytes(hash, name, strlen(name) + 1);
        hash = mr_wide_hash_bytes(hash, dtype, strlen(dtype) + 1);
    }
    return hash;
}

mr_status mr_seq_outline(char **text, mr_fingerprint *print, const mr_seq *seq, mr_error *err)
{
    *text = NULL;
    MR_TRY(write_text(text, seq, err));
    struct mr_wide_hash hash = mr_wide_hash_bytes(MR_WIDE_HASH_SEED, *text, strlen(*text) + 1);
    hash = hash_columns(hash, seq);
    print->words[0] = hash.high;
    print->words[1] = hash.low;
    return MR_OK;
}

mr_status mr_seq_fingerprint(mr_fingerprint *out, const mr_seq *seq, mr_error *err)
{
    char *text;
    MR_NEED(err, out);
    memset(out, 0, sizeof *out);
    MR_NEED(err, seq);
    MR_TRY(check_sayable(seq, err));
    MR_TRY(mr_seq_outline(&text, out, seq, err));
    mr_text_free(&text);
    return MR_OK;
}
