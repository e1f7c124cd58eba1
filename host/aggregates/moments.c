/* Squared deviations from the mean. */
#include <math.h>

#include "ir/aggregate.h"

static bool finish_var(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    out->f64 = total->count > ddof ? total->b.f64 / (double)(total->count - ddof) : (double)NAN;
    return true;
}

static bool finish_std(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    bool has_value = finish_var(total, dtype, ddof, out);
    out->f64 = sqrt(out->f64);
    return has_value;
}

const struct mr_aggregate_class mr_aggregate_var = {
    .name = "var",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_f64,
    .result = mr_result_f64,
    .partials = MR_PARTIALS_MOMENTS,
    .fold = MR_SUM,
    .needs_count = true,
    .finish = finish_var,
};

const struct mr_aggregate_class mr_aggregate_std = {
    .name = "std",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_f64,
    .result = mr_result_f64,
    .partials = MR_PARTIALS_MOMENTS,
    .fold = MR_SUM,
    .needs_count = true,
    .finish = finish_std,
};
