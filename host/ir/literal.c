#include "ir/literal.h"

#include <math.h>

/* From -2^63 to 2^64-1, and what is on the way there. */
struct integer {
    bool is_negative;
    uint64_t magnitude; /* 0 is not negative */
};

static struct integer integer(bool is_negative, uint64_t magnitude)
{
    return (struct integer){is_negative && magnitude, magnitude};
}

static bool is_real(struct mr_literal x)
{
    return x.dtype == MR_F64;
}

static struct integer integer_of(struct mr_literal x)
{
    bool is_negative = x.dtype != MR_U64 && x.value.i64 < 0;
    return integer(is_negative, is_negative ? 0 - x.value.u64 : x.value.u64);
}

/* The last 64 bits of two's complement; all before them are the sign's. */
static uint64_t bits_of(struct integer x)
{
    return x.is_negative ? 0 - x.magnitude : x.magnitude;
}

static enum mr_literal_outcome store(struct integer x, struct mr_literal *out)
{
    if (x.is_negative && x.magnitude > (uint64_t)1 << 63) return MR_LITERAL_BELOW;
    out->dtype = !x.is_negative && x.magnitude > INT64_MAX ? MR_U64 : MR_I64;
    out->value.u64 = bits_of(x);
    return MR_EVALUATED;
}

struct mr_literal mr_literal_integer(uint64_t value)
{
    struct mr_literal literal;
    (void)store(integer(false, value), &literal);
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
    struct integer a = integer_of(x), b = integer_of(y);
    if (a.is_negative != b.is_negative) return a.is_negative ? -1 : 1;
    int order = (a.magnitude > b.magnitude) - (a.magnitude < b.magnitude);
    return a.is_negative ? -order : order;
}

static enum mr_literal_outcome evaluate_reals(enum mr_operator op, double x, double y,
                                              struct mr_literal *out)
{
    double value;
    switch (op) {
    case MR_OPERATOR_ADD: value = x + y; break;
    case MR_OPERATOR_SUB: value = x - y; break;
    case MR_OPERATOR_MUL: value = x * y; break;
    case MR_OPERATOR_DIV: value = x / y; break;
    case MR_OPERATOR_NEG: value = -x; break;
    default: return MR_LITERAL_NO_SUCH;
    }
    *out = mr_literal_real(value);
    return MR_EVALUATED;
}

static uint64_t shifted(enum mr_operator op, struct mr_literal x, unsigned n)
{
    if (op == MR_OPERATOR_SHL) return x.value.u64 << n;
    bool is_negative = x.dtype == MR_I64 && x.value.i64 < 0;
    return is_negative ? ~(~x.value.u64 >> n) : x.value.u64 >> n;
}

/* The left side decides how many bits there are and whether the first is a sign. */
static enum mr_literal_outcome evaluate_bits(enum mr_operator op, struct mr_literal x,
                                             struct mr_literal y, struct mr_literal *out)
{
    *out = x;
    out->value.u64 =
        op == MR_OPERATOR_BIT_NOT ? ~x.value.u64 : shifted(op, x, (unsigned)y.value.u64 & 63);
    return store(integer_of(*out), out);
}

static enum mr_literal_outcome beyond(bool is_negative)
{
    return is_negative ? MR_LITERAL_BELOW : MR_LITERAL_ABOVE;
}

static enum mr_literal_outcome evaluate_sum(struct integer x, struct integer y,
                                            struct mr_literal *out)
{
    uint64_t sum = x.magnitude + y.magnitude;
    if (x.is_negative == y.is_negative)
        return sum < x.magnitude ? beyond(x.is_negative) : store(integer(x.is_negative, sum), out);
    bool is_less = x.magnitude < y.magnitude;
    uint64_t difference = is_less ? y.magnitude - x.magnitude : x.magnitude - y.magnitude;
    return store(integer(is_less ? y.is_negative : x.is_negative, difference), out);
}

static enum mr_literal_outcome evaluate_product(struct integer x, struct integer y,
                                                struct mr_literal *out)
{
    bool is_negative = x.is_negative != y.is_negative;
    if (x.magnitude && y.magnitude > UINT64_MAX / x.magnitude) return beyond(is_negative);
    return store(integer(is_negative, x.magnitude * y.magnitude), out);
}

