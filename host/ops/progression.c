#include "ops/progression.h"

#include <float.h>
#include <math.h>

#include "ir/constant.h"
#include "ops/stage.h"

static bool is_integral(const struct mr_number *number)
{
    if (!number->is_real) return true;
    double value = number->value.f64;
    return fabs(value) < 0x1p64 && value == trunc(value);
}

mr_status mr_progression_dtype(mr_dtype *out, const struct mr_seq *seq, size_t count,
                               size_t dtype_at, mr_error *err)
{
    const struct mr_argument *asked = &seq->args[dtype_at];
    *out = asked->dtype;
    if (!asked->present) {
        *out = MR_I64;
        for (size_t k = 0; k < count; k++)
            if (!is_integral(&seq->args[k].number)) *out = MR_F64;
    }
    if (*out != MR_BOOL) return MR_OK;
    mr_status st = mr_op_fail(seq, asked, err, MR_E_TYPE, "dtype=bool is no number");
    return mr_error_hint(err, st, "use an integer or a float, then map(bool(x))");
}

static mr_status fail_to_fit(const struct mr_seq *seq, size_t at, mr_dtype dtype, mr_error *err)
{
    char text[MR_NUMBER_TEXT];
    mr_status st = mr_op_fail(seq, &seq->args[at], err, MR_E_VALUE, "%s=%s does not fit %s",
                              seq->op->params[at].name, mr_number_text(&seq->args[at], text),
                              mr_dtype_name(dtype));
    bool is_integer = !seq->args[at].number.is_real && dtype != MR_U64;
    return mr_error_hint(err, st, "choose a dtype that holds it, such as dtype=%s",
                         is_integer ? "u64 or dtype=f64" : "f64");
}

/* Rounded to f32 it is infinite, or 0, and was not. */
static bool is_lost(const struct mr_number *number, mr_dtype dtype, mr_scalar value)
{
    if (dtype != MR_F32) return false;
    double given = number->is_real       ? number->value.f64
                   : number->is_negative ? (double)number->value.i64
                                         : (double)number->value.u64;
    return (isinf(value.f64) && !isinf(given)) || (value.f64 == 0 && given != 0);
}

mr_status mr_progression_start(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                               mr_error *err)
{
    const struct mr_number *number = &seq->args[at].number;
    if (mr_number_as(number, dtype, out) && !is_lost(number, dtype, *out)) return MR_OK;
    return fail_to_fit(seq, at, dtype, err);
}

mr_status mr_progression_step(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                              mr_error *err)
{
    const struct mr_number *number = &seq->args[at].number;
    mr_scalar down;
    if (mr_number_as(number, dtype, out) && !is_lost(number, dtype, *out)) return MR_OK;
    bool is_unsigned = dtype == MR_U32 || dtype == MR_U64;
    /* Modulo 2^n a step down is a large step up. */
    if (is_unsigned && mr_number_as(number, MR_I64, &down) &&
        (dtype == MR_U64 || down.i64 >= -(int64_t)UINT32_MAX)) {
        *out = mr_scalar_cast(dtype, MR_I64, down);
        return MR_OK;
    }
    return fail_to_fit(seq, at, dtype, err);
}

ir_value mr_progression_code(struct ir_body *b, mr_dtype dtype, ir_value start, mr_scalar step,
                             bool is_wide, const void *subject, ir_value position)
{
    bool is_one = mr_dtype_is_float(dtype) ? step.f64 == 1.0 : step.u64 == 1;
    ir_value i = mr_ir_cast(b, dtype, position);
    /* By far the most common step; a 64-bit product is dear on CPUs. */
    /* An index is no negative zero, so that 0.0 added changes nothing either. */
    bool is_from_zero =
        start != IR_NONE && b->nodes[start].op == IR_PARAM && b->nodes[start].imm.u64 == 0;
    if (is_one) return is_from_zero ? i : mr_ir_binary(b, IR_ADD, i, start);
    ir_value factor = mr_ir_param(b, dtype, step, subject);
    if (is_wide) return mr_ir_ternary(b, IR_FMA, i, factor, start);
    return mr_ir_binary(b, IR_ADD, mr_ir_binary(b, IR_MUL, i, factor), start);
}

double mr_progression_at(const struct mr_progression *p, int64_t position)
{
    if (p->dtype == MR_F32) {
        float i = (float)position, start = (float)p->start, step = (float)p->step;
        if (p->is_wide) return (double)fmaf(i, step, start);
        float product = i * step;
        return (double)(product + start);
    }
    double i = (double)position;
    return p->is_wide ? fma(i, p->step, p->start) : i * p->step + p->start;
}

bool mr_progression_is_wide(mr_dtype dtype, double start, double stop)
{
    double most = dtype == MR_F32 ? FLT_MAX : DBL_MAX;
    return fabs(stop / 2 - start / 2) >= most / 4;
}

mr_status mr_progression_lower(struct mr_lowering *l, const struct mr_seq *seq, size_t start_at,
                               size_t step_at, bool is_wide, ir_value position, ir_value *out,
                               mr_error *err)
{
    mr_dtype dtype = seq->columns[0].dtype;
    mr_scalar step;
    MR_TRY(mr_progression_step(&step, seq, step_at, dtype, err));
    ir_value start = mr_lower_argument(l, &seq->args[start_at], dtype);
    *out = mr_progression_code(l->body, dtype, start, step, is_wide, &seq->args[step_at], position);
    return MR_OK;
}
