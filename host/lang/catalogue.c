#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "lang/bind.h"

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

void mr_op_signature(const struct mr_op *op, char *out, size_t size)
{
    (void)snprintf(out, size, "%s(", op->name);
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        if (p != op->params) append(out, size, ", ");
        if (p->type == MR_PARAM_EXPRS || p->type == MR_PARAM_SEQS)
            append(out, size, "[name:] %s, …", p->name);
        else if (p->fallback)
            append(out, size, "%s=%s", p->name, p->fallback);
        else
            append(out, size, p->optional ? "[%s]" : "%s", p->name);
    }
    append(out, size, ")");
}

mr_status mr_op_describe(mr_op_info *out, size_t index, mr_error *err)
{
    static const char *const roles[] = {
        [MR_SOURCE] = "source", [MR_STAGE] = "stage", [MR_TERMINAL] = "terminal"};
    size_t left = index;
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
