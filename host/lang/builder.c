#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "lang/arg_value.h"
#include "lang/bind.h"
#include "lang/catalogue.h"
#include "lang/expression.h"

/* A call without a name around it, where a list is wanted. */
static mr_status wrap_list(struct mr_expr **expr, mr_error *err)
{
    struct mr_expr **args = mr_alloc(1, sizeof *args);
    if (!args) return mr_fail_no_memory(err, "an expression");
    args[0] = *expr;
    *expr = mr_expr_create(MR_EXPR_CALL, (struct mr_span){0, 0}, NULL, 0, args, 1);
    return *expr ? MR_OK : mr_fail_no_memory(err, "an expression");
}

/* The texts of one call have their own stretch of columns each, so that an error found after
 * parsing still says which of them it is in. */
static uint32_t base_of(size_t place)
{
    size_t stretch = place + 1;
    return stretch < UINT32_MAX / MR_MAX_TEXT_BYTES ? (uint32_t)stretch * MR_MAX_TEXT_BYTES : 0;
}

/* Quotes the text in the message; a column would have no text to point into. */
static mr_status text_fail(mr_error *err, mr_status st, const char *op, const char *text)
{
    if (!err) return st;
    mr_error cause = *err;
    const char *message = cause.message;
    size_t length = strlen(op);
    if (strncmp(message, op, length) == 0 && strncmp(message + length, ": ", 2) == 0)
        message += length + 2;
    mr_fail(err, st, "%s: in '%.100s': %.300s", op, text, message);
    if (cause.hint[0]) mr_error_hint(err, st, "%s", cause.hint);
    return mr_error_at(err, st, op, (struct mr_span){0, 0});
}

static mr_status bind_fail(mr_error *err, mr_status st, const char *op, const mr_arg args[],
                           size_t count)
{
    for (size_t k = 0; err && k < count; k++) {
        uint32_t base = mr_arg_kind(&args[k]) == ARG_EXPR ? base_of(k) : 0;
        if (base && err->column > base && err->column - base <= MR_MAX_TEXT_BYTES)
            return text_fail(err, st, op, args[k].text);
    }
    return st;
}

static void forget_places(struct mr_expr *expr)
{
    expr->span = (struct mr_span){0, 0};
    for (size_t k = 0; k < expr->arg_count; k++) forget_places(expr->args[k]);
}

static void forget_all_places(struct mr_seq *seq)
{
    for (size_t k = 0; k < MR_MAX_PARAMS; k++) {
        seq->args[k].span = (struct mr_span){0, 0};
        if (seq->args[k].expr) forget_places((struct mr_expr *)seq->args[k].expr);
    }
    for (size_t n = 0; n < seq->expr_count; n++) forget_places(seq->exprs[n]);
}

static mr_status arg_value(struct mr_raw_argument *raw, const struct mr_op *op, const mr_arg *arg,
                           uint32_t base, struct mr_constants *constants, mr_error *err)
{
    bool is_list = mr_param_is_list(&op->params[raw->param]);
    if (!mr_arg_has_value(arg)) {
        mr_fail(err, MR_E_VALUE, "%s: %s has no value", op->name, op->params[raw->param].name);
        return mr_error_hint(err, MR_E_VALUE, "make arguments with mr_int(), mr_expr() and so on");
    }
    if (mr_arg_kind(arg) == ARG_INPUT) {
        raw->seq = mr_seq_ref((struct mr_seq *)arg->seq);
        return MR_OK;
    }
    if (mr_arg_kind(arg) == ARG_EXPR) {
        mr_status st = mr_parse_with(&raw->expr, arg->text, is_list, base, constants, err);
        if (st) return text_fail(err, st, op->name, arg->text);
        raw->span = raw->expr->span;
        return MR_OK;
    }
    MR_TRY(mr_arg_literal(&raw->expr, arg, err));
    return is_list ? wrap_list(&raw->expr, err) : MR_OK;
}

/* A keyword names a parameter or, if there is none of that name, is a label where one may be. */
static enum mr_given how_given(const struct mr_op *op, const char *keyword)
{
    if (!keyword) return MR_BY_PLACE;
    bool has_labels = false;
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        bool is_variadic = mr_param_is_variadic(p);
        if (!is_variadic && strcmp(p->name, keyword) == 0) return MR_BY_NAME;
        has_labels = has_labels || mr_param_takes_label(p);
    }
    return has_labels ? MR_LABELLED : MR_BY_NAME;
}

