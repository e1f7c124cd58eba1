#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "lang/catalogue.h"

enum { SIGNATURE_BYTES = sizeof((mr_op_info *)0)->signature };

static void append(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(out + used, size - used, format, list);
    va_end(list);
}

bool mr_param_is_variadic(const struct mr_param *param)
{
    return param->type == MR_PARAM_EXPRS || param->type == MR_PARAM_SEQS;
}

bool mr_param_takes_label(const struct mr_param *param)
{
    return mr_param_is_variadic(param) || param->takes_label;
}

void mr_op_signature(const struct mr_op *op, char *out, size_t size)
{
    const char *between = "";
    (void)snprintf(out, size, "%s(", op->name);
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        if (p->by_name) continue;
        append(out, size, "%s", between);
        between = ", ";
        if (p->takes_label) append(out, size, "[name:] ");
        if (mr_param_is_variadic(p))
            append(out, size, "[name:] %s, …", p->name);
        else if (p->fallback)
            append(out, size, "%s=%s", p->name, p->fallback);
        else
            append(out, size, p->optional ? "[%s]" : "%s", p->name);
    }
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        if (!p->by_name) continue;
        append(out, size, p->optional ? "%s[%s=]" : "%s%s=%s", between, p->name,
               p->fallback ? p->fallback : "…");
        between = ", ";
    }
    append(out, size, ")");
}

mr_status mr_hint_signature(const struct mr_op *op, mr_error *err, mr_status st)
{
    char signature[SIGNATURE_BYTES];
    mr_op_signature(op, signature, sizeof signature);
    return mr_error_hint(err, st, "write %s", signature);
}

mr_status mr_hint_example(const struct mr_op *op, mr_error *err, mr_status st)
{
    if (!err || err->hint[0] || !op->example) return st;
    return mr_error_hint(err, st, "for example %s", op->example);
}

mr_status mr_hint_names(mr_error *err, mr_status st, const char *name, const char *lead,
                        const char *const names[], size_t count)
{
    const char *nearest = mr_nearest_name(name, names, count);
    if (nearest) return mr_error_hint(err, st, "did you mean '%s'?", nearest);
    char list[200] = "";
    for (size_t k = 0; k < count; k++) {
        size_t used = strlen(list);
        bool fits = used + strlen(names[k]) + sizeof ", , ..." < sizeof list;
        (void)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "",
                       fits ? names[k] : "...");
        if (!fits) break;
    }
    return mr_error_hint(err, st, "%s %s", lead, list);
}

mr_status mr_op_describe(mr_op_info *out, size_t index, mr_error *err)
{
    static const char *const roles[] = {
        [MR_SOURCE] = "source", [MR_STAGE] = "stage", [MR_TERMINAL] = "terminal"};
    size_t left = index;
    MR_NEED(err, out);
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        if (op->is_internal || left-- > 0) continue;
        *out = (mr_op_info){
            .name = op->name, .role = roles[op->role], .brief = op->brief, .example = op->example};
        mr_op_signature(op, out->signature, sizeof out->signature);
        return MR_OK;
    }
    return mr_fail(err, MR_E_VALUE, "there are %zu operators; index=%zu is past the last one",
                   index - left, index);
}
