#include <math.h>

#include "ops/draw.h"

enum { MEAN, SD, SEED, STREAM, DTYPE };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double ignored;
    MR_TRY(mr_draw_number(&ignored, seq, MEAN, -HUGE_VAL, HUGE_VAL, "must be a number", err));
    MR_TRY(mr_draw_number(&ignored, seq, SD, 0, HUGE_VAL, "must not be negative", err));
    return mr_draw_float_check(seq, DTYPE, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    ir_value z = mr_draw(l, seq, mr_draw_pick(dtype, MR_FN_NORMAL_F32, MR_FN_NORMAL_F64), dtype,
                         SEED, position);
    ir_value scaled = mr_ir_binary(l->body, IR_MUL, mr_lower_argument(l, &seq->args[SD], dtype), z);
    columns[0] =
        mr_ir_binary(l->body, IR_ADD, mr_lower_argument(l, &seq->args[MEAN], dtype), scaled);
    return MR_OK;
}

/* The known answers are the formula of Box and Muller at the known words of philox() and
 * uniform(), in 50 digits, then rounded. */
const struct mr_op mr_op_normal = {
    .name = "normal",
    .brief = "normal random numbers, without end",
    .example = "normal(100, 15, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"mean", MR_PARAM_NUMBER, .fallback = "0", .brief = "the centre"},
               {"sd", MR_PARAM_NUMBER, .fallback = "1",
                .brief = "the standard deviation, not negative"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64", .brief = "f64 or f32"}},
    .check = check,
    .lower = lower,
    .known = {{"normal() | skip(1) | take(2)", "-0.31039547880173807 1.3868444271028377"},
              {"normal(100, 15, 7, 3) | take(4)",
               "75.1692754065689 82.0114791652334 81.48493747852616 97.4009261104177"},
              {"normal(dtype=f32) | skip(1) | take(4)",
               "-0.92466277 -0.61760914 -0.48206842 -0.15363811"},
              {"normal(5, 0) | take(2)", "5.0 5.0"},
              {"normal() | take(0)", ""}},
};
