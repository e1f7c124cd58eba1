#include <float.h>
#include <math.h>

#include "ops/draw.h"

enum { SEED, STREAM, DTYPE, LO, HI, ENDS };
enum { ENDS_LOW, ENDS_HIGH, ENDS_NONE }; /* which may occur; in the order of the choices */

static double next(mr_dtype dtype, double from, double to)
{
    return dtype == MR_F32 ? nextafterf((float)from, (float)to) : nextafter(from, to);
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double lo, hi;
    MR_TRY(mr_draw_float_check(seq, DTYPE, err));
    mr_dtype dtype = seq->columns[0].dtype;
    double most = dtype == MR_F32 ? FLT_MAX : DBL_MAX;
    MR_TRY(mr_draw_number_of(&lo, seq, LO, MR_F64, -most, most, "must be finite", err));
    MR_TRY(mr_draw_number_of(&hi, seq, HI, MR_F64, -most, most, "must be finite", err));
    if (dtype == MR_F32) lo = (float)lo, hi = (float)hi;
    if (!(next(dtype, lo, hi) < hi) || hi - lo > most) {
        char lo_text[MR_NUMBER_TEXT], hi_text[MR_NUMBER_TEXT];
        return mr_op_fail(seq, &seq->args[HI], err, MR_E_VALUE, "hi=%s %s lo=%s",
                          mr_number_text(&seq->args[HI], hi_text),
                          hi - lo > most ? "is too far from" : "must be well above",
                          mr_number_text(&seq->args[LO], lo_text));
    }
    return MR_OK;
}

static ir_value constant(struct ir_body *b, mr_dtype dtype, double value)
{
    return mr_ir_const(b, dtype, (mr_scalar){.f64 = value});
}

/* From u = k 2^-n, exactly: (k + 1) 2^-n in (0, 1], or (k | 1) 2^-n in (0, 1). */
static ir_value move_ends(struct ir_body *b, mr_dtype dtype, int ends, ir_value u)
{
    double unit = dtype == MR_F32 ? 0x1p-24 : 0x1p-53;
    if (ends == ENDS_LOW) return u;
    if (ends == ENDS_NONE) {
        ir_value half = mr_ir_binary(b, IR_MUL, u, constant(b, dtype, 0.5 / unit));
        u = mr_ir_binary(b, IR_MUL, mr_ir_unary(b, IR_FLOOR, half), constant(b, dtype, 2 * unit));
    }
    return mr_ir_binary(b, IR_ADD, u, constant(b, dtype, unit));
}

/* lo + (hi - lo) u; rounding must not reach an end that is left out. */
static ir_value stretch(struct ir_body *b, const struct mr_seq *seq, ir_value u)
{
    mr_dtype dtype = seq->columns[0].dtype;
    int ends = seq->args[ENDS].choice;
    mr_scalar lo, hi, span, least, most;
    (void)mr_number_as(&seq->args[LO].number, dtype, &lo);
    (void)mr_number_as(&seq->args[HI].number, dtype, &hi);
    if (lo.f64 == 0 && hi.f64 == 1) return u;
    span.f64 = hi.f64 - lo.f64;
    least.f64 = ends == ENDS_LOW ? lo.f64 : next(dtype, lo.f64, hi.f64);
    most.f64 = ends == ENDS_HIGH ? hi.f64 : next(dtype, hi.f64, lo.f64);
    ir_value x = mr_ir_binary(b, IR_MUL, mr_ir_param(b, dtype, span, &seq->args[HI].number), u);
    x = mr_ir_binary(b, IR_ADD, mr_ir_param(b, dtype, lo, &seq->args[LO]), x);
    x = mr_ir_binary(b, IR_MIN, x, mr_ir_param(b, dtype, most, &seq->args[HI]));
    return mr_ir_binary(b, IR_MAX, x, mr_ir_param(b, dtype, least, &seq->args[LO].number));
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    mr_dtype dtype = seq->columns[0].dtype;
    ir_value u = mr_draw(l, seq, mr_draw_pick(dtype, MR_FN_UNIFORM_F32, MR_FN_UNIFORM_F64), dtype,
                         SEED, position);
    u = move_ends(l->body, dtype, seq->args[ENDS].choice, u);
    columns[0] = stretch(l->body, seq, u);
    return MR_OK;
}

const struct mr_op mr_op_uniform = {
    .name = "uniform",
    .brief = "random floats in [0, 1) from Philox4x32-10, without end",
    .example = "uniform(42) | map(x < 0.5 ? 0 : 1) | take(8)",
    .role = MR_SOURCE,
    .params = {MR_DRAW_PARAMS,
               {"dtype", MR_PARAM_DTYPE, .fallback = "f64",
                .brief = "f64: 53 bits of two words; f32: 24 bits of one"},
               {"lo", MR_PARAM_NUMBER, .fallback = "0", .brief = "the lower end"},
               {"hi", MR_PARAM_NUMBER, .fallback = "1", .brief = "the higher end"},
               {"ends", MR_PARAM_CHOICE, .fallback = "low", .choices = "low|high|none",
                .brief = "which of the two may occur: [lo, hi), (lo, hi] or (lo, hi)"}},
    .check = check,
    .lower = lower,
    .known = {{"uniform() | take(2)", "0.8805201978886142 0.6054818538799213"},
              {"uniform(dtype=f32) | take(4)", "0.39904642 0.88052016 0.73571277 0.6054818"},
              {"uniform(20111115, dtype=f32) | skip(9999) | take(1)", "0.4552009"},
              {"uniform(ends=high) | map(x - 1.1102230246251565e-16) | take(1)",
               "0.8805201978886142"},
              {"uniform(lo=-2, hi=2) | take(2)", "1.522080791554457 0.42192741551968505"},
              {"uniform() | take(0)", ""}},
};