/* The operator is one of &, | and ^: signs are bits, too. */
static enum mr_literal_outcome evaluate_both(enum mr_operator op, struct integer x,
                                             struct integer y, struct mr_literal *out)
{
    uint64_t a = bits_of(x), b = bits_of(y), bits;
    bool is_negative;
    switch (op) {
    case MR_OPERATOR_BIT_AND:
        bits = a & b;
        is_negative = x.is_negative && y.is_negative;
        break;
    case MR_OPERATOR_BIT_OR:
        bits = a | b;
        is_negative = x.is_negative || y.is_negative;
        break;
    default: bits = a ^ b; is_negative = x.is_negative != y.is_negative;
    }
    /* -2^64 has no magnitude here. */
    if (is_negative && !bits) return MR_LITERAL_BELOW;
    return store(integer(is_negative, is_negative ? 0 - bits : bits), out);
}

static enum mr_literal_outcome evaluate_integers(enum mr_operator op, struct integer x,
                                                 struct integer y, struct mr_literal *out)
{
    bool divides = op == MR_OPERATOR_DIV || op == MR_OPERATOR_REM;
    if (divides && y.magnitude == 0) return MR_LITERAL_BY_ZERO;
    switch (op) {
    case MR_OPERATOR_ADD: return evaluate_sum(x, y, out);
    case MR_OPERATOR_SUB: return evaluate_sum(x, integer(!y.is_negative, y.magnitude), out);
    case MR_OPERATOR_MUL: return evaluate_product(x, y, out);
    case MR_OPERATOR_NEG: return store(integer(!x.is_negative, x.magnitude), out);
    case MR_OPERATOR_DIV:
        return store(integer(x.is_negative != y.is_negative, x.magnitude / y.magnitude), out);
    case MR_OPERATOR_REM: return store(integer(x.is_negative, x.magnitude % y.magnitude), out);
    case MR_OPERATOR_BIT_AND:
    case MR_OPERATOR_BIT_OR:
    case MR_OPERATOR_BIT_XOR: return evaluate_both(op, x, y, out);
    default: return MR_LITERAL_NO_SUCH;
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

enum mr_literal_outcome mr_literal_evaluate(enum mr_operator op, struct mr_literal x,
                                            struct mr_literal y, struct mr_literal *out)
{
    bool holds;
    if (compares(op, x, y, &holds)) {
        *out = mr_literal_integer(holds);
        return MR_EVALUATED;
    }
    if (is_real(x) || is_real(y))
        return evaluate_reals(op, mr_literal_as_real(x).value.f64, mr_literal_as_real(y).value.f64,
                              out);
    if (op == MR_OPERATOR_SHL || op == MR_OPERATOR_SHR || op == MR_OPERATOR_BIT_NOT)
        return evaluate_bits(op, x, y, out);
    return evaluate_integers(op, integer_of(x), integer_of(y), out);
}

/* As expressions compute it (function.c). */
static double floor_reals(enum mr_operator op, double a, double b)
{
    double rest = fmod(a, b), near = (a - rest) / b;
    bool must_rise = rest != 0 && (rest < 0) != (b < 0);
    if (op == MR_OPERATOR_REM) return must_rise ? rest + b : rest == 0 ? copysign(0, b) : rest;
    if (b == 0) return a / b;
    if (must_rise) near -= 1;
    if (near == 0) return copysign(0, a / b);
    return near - floor(near) > 0.5 ? floor(near) + 1 : floor(near);
}

enum mr_literal_outcome mr_literal_floor(enum mr_operator op, struct mr_literal x,
                                         struct mr_literal y, struct mr_literal *out)
{
    if (is_real(x) || is_real(y)) {
        *out = mr_literal_real(
            floor_reals(op, mr_literal_as_real(x).value.f64, mr_literal_as_real(y).value.f64));
        return MR_EVALUATED;
    }
    struct integer a = integer_of(x), b = integer_of(y);
    if (b.magnitude == 0) return MR_LITERAL_BY_ZERO;
    uint64_t quotient = a.magnitude / b.magnitude, rest = a.magnitude % b.magnitude;
    bool differ = a.is_negative != b.is_negative, is_off = rest && differ;
    if (op == MR_OPERATOR_DIV) return store(integer(differ, quotient + is_off), out);
    return store(integer(b.is_negative, is_off ? b.magnitude - rest : rest), out);
}
