#include "lang/call.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/foreign.h"
#include "ir/function.h"
#include "lang/catalogue.h"

static mr_status unknown_operator(const char *name, bool first, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_NAME, "unknown %s '%s'", first ? "source" : "stage", name);
    const char *here = mr_foreign_operator(name);
    if (here) return mr_error_hint(err, st, "%s", here);
    if (mr_function_find(name) || mr_foreign_function(name))
        return mr_error_hint(err, st, "a function is called in an expression: %smap(%s(...))",
                             first ? "range(10) | " : "", name);
    const char **names = mr_alloc(mr_ops_count + 1, sizeof *names);
    if (!names) return st; /* without a hint, then */
    size_t count = 0;
    for (size_t k = 0; k < mr_ops_count; k++)
        if (!mr_ops[k]->is_internal && (mr_ops[k]->role == MR_SOURCE) == first)
            names[count++] = mr_ops[k]->name;
    mr_hint_names(err, st, name, first ? "sources are" : "stages are", names, count);
    mr_free(names);
    return st;
}

static mr_status wrong_place(const struct mr_op *op, mr_error *err)
{
    mr_status st = MR_E_SYNTAX;
    if (op->role == MR_SOURCE) {
        mr_fail(err, st, "'%s' is a source and can only stand first", op->name);
        return mr_error_hint(err, st, "zip() and chain() join sequences");
    }
    mr_fail(err, st, "'%s' is a %s and needs a sequence before it", op->name,
            op->role == MR_STAGE ? "stage" : "terminal");
    return mr_error_hint(err, st, "start with a source: range(10) | %s(...)", op->name);
}

mr_status mr_call_start(struct mr_call *call, const char *name, const struct mr_seq *input,
                        struct mr_span span, mr_error *err)
{
    mr_status st = MR_OK;
    *call = (struct mr_call){.op = mr_op_find(name, !input), .span = span};
    const struct mr_op *elsewhere = mr_op_find(name, input != NULL);
    if (input && input->op->role == MR_TERMINAL) {
        st = mr_fail(err, MR_E_SYNTAX, "nothing can follow '%s', which gives a single value",
                     input->op->name);
        mr_error_hint(err, st, "a running value comes from scan(), one for each part from chunk()");
    } else if (!call->op) {
        st = elsewhere ? wrong_place(elsewhere, err) : unknown_operator(name, !input, err);
    }
    return st ? mr_error_at(err, st, name, span) : MR_OK;
}

static size_t param_count(const struct mr_op *op)
{
    size_t count = 0;
    while (count < MR_MAX_PARAMS && op->params[count].type != MR_PARAM_NONE) count++;
    return count;
}

static mr_status call_fail(const struct mr_call *call, struct mr_span span, mr_error *err,
                           mr_status st, const char *what, const char *name)
{
    mr_fail(err, st, "%s: %s '%s'", call->op->name, what, name);
    return mr_error_at(err, st, call->op->name, span.column ? span : call->span);
}

static mr_status unknown_param(const struct mr_call *call, const char *name, struct mr_span span,
                               mr_error *err)
{
    const struct mr_op *op = call->op;
    size_t count = param_count(op), name_count = 0;
    const char *names[MR_MAX_PARAMS];
    for (size_t k = 0; k < count; k++)
        if (!mr_param_is_variadic(&op->params[k])) names[name_count++] = op->params[k].name;

    mr_status st = call_fail(call, span, err, MR_E_NAME, "unknown parameter", name);
    for (size_t k = 0; k < count; k++)
        if (mr_param_has_choice(&op->params[k], name))
            return mr_error_hint(err, st, "write %s=%s", op->params[k].name, name);
    if (mr_nearest_name(name, names, name_count))
        return mr_hint_names(err, st, name, "", names, name_count);
    if (count && mr_param_is_variadic(&op->params[count - 1]))
        return mr_error_hint(err, st, "to name a column write %s: ...; to compare write ==", name);
    if (count && op->params[0].type == MR_PARAM_EXPR)
        return mr_error_hint(err, st, "comparison is written ==");
    return mr_hint_signature(op, err, st);
}

