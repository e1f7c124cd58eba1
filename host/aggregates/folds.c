/* Folds of all values, and what is made of one. */
#include <math.h>

#include "ir/aggregate.h"

static bool finish(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    *out = total->a;
    return true;
}

static bool finish_chosen(const struct mr_partial *total, mr_dtype dtype, int64_t ddof,
                          mr_scalar *out)
{
    return finish(total, dtype, ddof, out) && total->count > 0;
}

static bool finish_mean(const struct mr_partial *total, mr_dtype dtype, int64_t ddof,
                        mr_scalar *out)
{
    double sum = mr_dtype_is_float(dtype) ? total->a.f64 : mr_partial_beyond(total);
    (void)ddof;
    out->f64 = total->count ? sum / (double)total->count : (double)NAN;
    return true;
}

const struct mr_aggregate_class mr_aggregate_sum = {
    .name = "sum",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_wide,
    .result = mr_wide_dtype,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_SUM,
    .watched = MR_WATCHED_SUM,
    .finishing = MR_FINISHED_AS_TOTAL,
    .finish = finish,
};

/* Tells whether it wrapped. */
const struct mr_aggregate_class mr_aggregate_watched_sum = {
    .name = "sum",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_wide,
    .result = mr_wide_dtype,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_SUM,
    .sums_beyond = true,
    .tells_wrap = true,
    .finishing = MR_FINISHED_AS_TOTAL,
    .finish = finish,
};

/* The sum of integers does not wrap on the way, and is rounded once. */
const struct mr_aggregate_class mr_aggregate_mean = {
    .name = "mean",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_wide,
    .result = mr_result_f64,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_SUM,
    .needs_count = true,
    .finishing = MR_FINISHED_AS_MEAN,
    .sums_beyond = true,
    .finish = finish_mean,
};

const struct mr_aggregate_class mr_aggregate_prod = {
    .name = "prod",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_wide,
    .result = mr_wide_dtype,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_PROD,
    .finishing = MR_FINISHED_AS_TOTAL,
    .finish = finish,
};

const struct mr_aggregate_class mr_aggregate_min = {
    .name = "min",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_ordered,
    .result = mr_result_as_it_is,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_MIN,
    .needs_count = true,
    .finishing = MR_FINISHED_AS_TOTAL,
    .finish = finish_chosen,
};

const struct mr_aggregate_class mr_aggregate_max = {
    .name = "max",
    .kind = MR_KIND_REDUCE,
    .value = mr_value_ordered,
    .result = mr_result_as_it_is,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_MAX,
    .needs_count = true,
    .finishing = MR_FINISHED_AS_TOTAL,
    .finish = finish_chosen,
};
