#include "lang/bind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/number.h"
#include "lang/catalogue.h"
#include "lang/expression.h"

enum { MAX_WORDS = 24 };

/* Completes a failure of the rooms before this one: operator and place, where they are absent. */
static mr_status blame(const struct mr_seq *seq, struct mr_span span, mr_status st, mr_error *err)
{
    if (!err) return st;
    struct mr_span written = {err->column, err->span};
    if (!written.column) written = span.column ? span : seq->span;
    return mr_error_at(err, st, err->op[0] ? NULL : seq->op->name, written);
}

static mr_status number_fail(const struct mr_seq *seq, size_t k, const struct mr_number *number,
                             const char *limit, mr_error *err)
{
    char text[MR_NUMBER_TEXT_BYTES];
    mr_dtype dtype = number->is_real ? MR_F64 : number->is_negative ? MR_I64 : MR_U64;
    (void)mr_format_number(text, dtype, &number->value);
    return mr_op_fail(seq, &seq->args[k], err, MR_E_VALUE, "%s=%s %s", seq->op->params[k].name,
                      text, limit);
}

static mr_status bind_integer(struct mr_seq *seq, size_t k, mr_error *err)
{
    struct mr_number *number = &seq->args[k].number;
    const struct mr_param *param = &seq->op->params[k];
    bool is_count = param->type == MR_PARAM_COUNT, is_seed = param->type == MR_PARAM_SEED;
    mr_scalar value;
    if (number->is_real && !(fabs(number->value.f64) < (double)INFINITY)) {
        bool takes_inf = is_count && param->fallback && strcmp(param->fallback, "inf") == 0;
        if (!takes_inf || !(number->value.f64 > 0))
            return number_fail(seq, k, number, "must be a finite integer", err);
        value.i64 = INT64_MAX;
        seq->args[k].is_endless = true;
    } else if (number->is_real && number->value.f64 != trunc(number->value.f64)) {
        return number_fail(seq, k, number, "must be an integer", err);
    } else if (!mr_number_as(number, is_seed ? MR_U64 : MR_I64, &value)) {
        return number_fail(seq, k, number,
                           is_seed    ? "must be in [0, 2^64-1]"
                           : is_count ? "must be in [0, 2^63-1]"
                                      : "must be in [-2^63, 2^63-1]",
                           err);
    } else if (is_count && value.i64 < 0 && !param->range.has_least) { /* else it says its own */
        return number_fail(seq, k, number, "must not be negative", err);
    }
    number->is_real = false;
    number->is_negative = !is_seed && value.i64 < 0;
    number->value = value;
    return MR_OK;
}

static bool is_within(const struct mr_range *range, double value)
{
    bool is_low =
        range->has_least && !(range->is_above ? value > range->least : value >= range->least);
    bool is_high =
        range->has_most && !(range->is_below ? value < range->most : value <= range->most);
    return !is_low && !is_high;
}

static mr_status check_range(const struct mr_seq *seq, size_t k, mr_error *err)
{
    const struct mr_param *param = &seq->op->params[k];
    const struct mr_argument *argument = &seq->args[k];
    char text[MR_RANGE_TEXT_BYTES], limit[MR_RANGE_TEXT_BYTES + sizeof "must be "];
    mr_scalar value;
    (void)mr_number_as(&argument->number, MR_F64, &value);
    if (argument->is_endless || is_within(&param->range, value.f64)) return MR_OK;
    (void)snprintf(limit, sizeof limit, "must be %s", mr_param_range_text(param, text));
    mr_status st = number_fail(seq, k, &argument->number, limit, err);
    return param->hint ? mr_error_hint(err, st, "%s", param->hint) : st;
}