static mr_status place_label(const struct mr_call *call, size_t *param, const char *name,
                             struct mr_span span, mr_error *err)
{
    size_t count = param_count(call->op);
    if (count && mr_param_takes_label(&call->op->params[count - 1])) {
        *param = count - 1;
        mr_status bad = mr_name_check(err, call->op->name, name);
        return bad ? mr_error_at(err, bad, call->op->name, span.column ? span : call->span) : MR_OK;
    }
    mr_status st =
        call_fail(call, span, err, MR_E_SYNTAX, "no argument here takes the label", name);
    for (size_t k = 0; k < count; k++)
        if (strcmp(call->op->params[k].name, name) == 0)
            return mr_error_hint(err, st, "a parameter's name is followed by '=': %s=...", name);
    return mr_hint_signature(call->op, err, st);
}

static mr_status place_next(struct mr_call *call, size_t *param, struct mr_span span, mr_error *err)
{
    const struct mr_op *op = call->op;
    size_t count = param_count(op);
    struct mr_span at = span.column ? span : call->span;
    while (call->place_count < count && op->params[call->place_count].by_name) call->place_count++;
    if (call->has_named) {
        mr_fail(err, MR_E_SYNTAX, "%s: an argument by place behind one by name", op->name);
        mr_hint_signature(op, err, MR_E_SYNTAX);
        return mr_error_at(err, MR_E_SYNTAX, op->name, at);
    }
    if (call->place_count < count) {
        *param = call->place_count++;
        return MR_OK;
    }
    *param = count - 1;
    if (count && mr_param_is_variadic(&op->params[count - 1])) return MR_OK;
    mr_status st = MR_E_ARITY;
    if (count)
        mr_fail(err, st, "%s: takes %zu argument%s at most", op->name, count, count > 1 ? "s" : "");
    else
        mr_fail(err, st, "%s: takes no arguments", op->name);
    if (op->role == MR_TERMINAL && count == 0)
        mr_error_hint(err, st, "an expression goes into a map before it: map(...) | %s()",
                      op->name);
    else
        mr_hint_signature(op, err, st);
    return mr_error_at(err, st, op->name, at);
}

static mr_status place_named(const struct mr_call *call, size_t *param, const char *name,
                             struct mr_span span, mr_error *err)
{
    size_t count = param_count(call->op);
    for (size_t k = 0; k < count; k++) {
        *param = k;
        if (strcmp(call->op->params[k].name, name) == 0 &&
            !mr_param_is_variadic(&call->op->params[k]))
            return MR_OK;
    }
    return unknown_param(call, name, span, err);
}

bool mr_call_has(const struct mr_call *call, size_t param)
{
    for (size_t n = 0; n < call->count; n++)
        if (call->items[n].param == param) return true;
    return false;
}

mr_status mr_call_add(struct mr_raw_argument **out, struct mr_call *call, enum mr_given given,
                      const char *name, struct mr_span span, mr_error *err)
{
    size_t param = 0;
    if (given == MR_BY_PLACE)
        MR_TRY(place_next(call, &param, span, err));
    else if (given == MR_BY_NAME)
        MR_TRY(place_named(call, &param, name, span, err));
    else
        MR_TRY(place_label(call, &param, name, span, err));
    if (given == MR_BY_NAME) call->has_named = true;

    const struct mr_param *declared = &call->op->params[param];
    if (!mr_param_is_variadic(declared) && mr_call_has(call, param)) {
        mr_status st = call_fail(call, span, err, MR_E_ARITY, "given twice:", declared->name);
        return mr_hint_signature(call->op, err, st);
    }
    if (call->count == call->capacity) {
        size_t capacity = call->capacity ? 2 * call->capacity : 4;
        struct mr_raw_argument *grown = mr_resize(call->items, capacity, sizeof *grown);
        if (!grown) return mr_fail_no_memory(err, "arguments");
        call->items = grown;
        call->capacity = capacity;
    }
    *out = &call->items[call->count++];
    **out = (struct mr_raw_argument){.param = param, .span = span};
    if (given == MR_LABELLED)
        (void)snprintf((*out)->label.text, sizeof(*out)->label.text, "%s", name);
    return MR_OK;
}

void mr_call_free(struct mr_call *call)
{
    for (size_t n = 0; n < call->count; n++) {
        mr_expr_destroy(&call->items[n].expr);
        mr_seq_unref(&call->items[n].seq);
    }
    mr_free(call->items);
    *call = (struct mr_call){0};
}
