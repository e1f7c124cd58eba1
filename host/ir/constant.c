#include "ir/constant.h"

#include <math.h>

#include "ir/typing.h"

static const struct {
    double low, beyond; /* the first float below, and above, that does not fit; low may fit */
    int64_t least;
    uint64_t most;
} ranges[MR_DTYPE_COUNT] = {
    [MR_BOOL] = {0, 2, 0, 1},
    [MR_I32] = {-0x1p31, 0x1p31, INT32_MIN, INT32_MAX},
    [MR_U32] = {0, 0x1p32, 0, UINT32_MAX},
    [MR_I64] = {-0x1p63, 0x1p63, INT64_MIN, INT64_MAX},
    [MR_U64] = {0, 0x1p64, 0, UINT64_MAX},
};

bool mr_integer_fits(int64_t value, mr_dtype dtype)
{
    if (mr_dtype_is_float(dtype)) return true;
    return value < 0 ? value >= ranges[dtype].least : (uint64_t)value <= ranges[dtype].most;
}

static mr_scalar wrapped(mr_dtype to, uint64_t bits)
{
    if (to == MR_I32) return (mr_scalar){.i64 = (int32_t)(uint32_t)bits};
    if (to == MR_U32) return (mr_scalar){.u64 = (uint32_t)bits};
    return (mr_scalar){.u64 = bits};
}

static mr_scalar saturated(mr_dtype to, double value)
{
    if (isnan(value)) return (mr_scalar){.u64 = 0};
    if (value <= ranges[to].low) return (mr_scalar){.i64 = ranges[to].least};
    if (value >= ranges[to].beyond) return (mr_scalar){.u64 = ranges[to].most};
    if (value < 0) return (mr_scalar){.i64 = (int64_t)value};
    return (mr_scalar){.u64 = (uint64_t)value};
}

mr_scalar mr_scalar_cast(mr_dtype to, mr_dtype from, mr_scalar value)
{
    bool from_float = mr_dtype_is_float(from);
    if (to == from) return value;
    if (to == MR_BOOL) return (mr_scalar){.u64 = from_float ? value.f64 != 0.0 : value.u64 != 0};
    if (mr_dtype_is_float(to)) {
        double wide = from_float                 ? value.f64
                      : mr_dtype_is_signed(from) ? (double)value.i64
                                                 : (double)value.u64;
        /* One rounding, straight from the integer: by way of f64 there would be two. */
        float narrow = from_float                 ? (float)value.f64
                       : mr_dtype_is_signed(from) ? (float)value.i64
                                                  : (float)value.u64;
        return (mr_scalar){.f64 = to == MR_F32 ? (double)narrow : wide};
    }
    return from_float ? saturated(to, value.f64) : wrapped(to, value.u64);
}

static enum mr_fold_outcome fold_reals(enum mr_operator op, double x, double y, double *out)
{
    switch (op) {
    case MR_OPERATOR_ADD: *out = x + y; return MR_FOLDED;
    case MR_OPERATOR_SUB: *out = x - y; return MR_FOLDED;
    case MR_OPERATOR_MUL: *out = x * y; return MR_FOLDED;
    case MR_OPERATOR_DIV: *out = x / y; return MR_FOLDED;
    case MR_OPERATOR_NEG: *out = -x; return MR_FOLDED;
    default: return MR_FOLD_NO_SUCH;
    }
}

static enum mr_fold_outcome fold_division(enum mr_operator op, int64_t x, int64_t y, int64_t *out)
{
    if (y == 0) return MR_FOLD_BY_ZERO;
    if (y == -1) { /* the least i64 has no negative: it wraps to itself, remainder 0 */
        *out = op == MR_OPERATOR_DIV ? (int64_t)(0 - (uint64_t)x) : 0;
        return op == MR_OPERATOR_DIV && x == INT64_MIN ? MR_FOLD_WRAPPED : MR_FOLDED;
    }
    *out = op == MR_OPERATOR_DIV ? x / y : x % y;
    return MR_FOLDED;
}

static int64_t shifted(enum mr_operator op, int64_t x, int64_t count)
{
    unsigned n = (unsigned)count & 63;
    if (op == MR_OPERATOR_SHL) return (int64_t)((uint64_t)x << n);
    return (int64_t)(x < 0 ? ~(~(uint64_t)x >> n) : (uint64_t)x >> n);
}

static enum mr_fold_outcome fold_integers(enum mr_operator op, int64_t x, int64_t y, int64_t *out)
{
    switch (op) {
    case MR_OPERATOR_ADD: return __builtin_add_overflow(x, y, out) ? MR_FOLD_WRAPPED : MR_FOLDED;
    case MR_OPERATOR_SUB: return __builtin_sub_overflow(x, y, out) ? MR_FOLD_WRAPPED : MR_FOLDED;
    case MR_OPERATOR_MUL: return __builtin_mul_overflow(x, y, out) ? MR_FOLD_WRAPPED : MR_FOLDED;
    case MR_OPERATOR_NEG: return __builtin_sub_overflow(0, x, out) ? MR_FOLD_WRAPPED : MR_FOLDED;
    case MR_OPERATOR_DIV:
    case MR_OPERATOR_REM: return fold_division(op, x, y, out);
    case MR_OPERATOR_SHL:
    case MR_OPERATOR_SHR: *out = shifted(op, x, y); return MR_FOLDED;
    case MR_OPERATOR_BIT_AND: *out = x & y; return MR_FOLDED;
    case MR_OPERATOR_BIT_OR: *out = x | y; return MR_FOLDED;
    case MR_OPERATOR_BIT_XOR: *out = x ^ y; return MR_FOLDED;
    case MR_OPERATOR_BIT_NOT: *out = ~x; return MR_FOLDED;
    default: return MR_FOLD_NO_SUCH;
    }
}

enum mr_fold_outcome mr_fold_literals(enum mr_operator op, mr_dtype dtype, mr_scalar x, mr_scalar y,
                                      mr_scalar *out)
{
    return mr_dtype_is_float(dtype) ? fold_reals(op, x.f64, y.f64, &out->f64)
                                    : fold_integers(op, x.i64, y.i64, &out->i64);
}

struct mr_number mr_number_of(mr_dtype dtype, mr_scalar value)
{
    bool negative = mr_dtype_is_signed(dtype) && value.i64 < 0;
    return (struct mr_number){
        .is_real = mr_dtype_is_float(dtype), .is_negative = negative, .value = value};
}

bool mr_number_as(const struct mr_number *number, mr_dtype dtype, mr_scalar *out)
{
    mr_dtype from = number->is_real ? MR_F64 : number->is_negative ? MR_I64 : MR_U64;
    double real = number->value.f64;
    *out = mr_scalar_cast(dtype, from, number->value);
    if (mr_dtype_is_float(dtype)) return true;
    if (number->is_real)
        return real == trunc(real) && real >= ranges[dtype].low && real < ranges[dtype].beyond;
    if (number->is_negative) return number->value.i64 >= ranges[dtype].least;
    return number->value.u64 <= ranges[dtype].most;
}
