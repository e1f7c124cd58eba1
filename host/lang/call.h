/* A call as written: the operator and its arguments, each put to the parameter it is for. */
#ifndef MR_LANG_CALL_H
#define MR_LANG_CALL_H

#include "ir/op.h"

enum mr_given { MR_BY_PLACE, MR_BY_NAME, MR_LABELLED };

/* One argument of a call: an expression, or a sequence for parameters of type SEQS. */
struct mr_raw_argument {
    size_t param; /* which of op->params it is for */
    struct mr_label label;
    struct mr_expr *expr;
    struct mr_seq *seq;
    struct mr_span span;
};

struct mr_call {
    const struct mr_op *op;
    struct mr_span span;
    struct mr_raw_argument *items;
    size_t count, capacity;
    size_t place_count; /* items given by place */
    bool has_named;
};

/* Finds the operator with this name that may stand behind `input` (NULL: that may stand first).
 * MR_E_NAME, or MR_E_SYNTAX when there is one but not for this place. */
mr_status mr_call_start(struct mr_call *call, const char *name, const struct mr_seq *input,
                        struct mr_span span, mr_error *err);

/* Adds an argument, still without value, written with `name` as its keyword or label; says by its
 * `param` what kind of value belongs there. Borrowed until the next call. */
mr_status mr_call_add(struct mr_raw_argument **out, struct mr_call *call, enum mr_given given,
                      const char *name, struct mr_span span, mr_error *err);

/* True when there is an argument for this parameter. */
bool mr_call_has(const struct mr_call *call, size_t param);

/* Frees what was not moved. */
void mr_call_free(struct mr_call *call);

#endif