static mr_status bind_number(struct mr_seq *seq, size_t k, const struct mr_expr *expr,
                             mr_error *err)
{
    struct mr_argument *argument = &seq->args[k];
    const char *name = seq->op->params[k].name;
    bool is_integer = seq->op->params[k].type != MR_PARAM_NUMBER;
    if (expr->kind == MR_EXPR_TEXT || (expr->kind == MR_EXPR_BOOL && is_integer))
        return mr_op_fail(seq, argument, err, MR_E_TYPE, "%s must be a number", name);
    double ignored;
    if (expr->kind == MR_EXPR_NAME && !mr_named_number(expr->name, &ignored))
        return mr_op_fail(seq, argument, err, MR_E_TYPE,
                          "%s must be a number known beforehand, '%s' is not", name, expr->name);
    mr_status st = mr_constant_expr(expr, seq->op->name, &argument->number, err);
    if (st) return blame(seq, argument->span, st, err);
    if (is_integer) MR_TRY(bind_integer(seq, k, err));
    return check_range(seq, k, err);
}

/* Where an expression stands though a word is asked for: what may be meant, and "one of". */
static const char *instead_of_expression(const struct mr_op *op)
{
    size_t last = 0;
    while (last + 1 < MR_MAX_PARAMS && op->params[last + 1].type) last++;
    if (op->role == MR_TERMINAL)
        return "an expression goes into a map() before the terminal, and here one of";
    if (mr_param_is_variadic(&op->params[last]) && mr_param_takes_label(&op->params[last]))
        return "an expression has a name here, as in s: s + x; a word is one of";
    return "one of";
}

/* The place among `words` of the name (or text) that the expression is. */
static mr_status bind_word(const struct mr_seq *seq, size_t k, const struct mr_expr *expr,
                           const char *const words[], size_t count, int *out, mr_error *err)
{
    const char *param = seq->op->params[k].name;
    if (!expr->name || expr->kind == MR_EXPR_CALL) {
        mr_status st = mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s must be a name", param);
        return mr_hint_names(err, st, "", instead_of_expression(seq->op), words, count);
    }
    for (size_t n = 0; n < count; n++)
        if (strcmp(words[n], expr->name) == 0) {
            *out = (int)n;
            return MR_OK;
        }
    mr_status st =
        mr_op_fail(seq, &seq->args[k], err, MR_E_NAME, "unknown %s '%s'", param, expr->name);
    return mr_hint_choices(err, st, expr->name, words, count);
}

static mr_status bind_dtype(struct mr_seq *seq, size_t k, const struct mr_expr *expr, mr_error *err)
{
    const char *words[MR_DTYPE_COUNT];
    int place = 0;
    size_t count = 0;
    for (mr_dtype d = MR_BOOL; d < MR_DTYPE_COUNT; d++) words[count++] = mr_dtype_name(d);
    MR_TRY(bind_word(seq, k, expr, words, count, &place, err));
    seq->args[k].dtype = (mr_dtype)(MR_BOOL + place);
    return MR_OK;
}

static mr_status bind_dtypes(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                             mr_error *err)
{
    struct mr_argument *argument = &seq->args[k];
    const struct mr_expr *list = argument->expr = raw->expr;
    raw->expr = NULL; /* the sequence's now */
    if (list->arg_count == 0 || list->arg_count > MR_MAX_COLUMNS)
        return mr_op_fail(seq, argument, err, MR_E_LIMIT, "%s=(...) must hold 1 to %d dtypes",
                          seq->op->params[k].name, MR_MAX_COLUMNS);
    for (size_t n = 0; n < list->arg_count; n++) {
        MR_TRY(bind_dtype(seq, k, list->args[n], err));
        argument->dtypes[argument->dtype_count++] = argument->dtype;
    }
    return MR_OK;
}

static mr_status bind_choice(struct mr_seq *seq, size_t k, const struct mr_expr *expr,
                             mr_error *err)
{
    const char *choices = seq->op->params[k].choices;
    char *copy = mr_text_copy(choices, strlen(choices));
    if (!copy) return mr_fail_no_memory(err, "choices");
    const char *words[MAX_WORDS];
    size_t count = 0;
    for (char *word = copy; word && count < MAX_WORDS;) {
        char *bar = strchr(word, '|');
        if (bar) *bar = '\0';
        words[count++] = word;
        word = bar ? bar + 1 : NULL;
    }
    mr_status st = bind_word(seq, k, expr, words, count, &seq->args[k].choice, err);
    mr_free(copy);
    return st;
}

