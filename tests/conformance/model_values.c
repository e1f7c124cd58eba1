/* Values, operators and functions of expressions. */
#include <math.h>
#include <string.h>

#include "engine/library_math.h"
#include "floored.h"
#include "model_parts.h"

/* The elementary functions are the library's own text: the model checks the machinery around them,
 * tests/kernels checks them. */
#define MATH_F64(name) mr_##name##_f64
#define MATH_F32(name) mr_##name##_f32

/* ---- values ---------------------------------------------------------------------------------- */

const char *const model_dtype_names[MR_DTYPE_COUNT] = {
    [MR_BOOL] = "bool", [MR_I32] = "i32", [MR_U32] = "u32", [MR_I64] = "i64",
    [MR_U64] = "u64",   [MR_F32] = "f32", [MR_F64] = "f64",
};

bool model_is_float(mr_dtype type)
{
    return type == MR_F32 || type == MR_F64;
}

bool model_is_signed(mr_dtype type)
{
    return type == MR_I32 || type == MR_I64;
}

bool model_is_integer(mr_dtype type)
{
    return !model_is_float(type) && type != MR_BOOL;
}

unsigned model_width_of(mr_dtype type)
{
    return type == MR_BOOL ? 8 : type == MR_I32 || type == MR_U32 || type == MR_F32 ? 32 : 64;
}

struct value model_integer(mr_dtype type, uint64_t u)
{
    if (type == MR_BOOL) u = u != 0;
    if (type == MR_I32) u = (uint64_t)(int64_t)(int32_t)(uint32_t)u;
    if (type == MR_U32) u = (uint32_t)u;
    return (struct value){.type = type, .u = u};
}

struct value model_boolean(bool b)
{
    return model_integer(MR_BOOL, b);
}

struct value model_f64(double f)
{
    return (struct value){.type = MR_F64, .f = f};
}

struct value model_f32(float f)
{
    return (struct value){.type = MR_F32, .f = (double)f};
}

bool model_truth(struct value v)
{
    return model_is_float(v.type) ? v.f != 0.0 : v.u != 0;
}

wide model_as_wide(struct value v)
{
    return model_is_signed(v.type) ? (wide)(int64_t)v.u : (wide)v.u;
}

double model_as_double(struct value v)
{
    if (model_is_float(v.type)) return v.f;
    return model_is_signed(v.type) ? (double)(int64_t)v.u : (double)v.u;
}

/* One rounding, straight from the integer. */
static float as_float(struct value v)
{
    if (model_is_float(v.type)) return (float)v.f;
    return model_is_signed(v.type) ? (float)(int64_t)v.u : (float)v.u;
}

wide model_lowest(mr_dtype type)
{
    return type == MR_I32 ? INT32_MIN : type == MR_I64 ? INT64_MIN : 0;
}

wide model_highest(mr_dtype type)
{
    static const wide limits[MR_DTYPE_COUNT] = {
        [MR_BOOL] = 1,        [MR_I32] = INT32_MAX,  [MR_U32] = UINT32_MAX,
        [MR_I64] = INT64_MAX, [MR_U64] = UINT64_MAX,
    };
    return limits[type];
}

static struct value saturated(mr_dtype type, double f)
{
    if (isnan(f)) return model_integer(type, 0);
    if (f <= (double)model_lowest(type)) return model_integer(type, (uint64_t)model_lowest(type));
    if (f >= (double)model_highest(type)) return model_integer(type, (uint64_t)model_highest(type));
    return model_integer(type, f < 0 ? (uint64_t)(int64_t)f : (uint64_t)f);
}

struct value model_cast(struct value v, mr_dtype type)
{
    if (type == v.type) return v;
    if (type == MR_BOOL) return model_boolean(model_truth(v));
    if (type == MR_F64) return model_f64(model_as_double(v));
    if (type == MR_F32) return model_f32(as_float(v));
    return model_is_float(v.type) ? saturated(type, v.f) : model_integer(type, v.u);
}

bool model_less(struct value a, struct value b)
{
    return model_is_float(a.type) ? a.f < b.f : model_as_wide(a) < model_as_wide(b);
}

