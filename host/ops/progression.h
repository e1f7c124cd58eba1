/* start + step * i: what count, range and linspace are made of. */
#ifndef MR_OPS_PROGRESSION_H
#define MR_OPS_PROGRESSION_H

#include "ir/op.h"

/* The dtype asked for by seq->args[dtype_at]; without one i64, or f64 when one of the first `count`
 * arguments is no integer. Only numbers can progress: bool is an error. */
mr_status mr_progression_dtype(mr_dtype *out, const struct mr_seq *seq, size_t count,
                               size_t dtype_at, mr_error *err);

/* Checks that a start fits its dtype; a step may also go down where the dtype has no sign. */
mr_status mr_progression_start(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                               mr_error *err);
mr_status mr_progression_step(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                              mr_error *err);

/* Floats are multiplied, rounded, then added; where the product may overflow on the way to a sum
 * that does not (is_wide), they are multiplied and added with one rounding. `subject` tells the
 * step, a kernel argument, from all others. */
ir_value mr_progression_code(struct ir_body *b, mr_dtype dtype, ir_value start, mr_scalar step,
                             bool is_wide, const void *subject, ir_value position);

/* Arguments `start_at` and `step_at` at a position, in the dtype of seq's column. */
mr_status mr_progression_lower(struct mr_lowering *l, const struct mr_seq *seq, size_t start_at,
                               size_t step_at, bool is_wide, ir_value position, ir_value *out,
                               mr_error *err);

/* The float at a position, as the code above computes it. */
struct mr_progression {
    mr_dtype dtype;
    double start, step;
    bool is_wide;
};
double mr_progression_at(const struct mr_progression *p, int64_t position);

/* Whether products may overflow on the way from start to stop. */
bool mr_progression_is_wide(mr_dtype dtype, double start, double stop);

#endif