static mr_status add_arg(struct mr_call *call, const mr_arg *arg, uint32_t base,
                         struct mr_constants *constants, mr_error *err)
{
    struct mr_raw_argument *raw;
    const char *name = arg->keyword ? arg->keyword : "";
    MR_TRY(mr_call_add(&raw, call, how_given(call->op, arg->keyword), name, (struct mr_span){0, 0},
                       err));
    return arg_value(raw, call->op, arg, base, constants, err);
}

static mr_status apply(mr_seq **out, const char *op, const mr_seq *input, const mr_arg args[],
                       size_t arg_count, struct mr_constants *constants, mr_error *err)
{
    struct mr_call call;
    MR_TRY(mr_call_start(&call, op, input, (struct mr_span){0, 0}, err));
    mr_status st = MR_OK;
    for (size_t k = 0; k < arg_count && !st; k++)
        if (!mr_arg_is_constant(&args[k]))
            st = add_arg(&call, &args[k], base_of(k), constants, err);
    if (!st) st = mr_constants_check_used(constants, err);
    if (!st && (st = mr_call_bind(out, &call, (struct mr_seq *)input, err)))
        st = bind_fail(err, st, op, args, arg_count);
    if (st) mr_hint_example(call.op, err, st);
    mr_call_free(&call);
    if (!st) forget_all_places(*out);
    return st;
}

mr_status mr_seq_apply(mr_seq **out, const char *op, const mr_seq *input, const mr_arg args[],
                       size_t arg_count, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, op);
    if (arg_count) MR_NEED(err, args);
    for (size_t k = 0; k < arg_count; k++) MR_NEED_ZERO(err, "mr_arg", args[k].reserved);
    struct mr_constants constants;
    mr_status st = mr_constants_make(&constants, args, arg_count, err);
    if (!st) st = apply(out, op, input, args, arg_count, &constants, err);
    mr_constants_free(&constants);
    return st;
}

/* The chain: what was built so far, or the first failure. */
struct mr_builder {
    struct mr_seq *seq;
    mr_error failure; /* status MR_OK: none */
};

mr_builder *mr_builder_create(void)
{
    return mr_alloc(1, sizeof(mr_builder));
}

static void replace(struct mr_builder *b, mr_status st, struct mr_seq *longer)
{
    b->failure.status = st;
    if (st) return;
    mr_seq_unref(&b->seq);
    b->seq = longer;
}

void mr_builder_from(mr_builder *b, const mr_seq *seq)
{
    if (!b || b->failure.status) return;
    if (!seq)
        mr_fail(&b->failure, MR_E_VALUE, "mr_builder_from: seq is NULL");
    else if (b->seq)
        mr_fail(&b->failure, MR_E_STATE, "mr_builder_from: the chain has begun already");
    else
        b->seq = mr_seq_ref((struct mr_seq *)seq);
}

void mr_builder_apply(mr_builder *b, const char *op, const mr_arg args[], size_t arg_count)
{
    struct mr_seq *longer = NULL;
    if (!b || b->failure.status) return;
    mr_status st = mr_seq_apply(&longer, op, b->seq, args, arg_count, &b->failure);
    replace(b, st, longer);
}

void mr_builder_pipe(mr_builder *b, const char *stages)
{
    struct mr_seq *longer = NULL;
    if (!b || b->failure.status) return;
    mr_status st = b->seq ? mr_seq_pipe(&longer, b->seq, stages, &b->failure)
                          : mr_seq_parse(&longer, stages, &b->failure);
    replace(b, st, longer);
}

mr_status mr_builder_finish(mr_seq **out, mr_builder **b, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, b);
    struct mr_builder *done = *b;
    if (!done) return mr_fail_no_memory(err, "a builder");
    *b = NULL;
    mr_status st = done->failure.status;
    if (st) {
        if (err) *err = done->failure;
        mr_seq_unref(&done->seq);
    } else if (!done->seq) {
        st = mr_fail(err, MR_E_STATE, "mr_builder_finish: nothing was applied");
        mr_error_hint(err, st, "begin with a source: mr_builder_apply(b, \"count\", NULL, 0)");
    }
    *out = done->seq;
    mr_free(done);
    return st;
}

void mr_builder_destroy(mr_builder **b)
{
    if (!b || !*b) return;
    mr_seq_unref(&(*b)->seq);
    mr_free(*b);
    *b = NULL;
}
