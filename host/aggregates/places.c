/* Where the least or greatest value is. */
#include "ir/aggregate.h"

static bool finish(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    *out = total->b;
    return total->count > 0;
}

const struct mr_aggregate_class mr_aggregate_argmin = {
    .name = "argmin",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_ordered,
    .result = mr_result_i64,
    .partials = MR_PARTIALS_PLACE,
    .fold = MR_MIN,
    .needs_count = true,
    .finish = finish,
};

const struct mr_aggregate_class mr_aggregate_argmax = {
    .name = "argmax",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_ordered,
    .result = mr_result_i64,
    .partials = MR_PARTIALS_PLACE,
    .fold = MR_MAX,
    .needs_count = true,
    .finish = finish,
};
