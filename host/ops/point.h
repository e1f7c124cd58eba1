/* Points in the unit cube: sources of up to 8 columns, each one coordinate. */
#ifndef MR_OPS_POINT_H
#define MR_OPS_POINT_H

#include "ir/op.h"

/* The parameter that says how many columns. */
#define MR_POINT_DIM(default)                                                                      \
    {                                                                                              \
        "dim", MR_PARAM_COUNT, .fallback = (default), .range = MR_WITHIN(1, MR_MAX_COLUMNS),       \
                               .brief = "how many columns",                                        \
                               .hint = "a record has 8 columns at most; first= chooses others"     \
    }

/* An endless source of f64 columns x, or x0, x1, ...; how many, argument `dim_at` says. */
mr_status mr_point_check(struct mr_seq *seq, size_t dim_at, mr_error *err);

/* Points have `known` coordinates: the first column's, which argument `first_at` says, must leave
 * room for those of all columns. */
mr_status mr_point_first(const struct mr_seq *seq, size_t first_at, size_t known, mr_error *err);

#endif
