/* Maps that are applied to their own results: an expression of x and i, and where x starts. */
#ifndef MR_OPS_STEP_H
#define MR_OPS_STEP_H

#include "ir/op.h"

/* The dtype in which x stays when the expression in argument `expr_at` is applied to it again and
 * again, from a start of dtype `start`. */
mr_status mr_step_dtype(const struct mr_seq *seq, size_t expr_at, mr_dtype start, mr_dtype *out,
                        mr_error *err);

/* The expression's value, in x's dtype, of x and what i is. */
mr_status mr_step_lower(struct mr_lowering *l, const struct mr_seq *seq, size_t expr_at, ir_value x,
                        ir_value i, ir_value *out, mr_error *err);

#endif