static mr_status bind_text(struct mr_seq *seq, size_t k, const struct mr_expr *expr, mr_error *err)
{
    const char *name = seq->op->params[k].name;
    if (expr->kind != MR_EXPR_TEXT) {
        mr_status st =
            mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s must be a quoted text", name);
        return mr_error_hint(err, st, "write %s(\"...\")", seq->op->name);
    }
    seq->text = mr_text_copy(expr->name, strlen(expr->name));
    return seq->text ? MR_OK : mr_fail_no_memory(err, "a text");
}

static mr_status bind_name(struct mr_seq *seq, size_t k, const struct mr_expr *expr, mr_error *err)
{
    const char *name = seq->op->params[k].name;
    if (expr->kind == MR_EXPR_NAME) return MR_OK;
    mr_status st = mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s must be a name", name);
    if (expr->name && expr->kind != MR_EXPR_CALL)
        return mr_error_hint(err, st, "a column of this name is written `%s`", expr->name);
    return mr_error_hint(err, st, "for example %s=done", name);
}

static mr_status bind_constant(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                               mr_error *err)
{
    const struct mr_expr *expr = seq->args[k].expr = raw->expr;
    raw->expr = NULL; /* the sequence's now */
    switch (seq->op->params[k].type) {
    case MR_PARAM_INT:
    case MR_PARAM_COUNT:
    case MR_PARAM_SEED:
    case MR_PARAM_NUMBER: return bind_number(seq, k, expr, err);
    case MR_PARAM_DTYPE: return bind_dtype(seq, k, expr, err);
    case MR_PARAM_CHOICE: return bind_choice(seq, k, expr, err);
    case MR_PARAM_NAME: return bind_name(seq, k, expr, err);
    default: return bind_text(seq, k, expr, err);
    }
}

/* seq->exprs and seq->inputs have room for all that is written: make_room(). */
static void keep_expr(struct mr_seq *seq, size_t k, struct mr_expr *expr, struct mr_label label)
{
    if (!seq->args[k].expr) seq->args[k].expr = expr;
    seq->exprs[seq->expr_count] = expr;
    seq->expr_labels[seq->expr_count++] = label;
}

static mr_status bind_columns(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                              mr_error *err)
{
    struct mr_expr *list = raw->expr;
    const char *name = seq->op->params[k].name;
    if (list->arg_count == 0)
        return mr_op_fail(seq, &seq->args[k], err, MR_E_VALUE, "%s=() names no column", name);
    for (size_t n = 0; n < list->arg_count; n++) {
        const struct mr_expr *column = list->args[n];
        if (column->kind != MR_EXPR_NAME && column->kind != MR_EXPR_TEXT &&
            column->kind != MR_EXPR_INTEGER) {
            mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s takes column names and numbers only",
                       name);
            if (column->name && column->kind != MR_EXPR_CALL)
                return mr_error_hint(err, MR_E_TYPE, "a column of this name is written `%s`",
                                     column->name);
            return mr_error_hint(err, MR_E_TYPE, "write %s=(a, b), (`a b`, c) or (0, 2)", name);
        }
    }
    for (size_t n = 0; n < list->arg_count; n++) {
        keep_expr(seq, k, list->args[n], (struct mr_label){""});
        list->args[n] = NULL;
    }
    list->arg_count = 0;
    return MR_OK;
}

/* The list stays whole, the argument's own. */
static mr_status bind_numbers(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                              mr_error *err)
{
    const struct mr_expr *list = seq->args[k].expr = raw->expr;
    raw->expr = NULL;
    if (list->arg_count == 0)
        return mr_op_fail(seq, &seq->args[k], err, MR_E_VALUE, "%s=() holds no number",
                          seq->op->params[k].name);
    for (size_t n = 0; n < list->arg_count; n++) {
        struct mr_number ignored;
        mr_status st = mr_constant_expr(list->args[n], seq->op->name, &ignored, err);
        if (st) return blame(seq, seq->args[k].span, st, err);
    }
    return MR_OK;
}

