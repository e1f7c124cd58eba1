#include "ops/progression.h"

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
    return mr_error_hint(err, st, "choose a wider dtype, such as dtype=%s",
                         seq->args[at].number.is_real ? "f64" : "u64 or dtype=f64");
}

mr_status mr_progression_start(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                               mr_error *err)
{
    if (mr_number_as(&seq->args[at].number, dtype, out)) return MR_OK;
    return fail_to_fit(seq, at, dtype, err);
}

mr_status mr_progression_step(mr_scalar *out, const struct mr_seq *seq, size_t at, mr_dtype dtype,
                              mr_error *err)
{
    const struct mr_number *number = &seq->args[at].number;
    mr_scalar down;
    if (mr_number_as(number, dtype, out)) return MR_OK;
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
                             const void *origin, ir_value position)
{
    bool is_one = mr_dtype_is_float(dtype) ? step.f64 == 1.0 : step.u64 == 1;
    ir_value i = mr_ir_cast(b, dtype, position);
    /* By far the most common step; a 64-bit product is dear on CPUs. */
    /* An index is no negative zero, so that 0.0 added changes nothing either. */
    bool is_from_zero =
        start != IR_NONE && b->nodes[start].op == IR_PARAM && b->nodes[start].imm.u64 == 0;
    if (is_one) return is_from_zero ? i : mr_ir_binary(b, IR_ADD, i, start);
    ir_value product = mr_ir_binary(b, IR_MUL, i, mr_ir_param(b, dtype, step, origin));
    return mr_ir_binary(b, IR_ADD, product, start);
}

mr_status mr_progression_lower(struct mr_lowering *l, const struct mr_seq *seq, size_t start_at,
                               size_t step_at, ir_value position, ir_value *out, mr_error *err)
{
    mr_dtype dtype = seq->columns[0].dtype;
    mr_scalar step;
    MR_TRY(mr_progression_step(&step, seq, step_at, dtype, err));
    ir_value start = mr_lower_argument(l, &seq->args[start_at], dtype);
    *out = mr_progression_code(l->body, dtype, start, step, &seq->args[step_at], position);
    return MR_OK;
}
