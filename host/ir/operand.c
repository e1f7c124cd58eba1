#include "ir/operand.h"

#include <stdarg.h>
#include <stdio.h>

#include "io/number.h"
#include "ir/constant.h"

mr_status mr_walk_fail(const struct mr_walk *w, const struct mr_expr *at, mr_status status,
                       const char *format, ...)
{
    char what[400];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(what, sizeof what, format, list);
    va_end(list);
    mr_fail(w->err, status, "%s: %s", w->op, what);
    return mr_error_at(w->err, status, w->op, at->span);
}

struct mr_literal mr_operand_literal(const struct mr_operand *operand)
{
    if (mr_dtype_is_float(operand->dtype)) return mr_literal_real(operand->scalar.f64);
    if (!mr_dtype_is_signed(operand->dtype)) return mr_literal_integer(operand->scalar.u64);
    return (struct mr_literal){MR_I64, operand->scalar};
}

mr_status mr_walk_check_literal(const struct mr_walk *w, const struct mr_expr *at,
                                enum mr_literal_outcome outcome)
{
    if (outcome == MR_LITERAL_BY_ZERO)
        return mr_error_hint(w->err, mr_walk_fail(w, at, MR_E_VALUE, "division by the constant 0"),
                             "divide by another number, or by 0.0 for inf and nan");
    if (outcome == MR_EVALUATED) return MR_OK;
    const char *limit = outcome == MR_LITERAL_BELOW ? "below -2^63 = -9223372036854775808"
                                                    : "above 2^64-1 = 18446744073709551615";
    return mr_error_hint(w->err, mr_walk_fail(w, at, MR_E_VALUE, "the number is %s", limit),
                         "write it as a float, with a point or an exponent");
}

static bool is_wide(mr_dtype dtype)
{
    return mr_dtype_size(dtype) == 8;
}

/* The dtype two definite dtypes promote to; false when signed meets unsigned as wide or wider. */
static bool promote(mr_dtype x, mr_dtype y, mr_dtype *out)
{
    if (x == y) {
        *out = x;
        return true;
    }
    if (x == MR_BOOL) x = MR_I32;
    if (y == MR_BOOL) y = MR_I32;
    bool any_float = mr_dtype_is_float(x) || mr_dtype_is_float(y);
    bool same_sign = mr_dtype_is_signed(x) == mr_dtype_is_signed(y);
    mr_dtype wider = is_wide(x) ? x : y;
    *out = any_float ? MR_F64 : wider;
    return any_float || same_sign || (wider == MR_I64 && (!is_wide(x) || !is_wide(y)));
}

static mr_status fail_to_meet(const struct mr_walk *w, const struct mr_expr *at, mr_dtype x,
                              mr_dtype y)
{
    mr_dtype common = is_wide(x) || is_wide(y) ? MR_U64 : MR_U32;
    mr_status st = mr_walk_fail(w, at, MR_E_TYPE, "%s and %s have no common dtype",
                                mr_dtype_name(x), mr_dtype_name(y));
    return mr_error_hint(w->err, st, "cast one side: i64(...) or %s(...)", mr_dtype_name(common));
}

mr_status mr_meet(const struct mr_walk *w, const struct mr_expr *at,
                  const struct mr_operand operands[], size_t count, mr_dtype *out)
{
    bool weak_integer = false, weak_unsigned = false, weak_real = false, definite = false;
    mr_dtype met = MR_BOOL;
    for (size_t k = 0; k < count; k++) {
        mr_dtype dtype = operands[k].dtype;
        if (operands[k].is_weak) {
            weak_real |= dtype == MR_F64;
            weak_integer |= dtype != MR_F64;
            weak_unsigned |= dtype == MR_U64;
        } else if (!definite) {
            met = dtype;
            definite = true;
        } else if (!promote(met, dtype, &met)) {
            return fail_to_meet(w, at, operands[0].dtype, dtype);
        }
    }
    if (!definite)
        met = weak_real ? MR_F64 : weak_unsigned ? MR_U64 : MR_I64;
    else if (weak_real && !mr_dtype_is_float(met))
        met = MR_F64;
    else if (weak_integer && met == MR_BOOL)
        met = MR_I32;
    *out = met;
    return MR_OK;
}

static mr_status fail_to_fit(const struct mr_walk *w, const struct mr_operand *operand,
                             mr_dtype dtype)
{
    char value[MR_NUMBER_TEXT_BYTES];
    (void)mr_format_number(value, operand->dtype, &operand->scalar);
    mr_status st = mr_walk_fail(w, operand->expr, MR_E_TYPE, "%s does not fit %s", value,
                                mr_dtype_name(dtype));
    return mr_error_hint(w->err, st, "cast the other side, %s(...), or the number, %s(%s)",
                         mr_dtype_name(operand->dtype), mr_dtype_name(dtype), value);
}

static bool is_beyond(const struct mr_operand *operand, mr_dtype dtype)
{
    mr_scalar ignored;
    struct mr_number number = mr_number_of(operand->dtype, operand->scalar);
    return operand->is_weak && !number.is_real && !mr_number_as(&number, dtype, &ignored);
}

ir_value mr_operand_cast(const struct mr_walk *w, const struct mr_operand *operand, mr_dtype dtype)
{
    struct ir_body *b = w->l->body;
    if (operand->is_constant) {
        mr_scalar value = mr_scalar_cast(dtype, operand->dtype, operand->scalar);
        return dtype == MR_BOOL ? mr_ir_const(b, dtype, value)
                                : mr_ir_param(b, dtype, value, operand->expr);
    }
    if (dtype != MR_BOOL || operand->dtype == MR_BOOL) return mr_ir_cast(b, dtype, operand->code);
    return mr_ir_binary(b, IR_NE, operand->code, mr_ir_const_int(b, operand->dtype, 0));
}

mr_status mr_settle(const struct mr_walk *w, const struct mr_operand *operand, mr_dtype dtype,
                    ir_value *out)
{
    if (is_beyond(operand, dtype)) return fail_to_fit(w, operand, dtype);
    *out = mr_operand_cast(w, operand, dtype);
    return MR_OK;
}

static mr_status settle_constant_divisor(const struct mr_walk *w, const struct mr_operand *operand,
                                         mr_dtype dtype, ir_value *out)
{
    mr_scalar value = mr_scalar_cast(dtype, operand->dtype, operand->scalar);
    if (is_beyond(operand, dtype)) return fail_to_fit(w, operand, dtype);
    if (value.u64 == 0)
        return mr_error_hint(
            w->err, mr_walk_fail(w, operand->expr, MR_E_VALUE, "division by the constant 0"),
            "divide by another number, or by 0.0 for inf and nan");
    *out = mr_ir_const(w->l->body, dtype, value);
    return MR_OK;
}

mr_status mr_settle_divisor(const struct mr_walk *w, const struct mr_operand *operand,
                            mr_dtype dtype, ir_value *out)
{
    if (mr_dtype_is_float(dtype)) return mr_settle(w, operand, dtype, out);
    if (operand->is_constant) return settle_constant_divisor(w, operand, dtype, out);
    struct ir_body *b = w->l->body;
    ir_value divisor = mr_operand_cast(w, operand, dtype);
    ir_value bad = mr_ir_binary(b, IR_EQ, divisor, mr_ir_const_int(b, dtype, 0));
    mr_lower_check(w->l, bad, MR_E_DIVISION, w->scope->owner);
    *out = mr_ir_ternary(b, IR_SELECT, bad, mr_ir_const_int(b, dtype, 1), divisor);
    return MR_OK;
}