static mr_status bind_starts(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                             mr_error *err)
{
    size_t count = raw->expr->arg_count;
    seq->args[k].expr = raw->expr;
    raw->expr = NULL;
    if (count >= 1 && count <= MR_MAX_COLUMNS) return MR_OK;
    return mr_op_fail(seq, &seq->args[k], err, MR_E_LIMIT, "%s=(...) must hold 1 to %d values",
                      seq->op->params[k].name, MR_MAX_COLUMNS);
}

static mr_status bind_input(struct mr_seq *seq, size_t k, struct mr_raw_argument *raw,
                            mr_error *err)
{
    struct mr_seq *input = raw->seq;
    if (!input) {
        mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s must be sequences",
                   seq->op->params[k].name);
        return mr_error_hint(err, MR_E_TYPE, "wrap them in mr_input()");
    }
    if (input->op->role == MR_TERMINAL) {
        mr_op_fail(seq, &seq->args[k], err, MR_E_SYNTAX,
                   "an operand cannot end in '%s', which gives a single value", input->op->name);
        return mr_error_hint(err, MR_E_SYNTAX, "a terminal ends the whole pipeline");
    }
    if (seq->input_count == MR_MAX_INPUTS)
        return mr_op_fail(seq, &seq->args[k], err, MR_E_LIMIT, "more than %d sequences",
                          MR_MAX_INPUTS);
    seq->inputs[seq->input_count] = input;
    seq->input_labels[seq->input_count++] = raw->label;
    raw->seq = NULL; /* the sequence's now */
    return MR_OK;
}

static mr_status bind_value(struct mr_seq *seq, struct mr_raw_argument *raw, mr_error *err)
{
    size_t k = raw->param;
    enum mr_param_type type = seq->op->params[k].type;
    bool is_first = !seq->args[k].present;
    struct mr_span first_span = seq->args[k].span;
    seq->args[k].present = seq->args[k].is_written = true;
    seq->args[k].span = raw->span;
    if (seq->op->params[k].takes_label) seq->label = raw->label;
    if (type == MR_PARAM_SEQS) {
        MR_TRY(bind_input(seq, k, raw, err));
    } else if (!raw->expr) {
        mr_op_fail(seq, &seq->args[k], err, MR_E_TYPE, "%s cannot be a sequence",
                   seq->op->params[k].name);
        return mr_hint_signature(seq->op, err, MR_E_TYPE);
    } else if (type == MR_PARAM_EXPR || type == MR_PARAM_EXPRS) {
        keep_expr(seq, k, raw->expr, raw->label);
        raw->expr = NULL;
    } else if (type == MR_PARAM_COLUMNS) {
        MR_TRY(bind_columns(seq, k, raw, err));
    } else if (type == MR_PARAM_DTYPES) {
        MR_TRY(bind_dtypes(seq, k, raw, err));
    } else if (type == MR_PARAM_NUMBERS) {
        MR_TRY(bind_numbers(seq, k, raw, err));
    } else if (type == MR_PARAM_STARTS) {
        MR_TRY(bind_starts(seq, k, raw, err));
    } else {
        MR_TRY(bind_constant(seq, k, raw, err));
    }
    if (!is_first) seq->args[k].span = first_span;
    return MR_OK;
}

static mr_status bind_fallback(struct mr_seq *seq, size_t k, mr_error *err)
{
    const struct mr_param *param = &seq->op->params[k];
    bool is_constant =
        param->type != MR_PARAM_EXPR && param->type != MR_PARAM_EXPRS && !mr_param_is_list(param);
    struct mr_raw_argument raw = {.param = k};
    mr_status st = mr_parse_whole(&raw.expr, param->fallback, mr_param_is_list(param), 0, err);
    if (!st) st = bind_value(seq, &raw, err);
    mr_expr_destroy(&raw.expr);
    seq->args[k].is_written = false;
    if (st || !is_constant) return st;
    struct mr_expr *expr = (struct mr_expr *)seq->args[k].expr;
    seq->args[k].expr = NULL;
    mr_expr_destroy(&expr);
    return MR_OK;
}

