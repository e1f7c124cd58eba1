/* Points whose columns are made of one draw each, divided by what all have in common. */
#ifndef MR_OPS_DIRECTION_H
#define MR_OPS_DIRECTION_H

#include "ops/draw.h"

/* Columns x0, x1, ... of f64, as many as COUNT argument `dim_at` says: 1 to 8. */
mr_status mr_direction_check(struct mr_seq *seq, size_t dim_at, mr_error *err);

/* Column k of element i is draw i * dim + k. */
void mr_direction_draws(struct mr_lowering *l, const struct mr_seq *seq,
                        enum mr_library_fn function, size_t seed_at, ir_value position,
                        ir_value *columns);

/* Divides the columns; where the divisor is 0, the first is 1 and the others are 0. */
void mr_direction_divide(struct mr_lowering *l, const struct mr_seq *seq, ir_value divisor,
                         ir_value *columns);

#endif
