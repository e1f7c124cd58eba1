/* How many elements there are. */
#include "ir/aggregate.h"

static bool finish(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    out->i64 = total->count;
    return true;
}

const struct mr_aggregate_class mr_aggregate_count = {
    .name = "count",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_as_it_is,
    .result = mr_result_i64,
    .partials = MR_PARTIALS_COUNT,
    .needs_count = true,
    .finish = finish,
};