static bool equal(struct value a, struct value b)
{
    return model_is_float(a.type) ? a.f == b.f : a.u == b.u;
}

bool model_is_nan(struct value v)
{
    return model_is_float(v.type) && isnan(v.f);
}

struct value model_smaller(struct value a, struct value b)
{
    if (model_is_nan(a) || model_is_nan(b)) return model_is_nan(a) ? a : b;
    return model_less(b, a) ? b : a;
}

struct value model_larger(struct value a, struct value b)
{
    if (model_is_nan(a) || model_is_nan(b)) return model_is_nan(a) ? a : b;
    return model_less(a, b) ? b : a;
}

/* ---- operators of expressions ---------------------------------------------------------------- */

/* Two-character operators first: the parser takes the first row that fits. */
const struct model_binary model_binaries[] = {
    {"||", OR_ELSE, 1},    {"&&", AND_ALSO, 2},    {"==", EQUAL, 6},      {"!=", UNEQUAL, 6},
    {"<<", SHIFT_LEFT, 8}, {">>", SHIFT_RIGHT, 8}, {"<=", LESS_EQUAL, 7}, {">=", GREATER_EQUAL, 7},
    {"<", LESS, 7},        {">", GREATER, 7},      {"|", BIT_OR, 3},      {"^", BIT_XOR, 4},
    {"&", BIT_AND, 5},     {"+", ADD, 9},          {"-", SUBTRACT, 9},    {"*", MULTIPLY, 10},
    {"/", DIVIDE, 10},     {"%", REMAINDER, 10},   {NULL, ADD, 0},
};

bool model_compares(enum operation op)
{
    return op >= EQUAL && op <= GREATER_EQUAL;
}

bool model_comparison(enum operation op, struct value a, struct value b)
{
    switch (op) {
    case EQUAL: return equal(a, b);
    case UNEQUAL: return !equal(a, b);
    case LESS: return model_less(a, b);
    case LESS_EQUAL: return model_less(a, b) || equal(a, b);
    case GREATER: return model_less(b, a);
    default: return model_less(b, a) || equal(a, b);
    }
}

static double float_arithmetic(enum operation op, double a, double b)
{
    switch (op) {
    case ADD: return a + b;
    case SUBTRACT: return a - b;
    case MULTIPLY: return a * b;
    default: return a / b;
    }
}

static float float_arithmetic32(enum operation op, float a, float b)
{
    switch (op) {
    case ADD: return a + b;
    case SUBTRACT: return a - b;
    case MULTIPLY: return a * b;
    default: return a / b;
    }
}

struct value model_shifted(enum operation op, struct value a, struct value count)
{
    unsigned n = (unsigned)(count.u & (model_width_of(a.type) - 1));
    if (op == SHIFT_LEFT) return model_integer(a.type, a.u << n);
    bool negative = model_is_signed(a.type) && (int64_t)a.u < 0;
    return model_integer(a.type, negative ? ~(~a.u >> n) : a.u >> n);
}

/* Both operands have one dtype. False: division by zero. */
bool model_arithmetic(struct value *out, enum operation op, struct value a, struct value b)
{
    mr_dtype type = a.type;
    if (model_is_float(type)) {
        *out = type == MR_F64 ? model_f64(float_arithmetic(op, a.f, b.f))
                              : model_f32(float_arithmetic32(op, (float)a.f, (float)b.f));
        return true;
    }
    if ((op == DIVIDE || op == REMAINDER) && b.u == 0) return false;
    switch (op) {
    case ADD: *out = model_integer(type, a.u + b.u); break;
    case SUBTRACT: *out = model_integer(type, a.u - b.u); break;
    case MULTIPLY: *out = model_integer(type, a.u * b.u); break;
    case DIVIDE: *out = model_integer(type, (uint64_t)(model_as_wide(a) / model_as_wide(b))); break;
    case REMAINDER:
        *out = model_integer(type, (uint64_t)(model_as_wide(a) % model_as_wide(b)));
        break;
    case BIT_AND: *out = model_integer(type, a.u & b.u); break;
    case BIT_OR: *out = model_integer(type, a.u | b.u); break;
    default: *out = model_integer(type, a.u ^ b.u); break;
    }
    return true;
}

