/* Whether some value is true, or none is false. */
#include "ir/aggregate.h"

static ir_value truth(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    mr_dtype dtype = mr_ir_dtype(b, x);
    (void)settings;
    return dtype == MR_BOOL ? x : mr_ir_binary(b, IR_NE, x, mr_ir_const_int(b, dtype, 0));
}

static mr_dtype result(mr_dtype column)
{
    (void)column;
    return MR_BOOL;
}

static bool finish_any(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    out->u64 = total->a.i64 < INT64_MAX;
    return true;
}

static bool finish_all(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    out->u64 = total->a.i64 == INT64_MAX;
    return true;
}

const struct mr_aggregate_class mr_aggregate_any = {
    .name = "any",
    .kind = MR_KIND_REDUCE,
    .value = truth,
    .result = result,
    .partials = MR_PARTIALS_DECISION,
    .deciding = true,
    .is_prompt = true,
    .finish = finish_any,
};

const struct mr_aggregate_class mr_aggregate_all = {
    .name = "all",
    .kind = MR_KIND_REDUCE,
    .value = truth,
    .result = result,
    .partials = MR_PARTIALS_DECISION,
    .deciding = false,
    .is_prompt = true,
    .finish = finish_all,
};
