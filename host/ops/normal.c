#include <float.h>
#include <math.h>

#include "ops/draw.h"

enum { MEAN, SD, SEED, STREAM, DTYPE };

/* No draw is further than 9 standard deviations from the centre. */
static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double mean, sd;
    MR_TRY(mr_draw_float_check(seq, DTYPE, err));
    mr_dtype dtype = seq->columns[0].dtype;
    bool is_f32 = dtype == MR_F32;
    const double most = is_f32 ? FLT_MAX : DBL_MAX;
    MR_TRY(mr_draw_number_of(&mean, seq, MEAN, dtype, -most, most,
                             is_f32 ? "must be finite as f32" : "must be finite", err));
    MR_TRY(mr_draw_number_of(&sd, seq, SD, dtype, 0, most,
                             is_f32 ? "must be finite as f32 and not negative"
                                    : "must be finite and not negative",
                             err));
    if (fabs(mean) + 9 * sd <= most) return MR_OK;
    char text[MR_NUMBER_TEXT];
    return mr_op_fail(seq, &seq->args[SD], err, MR_E_VALUE,
                      "sd=%s is too large: 9 of it from the mean is beyond what %s holds",
                      mr_number_text(&seq->args[SD], text), mr_dtype_name(dtype));
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
               {"sd", MR_PARAM_NUMBER, .fallback = "1", .range = MR_FROM(0),
                .brief = "the standard deviation"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64", .brief = "f64 or f32"}},
    .check = check,
    .lower = lower,
    .known = {{"normal() | skip(1) | take(2)", "-0.31039547880173807 1.3868444271028377"},
              {"normal(100, 15, 7, 3) | take(4)",
               "75.1692754065689 82.0114791652334 81.48493747852616 97.4009261104177"},
              {"normal(dtype=f32) | skip(1) | take(2)", "-0.9246626 -0.61760896"},
              {"normal(dtype=f32) | skip(5) | take(2)", "0.1808259 0.83173513"},
              {"normal(5, 0) | take(2)", "5.0 5.0"},
              {"normal() | take(0)", ""}},
};
