/* The Euclidean norm. Each square is rounded once, their sum follows the fixed tree. */
#include <math.h>

#include "ir/aggregate.h"

static ir_value square(struct ir_body *b, ir_value x, const struct mr_settings *settings)
{
    ir_value wide = mr_value_f64(b, x, settings);
    return mr_ir_binary(b, IR_MUL, wide, wide);
}

static bool finish(const struct mr_partial *total, mr_dtype dtype, int64_t ddof, mr_scalar *out)
{
    (void)dtype;
    (void)ddof;
    out->f64 = sqrt(total->a.f64);
    return true;
}

const struct mr_aggregate_class mr_aggregate_norm = {
    .name = "norm",
    .kind = MR_KIND_REDUCE,
    .value = square,
    .result = mr_result_f64,
    .partials = MR_PARTIALS_FOLD,
    .fold = MR_SUM,
    .finish = finish,
};
