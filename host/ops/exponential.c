#include <float.h>

#include "ops/draw.h"

enum { RATE, SEED, STREAM, DTYPE };

/* The longest waiting time of rate 1 is 36.8, of f32 22.2: of the least rates they are finite. */
static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double ignored;
    MR_TRY(mr_draw_float_check(seq, DTYPE, err));
    if (seq->columns[0].dtype == MR_F32)
        return mr_draw_number_of(&ignored, seq, RATE, MR_F32, 1e-37, FLT_MAX,
                                 "must be in [1e-37, 3.4e38] for f32", err);
    return mr_draw_number_of(&ignored, seq, RATE, MR_F64, 1e-306, DBL_MAX,
                             "must be in [1e-306, 1.79e308]", err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    ir_value unit =
        mr_draw(l, seq, mr_draw_pick(dtype, MR_FN_EXPONENTIAL_F32, MR_FN_EXPONENTIAL_F64), dtype,
                SEED, position);
    columns[0] = mr_ir_binary(l->body, IR_DIV, unit, mr_lower_argument(l, &seq->args[RATE], dtype));
    return MR_OK;
}

/* The known answers are -log((k + 1) / 2^53) for the 53 bits k of uniform(), and
 * -log((w + 1) / 2^32) for the words w of philox(), in 50 digits, then rounded. */
const struct mr_op mr_op_exponential = {
    .name = "exponential",
    .brief = "exponential random numbers, the waiting times of a rate, without end",
    .example = "exponential(0.5, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"rate", MR_PARAM_NUMBER, .fallback = "1", .range = MR_ABOVE(0),
                .brief = "1 / mean"},
               MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64", .brief = "f64 or f32"}},
    .check = check,
    .lower = lower,
    .known = {{"exponential() | take(4)",
               "0.12724241219640764 0.5017306852573518 1.0158593980834754 3.2942978706311914"},
              {"exponential(dtype=f32) | take(4)", "0.9186774 0.12724242 0.30691546 0.5017307"},
              {"exponential(4) | take(1)", "0.03181060304910191"},
              {"exponential() | take(0)", ""}},
};
