#include "ops/draw.h"

extern const struct mr_op mr_op_normal;

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_op_normal.check(seq, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    MR_TRY(mr_op_normal.lower(l, seq, position, columns, err));
    columns[0] = mr_ir_call(l->body, MR_FN_EXP, seq->columns[0].dtype, columns, 1);
    return MR_OK;
}

const struct mr_op mr_op_lognormal = {
    .name = "lognormal",
    .brief = "random numbers whose logarithm is normal, without end",
    .example = "lognormal(0, 0.25, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"mean", MR_PARAM_NUMBER, .fallback = "0", .brief = "the centre of the logarithm"},
               {"sd", MR_PARAM_NUMBER, .fallback = "1", .range = MR_FROM(0),
                .brief = "the standard deviation of the logarithm"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64", .brief = "f64 or f32"}},
    .check = check,
    .lower = lower,
    .known = {{"lognormal() | skip(2) | take(1)", "4.002200869187932"},
              {"lognormal() | take(0)", ""}},
};