static mr_status bind_missing(struct mr_seq *seq, const struct mr_call *call, mr_error *err)
{
    for (size_t k = 0; k < MR_MAX_PARAMS && call->op->params[k].type; k++) {
        const struct mr_param *param = &call->op->params[k];
        if (mr_call_has(call, k)) continue;
        if (param->fallback) {
            MR_TRY(bind_fallback(seq, k, err));
        } else if (!param->optional) {
            mr_status st = mr_op_fail(seq, NULL, err, MR_E_ARITY, "%s is missing", param->name);
            return mr_hint_signature(call->op, err, st);
        }
    }
    return MR_OK;
}

static mr_status make_room(struct mr_seq *seq, const struct mr_call *call, mr_error *err)
{
    size_t expr_count = MR_MAX_PARAMS;
    for (size_t n = 0; n < call->count; n++)
        expr_count += 1 + (call->items[n].expr ? call->items[n].expr->arg_count : 0);
    seq->exprs = mr_alloc(expr_count, sizeof *seq->exprs);
    seq->expr_labels = mr_alloc(expr_count, sizeof *seq->expr_labels);
    seq->inputs = mr_alloc(call->count + 1, sizeof *seq->inputs);
    seq->input_labels = mr_alloc(call->count + 1, sizeof *seq->input_labels);
    if (seq->exprs && seq->expr_labels && seq->inputs && seq->input_labels) return MR_OK;
    return mr_fail_no_memory(err, "a sequence");
}

static void count_input(struct mr_seq *seq, const struct mr_seq *input)
{
    seq->stage_count += input->stage_count;
    seq->node_count += input->node_count;
}

/* Before any work that grows with them. */
static mr_status check_limits(struct mr_seq *seq, const struct mr_call *call,
                              const struct mr_seq *input, mr_error *err)
{
    seq->stage_count = 1;
    if (input) count_input(seq, input);
    for (size_t n = 0; n < call->count; n++) {
        const struct mr_raw_argument *raw = &call->items[n];
        if (raw->seq) count_input(seq, raw->seq);
        if (raw->expr) seq->node_count += mr_expr_size(raw->expr);
    }
    if (seq->stage_count > MR_MAX_STAGES) {
        mr_op_fail(seq, NULL, err, MR_E_LIMIT,
                   "the pipeline has %zu operators, above the limit of %d", seq->stage_count,
                   MR_MAX_STAGES);
        return mr_error_hint(err, MR_E_LIMIT, "neighbouring map() stages can be written as one");
    }
    if (seq->node_count > MR_MAX_NODES)
        return mr_op_fail(seq, NULL, err, MR_E_LIMIT,
                          "the pipeline's expressions have %zu nodes, above the limit of %d",
                          seq->node_count, MR_MAX_NODES);
    return MR_OK;
}

mr_status mr_call_bind(struct mr_seq **out, struct mr_call *call, struct mr_seq *input,
                       mr_error *err)
{
    mr_status st;
    *out = NULL;
    struct mr_seq *seq = mr_alloc(1, sizeof *seq);
    if (!seq) return mr_fail_no_memory(err, "a sequence");
    atomic_init(&seq->references, 1);
    seq->op = call->op;
    seq->span = call->span;

    if ((st = make_room(seq, call, err))) goto out;
    if ((st = check_limits(seq, call, input, err))) goto out;
    if (input) seq->inputs[seq->input_count++] = mr_seq_ref(input);
    for (size_t n = 0; n < call->count; n++)
        if ((st = bind_value(seq, &call->items[n], err))) goto out;
    if ((st = bind_missing(seq, call, err))) goto out;
    if ((st = seq->op->check(seq, err))) {
        blame(seq, seq->span, st, err);
        goto out;
    }
    *out = seq;
    seq = NULL; /* moved to the caller */
out:
    mr_seq_unref(&seq);
    return st;
}
