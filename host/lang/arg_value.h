/* Arguments of C calls (mr_int() and so on) as the trees that the parser would make of them. */
#ifndef MR_LANG_ARG_VALUE_H
#define MR_LANG_ARG_VALUE_H

#include <millrace/sequence.h>

#include "ir/expr.h"

/* What mr_arg's `kind` holds: one of these, a dtype, whether it is a constant with a name. */
enum { ARG_INT = 1, ARG_UINT, ARG_REAL, ARG_EXPR, ARG_TEXT, ARG_INPUT };
enum { ARG_KIND_MASK = 0xff, ARG_CONSTANT = 1 << 8, ARG_DTYPE_SHIFT = 16 };

static inline int mr_arg_kind(const mr_arg *arg)
{
    return arg->kind & ARG_KIND_MASK;
}

static inline bool mr_arg_is_constant(const mr_arg *arg)
{
    return (arg->kind & ARG_CONSTANT) != 0;
}

/* False where no function above made it, or of NULL. */
bool mr_arg_has_value(const mr_arg *arg);

/* The tree of a number or text. */
mr_status mr_arg_literal(struct mr_expr **out, const mr_arg *arg, mr_error *err);

#endif
