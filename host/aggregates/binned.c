/* What is kept in bins that any element may add to in any order. */
#include "ir/aggregate.h"
#include "ir/seq.h"

static ir_value binned(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    bool fits = mr_ir_dtype(b, x) == MR_F32 && mr_bins_fit_f32(&settings->bins);
    return mr_ir_cast(b, fits ? MR_F32 : MR_F64, x);
}

static mr_dtype counts(mr_dtype column)
{
    (void)column;
    return MR_U64;
}

const struct mr_aggregate_class mr_aggregate_hist = {
    .name = "hist",
    .kind = MR_KIND_HISTOGRAM,
    .value = binned,
    .result = counts,
    .partials = MR_PARTIALS_BINS,
};

const struct mr_aggregate_class mr_aggregate_exact_sum = {
    .name = "exact sum",
    .kind = MR_KIND_SUPERACCUMULATOR,
    .value = mr_value_wide,
    .result = mr_wide_dtype,
    .partials = MR_PARTIALS_FIXED,
    .fold = MR_SUM,
    .needs_count = true,
    .finishing = MR_FINISHED_AS_TOTAL,
};

const struct mr_aggregate_class mr_aggregate_exact_mean = {
    .name = "exact mean",
    .kind = MR_KIND_SUPERACCUMULATOR,
    .value = mr_value_wide,
    .result = mr_result_f64,
    .partials = MR_PARTIALS_FIXED,
    .fold = MR_SUM,
    .needs_count = true,
    .finishing = MR_FINISHED_AS_MEAN,
};