struct value model_unary(enum operation op, struct value a)
{
    if (op == NOT) return model_boolean(!model_truth(a));
    if (op == INVERT) return model_integer(a.type, ~a.u);
    if (a.type == MR_F64) return model_f64(-a.f);
    if (a.type == MR_F32) return model_f32((float)-a.f);
    return model_integer(a.type, 0 - a.u);
}

/* ---- functions of expressions ---------------------------------------------------------------- */

#define FUNCTION_1(name, of_f64, of_f32)                                                           \
    static bool name##_of(struct value *out, const struct value *a)                                \
    {                                                                                              \
        *out = a[0].type == MR_F64 ? model_f64(of_f64(a[0].f)) : model_f32(of_f32((float)a[0].f)); \
        return true;                                                                               \
    }
#define FUNCTION_2(name, of_f64, of_f32)                                                           \
    static bool name##_of(struct value *out, const struct value *a)                                \
    {                                                                                              \
        *out = a[0].type == MR_F64 ? model_f64(of_f64(a[0].f, a[1].f))                             \
                                   : model_f32(of_f32((float)a[0].f, (float)a[1].f));              \
        return true;                                                                               \
    }

/* One row a function of kernels/lib. */
/* clang-format off */
#define UNARY_MATH(ROW)                                                                           \
    ROW(exp) ROW(exp2) ROW(expm1) ROW(log) ROW(log2) ROW(log10) ROW(log1p) ROW(sin) ROW(cos)      \
    ROW(tan) ROW(asin) ROW(acos) ROW(atan) ROW(sinh) ROW(cosh) ROW(tanh) ROW(cbrt)      \
    ROW(erf) ROW(erfc) ROW(erfinv) ROW(normal_quantile) ROW(lgamma)
#define BINARY_MATH(ROW) ROW(pow) ROW(atan2) ROW(hypot)
/* clang-format on */
#define ROW_1(name) FUNCTION_1(name, MATH_F64(name), MATH_F32(name))
#define ROW_2(name) FUNCTION_2(name, MATH_F64(name), MATH_F32(name))
UNARY_MATH(ROW_1)
BINARY_MATH(ROW_2)
#undef ROW_1
#undef ROW_2

/* Exact or correctly rounded in every C library. */
FUNCTION_1(sqrt, sqrt, sqrtf)
FUNCTION_1(floor, floor, floorf)
FUNCTION_1(ceil, ceil, ceilf)
FUNCTION_1(round, round, roundf)
FUNCTION_1(trunc, trunc, truncf)
FUNCTION_2(fmod, fmod, fmodf)

static bool fma_of(struct value *out, const struct value *a)
{
    *out = a[0].type == MR_F64 ? model_f64(fma(a[0].f, a[1].f, a[2].f))
                               : model_f32(fmaf((float)a[0].f, (float)a[1].f, (float)a[2].f));
    return true;
}

static bool abs_of(struct value *out, const struct value *a)
{
    if (model_is_float(a->type))
        *out = (struct value){.type = a->type, .f = fabs(a->f)};
    else
        *out = model_is_signed(a->type) && (int64_t)a->u < 0 ? model_unary(NEGATE, *a) : *a;
    return true;
}

static bool min_of(struct value *out, const struct value *a)
{
    *out = model_smaller(a[0], a[1]);
    return true;
}

static bool max_of(struct value *out, const struct value *a)
{
    *out = model_larger(a[0], a[1]);
    return true;
}

static bool clamp_of(struct value *out, const struct value *a)
{
    *out = model_smaller(model_larger(a[0], a[1]), a[2]);
    return true;
}

static bool select_of(struct value *out, const struct value *a)
{
    *out = model_truth(a[0]) ? a[1] : a[2];
    return true;
}

static bool sign_of(struct value *out, const struct value *a)
{
    struct value zero = model_cast(model_integer(MR_I32, 0), a->type);
    int sign = model_less(zero, *a) - model_less(*a, zero);
    *out = model_is_nan(*a) ? *a : model_cast(model_integer(MR_I32, (uint64_t)sign), a->type);
    return true;
}

