#include "ir/literal.h"

#include <math.h>

/* Holds every sum, product of two, and quotient but those it says do not fit. */
__extension__ typedef __int128 wide;

static bool is_real(struct mr_literal x)
{
    return x.dtype == MR_F64;
}

static wide integer_of(struct mr_literal x)
{
    return x.dtype == MR_U64 ? (wide)x.value.u64 : (wide)x.value.i64;
}

static enum mr_fold_outcome store(wide value, struct mr_literal *out)
{
    if (value < INT64_MIN) return MR_FOLD_BELOW;
    if (value > (wide)UINT64_MAX) return MR_FOLD_ABOVE;
    out->dtype = value > INT64_MAX ? MR_U64 : MR_I64;
    out->value.u64 = (uint64_t)value;
    return MR_FOLDED;
}

struct mr_literal mr_literal_integer(uint64_t value)
{
    struct mr_literal literal;
    (void)store((wide)value, &literal);
    return literal;
}

struct mr_literal mr_literal_real(double value)
{
    return (struct mr_literal){MR_F64, {.f64 = value}};
}

struct mr_literal mr_literal_as_real(struct mr_literal x)
{
    if (is_real(x)) return x;
    return mr_literal_real(x.dtype == MR_U64 ? (double)x.value.u64 : (double)x.value.i64);
}

bool mr_literal_is_nan(struct mr_literal x)
{
    return is_real(x) && isnan(x.value.f64);
}

int mr_literal_compare(struct mr_literal x, struct mr_literal y)
{
    if (is_real(x) || is_real(y)) {
        double a = mr_literal_as_real(x).value.f64, b = mr_literal_as_real(y).value.f64;
        return (a > b) - (a < b);
    }
    wide a = integer_of(x), b = integer_of(y);
    return (a > b) - (a < b);
}

static enum mr_fold_outcome fold_reals(enum mr_operator op, double x, double y,
                                       struct mr_literal *out)
{
    double value;
    switch (op) {
    case MR_OPERATOR_ADD: value = x + y; break;
    case MR_OPERATOR_SUB: value = x - y; break;
    case MR_OPERATOR_MUL: value = x * y; break;
    case MR_OPERATOR_DIV: value = x / y; break;
    case MR_OPERATOR_NEG: value = -x; break;
    default: return MR_FOLD_NO_SUCH;
    }
    *out = mr_literal_real(value);
    return MR_FOLDED;
}

static uint64_t shifted(enum mr_operator op, struct mr_literal x, unsigned n)
{
    if (op == MR_OPERATOR_SHL) return x.value.u64 << n;
    bool is_negative = x.dtype == MR_I64 && x.value.i64 < 0;
    return is_negative ? ~(~x.value.u64 >> n) : x.value.u64 >> n;
}

/* The left side decides how many bits there are and whether the first is a sign. */
static enum mr_fold_outcome fold_bits(enum mr_operator op, struct mr_literal x, struct mr_literal y,
                                      struct mr_literal *out)
{
    *out = x;
    out->value.u64 =
        op == MR_OPERATOR_BIT_NOT ? ~x.value.u64 : shifted(op, x, (unsigned)y.value.u64 & 63);
    return store(integer_of(*out), out);
}

static enum mr_fold_outcome fold_product(wide x, wide y, struct mr_literal *out)
{
    wide product;
    if (__builtin_mul_overflow(x, y, &product))
        return (x < 0) == (y < 0) ? MR_FOLD_ABOVE : MR_FOLD_BELOW;
    return store(product, out);
}

static enum mr_fold_outcome fold_integers(enum mr_operator op, wide x, wide y,
                                          struct mr_literal *out)
{
    bool divides = op == MR_OPERATOR_DIV || op == MR_OPERATOR_REM;
    if (divides && y == 0) return MR_FOLD_BY_ZERO;
    switch (op) {
    case MR_OPERATOR_ADD: return store(x + y, out);
    case MR_OPERATOR_SUB: return store(x - y, out);
    case MR_OPERATOR_MUL: return fold_product(x, y, out);
    case MR_OPERATOR_NEG: return store(-x, out);
    case MR_OPERATOR_DIV: return store(x / y, out);
    case MR_OPERATOR_REM: return store(x % y, out);
    case MR_OPERATOR_BIT_AND: return store(x & y, out);
    case MR_OPERATOR_BIT_OR: return store(x | y, out);
    case MR_OPERATOR_BIT_XOR: return store(x ^ y, out);
    default: return MR_FOLD_NO_SUCH;
    }
}

static bool compares(enum mr_operator op, struct mr_literal x, struct mr_literal y, bool *out)
{
    int order = mr_literal_compare(x, y);
    bool is_ordered = !mr_literal_is_nan(x) && !mr_literal_is_nan(y);
    switch (op) {
    case MR_OPERATOR_EQ: *out = is_ordered && order == 0; return true;
    case MR_OPERATOR_NE: *out = !is_ordered || order != 0; return true;
    case MR_OPERATOR_LT: *out = is_ordered && order < 0; return true;
    case MR_OPERATOR_LE: *out = is_ordered && order <= 0; return true;
    case MR_OPERATOR_GT: *out = is_ordered && order > 0; return true;
    case MR_OPERATOR_GE: *out = is_ordered && order >= 0; return true;
    default: return false;
    }
}

enum mr_fold_outcome mr_literal_fold(enum mr_operator op, struct mr_literal x, struct mr_literal y,
                                     struct mr_literal *out)
{
    bool holds;
    if (compares(op, x, y, &holds)) {
        *out = mr_literal_integer(holds);
        return MR_FOLDED;
    }
    if (is_real(x) || is_real(y))
        return fold_reals(op, mr_literal_as_real(x).value.f64, mr_literal_as_real(y).value.f64,
                          out);
    if (op == MR_OPERATOR_SHL || op == MR_OPERATOR_SHR || op == MR_OPERATOR_BIT_NOT)
        return fold_bits(op, x, y, out);
    return fold_integers(op, integer_of(x), integer_of(y), out);
}

enum mr_fold_outcome mr_literal_floor(enum mr_operator op, struct mr_literal x, struct mr_literal y,
                                      struct mr_literal *out)
{
    if (is_real(x) || is_real(y)) return MR_FOLD_NO_SUCH;
    wide a = integer_of(x), b = integer_of(y);
    if (b == 0) return MR_FOLD_BY_ZERO;
    bool is_off = a % b != 0 && (a % b < 0) != (b < 0);
    return store(op == MR_OPERATOR_DIV ? a / b - is_off : a % b + (is_off ? b : 0), out);
}