static bool isnan_of(struct value *out, const struct value *a)
{
    *out = model_boolean(isnan(a->f) != 0);
    return true;
}

static bool isinf_of(struct value *out, const struct value *a)
{
    *out = model_boolean(isinf(a->f) != 0);
    return true;
}

static bool popcount_of(struct value *out, const struct value *a)
{
    uint64_t ones = 0;
    for (unsigned bit = 0; bit < model_width_of(a->type); bit++) ones += a->u >> bit & 1;
    *out = model_integer(a->type, ones);
    return true;
}

static bool clz_of(struct value *out, const struct value *a)
{
    unsigned zeros = 0, width = model_width_of(a->type);
    while (zeros < width && !(a->u >> (width - 1 - zeros) & 1)) zeros++;
    *out = model_integer(a->type, zeros);
    return true;
}

/* By subtraction and halving, as Stein has it. */
static bool gcd_of(struct value *out, const struct value *a)
{
    wide x = model_as_wide(a[0]), y = model_as_wide(a[1]), twos = 1;
    if (x < 0) x = -x;
    if (y < 0) y = -y;
    for (; x && y && !(x & 1) && !(y & 1); twos *= 2) x /= 2, y /= 2;
    while (x && y) {
        while (!(x & 1)) x /= 2;
        while (!(y & 1)) y /= 2;
        if (x > y)
            x -= y;
        else
            y -= x;
    }
    *out = model_integer(a->type, (uint64_t)((x + y) * twos));
    return true;
}

FUNCTION_2(float_floordiv, floored_quotient, floored_quotientf)
FUNCTION_2(float_mod, floored_mod, floored_modf)

/* The quotient rounded down, and the remainder with the divisor's sign, as in Python. */
static bool floordiv_of(struct value *out, const struct value *a)
{
    if (model_is_float(a->type)) return float_floordiv_of(out, a);
    wide n = model_as_wide(a[0]), d = model_as_wide(a[1]);
    if (d == 0) return false;
    wide q = n / d;
    if (n % d != 0 && (n < 0) != (d < 0)) q--;
    *out = model_integer(a->type, (uint64_t)q);
    return true;
}

static bool mod_of(struct value *out, const struct value *a)
{
    if (model_is_float(a->type)) return float_mod_of(out, a);
    wide n = model_as_wide(a[0]), d = model_as_wide(a[1]);
    if (d == 0) return false;
    wide r = n % d;
    if (r != 0 && (r < 0) != (d < 0)) r += d;
    *out = model_integer(a->type, (uint64_t)r);
    return true;
}

/* clang-format off */
const struct function model_functions[] = {
#define ROW_1(name) {#name, 1, FLOATS, name##_of},
#define ROW_2(name) {#name, 2, FLOATS, name##_of},
    UNARY_MATH(ROW_1)
    BINARY_MATH(ROW_2)
#undef ROW_1
#undef ROW_2
    {"sqrt", 1, FLOATS, sqrt_of},
    {"floor", 1, FLOATS, floor_of},
    {"ceil", 1, FLOATS, ceil_of},
    {"round", 1, FLOATS, round_of},
    {"trunc", 1, FLOATS, trunc_of},
    {"fma", 3, FLOATS, fma_of},
    {"fmod", 2, FLOATS, fmod_of},
    {"abs", 1, NUMBERS, abs_of},
    {"min", 2, NUMBERS, min_of},
    {"max", 2, NUMBERS, max_of},
    {"clamp", 3, NUMBERS, clamp_of},
    {"sign", 1, NUMBERS, sign_of},
    {"select", 3, CHOICE, select_of},
    {"isnan", 1, TEST, isnan_of},
    {"isinf", 1, TEST, isinf_of},
    {"popcount", 1, INTEGERS, popcount_of},
    {"clz", 1, INTEGERS, clz_of},
    {"gcd", 2, INTEGERS, gcd_of},
    {"floordiv", 2, DIVIDED, floordiv_of},
    {"mod", 2, DIVIDED, mod_of},
    {NULL, 0, FLOATS, NULL},
};
/* clang-format on */
