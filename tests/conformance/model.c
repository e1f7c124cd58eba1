#include "model.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The elementary functions are the library's own text: the model checks the machinery around them,
 * tests/kernels checks them. */
#if __has_include("../../kernels/lib/math_f64.cl") && __has_include("../../kernels/lib/math_f32.cl")
#include "engine/lanes_c.h"

#include "../../kernels/lib/math_f64_table.cl"

#include "../../kernels/lib/math_f64.cl"
#if __has_include("../../kernels/lib/math_f32_table.cl")
#include "../../kernels/lib/math_f32_table.cl"
#endif

#include "../../kernels/lib/math_f32.cl"
#define MATH_F64(name) mr_##name##_f64
#define MATH_F32(name) mr_##name##_f32
#else
#define MATH_F64(name) name
#define MATH_F32(name) name##f
#endif

/* Wide enough for every product and difference of two 64-bit parameters. */
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

enum { NAME_BYTES = 32, ARGUMENTS = 16, OPERANDS = 3, LEAF = 1024, LANES = 32 };

static const int64_t endless = -1; /* as a length */

/* ---- values ---------------------------------------------------------------------------------- */

/* Integers and bools: two's complement in u, sign- or zero-extended as the dtype says.
 * Floats: f, an f32 exactly widened. */
struct value {
    mr_dtype type;
    uint64_t u;
    double f;
};

struct failure {
    const char *status; /* NULL: none */
    const char *what;
    int64_t at;
};

/* An element. What failed when it was computed counts once somebody needs it. */
struct row {
    struct value column[MODEL_COLUMNS];
    struct failure failure;
};

static const char *const dtype_names[MR_DTYPE_COUNT] = {
    [MR_BOOL] = "bool", [MR_I32] = "i32", [MR_U32] = "u32", [MR_I64] = "i64",
    [MR_U64] = "u64",   [MR_F32] = "f32", [MR_F64] = "f64",
};

static bool is_float(mr_dtype type)
{
    return type == MR_F32 || type == MR_F64;
}

static bool is_signed(mr_dtype type)
{
    return type == MR_I32 || type == MR_I64;
}

static bool is_integer(mr_dtype type)
{
    return !is_float(type) && type != MR_BOOL;
}

static unsigned width_of(mr_dtype type)
{
    return type == MR_BOOL ? 8 : type == MR_I32 || type == MR_U32 || type == MR_F32 ? 32 : 64;
}

static struct value integer(mr_dtype type, uint64_t u)
{
    if (type == MR_BOOL) u = u != 0;
    if (type == MR_I32) u = (uint64_t)(int64_t)(int32_t)(uint32_t)u;
    if (type == MR_U32) u = (uint32_t)u;
    return (struct value){.type = type, .u = u};
}

static struct value boolean(bool b)
{
    return integer(MR_BOOL, b);
}

static struct value f64(double f)
{
    return (struct value){.type = MR_F64, .f = f};
}

static struct value f32(float f)
{
    return (struct value){.type = MR_F32, .f = (double)f};
}

static bool truth(struct value v)
{
    return is_float(v.type) ? v.f != 0.0 : v.u != 0;
}

static wide as_wide(struct value v)
{
    return is_signed(v.type) ? (wide)(int64_t)v.u : (wide)v.u;
}

static double as_double(struct value v)
{
    if (is_float(v.type)) return v.f;
    return is_signed(v.type) ? (double)(int64_t)v.u : (double)v.u;
}

/* One rounding, straight from the integer. */
static float as_float(struct value v)
{
    if (is_float(v.type)) return (float)v.f;
    return is_signed(v.type) ? (float)(int64_t)v.u : (float)v.u;
}

static wide lowest(mr_dtype type)
{
    return type == MR_I32 ? INT32_MIN : type == MR_I64 ? INT64_MIN : 0;
}

static wide highest(mr_dtype type)
{
    static const wide limits[MR_DTYPE_COUNT] = {
        [MR_BOOL] = 1,        [MR_I32] = INT32_MAX,  [MR_U32] = UINT32_MAX,
        [MR_I64] = INT64_MAX, [MR_U64] = UINT64_MAX,
    };
    return limits[type];
}

static struct value saturated(mr_dtype type, double f)
{
    if (isnan(f)) return integer(type, 0);
    if (f <= (double)lowest(type)) return integer(type, (uint64_t)lowest(type));
    if (f >= (double)highest(type)) return integer(type, (uint64_t)highest(type));
    return integer(type, f < 0 ? (uint64_t)(int64_t)f : (uint64_t)f);
}

static struct value cast(struct value v, mr_dtype type)
{
    if (type == v.type) return v;
    if (type == MR_BOOL) return boolean(truth(v));
    if (type == MR_F64) return f64(as_double(v));
    if (type == MR_F32) return f32(as_float(v));
    return is_float(v.type) ? saturated(type, v.f) : integer(type, v.u);
}

static bool less(struct value a, struct value b)
{
    return is_float(a.type) ? a.f < b.f : as_wide(a) < as_wide(b);
}

static bool equal(struct value a, struct value b)
{
    return is_float(a.type) ? a.f == b.f : a.u == b.u;
}

static bool is_nan(struct value v)
{
    return is_float(v.type) && isnan(v.f);
}

static struct value smaller(struct value a, struct value b)
{
    if (is_nan(a) || is_nan(b)) return is_nan(a) ? a : b;
    return less(b, a) ? b : a;
}

static struct value larger(struct value a, struct value b)
{
    if (is_nan(a) || is_nan(b)) return is_nan(a) ? a : b;
    return less(a, b) ? b : a;
}

/* ---- operators of expressions ---------------------------------------------------------------- */

/* clang-format off */
enum operation {
    OR_ELSE, AND_ALSO, BIT_OR, BIT_XOR, BIT_AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER,
    GREATER_EQUAL, SHIFT_LEFT, SHIFT_RIGHT, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER,
    NOT, INVERT, NEGATE
};
/* clang-format on */

/* Two-character operators first: the parser takes the first row that fits. */
static const struct {
    const char *text;
    enum operation operation;
    int precedence;
} binary_operators[] = {
    {"||", OR_ELSE, 1},    {"&&", AND_ALSO, 2},    {"==", EQUAL, 6},      {"!=", UNEQUAL, 6},
    {"<<", SHIFT_LEFT, 8}, {">>", SHIFT_RIGHT, 8}, {"<=", LESS_EQUAL, 7}, {">=", GREATER_EQUAL, 7},
    {"<", LESS, 7},        {">", GREATER, 7},      {"|", BIT_OR, 3},      {"^", BIT_XOR, 4},
    {"&", BIT_AND, 5},     {"+", ADD, 9},          {"-", SUBTRACT, 9},    {"*", MULTIPLY, 10},
    {"/", DIVIDE, 10},     {"%", REMAINDER, 10},
};

static bool compares(enum operation op)
{
    return op >= EQUAL && op <= GREATER_EQUAL;
}

static bool comparison(enum operation op, struct value a, struct value b)
{
    switch (op) {
    case EQUAL: return equal(a, b);
    case UNEQUAL: return !equal(a, b);
    case LESS: return less(a, b);
    case LESS_EQUAL: return less(a, b) || equal(a, b);
    case GREATER: return less(b, a);
    default: return less(b, a) || equal(a, b);
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

static struct value shifted(enum operation op, struct value a, struct value count)
{
    unsigned n = (unsigned)(count.u & (width_of(a.type) - 1));
    if (op == SHIFT_LEFT) return integer(a.type, a.u << n);
    bool negative = is_signed(a.type) && (int64_t)a.u < 0;
    return integer(a.type, negative ? ~(~a.u >> n) : a.u >> n);
}

/* Both operands have one dtype. False: division by zero. */
static bool arithmetic(struct value *out, enum operation op, struct value a, struct value b)
{
    mr_dtype type = a.type;
    if (is_float(type)) {
        *out = type == MR_F64 ? f64(float_arithmetic(op, a.f, b.f))
                              : f32(float_arithmetic32(op, (float)a.f, (float)b.f));
        return true;
    }
    if ((op == DIVIDE || op == REMAINDER) && b.u == 0) return false;
    switch (op) {
    case ADD: *out = integer(type, a.u + b.u); break;
    case SUBTRACT: *out = integer(type, a.u - b.u); break;
    case MULTIPLY: *out = integer(type, a.u * b.u); break;
    case DIVIDE: *out = integer(type, (uint64_t)(as_wide(a) / as_wide(b))); break;
    case REMAINDER: *out = integer(type, (uint64_t)(as_wide(a) % as_wide(b))); break;
    case BIT_AND: *out = integer(type, a.u & b.u); break;
    case BIT_OR: *out = integer(type, a.u | b.u); break;
    default: *out = integer(type, a.u ^ b.u); break;
    }
    return true;
}

static struct value unary(enum operation op, struct value a)
{
    if (op == NOT) return boolean(!truth(a));
    if (op == INVERT) return integer(a.type, ~a.u);
    if (a.type == MR_F64) return f64(-a.f);
    if (a.type == MR_F32) return f32((float)-a.f);
    return integer(a.type, 0 - a.u);
}

/* ---- functions of expressions ---------------------------------------------------------------- */

/* Arguments have been brought to one dtype by the function's rule. False: division by zero. */
typedef bool apply_function(struct value *out, const struct value *a);

enum rule {
    FLOATS,  /* integers become f64 */
    NUMBERS, /* bools become i32 */
    CHOICE,  /* the first argument is a condition, the others meet */
    TEST,    /* of floats, gives bool */
    INTEGERS /* no floats, no bools */
};

#define FUNCTION_1(name, of_f64, of_f32)                                                           \
    static bool name##_of(struct value *out, const struct value *a)                                \
    {                                                                                              \
        *out = a[0].type == MR_F64 ? f64(of_f64(a[0].f)) : f32(of_f32((float)a[0].f));             \
        return true;                                                                               \
    }
#define FUNCTION_2(name, of_f64, of_f32)                                                           \
    static bool name##_of(struct value *out, const struct value *a)                                \
    {                                                                                              \
        *out = a[0].type == MR_F64 ? f64(of_f64(a[0].f, a[1].f))                                   \
                                   : f32(of_f32((float)a[0].f, (float)a[1].f));                    \
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

static bool fma_of(struct value *out, const struct value *a)
{
    *out = a[0].type == MR_F64 ? f64(fma(a[0].f, a[1].f, a[2].f))
                               : f32(fmaf((float)a[0].f, (float)a[1].f, (float)a[2].f));
    return true;
}

static bool abs_of(struct value *out, const struct value *a)
{
    if (is_float(a->type))
        *out = (struct value){.type = a->type, .f = fabs(a->f)};
    else
        *out = is_signed(a->type) && (int64_t)a->u < 0 ? unary(NEGATE, *a) : *a;
    return true;
}

static bool min_of(struct value *out, const struct value *a)
{
    *out = smaller(a[0], a[1]);
    return true;
}

static bool max_of(struct value *out, const struct value *a)
{
    *out = larger(a[0], a[1]);
    return true;
}

static bool clamp_of(struct value *out, const struct value *a)
{
    *out = smaller(larger(a[0], a[1]), a[2]);
    return true;
}

static bool select_of(struct value *out, const struct value *a)
{
    *out = truth(a[0]) ? a[1] : a[2];
    return true;
}

static bool sign_of(struct value *out, const struct value *a)
{
    struct value zero = cast(integer(MR_I32, 0), a->type);
    int sign = less(zero, *a) - less(*a, zero);
    *out = is_nan(*a) ? *a : cast(integer(MR_I32, (uint64_t)sign), a->type);
    return true;
}

static bool isnan_of(struct value *out, const struct value *a)
{
    *out = boolean(isnan(a->f) != 0);
    return true;
}

static bool isinf_of(struct value *out, const struct value *a)
{
    *out = boolean(isinf(a->f) != 0);
    return true;
}

static bool popcount_of(struct value *out, const struct value *a)
{
    uint64_t ones = 0;
    for (unsigned bit = 0; bit < width_of(a->type); bit++) ones += a->u >> bit & 1;
    *out = integer(a->type, ones);
    return true;
}

static bool clz_of(struct value *out, const struct value *a)
{
    unsigned zeros = 0, width = width_of(a->type);
    while (zeros < width && !(a->u >> (width - 1 - zeros) & 1)) zeros++;
    *out = integer(a->type, zeros);
    return true;
}

/* The quotient rounded down, and the remainder with the divisor's sign, as in Python. */
static bool floordiv_of(struct value *out, const struct value *a)
{
    wide n = as_wide(a[0]), d = as_wide(a[1]);
    if (d == 0) return false;
    wide q = n / d;
    if (n % d != 0 && (n < 0) != (d < 0)) q--;
    *out = integer(a->type, (uint64_t)q);
    return true;
}

static bool mod_of(struct value *out, const struct value *a)
{
    wide n = as_wide(a[0]), d = as_wide(a[1]);
    if (d == 0) return false;
    wide r = n % d;
    if (r != 0 && (r < 0) != (d < 0)) r += d;
    *out = integer(a->type, (uint64_t)r);
    return true;
}

struct function {
    const char *name;
    unsigned arity;
    enum rule rule;
    apply_function *apply;
};

/* clang-format off */
static const struct function functions[] = {
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
    {"floordiv", 2, INTEGERS, floordiv_of},
    {"mod", 2, INTEGERS, mod_of},
};
/* clang-format on */

/* ---- the model's state ----------------------------------------------------------------------- */

struct block {
    _Alignas(64) struct block *next;
};

struct model {
    const char *text;
    const char *at; /* the parser's place in text */
    struct block *blocks;
    struct failure failure; /* of the run */
    struct model_result *result;
    jmp_buf fault; /* text not understood; taken before anything runs */
};

__attribute__((format(printf, 2, 3), noreturn)) static void fault(struct model *m,
                                                                  const char *format, ...)
{
    char why[150];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(why, sizeof why, format, list);
    va_end(list);
    (void)snprintf(m->result->message, sizeof m->result->message, "%s (before column %zu)", why,
                   (size_t)(m->at - m->text) + 1);
    longjmp(m->fault, 1);
}

/* Zeroed memory that lives as long as the model. */
static void *keep(struct model *m, size_t count, size_t size)
{
    struct block *block = mr_alloc(1, sizeof *block + count * size);
    if (!block) fault(m, "out of memory");
    block->next = m->blocks;
    m->blocks = block;
    return block + 1;
}

/* ---- parsing --------------------------------------------------------------------------------- */

enum form { LITERAL, NAME, UNARY, BINARY, CONDITIONAL, CAST, CALL };

struct expression {
    enum form form;
    enum operation operation;
    const struct function *function;
    char name[NAME_BYTES];
    struct expression *operand[OPERANDS];
    unsigned operands;
    struct value value; /* LITERAL */
    int column;         /* NAME: which column; -1: the position */
    mr_dtype meets;     /* the dtype that operands are brought to */
    mr_dtype type;
    bool weak; /* a LITERAL that takes the dtype of what it meets */
};

struct argument {
    char name[NAME_BYTES]; /* "" when positional */
    bool is_label;         /* name: rather than name= */
    bool used;
    struct expression *expression;
    struct node *pipeline;
};

struct call {
    char name[NAME_BYTES];
    struct argument argument[ARGUMENTS];
    unsigned arguments;
};

static struct node *parse_pipeline(struct model *m);
static struct expression *parse_expression(struct model *m);

static void skip_space(struct model *m)
{
    while (isspace((unsigned char)*m->at)) m->at++;
}

static bool accept(struct model *m, const char *token)
{
    skip_space(m);
    size_t length = strlen(token);
    if (strncmp(m->at, token, length) != 0) return false;
    m->at += length;
    return true;
}

static void expect(struct model *m, const char *token)
{
    if (!accept(m, token)) fault(m, "'%s' expected", token);
}

static bool accept_name(struct model *m, char name[NAME_BYTES])
{
    skip_space(m);
    size_t length = 0;
    if (!isalpha((unsigned char)*m->at) && *m->at != '_') return false;
    while (isalnum((unsigned char)m->at[length]) || m->at[length] == '_') length++;
    if (length >= NAME_BYTES) fault(m, "name too long");
    memcpy(name, m->at, length);
    name[length] = '\0';
    m->at += length;
    return true;
}

static struct expression *new_literal(struct model *m, struct value value, bool weak)
{
    struct expression *e = keep(m, 1, sizeof *e);
    e->form = LITERAL;
    e->value = value;
    e->type = value.type;
    e->weak = weak;
    return e;
}

/* Copies a number's digits without their underscores. An exponent may have a sign. */
static bool scan_number(struct model *m, char digits[64], bool hexadecimal)
{
    size_t length = 0;
    bool is_fraction = false;
    for (;; m->at++) {
        char c = *m->at, before = length ? digits[length - 1] : '\0';
        bool exponent = !hexadecimal && (before == 'e' || before == 'E');
        if (c == '_') continue;
        if (!isalnum((unsigned char)c) && c != '.' && !(exponent && (c == '-' || c == '+'))) break;
        if (!hexadecimal && (c == '.' || c == 'e' || c == 'E')) is_fraction = true;
        if (length == 63) fault(m, "number too long");
        digits[length++] = c;
    }
    digits[length] = '\0';
    return is_fraction;
}

static struct expression *parse_number(struct model *m)
{
    char digits[64], *end = NULL;
    bool hexadecimal = m->at[0] == '0' && (m->at[1] == 'x' || m->at[1] == 'X');
    if (scan_number(m, digits, hexadecimal)) {
        double f = strtod(digits, &end);
        if (*end) fault(m, "bad number %s", digits);
        return new_literal(m, f64(f), true);
    }
    uwide n = 0;
    uint64_t radix = hexadecimal ? 16 : 10;
    const char *digit = hexadecimal ? digits + 2 : digits;
    if (!*digit) fault(m, "bad number %s", digits);
    for (; *digit; digit++) {
        const char *alphabet = "0123456789abcdef";
        const char *found = strchr(alphabet, tolower((unsigned char)*digit));
        if (!found || (uint64_t)(found - alphabet) >= radix) fault(m, "bad number %s", digits);
        n = n * radix + (uint64_t)(found - alphabet);
        if (n > UINT64_MAX) fault(m, "number too large");
    }
    /* What only u64 holds is a u64, not weak. */
    bool weak = n <= INT64_MAX;
    return new_literal(m, integer(weak ? MR_I64 : MR_U64, (uint64_t)n), weak);
}

static struct expression *parse_call(struct model *m, struct expression *e)
{
    for (mr_dtype type = MR_BOOL; type < MR_DTYPE_COUNT; type++)
        if (strcmp(dtype_names[type], e->name) == 0) {
            e->form = CAST;
            e->type = type;
        }
    unsigned arity = 1;
    for (size_t k = 0; e->form == NAME && k < sizeof functions / sizeof functions[0]; k++)
        if (strcmp(functions[k].name, e->name) == 0) {
            e->form = CALL;
            e->function = &functions[k];
            arity = functions[k].arity;
        }
    if (e->form == NAME) fault(m, "no function %s", e->name);
    do {
        if (e->operands == arity) fault(m, "%s: too many arguments", e->name);
        e->operand[e->operands++] = parse_expression(m);
    } while (accept(m, ","));
    if (e->operands < arity) fault(m, "%s: too few arguments", e->name);
    expect(m, ")");
    return e;
}

static struct expression *parse_primary(struct model *m)
{
    skip_space(m);
    if (isdigit((unsigned char)*m->at)) return parse_number(m);
    if (accept(m, "(")) {
        struct expression *e = parse_expression(m);
        expect(m, ")");
        return e;
    }
    struct expression *e = keep(m, 1, sizeof *e);
    e->form = NAME;
    if (!accept_name(m, e->name)) fault(m, "expression expected");
    if (accept(m, "(")) return parse_call(m, e);
    if (strcmp(e->name, "true") == 0) return new_literal(m, boolean(true), false);
    if (strcmp(e->name, "false") == 0) return new_literal(m, boolean(false), false);
    if (strcmp(e->name, "inf") == 0) return new_literal(m, f64((double)INFINITY), true);
    if (strcmp(e->name, "nan") == 0) return new_literal(m, f64((double)NAN), true);
    return e;
}

static struct expression *parse_unary(struct model *m)
{
    static const struct {
        const char *text;
        enum operation operation;
    } unary_operators[] = {{"!", NOT}, {"~", INVERT}, {"-", NEGATE}};
    for (size_t k = 0; k < 3; k++)
        if (accept(m, unary_operators[k].text)) {
            struct expression *e = keep(m, 1, sizeof *e);
            e->form = UNARY;
            e->operation = unary_operators[k].operation;
            e->operand[0] = parse_unary(m);
            e->operands = 1;
            return e;
        }
    return parse_primary(m);
}

/* Precedence climbing: takes operators that bind at least as tightly as `lowest_taken`. */
static struct expression *parse_binary(struct model *m, int lowest_taken)
{
    struct expression *left = parse_unary(m);
    for (;;) {
        size_t k = 0, count = sizeof binary_operators / sizeof binary_operators[0];
        skip_space(m);
        while (k < count &&
               strncmp(m->at, binary_operators[k].text, strlen(binary_operators[k].text)) != 0)
            k++;
        if (k == count || binary_operators[k].precedence < lowest_taken) return left;
        m->at += strlen(binary_operators[k].text);
        struct expression *e = keep(m, 1, sizeof *e);
        e->form = BINARY;
        e->operation = binary_operators[k].operation;
        e->operand[0] = left;
        e->operand[1] = parse_binary(m, binary_operators[k].precedence + 1);
        e->operands = 2;
        left = e;
    }
}

static struct expression *parse_expression(struct model *m)
{
    struct expression *condition = parse_binary(m, 1);
    if (!accept(m, "?")) return condition;
    struct expression *e = keep(m, 1, sizeof *e);
    e->form = CONDITIONAL;
    e->operand[0] = condition;
    e->operand[1] = parse_expression(m);
    expect(m, ":");
    e->operand[2] = parse_expression(m);
    e->operands = 3;
    return e;
}

static void parse_argument(struct model *m, struct call *call, bool takes_pipelines)
{
    if (call->arguments == ARGUMENTS) fault(m, "%s: too many arguments", call->name);
    struct argument *argument = &call->argument[call->arguments++];
    const char *start = m->at;
    bool named = false;
    if (accept_name(m, argument->name)) {
        skip_space(m);
        argument->is_label = *m->at == ':';
        named = *m->at == '=' && m->at[1] != '=';
        if (argument->is_label || named) m->at++;
    }
    if (!argument->is_label && !named) {
        argument->name[0] = '\0';
        m->at = start;
    }
    if (takes_pipelines && !named)
        argument->pipeline = parse_pipeline(m);
    else
        argument->expression = parse_expression(m);
}

static void parse_operator(struct model *m, struct call *call)
{
    memset(call, 0, sizeof *call);
    if (!accept_name(m, call->name)) fault(m, "operator expected");
    bool takes_pipelines = strcmp(call->name, "zip") == 0 || strcmp(call->name, "chain") == 0;
    expect(m, "(");
    if (accept(m, ")")) return;
    do parse_argument(m, call, takes_pipelines);
    while (accept(m, ","));
    expect(m, ")");
}

/* ---- evaluating an expression ---------------------------------------------------------------- */

/* False: division by zero. */
static bool evaluate(struct value *out, const struct expression *e, const struct row *row,
                     int64_t position)
{
    struct value a[OPERANDS];
    if (e->form == LITERAL) {
        *out = e->value;
        return true;
    }
    if (e->form == NAME) {
        *out = e->column < 0 ? integer(MR_I64, (uint64_t)position) : row->column[e->column];
        return true;
    }
    if (!evaluate(&a[0], e->operand[0], row, position)) return false;
    if (e->form == CONDITIONAL) {
        const struct expression *taken = e->operand[truth(a[0]) ? 1 : 2];
        if (!evaluate(out, taken, row, position)) return false;
        *out = cast(*out, e->type);
        return true;
    }
    if (e->form == BINARY && (e->operation == AND_ALSO || e->operation == OR_ELSE) &&
        truth(a[0]) == (e->operation == OR_ELSE)) {
        *out = boolean(truth(a[0]));
        return true;
    }
    for (unsigned k = 1; k < e->operands; k++)
        if (!evaluate(&a[k], e->operand[k], row, position)) return false;
    if (e->form == BINARY && (e->operation == SHIFT_LEFT || e->operation == SHIFT_RIGHT)) {
        *out = shifted(e->operation, cast(a[0], e->type), a[1]);
        return true;
    }
    bool condition_first = e->form == CALL && e->function->rule == CHOICE;
    for (unsigned k = condition_first ? 1 : 0; k < e->operands; k++) a[k] = cast(a[k], e->meets);
    if (e->form == CALL) return e->function->apply(out, a);
    if (e->form == BINARY && (e->operation == AND_ALSO || e->operation == OR_ELSE))
        *out = a[1];
    else if (e->form == BINARY && compares(e->operation))
        *out = boolean(comparison(e->operation, a[0], a[1]));
    else if (e->form == BINARY)
        return arithmetic(out, e->operation, a[0], a[1]);
    else
        *out = e->form == CAST ? a[0] : unary(e->operation, a[0]);
    return true;
}

/* ---- typing an expression -------------------------------------------------------------------- */

struct schema {
    size_t columns;
    char name[MODEL_COLUMNS][NAME_BYTES];
    mr_dtype type[MODEL_COLUMNS];
};

static mr_dtype promoted(struct model *m, mr_dtype a, mr_dtype b)
{
    if (a == b) return a;
    if (is_float(a) || is_float(b)) return MR_F64;
    if (a == MR_BOOL) a = MR_I32;
    if (b == MR_BOOL) b = MR_I32;
    if (is_signed(a) == is_signed(b)) return width_of(a) > width_of(b) ? a : b;
    if (a != MR_I64 && b != MR_I64) fault(m, "%s meets %s", dtype_names[a], dtype_names[b]);
    if (a == MR_U64 || b == MR_U64) fault(m, "i64 meets u64");
    return MR_I64;
}

/* The dtype at which operands from `first` on meet. Sets *all_weak when only literals meet. */
static mr_dtype meeting_point(struct model *m, const struct expression *e, unsigned first,
                              bool *all_weak)
{
    mr_dtype type = MR_BOOL;
    bool weak_integer = false, weak_float = false, strong = false;
    for (unsigned k = first; k < e->operands; k++) {
        const struct expression *operand = e->operand[k];
        if (operand->weak) {
            weak_integer |= !is_float(operand->type);
            weak_float |= is_float(operand->type);
        } else {
            type = strong ? promoted(m, type, operand->type) : operand->type;
            strong = true;
        }
    }
    *all_weak = !strong;
    if (!strong) return weak_float ? MR_F64 : MR_I64;
    if (weak_integer && type == MR_BOOL) type = MR_I32;
    if (weak_float && !is_float(type)) type = MR_F64;
    return type;
}

/* Gives weak operands the dtype where operands meet; an integer must fit it. */
static void settle(struct model *m, struct expression *e, unsigned first, mr_dtype type)
{
    for (unsigned k = first; k < e->operands; k++) {
        struct expression *operand = e->operand[k];
        if (!operand->weak) continue;
        wide n = is_float(operand->type) ? 0 : as_wide(operand->value);
        if (is_integer(type) && (n < lowest(type) || n > highest(type)))
            fault(m, "literal does not fit %s", dtype_names[type]);
        operand->value = cast(operand->value, type);
        operand->type = type;
        operand->weak = false;
    }
    e->meets = type;
}

/* An operator on literals alone is a literal again. */
static void fold(struct model *m, struct expression *e)
{
    struct value value;
    if (!evaluate(&value, e, NULL, 0)) fault(m, "division by zero among literals");
    e->form = LITERAL;
    e->value = value;
    e->type = value.type;
    e->weak = true;
}

static void type_name(struct model *m, struct expression *e, const struct schema *schema,
                      bool has_i)
{
    e->column = -1;
    e->type = MR_I64;
    if (has_i && strcmp(e->name, "i") == 0) return;
    for (size_t k = 0; k < schema->columns; k++)
        if (strcmp(e->name, schema->name[k]) == 0) e->column = (int)k;
    if (schema->columns == 1 && strcmp(e->name, "x") == 0) e->column = 0;
    if (e->column < 0) fault(m, "no column %s", e->name);
    e->type = schema->type[e->column];
}

static void type_unary(struct model *m, struct expression *e)
{
    struct expression *a = e->operand[0];
    /* The lowest i64 cannot be written otherwise. */
    if (e->operation == NEGATE && a->form == LITERAL && a->type == MR_U64 &&
        a->value.u == (uint64_t)INT64_MIN) {
        *e = *a;
        e->value = integer(MR_I64, a->value.u);
        e->type = MR_I64;
        e->weak = true;
        return;
    }
    e->meets = e->type = a->type == MR_BOOL && e->operation == NEGATE ? MR_I32 : a->type;
    if (e->operation == INVERT && !is_integer(a->type)) fault(m, "~ takes integers");
    if (e->operation == NOT) {
        e->meets = a->type;
        e->type = MR_BOOL;
    } else if (a->weak) {
        fold(m, e);
    }
}

static void type_shift(struct model *m, struct expression *e)
{
    struct expression *a = e->operand[0], *b = e->operand[1];
    if (!is_integer(a->type) || !is_integer(b->type)) fault(m, "shifts take integers");
    e->type = a->type;
    if (a->weak && b->weak) fold(m, e);
}

static void type_binary(struct model *m, struct expression *e)
{
    enum operation op = e->operation;
    if (op == SHIFT_LEFT || op == SHIFT_RIGHT) {
        type_shift(m, e);
        return;
    }
    if (op == AND_ALSO || op == OR_ELSE) {
        e->meets = e->type = MR_BOOL;
        return;
    }
    bool all_weak = false;
    mr_dtype type = meeting_point(m, e, 0, &all_weak);
    bool bitwise = op == BIT_AND || op == BIT_OR || op == BIT_XOR;
    if ((bitwise || op == REMAINDER) && is_float(type)) fault(m, "floats have no bitwise, no %%");
    if (op == REMAINDER && type == MR_BOOL) fault(m, "%% takes integers");
    if (type == MR_BOOL && !bitwise && !compares(op)) type = MR_I32;
    e->meets = e->type = type;
    if (all_weak && !compares(op)) {
        fold(m, e);
        return;
    }
    settle(m, e, 0, type);
    if (compares(op)) e->type = MR_BOOL;
}

static void type_call(struct model *m, struct expression *e)
{
    enum rule rule = e->function->rule;
    bool all_weak = false;
    unsigned first = rule == CHOICE ? 1 : 0;
    mr_dtype type = meeting_point(m, e, first, &all_weak);
    if ((rule == FLOATS || rule == TEST) && !is_float(type)) type = MR_F64;
    if (rule == NUMBERS && type == MR_BOOL) type = MR_I32;
    if (rule == INTEGERS && !is_integer(type)) fault(m, "%s takes integers", e->name);
    settle(m, e, first, type);
    e->type = rule == TEST ? MR_BOOL : type;
}

/* `i` is known only where elements have a position. */
static void type_expression(struct model *m, struct expression *e, const struct schema *schema,
                            bool has_i)
{
    for (unsigned k = 0; k < e->operands; k++) type_expression(m, e->operand[k], schema, has_i);
    bool all_weak = false;
    switch (e->form) {
    case LITERAL: break;
    case NAME: type_name(m, e, schema, has_i); break;
    case UNARY: type_unary(m, e); break;
    case BINARY: type_binary(m, e); break;
    case CAST: e->meets = e->type; break;
    case CALL: type_call(m, e); break;
    case CONDITIONAL:
        e->type = meeting_point(m, e, 1, &all_weak);
        settle(m, e, 1, e->type);
        break;
    }
}

static bool uses_position(const struct expression *e)
{
    if (e->form == NAME && e->column < 0) return true;
    for (unsigned k = 0; k < e->operands; k++)
        if (uses_position(e->operand[k])) return true;
    return false;
}

/* ---- nodes: what a pipeline is made of ------------------------------------------------------- */

enum outcome {
    GOT_ROW,
    GOT_HOLE, /* a filter in a terminal's mask dropped an element */
    GOT_END,
    GOT_FAILURE /* recorded in n->failure */
};

enum fold_operation { FOLD_SUM, FOLD_PROD, FOLD_MIN, FOLD_MAX };

struct node {
    /* Pulls the next element. A row that is not `wanted` need not be computed: nobody will look at
     * it. */
    enum outcome (*next)(struct node *n, struct row *out, bool wanted);
    bool (*element)(struct node *n, int64_t i, struct value *out); /* sources that are f(i) */
    struct failure *failure;
    struct schema schema;
    struct node *input[ARGUMENTS];
    size_t inputs, current;
    struct expression *expression[MODEL_COLUMNS];
    size_t expressions;
    int64_t position; /* elements taken from the input; of a source: given */
    bool ended, is_mask;
    bool anywhere; /* element n can be had without those before */
    int64_t most;  /* no more elements than this, as its description says; endless: -1 */
    bool begun;    /* window: one was wanted, and those after it are made in turn */
    int64_t first, stop, step, length; /* counts; endless: -1 */
    struct value start, increment, last;
    uint64_t seed, stream, modulus;
    mr_dtype type;
    enum fold_operation fold;
    bool is_mean;
    struct row *rows; /* window, diff: the elements in sight */
    int64_t held;
    struct value carry[MODEL_COLUMNS], prefix[MODEL_COLUMNS];
    struct reduction *reduction[MODEL_COLUMNS];
};

static enum outcome fail(struct node *n, const char *status, int64_t at, const char *what)
{
    *n->failure = (struct failure){.status = status, .what = what, .at = at};
    return GOT_FAILURE;
}

static struct failure division_by_zero(const struct node *n)
{
    return (struct failure){"division-by-zero", "division by zero", n->position};
}

static enum outcome fail_division(struct node *n)
{
    *n->failure = division_by_zero(n);
    return GOT_FAILURE;
}

/* ---- sources --------------------------------------------------------------------------------- */

static enum outcome source_next(struct node *n, struct row *out, bool wanted)
{
    if (n->length != endless && n->position >= n->length) return GOT_END;
    if (wanted && !n->element(n, n->position, &out->column[0])) {
        out->failure = *n->failure;
        *n->failure = (struct failure){0};
    }
    n->position++;
    return GOT_ROW;
}

/* start + step * i: wrapping, or a multiplication and then an addition, each rounded. */
static bool affine_element(struct node *n, int64_t i, struct value *out)
{
    struct value product;
    (void)arithmetic(&product, MULTIPLY, cast(integer(MR_I64, (uint64_t)i), n->type), n->increment);
    return arithmetic(out, ADD, n->start, product);
}

static bool linspace_element(struct node *n, int64_t i, struct value *out)
{
    if (i > 0 && i == n->length - 1) {
        *out = n->last;
        return true;
    }
    return affine_element(n, i, out);
}

static bool repeat_element(struct node *n, int64_t i, struct value *out)
{
    (void)i;
    *out = n->start;
    return true;
}

static bool gen_element(struct node *n, int64_t i, struct value *out)
{
    if (evaluate(out, n->expression[0], NULL, i)) return true;
    fail_division(n);
    return false;
}

struct matrix {
    uwide a, b, c, d;
};

static struct matrix matrix_product(struct matrix x, struct matrix y, uwide modulus)
{
    return (struct matrix){
        (x.a * y.a % modulus + x.b * y.c % modulus) % modulus,
        (x.a * y.b % modulus + x.b * y.d % modulus) % modulus,
        (x.c * y.a % modulus + x.d * y.c % modulus) % modulus,
        (x.c * y.b % modulus + x.d * y.d % modulus) % modulus,
    };
}

/* {{1, 1}, {1, 0}} to the power n holds F(n) in its corners (Knuth, TAOCP 1, 1.2.8). */
static uint64_t fibonacci_modulo(uwide n, uint64_t modulus)
{
    struct matrix power = {1 % modulus, 0, 0, 1 % modulus};
    struct matrix square = {1 % modulus, 1 % modulus, 1 % modulus, 0};
    for (; n; n >>= 1) {
        if (n & 1) power = matrix_product(power, square, modulus);
        square = matrix_product(square, square, modulus);
    }
    return (uint64_t)power.b;
}

static bool fibonacci_element(struct node *n, int64_t i, struct value *out)
{
    uwide term = (uwide)n->seed + (uwide)i;
    if (n->modulus) {
        *out = integer(n->type, fibonacci_modulo(term, n->modulus));
        return true;
    }
    uwide a = 0, b = 1;
    for (uwide k = 0; k < term && a <= (uwide)highest(n->type); k++) {
        uwide sum = a + b;
        a = b;
        b = sum;
    }
    *out = integer(n->type, (uint64_t)a);
    if (a <= (uwide)highest(n->type)) return true;
    fail(n, "overflow", i, "term too large");
    return false;
}

/* Philox4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC'11, section 3.3):
 * word i & 3 of block i >> 2. */
static uint32_t philox_word(uint64_t seed, uint64_t stream, uint64_t i)
{
    uint64_t block = i >> 2;
    uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)stream,
                     (uint32_t)(stream >> 32)};
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = UINT64_C(0xD2511F53) * c[0], p1 = UINT64_C(0xCD9E8D57) * c[2];
        uint32_t c1 = c[1], c3 = c[3];
        c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c[3] = (uint32_t)p0;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    return c[i & 3];
}

static bool philox_element(struct node *n, int64_t i, struct value *out)
{
    *out = integer(MR_U32, philox_word(n->seed, n->stream, (uint64_t)i));
    return true;
}

static bool uniform_element(struct node *n, int64_t i, struct value *out)
{
    uint64_t k = (uint64_t)i;
    if (n->type == MR_F32) {
        *out = f32((float)(philox_word(n->seed, n->stream, k) >> 8) * 0x1p-24f);
        return true;
    }
    uint64_t low = philox_word(n->seed, n->stream, 2 * k);
    uint64_t high = philox_word(n->seed, n->stream, 2 * k + 1);
    *out = f64((double)((high << 32 | low) >> 11) * 0x1p-53);
    return true;
}

/* What a description says is empty asks for nothing. */
static enum outcome ask(struct node *n, struct row *out, bool wanted)
{
    return n->most == 0 ? GOT_END : n->next(n, out, wanted);
}

/* A row exists where every input has one; where one has ended, failures of others are none. */
static enum outcome zip_next(struct node *n, struct row *out, bool wanted)
{
    enum outcome worst = GOT_ROW;
    size_t column = 0;
    struct failure before = *n->failure, failed = before;
    for (size_t k = 0; k < n->inputs && worst != GOT_END; k++) {
        struct row row = {0};
        enum outcome outcome = ask(n->input[k], &row, wanted);
        for (size_t c = 0; c < n->input[k]->schema.columns; c++)
            out->column[column++] = row.column[c];
        if (!out->failure.status) out->failure = row.failure;
        if (outcome == GOT_FAILURE && worst == GOT_ROW) failed = *n->failure;
        if (outcome != GOT_ROW && (worst == GOT_ROW || outcome == GOT_END)) worst = outcome;
    }
    *n->failure = worst == GOT_FAILURE ? failed : before;
    return worst;
}

static enum outcome chain_next(struct node *n, struct row *out, bool wanted)
{
    for (; n->current < n->inputs; n->current++) {
        struct node *input = n->input[n->current];
        enum outcome outcome = ask(input, out, wanted);
        if (outcome != GOT_END) return outcome;
    }
    return GOT_END;
}

/* ---- stages that look at one element --------------------------------------------------------- */

static enum outcome pull(struct node *n, struct row *out, bool wanted)
{
    out->failure = (struct failure){0};
    return ask(n->input[0], out, wanted);
}

/* By who cannot go on without the element. */
static enum outcome pull_needed(struct node *n, struct row *out)
{
    enum outcome outcome = pull(n, out, true);
    if (outcome != GOT_ROW || !out->failure.status) return outcome;
    *n->failure = out->failure;
    return GOT_FAILURE;
}

static enum outcome map_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    enum outcome outcome = pull(n, &in, wanted);
    if (outcome != GOT_ROW) return outcome;
    out->failure = in.failure;
    for (size_t k = 0; wanted && !out->failure.status && k < n->expressions; k++)
        if (!evaluate(&out->column[k], n->expression[k], &in, n->position))
            out->failure = division_by_zero(n);
    n->position++;
    return GOT_ROW;
}

static enum outcome filter_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    for (;;) {
        struct value keeps;
        enum outcome outcome = pull_needed(n, out);
        if (outcome != GOT_ROW) return outcome;
        if (!evaluate(&keeps, n->expression[0], out, n->position)) return fail_division(n);
        n->position++;
        if (truth(keeps)) return GOT_ROW;
        if (n->is_mask) return GOT_HOLE;
    }
}

static enum outcome enumerate_next(struct node *n, struct row *out, bool wanted)
{
    struct row in = {0};
    enum outcome outcome = pull(n, &in, wanted);
    if (outcome != GOT_ROW) return outcome;
    out->failure = in.failure;
    out->column[0] = integer(MR_I64, n->start.u + (uint64_t)n->position++);
    for (size_t c = 0; c + 1 < n->schema.columns; c++) out->column[c + 1] = in.column[c];
    return GOT_ROW;
}

static enum outcome slice_next(struct node *n, struct row *out, bool wanted);

/* Passes over up to `count` elements that nobody wants; tells how many there were. */
static int64_t pass_over(struct node *n, int64_t count)
{
    if (n->next == source_next) {
        int64_t left = n->length == endless ? count : n->length - n->position;
        if (left < count) count = left;
    } else if (n->next == map_next || n->next == enumerate_next) {
        count = pass_over(n->input[0], count);
    } else if (n->next == slice_next && n->step == 1 && n->first <= n->position) {
        if (n->stop != endless && n->stop - n->position < count) count = n->stop - n->position;
        count = pass_over(n->input[0], count > 0 ? count : 0);
    } else {
        return 0;
    }
    n->position += count;
    return count;
}

/* take, skip and slice: elements first, first + step, … below stop. Never pulls one too many. With
 * a step over what is read in order all that it gives are made in turn. */
static enum outcome slice_next(struct node *n, struct row *out, bool wanted)
{
    bool in_turn = n->step > 1 && !n->anywhere;
    wide chosen = n->first;
    if (n->position > n->first)
        chosen += ((wide)n->position - n->first + n->step - 1) / n->step * n->step;
    if (n->stop != endless && chosen >= n->stop) return GOT_END;
    n->position += pass_over(n->input[0], (int64_t)(chosen - n->position));
    for (;;) {
        bool is_chosen = n->position == chosen;
        enum outcome outcome =
            is_chosen && in_turn ? pull_needed(n, out) : pull(n, out, is_chosen && wanted);
        if (outcome != GOT_ROW) return outcome;
        n->position++;
        if (is_chosen) return GOT_ROW;
    }
}

static enum outcome take_while_next(struct node *n, struct row *out, bool wanted)
{
    struct value holds;
    (void)wanted;
    if (n->ended) return GOT_END;
    enum outcome outcome = pull_needed(n, out);
    if (outcome != GOT_ROW) return outcome;
    if (!evaluate(&holds, n->expression[0], out, n->position)) return fail_division(n);
    n->position++;
    n->ended = !truth(holds);
    return n->ended ? GOT_END : GOT_ROW;
}

static enum outcome drop_while_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    while (!n->ended) {
        struct value holds;
        enum outcome outcome = pull_needed(n, out);
        if (outcome != GOT_ROW) return outcome;
        if (!evaluate(&holds, n->expression[0], out, n->position)) return fail_division(n);
        n->position++;
        n->ended = !truth(holds);
        if (n->ended) return GOT_ROW;
    }
    return pull_needed(n, out);
}

/* ---- stages that look at several elements ---------------------------------------------------- */

static struct value combined(enum fold_operation op, struct value a, struct value b)
{
    struct value result;
    if (op == FOLD_MIN) return smaller(a, b);
    if (op == FOLD_MAX) return larger(a, b);
    (void)arithmetic(&result, op == FOLD_SUM ? ADD : MULTIPLY, a, b);
    return result;
}

static struct value identity(enum fold_operation op, mr_dtype type)
{
    if (op == FOLD_SUM || op == FOLD_PROD)
        return cast(integer(MR_I32, op == FOLD_SUM ? 0 : 1), type);
    if (is_float(type)) {
        double infinity = (double)INFINITY;
        return (struct value){.type = type, .f = op == FOLD_MIN ? infinity : -infinity};
    }
    return integer(type, (uint64_t)(op == FOLD_MIN ? highest(type) : lowest(type)));
}

/* Sums and products of integers widen; f32 widens only in chunk and in terminals. */
static mr_dtype folded_type(enum fold_operation op, mr_dtype type, bool widen_f32)
{
    if (op == FOLD_MIN || op == FOLD_MAX) return type;
    if (is_float(type)) return widen_f32 ? MR_F64 : type;
    return type == MR_U32 || type == MR_U64 ? MR_U64 : MR_I64;
}

/* Within a leaf a sequential prefix from the identity; the leaves before it come in from the left
 * as one carry. */
static enum outcome scan_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    enum outcome outcome = pull_needed(n, out);
    if (outcome != GOT_ROW) return outcome;
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        struct value unit = identity(n->fold, type);
        if (n->position == 0) n->carry[c] = unit;
        if (n->position % LEAF == 0) n->prefix[c] = unit;
        n->prefix[c] = combined(n->fold, n->prefix[c], cast(out->column[c], type));
        out->column[c] = combined(n->fold, n->carry[c], n->prefix[c]);
        if (n->position % LEAF == LEAF - 1) n->carry[c] = out->column[c];
    }
    n->position++;
    return GOT_ROW;
}

/* Keeps the last `count` rows in n->rows; the first of them that failed fails `out`. */
static enum outcome slide(struct node *n, int64_t count, struct row *out)
{
    if (n->held == count) {
        memmove(n->rows, n->rows + 1, (size_t)(count - 1) * sizeof *n->rows);
        n->held--;
    }
    while (n->held < count) {
        struct row row = {0};
        enum outcome outcome = pull(n, &row, true);
        if (outcome != GOT_ROW) return outcome;
        n->rows[n->held++] = row;
    }
    for (int64_t k = count; k-- > 0;)
        if (n->rows[k].failure.status) out->failure = n->rows[k].failure;
    return GOT_ROW;
}

static struct value power_window(struct node *n, size_t column, mr_dtype type, int64_t at,
                                 int64_t k)
{
    if (k == 1) return cast(n->rows[at].column[column], type);
    return combined(n->fold, power_window(n, column, type, at, k / 2),
                    power_window(n, column, type, at + k / 2, k / 2));
}

/* W1[i] = x[i], W2m[i] = Wm[i] op Wm[i + m]; other sizes by their binary digits, smallest first. */
static struct value window_value(struct node *n, size_t column, mr_dtype type)
{
    struct value acc = {.type = type};
    for (int64_t k = n->length, offset = 0, digit = 1; digit <= k; digit *= 2) {
        if (!(k & digit)) continue;
        struct value part = power_window(n, column, type, offset, digit);
        acc = offset ? combined(n->fold, acc, part) : part;
        offset += digit;
    }
    return acc;
}

/* Windows are made in turn, from the first that is wanted. */
static enum outcome window_next(struct node *n, struct row *out, bool wanted)
{
    n->begun = n->begun || wanted;
    enum outcome outcome = slide(n, n->length, out);
    if (outcome != GOT_ROW || (out->failure.status && !n->begun)) return outcome;
    if (out->failure.status) *n->failure = out->failure;
    if (out->failure.status) return GOT_FAILURE;
    for (size_t c = 0; c < n->schema.columns; c++) {
        /* A mean of integers is one of f64 from the start. */
        mr_dtype type = n->schema.type[c];
        struct value v = window_value(n, c, type), k = integer(MR_I64, (uint64_t)n->length);
        if (n->is_mean) (void)arithmetic(&v, DIVIDE, v, cast(k, type));
        out->column[c] = v;
    }
    return GOT_ROW;
}

static enum outcome diff_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    enum outcome outcome = slide(n, 2, out);
    if (outcome != GOT_ROW || out->failure.status) return outcome;
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        (void)arithmetic(&out->column[c], SUBTRACT, cast(n->rows[1].column[c], type),
                         cast(n->rows[0].column[c], type));
    }
    return GOT_ROW;
}

/* ---- reductions: the fixed tree -------------------------------------------------------------- */

/* clang-format off */
enum aggregate {
    SUM, PROD, MIN, MAX, MEAN, VAR, STD, /* these follow the tree */
    COUNT, ANY, ALL, FIRST, LAST, ARGMIN, ARGMAX, HIST,
    AGGREGATES
};
/* clang-format on */

static const char *const aggregate_names[AGGREGATES] = {
    "sum", "prod", "min",   "max",  "mean",   "var",    "std",  "count",
    "any", "all",  "first", "last", "argmin", "argmax", "hist",
};

struct partial {
    uint64_t elements;
    struct value value; /* sum, prod, min, max and the mean's sum */
    /* var: the mean, the sum of squared distances from it, and what the mean lacks */
    double mean, deviation, lacks;
};

struct reduction {
    enum aggregate op;
    mr_dtype type;
    int64_t ddof;
    struct value leaf[LEAF]; /* of what the tree combines */
    bool present[LEAF];
    size_t filled;
    uint64_t leaves, elements;
    wide exact; /* mean of integers: their sum */
    struct partial stack[65];
    size_t depth;
    struct value best;
    int64_t best_at;
    double low, high; /* hist */
    uint64_t *bins;
    int64_t bin_count;
};

static bool follows_tree(enum aggregate op)
{
    return op <= STD;
}

static enum fold_operation fold_of(enum aggregate op)
{
    return op == PROD ? FOLD_PROD : op == MIN ? FOLD_MIN : op == MAX ? FOLD_MAX : FOLD_SUM;
}

static mr_dtype tree_type(enum aggregate op, mr_dtype type)
{
    if (op == VAR || op == STD) return MR_F64;
    return folded_type(fold_of(op), type, true);
}

static mr_dtype aggregate_type(enum aggregate op, mr_dtype type)
{
    switch (op) {
    case SUM:
    case PROD:
    case MIN:
    case MAX: return tree_type(op, type);
    case MEAN:
    case VAR:
    case STD: return MR_F64;
    case COUNT:
    case ARGMIN:
    case ARGMAX: return MR_I64;
    case ANY:
    case ALL: return MR_BOOL;
    case HIST: return MR_U64;
    default: return type;
    }
}

/* 32 lanes with stride 32 accumulate in order from the identity, then fold pairwise. Elements that
 * are masked out or missing count as the identity. */
static struct value leaf_tree(enum fold_operation op, const struct value leaf[LEAF],
                              const bool present[LEAF], size_t filled)
{
    struct value unit = identity(op, leaf[0].type), lane[LANES];
    for (size_t k = 0; k < LANES; k++) lane[k] = unit;
    for (size_t k = 0; k < filled; k++)
        lane[k % LANES] = combined(op, lane[k % LANES], present[k] ? leaf[k] : unit);
    for (size_t half = LANES / 2; half; half /= 2)
        for (size_t k = 0; k < half; k++) lane[k] = combined(op, lane[k], lane[k + half]);
    return lane[0];
}

static struct partial leaf_partial(struct reduction *r)
{
    struct partial p = {0};
    for (size_t k = 0; k < r->filled; k++) p.elements += r->present[k];
    p.value = leaf_tree(fold_of(r->op), r->leaf, r->present, r->filled);
    if ((r->op != VAR && r->op != STD) || p.elements == 0) return p;
    p.mean = p.value.f / (double)p.elements;
    for (size_t k = 0; k < r->filled; k++) r->leaf[k] = f64(r->leaf[k].f - p.mean);
    double rest = leaf_tree(FOLD_SUM, r->leaf, r->present, r->filled).f;
    for (size_t k = 0; k < r->filled; k++) r->leaf[k] = f64(r->leaf[k].f * r->leaf[k].f);
    if (!isfinite(rest)) rest = 0;
    p.lacks = rest / (double)p.elements;
    p.deviation = leaf_tree(FOLD_SUM, r->leaf, r->present, r->filled).f - rest * p.lacks;
    if (p.deviation < 0) p.deviation = 0;
    return p;
}

/* Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
 * variances (1979), equation 1.5. */
static struct partial merged(enum aggregate op, struct partial older, struct partial newer)
{
    struct partial p = {.elements = older.elements + newer.elements};
    if (op != VAR && op != STD) {
        p.value = combined(fold_of(op), older.value, newer.value);
        return p;
    }
    if (older.elements == 0) return newer;
    if (newer.elements == 0) return older;
    double share = (double)newer.elements / (double)p.elements;
    double delta = (newer.mean - older.mean) + (newer.lacks - older.lacks);
    double step = older.lacks + delta * share;
    p.mean = older.mean + step;
    /* D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B. */
    double from_step = p.mean - older.mean, from_mean = p.mean - from_step;
    p.lacks = (older.mean - from_mean) + (step - from_step);
    p.deviation =
        (older.deviation + newer.deviation) + (delta * delta) * ((double)older.elements * share);
    return p;
}

/* A binary counter over the leaves' numbers: leaf n merges once for each trailing one of n. */
static void reduction_close_leaf(struct reduction *r)
{
    r->stack[r->depth++] = leaf_partial(r);
    for (uint64_t n = r->leaves++; n & 1; n >>= 1) {
        r->depth--;
        r->stack[r->depth - 1] = merged(r->op, r->stack[r->depth - 1], r->stack[r->depth]);
    }
    r->filled = 0;
}

static void reduction_look(struct reduction *r, struct value v)
{
    int64_t at = (int64_t)r->elements;
    bool first = r->elements == 0;
    bool better =
        !is_nan(r->best) && (is_nan(v) || (r->op == ARGMIN ? less(v, r->best) : less(r->best, v)));
    switch (r->op) {
    case ANY: r->best = boolean((!first && truth(r->best)) || truth(v)); break;
    case ALL: r->best = boolean((first || truth(r->best)) && truth(v)); break;
    case FIRST:
        if (first) r->best = v;
        break;
    case LAST: r->best = v; break;
    case ARGMIN:
    case ARGMAX:
        if (!first && !better) break;
        r->best = v;
        r->best_at = at;
        break;
    default: break;
    }
}

/* The last bin whose lower edge is not above x; outside and NaN fall through, the last bin is
 * closed. */
static void reduction_bin(struct reduction *r, double x)
{
    if (!(x >= r->low && x <= r->high)) return;
    const double width = (r->high - r->low) / (double)r->bin_count;
    int64_t from = 0, until = r->bin_count;
    while (until - from > 1) {
        int64_t middle = from + (until - from) / 2;
        if (r->low + (double)middle * width <= x)
            from = middle;
        else
            until = middle;
    }
    r->bins[from]++;
}

static void reduction_push(struct reduction *r, bool present, struct value v)
{
    if (follows_tree(r->op)) {
        struct value missing = {.type = tree_type(r->op, r->type)};
        r->leaf[r->filled] = present ? cast(v, missing.type) : missing;
        if (present && r->op == MEAN && !is_float(missing.type))
            r->exact += as_wide(r->leaf[r->filled]);
        r->present[r->filled] = present;
        if (++r->filled == LEAF) reduction_close_leaf(r);
    } else if (present && r->op == HIST) {
        reduction_bin(r, as_double(v));
    } else if (present) {
        reduction_look(r, v);
    }
    r->elements += present;
}

static struct partial reduction_total(struct reduction *r)
{
    if (r->filled) reduction_close_leaf(r);
    struct partial none = {.value = identity(fold_of(r->op), tree_type(r->op, r->type))};
    if (r->depth == 0) return none;
    struct partial total = r->stack[--r->depth];
    while (r->depth) total = merged(r->op, r->stack[--r->depth], total);
    return total;
}

/* False: empty, and the aggregate has no value then. */
static bool reduction_finish(struct reduction *r, struct value *out)
{
    bool empty = r->elements == 0;
    double n = (double)r->elements;
    struct partial total = {0};
    if (follows_tree(r->op)) total = reduction_total(r);
    switch (r->op) {
    case SUM:
    case PROD: *out = total.value; return true;
    case MIN:
    case MAX: *out = total.value; return !empty;
    case MEAN: {
        double sum = is_float(total.value.type) ? total.value.f : (double)r->exact;
        *out = f64(empty ? (double)NAN : sum / n);
        return true;
    }
    case VAR:
    case STD: {
        double var = empty ? (double)NAN : total.deviation / (n - (double)r->ddof);
        *out = f64(r->op == VAR ? var : sqrt(var));
        return true;
    }
    case COUNT: *out = integer(MR_I64, r->elements); return true;
    case ANY: *out = empty ? boolean(false) : r->best; return true;
    case ALL: *out = empty ? boolean(true) : r->best; return true;
    case ARGMIN:
    case ARGMAX: *out = integer(MR_I64, (uint64_t)r->best_at); return !empty;
    default: *out = r->best; return !empty;
    }
}

/* Later elements cannot change the value, so they are not pulled. */
static bool reduction_decided(const struct reduction *r)
{
    if (r->elements == 0) return false;
    return r->op == FIRST || (r->op == ANY && truth(r->best)) || (r->op == ALL && !truth(r->best));
}

static void reduction_start(struct reduction *r, enum aggregate op, mr_dtype type)
{
    memset(r, 0, sizeof *r);
    r->op = op;
    r->type = type;
}

static enum outcome chunk_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    int64_t taken = 0;
    if (n->ended) return GOT_END;
    for (size_t c = 0; c < n->schema.columns; c++)
        reduction_start(n->reduction[c], n->reduction[c]->op, n->reduction[c]->type);
    for (; taken < n->length; taken++) {
        struct row row = {0};
        enum outcome outcome = pull_needed(n, &row);
        if (outcome == GOT_FAILURE) return outcome;
        n->ended = outcome == GOT_END;
        if (n->ended) break;
        for (size_t c = 0; c < n->schema.columns; c++)
            reduction_push(n->reduction[c], true, row.column[c]);
    }
    if (taken == 0) return GOT_END;
    for (size_t c = 0; c < n->schema.columns; c++)
        (void)reduction_finish(n->reduction[c], &out->column[c]);
    return GOT_ROW;
}

/* ---- terminals ------------------------------------------------------------------------------- */

static bool all_decided(const struct node *n)
{
    bool decided = true;
    for (size_t c = 0; c < n->expressions; c++) decided &= reduction_decided(n->reduction[c]);
    return decided;
}

/* count needs no values, and last one only where it can go there. */
static enum outcome pull_for_terminal(struct node *n, struct row *row, struct failure *last)
{
    enum aggregate op = n->reduction[0]->op;
    if (op == COUNT) return pull(n, row, false);
    if (op != LAST || !n->input[0]->anywhere) return pull_needed(n, row);
    enum outcome outcome = pull(n, row, true);
    if (outcome == GOT_ROW) *last = row->failure;
    if (outcome != GOT_END || !last->status) return outcome;
    *n->failure = *last;
    return GOT_FAILURE;
}

static enum outcome terminal_run(struct node *n, struct row *total)
{
    struct failure last = {0};
    for (enum outcome outcome = GOT_ROW; outcome != GOT_END && !all_decided(n);) {
        struct row row = {0};
        outcome = pull_for_terminal(n, &row, &last);
        if (outcome == GOT_FAILURE) return outcome;
        for (size_t c = 0; outcome != GOT_END && c < n->expressions; c++)
            reduction_push(n->reduction[c], outcome == GOT_ROW, row.column[c]);
    }
    for (size_t c = 0; c < n->schema.columns; c++)
        if (n->reduction[c]->op != HIST && !reduction_finish(n->reduction[c], &total->column[c]))
            return fail(n, "empty", -1, "no value on an empty sequence");
    return GOT_ROW;
}

static enum outcome terminal_next(struct node *n, struct row *out, bool wanted)
{
    (void)wanted;
    if (!n->ended) {
        n->ended = true;
        enum outcome outcome = terminal_run(n, out);
        if (outcome != GOT_ROW) return outcome;
    }
    if (n->position == n->length) return GOT_END;
    if (n->reduction[0]->op == HIST)
        out->column[0] = integer(MR_U64, n->reduction[0]->bins[n->position]);
    n->position++;
    return GOT_ROW;
}

/* ---- arguments of operators ------------------------------------------------------------------ */

enum { NAMED_ONLY = -1 };

static unsigned positional_arguments(const struct call *call)
{
    unsigned count = 0;
    for (unsigned k = 0; k < call->arguments; k++) count += !call->argument[k].name[0];
    return count;
}

/* The argument given by name or at an index among the positional ones; NULL when absent. */
static struct expression *argument(struct call *call, const char *name, int index)
{
    int positional = 0;
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (a->is_label || a->pipeline) continue;
        bool found = a->name[0] ? strcmp(a->name, name) == 0 : positional++ == index;
        if (!found) continue;
        a->used = true;
        return a->expression;
    }
    return NULL;
}

static void all_arguments_used(struct model *m, const struct call *call)
{
    for (unsigned k = 0; k < call->arguments; k++)
        if (!call->argument[k].used) fault(m, "%s: argument %u not understood", call->name, k + 1);
}

static struct value constant(struct model *m, struct expression *e)
{
    static const struct schema nothing;
    struct value v;
    type_expression(m, e, &nothing, false);
    if (!evaluate(&v, e, NULL, 0)) fault(m, "division by zero in a parameter");
    return v;
}

static wide exact_integer(struct model *m, const char *name, struct value v)
{
    if (is_integer(v.type)) return as_wide(v);
    if (!is_float(v.type) || !(fabs(v.f) < 0x1p64) || v.f != trunc(v.f))
        fault(m, "%s: integer expected", name);
    return (wide)v.f;
}

static wide integer_argument(struct model *m, struct call *call, const char *name, int index,
                             wide fallback)
{
    struct expression *e = argument(call, name, index);
    return e ? exact_integer(m, name, constant(m, e)) : fallback;
}

/* A count from 0 up, or inf for endless; `fallback` -2: must be given. */
static int64_t count_argument(struct model *m, struct call *call, const char *name, int index,
                              int64_t fallback)
{
    struct expression *e = argument(call, name, index);
    if (!e && fallback == -2) fault(m, "%s: %s is missing", call->name, name);
    if (!e) return fallback;
    struct value v = constant(m, e);
    if (is_float(v.type) && isinf(v.f) && v.f > 0) return endless;
    wide n = exact_integer(m, name, v);
    if (n < 0 || n > INT64_MAX) fault(m, "%s: %s out of range", call->name, name);
    return (int64_t)n;
}

static struct value scalar_argument(struct model *m, struct call *call, const char *name, int index,
                                    mr_dtype type, int fallback)
{
    struct expression *e = argument(call, name, index);
    if (!e) return cast(integer(MR_I32, (uint64_t)fallback), type);
    struct value v = constant(m, e);
    if (is_float(type)) return cast(v, type);
    wide n = exact_integer(m, name, v);
    /* An unsigned sequence may step down. */
    bool steps_down = type == MR_U32 || type == MR_U64 ? strcmp(name, "step") == 0 : false;
    if (n < (steps_down ? -highest(type) : lowest(type)) || n > highest(type))
        fault(m, "%s: %s does not fit %s", call->name, name, dtype_names[type]);
    return integer(type, (uint64_t)n);
}

static mr_dtype dtype_argument(struct model *m, struct call *call, int index, mr_dtype fallback)
{
    struct expression *e = argument(call, "dtype", index);
    if (!e) return fallback;
    for (mr_dtype type = MR_BOOL; type < MR_DTYPE_COUNT; type++)
        if (e->form == NAME && strcmp(e->name, dtype_names[type]) == 0) return type;
    fault(m, "%s: dtype expected", call->name);
}

/* ---- building sources ------------------------------------------------------------------------ */

/* i64, or f64 when one of the numbers has a fraction. */
static mr_dtype progression_type(struct model *m, struct call *call, int start_at, int stop_at,
                                 int step_at)
{
    const struct {
        const char *name;
        int index;
    } numbers[] = {{"start", start_at}, {"stop", stop_at}, {"step", step_at}};
    for (size_t k = 0; k < 3; k++) {
        struct expression *e = argument(call, numbers[k].name, numbers[k].index);
        struct value v = e ? constant(m, e) : integer(MR_I64, 0);
        if (is_float(v.type) && (v.f != trunc(v.f) || !(fabs(v.f) < 0x1p64))) return MR_F64;
    }
    return MR_I64;
}

static struct node *new_node(struct model *m,
                             enum outcome (*next)(struct node *, struct row *, bool))
{
    struct node *n = keep(m, 1, sizeof *n);
    n->next = next;
    n->failure = &m->failure;
    n->length = endless;
    n->stop = endless;
    n->step = 1;
    return n;
}

static struct node *new_source(struct model *m, mr_dtype type,
                               bool (*element)(struct node *, int64_t, struct value *))
{
    struct node *n = new_node(m, source_next);
    n->element = element;
    n->type = type;
    n->schema = (struct schema){.columns = 1, .name = {"x"}, .type = {type}};
    return n;
}

static struct node *build_count(struct model *m, struct call *call)
{
    mr_dtype type = progression_type(m, call, 0, NAMED_ONLY, 1);
    struct node *n = new_source(m, dtype_argument(m, call, 2, type), affine_element);
    n->start = scalar_argument(m, call, "start", 0, n->type, 0);
    n->increment = scalar_argument(m, call, "step", 1, n->type, 1);
    return n;
}

static int64_t integer_range_length(wide start, wide stop, wide step)
{
    wide span = step > 0 ? stop - start : start - stop, stride = step > 0 ? step : -step;
    wide length = span > 0 ? (span + stride - 1) / stride : 0;
    return length > INT64_MAX ? INT64_MAX : (int64_t)length;
}

/* From about `length` on, to the first element that is not before stop. */
static int64_t float_range_length(struct node *n, int64_t length, double stop)
{
    bool up = n->increment.f > 0;
    struct value x;
    while (length > 0 && affine_element(n, length - 1, &x) && !(up ? x.f < stop : x.f > stop))
        length--;
    while (affine_element(n, length, &x) && (up ? x.f < stop : x.f > stop)) length++;
    return length;
}

static struct node *build_range(struct model *m, struct call *call)
{
    bool only_stop = positional_arguments(call) < 2;
    int start_at = only_stop ? NAMED_ONLY : 0, stop_at = only_stop ? 0 : 1;
    mr_dtype type = progression_type(m, call, start_at, stop_at, 2);
    struct node *n = new_source(m, dtype_argument(m, call, 3, type), affine_element);
    if (!argument(call, "stop", stop_at)) fault(m, "range: stop is missing");
    n->start = scalar_argument(m, call, "start", start_at, n->type, 0);
    n->increment = scalar_argument(m, call, "step", 2, n->type, 1);
    if (is_float(n->type)) {
        double start = scalar_argument(m, call, "start", start_at, MR_F64, 0).f;
        double stop = scalar_argument(m, call, "stop", stop_at, MR_F64, 0).f;
        double step = scalar_argument(m, call, "step", 2, MR_F64, 1).f;
        double length = ceil((stop - start) / step);
        if (!(length < 0x1p63)) fault(m, "range: too long");
        stop = scalar_argument(m, call, "stop", stop_at, n->type, 0).f;
        n->length = float_range_length(n, length > 0 ? (int64_t)length : 0, stop);
        return n;
    }
    wide step = integer_argument(m, call, "step", 2, 1);
    if (step == 0) fault(m, "range: step is 0");
    n->length = integer_range_length(integer_argument(m, call, "start", start_at, 0),
                                     integer_argument(m, call, "stop", stop_at, 0), step);
    return n;
}

static struct node *build_linspace(struct model *m, struct call *call)
{
    struct node *n = new_source(m, MR_F64, linspace_element);
    n->start = scalar_argument(m, call, "start", 0, MR_F64, 0);
    n->last = scalar_argument(m, call, "stop", 1, MR_F64, 0);
    n->length = count_argument(m, call, "num", 2, 50);
    n->increment = f64((n->last.f - n->start.f) / (double)(n->length - 1));
    if (n->length < 2) n->increment = f64(0.0);
    return n;
}

static struct node *build_repeat(struct model *m, struct call *call)
{
    struct expression *e = argument(call, "value", 0);
    if (!e) fault(m, "repeat: value is missing");
    struct value v = constant(m, e);
    struct node *n = new_source(m, dtype_argument(m, call, 2, v.type), repeat_element);
    n->start = cast(v, n->type);
    n->length = count_argument(m, call, "times", 1, endless);
    return n;
}

static struct node *build_gen(struct model *m, struct call *call)
{
    static const struct schema nothing;
    struct expression *e = argument(call, "expr", 0);
    if (!e) fault(m, "gen: expression is missing");
    type_expression(m, e, &nothing, true);
    struct node *n = new_source(m, e->type, gen_element);
    n->expression[0] = e;
    n->length = count_argument(m, call, "length", 1, endless);
    return n;
}

static struct node *build_fibonacci(struct model *m, struct call *call)
{
    struct node *n = new_source(m, dtype_argument(m, call, 2, MR_I64), fibonacci_element);
    n->seed = scalar_argument(m, call, "start", 0, MR_U64, 0).u;
    wide modulus = integer_argument(m, call, "mod", 1, 0);
    if (!is_integer(n->type)) fault(m, "fibonacci: integers only");
    if (modulus < 0 || modulus > highest(n->type)) fault(m, "fibonacci: mod out of range");
    n->modulus = (uint64_t)modulus;
    return n;
}

static struct node *build_philox(struct model *m, struct call *call)
{
    struct node *n = new_source(m, MR_U32, philox_element);
    n->seed = scalar_argument(m, call, "seed", 0, MR_U64, 0).u;
    n->stream = scalar_argument(m, call, "stream", 1, MR_U64, 0).u;
    return n;
}

static struct node *build_uniform(struct model *m, struct call *call)
{
    struct node *n = build_philox(m, call);
    n->type = n->schema.type[0] = dtype_argument(m, call, 2, MR_F64);
    n->element = uniform_element;
    if (!is_float(n->type)) fault(m, "uniform: floats only");
    return n;
}

static void add_column(struct model *m, struct node *n, const char *name, mr_dtype type)
{
    if (n->schema.columns == MODEL_COLUMNS) fault(m, "too many columns");
    for (size_t c = 0; c < n->schema.columns; c++)
        if (strcmp(n->schema.name[c], name) == 0) fault(m, "two columns %s", name);
    (void)snprintf(n->schema.name[n->schema.columns], NAME_BYTES, "%s", name);
    n->schema.type[n->schema.columns++] = type;
}

static void add_inputs(struct model *m, struct node *n, struct call *call)
{
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        if (!a->pipeline) fault(m, "%s: pipelines expected", call->name);
        a->used = true;
        n->input[n->inputs++] = a->pipeline;
    }
    if (n->inputs == 0) fault(m, "%s: no inputs", call->name);
}

static struct node *build_zip(struct model *m, struct call *call)
{
    struct node *n = new_node(m, zip_next);
    add_inputs(m, n, call);
    for (size_t k = 0; k < n->inputs; k++) {
        const struct schema *schema = &n->input[k]->schema;
        const char *label = call->argument[k].name;
        if (*label && schema->columns > 1) fault(m, "zip: label of several columns");
        for (size_t c = 0; c < schema->columns; c++) {
            char numbered[NAME_BYTES];
            (void)snprintf(numbered, sizeof numbered, "x%zu", n->schema.columns);
            const char *name = schema->columns > 1 ? schema->name[c] : *label ? label : numbered;
            add_column(m, n, name, schema->type[c]);
        }
    }
    return n;
}

static struct node *build_chain(struct model *m, struct call *call)
{
    struct node *n = new_node(m, chain_next);
    add_inputs(m, n, call);
    n->schema = n->input[0]->schema;
    for (size_t k = 1; k < n->inputs; k++) {
        const struct schema *schema = &n->input[k]->schema;
        bool same = schema->columns == n->schema.columns;
        for (size_t c = 0; same && c < schema->columns; c++)
            same = schema->type[c] == n->schema.type[c] &&
                   strcmp(schema->name[c], n->schema.name[c]) == 0;
        if (!same) fault(m, "chain: inputs differ");
    }
    return n;
}

/* ---- building stages and terminals ----------------------------------------------------------- */

static struct node *new_stage(struct model *m, struct node *input,
                              enum outcome (*next)(struct node *, struct row *, bool))
{
    struct node *n = new_node(m, next);
    n->schema = input->schema;
    n->input[0] = input;
    n->inputs = 1;
    return n;
}

static struct node *build_map(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, map_next);
    n->schema.columns = 0;
    for (unsigned k = 0; k < call->arguments; k++) {
        struct argument *a = &call->argument[k];
        char numbered[NAME_BYTES];
        if (!a->is_label && a->name[0]) fault(m, "map: no parameter %s", a->name);
        if (k == MODEL_COLUMNS) fault(m, "too many columns");
        a->used = true;
        type_expression(m, a->expression, &input->schema, true);
        (void)snprintf(numbered, sizeof numbered, call->arguments > 1 ? "x%u" : "x", k);
        add_column(m, n, a->is_label ? a->name : numbered, a->expression->type);
        n->expression[n->expressions++] = a->expression;
    }
    if (n->expressions == 0) fault(m, "map: no expression");
    return n;
}

static struct node *build_predicate(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, NULL);
    n->expression[0] = argument(call, "expr", 0);
    if (!n->expression[0]) fault(m, "%s: no expression", call->name);
    n->expressions = 1;
    type_expression(m, n->expression[0], &input->schema, true);
    return n;
}

static struct node *build_filter(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = filter_next;
    return n;
}

static struct node *build_take_while(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = take_while_next;
    return n;
}

static struct node *build_drop_while(struct model *m, struct call *call, struct node *input)
{
    struct node *n = build_predicate(m, call, input);
    n->next = drop_while_next;
    return n;
}

static struct node *build_enumerate(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, enumerate_next);
    n->start = scalar_argument(m, call, "start", 0, MR_I64, 0);
    n->schema.columns = 0;
    add_column(m, n, "n", MR_I64);
    for (size_t c = 0; c < input->schema.columns; c++)
        add_column(m, n, input->schema.name[c], input->schema.type[c]);
    return n;
}

static struct node *build_take(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, slice_next);
    n->stop = count_argument(m, call, "n", 0, -2);
    return n;
}

static struct node *build_skip(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, slice_next);
    n->first = count_argument(m, call, "n", 0, -2);
    return n;
}

static struct node *build_slice(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, slice_next);
    n->first = count_argument(m, call, "start", 0, -2);
    n->stop = count_argument(m, call, "stop", 1, -2);
    n->step = count_argument(m, call, "step", 2, 1);
    if (n->step < 1) fault(m, "slice: step must be positive");
    return n;
}

static enum aggregate find_aggregate(const char *name)
{
    enum aggregate op = 0;
    while (op < AGGREGATES && strcmp(aggregate_names[op], name) != 0) op++;
    return op;
}

static enum aggregate aggregate_argument(struct model *m, struct call *call, int index,
                                         const char *choices)
{
    struct expression *e = argument(call, "op", index);
    if (!e || e->form != NAME || !strstr(choices, e->name)) fault(m, "one of %s expected", choices);
    return find_aggregate(e->name);
}

static struct node *build_scan(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, scan_next);
    n->fold = fold_of(aggregate_argument(m, call, 0, "sum prod min max"));
    for (size_t c = 0; c < n->schema.columns; c++)
        n->schema.type[c] = folded_type(n->fold, n->schema.type[c], false);
    return n;
}

static struct node *build_window(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, window_next);
    enum aggregate op = aggregate_argument(m, call, 1, "sum mean min max");
    n->fold = fold_of(op);
    n->is_mean = op == MEAN;
    n->length = count_argument(m, call, "k", 0, -2);
    if (n->length < 1 || n->length > 1 << 20) fault(m, "window: k out of range");
    n->rows = keep(m, (size_t)n->length, sizeof *n->rows);
    for (size_t c = 0; c < n->schema.columns; c++) {
        mr_dtype type = n->schema.type[c];
        mr_dtype mean = type == MR_F32 ? MR_F32 : MR_F64;
        n->schema.type[c] = n->is_mean ? mean : folded_type(n->fold, type, false);
    }
    return n;
}

static struct node *build_diff(struct model *m, struct call *call, struct node *input)
{
    (void)call;
    struct node *n = new_stage(m, input, diff_next);
    n->rows = keep(m, 2, sizeof *n->rows);
    for (size_t c = 0; c < n->schema.columns; c++)
        if (n->schema.type[c] == MR_BOOL) n->schema.type[c] = MR_I32;
    return n;
}

static void add_reductions(struct model *m, struct node *n, enum aggregate op)
{
    const struct schema *in = &n->input[0]->schema;
    n->expressions = in->columns;
    for (size_t c = 0; c < in->columns; c++) {
        n->reduction[c] = keep(m, 1, sizeof *n->reduction[c]);
        reduction_start(n->reduction[c], op, in->type[c]);
        n->schema.type[c] = aggregate_type(op, in->type[c]);
    }
}

static struct node *build_chunk(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, chunk_next);
    n->length = count_argument(m, call, "n", 0, -2);
    if (n->length < 1) fault(m, "chunk: n must be positive");
    add_reductions(m, n, aggregate_argument(m, call, 1, "sum prod min max mean count"));
    return n;
}

/* The maps and filters right below a terminal act as a mask, so that the tree's positions are those
 * of the operator below them; but a filter under a use of `i` must compact first. */
static void mark_mask(struct node *top)
{
    bool position_used = false;
    for (struct node *n = top; n->next == map_next || n->next == filter_next; n = n->input[0]) {
        if (n->next == filter_next) {
            if (position_used) return;
            n->is_mask = true;
        }
        for (size_t k = 0; k < n->expressions; k++)
            position_used |= uses_position(n->expression[k]);
    }
}

static void hist_parameters(struct model *m, struct call *call, struct reduction *r)
{
    r->bin_count = count_argument(m, call, "bins", 0, 10);
    if (!argument(call, "lo", 1) || !argument(call, "hi", 2)) fault(m, "hist: lo and hi needed");
    r->low = scalar_argument(m, call, "lo", 1, MR_F64, 0).f;
    r->high = scalar_argument(m, call, "hi", 2, MR_F64, 0).f;
    if (r->bin_count < 1 || r->bin_count > 1 << 20) fault(m, "hist: bins out of range");
    if (!(r->low < r->high) || isinf(r->low) || isinf(r->high)) fault(m, "hist: lo < hi needed");
    if (isinf((double)r->bin_count / (r->high - r->low))) fault(m, "hist: hi - lo too small");
    r->bins = keep(m, (size_t)r->bin_count, sizeof *r->bins);
}

static struct node *build_terminal(struct model *m, struct call *call, struct node *input)
{
    struct node *n = new_stage(m, input, terminal_next);
    enum aggregate op = find_aggregate(call->name);
    add_reductions(m, n, op);
    n->length = 1;
    if (op == COUNT || op == HIST) {
        if (op == HIST && n->schema.columns > 1) fault(m, "hist: one column only");
        n->schema.columns = 1;
        (void)snprintf(n->schema.name[0], NAME_BYTES, "count");
    }
    if (op == VAR || op == STD)
        for (size_t c = 0; c < n->expressions; c++)
            n->reduction[c]->ddof = count_argument(m, call, "ddof", 0, 0);
    if (op == HIST) {
        hist_parameters(m, call, n->reduction[0]);
        n->length = n->reduction[0]->bin_count;
    }
    if (follows_tree(op)) mark_mask(input);
    return n;
}

static const struct {
    const char *name;
    struct node *(*build)(struct model *m, struct call *call);
} sources[] = {
    {"count", build_count},   {"range", build_range},     {"linspace", build_linspace},
    {"repeat", build_repeat}, {"gen", build_gen},         {"fibonacci", build_fibonacci},
    {"philox", build_philox}, {"uniform", build_uniform}, {"zip", build_zip},
    {"chain", build_chain},
};

static const struct {
    const char *name;
    struct node *(*build)(struct model *m, struct call *call, struct node *input);
} stages[] = {
    {"map", build_map},
    {"filter", build_filter},
    {"enumerate", build_enumerate},
    {"take", build_take},
    {"skip", build_skip},
    {"slice", build_slice},
    {"scan", build_scan},
    {"window", build_window},
    {"diff", build_diff},
    {"take_while", build_take_while},
    {"drop_while", build_drop_while},
    {"chunk", build_chunk},
};

/* Whether an element can be had without those before: sources, and stages made of such. */
static bool goes_anywhere(const struct node *n)
{
    bool can = n->next == source_next || n->next == zip_next || n->next == chain_next ||
               n->next == map_next || n->next == enumerate_next || n->next == slice_next ||
               n->next == diff_next;
    for (size_t k = 0; k < n->inputs; k++) can = can && n->input[k]->anywhere;
    return can;
}

static int64_t least(int64_t a, int64_t b)
{
    return a == endless || (b != endless && b < a) ? b : a;
}

static int64_t most_of_slice(const struct node *n, int64_t most)
{
    most = least(most, n->stop);
    if (most == endless) return endless;
    return most > n->first ? (most - n->first - 1) / n->step + 1 : 0;
}

/* Bounds from descriptions alone. */
static int64_t most_elements(const struct node *n)
{
    int64_t most = n->inputs ? n->input[0]->most : n->length, sum = 0;
    for (size_t k = 0; k < n->inputs; k++) {
        int64_t other = n->input[k]->most;
        if (n->next == zip_next) most = least(most, other);
        sum = sum == endless || other == endless ? endless : sum + other;
    }
    if (n->next == chain_next) return sum;
    if (n->next == slice_next) return most_of_slice(n, most);
    if (most == endless) return endless;
    int64_t around = n->next == window_next ? n->length - 1 : n->next == diff_next;
    if (n->next == chunk_next) return most ? (most - 1) / n->length + 1 : 0;
    return most > around ? most - around : 0;
}

static struct node *build_source(struct model *m, struct call *call)
{
    for (size_t k = 0; k < sizeof sources / sizeof sources[0]; k++) {
        if (strcmp(sources[k].name, call->name) != 0) continue;
        struct node *n = sources[k].build(m, call);
        n->anywhere = goes_anywhere(n);
        n->most = most_elements(n);
        return n;
    }
    fault(m, "no source %s", call->name);
}

/* Their elements are made in turn, though a count does not look at them. */
static void begin_windows(struct node *n)
{
    n->begun = true;
    for (size_t k = 0; k < n->inputs; k++) begin_windows(n->input[k]);
}

static struct node *build_stage(struct model *m, struct call *call, struct node *input)
{
    for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++) {
        if (strcmp(stages[k].name, call->name) != 0) continue;
        struct node *n = stages[k].build(m, call, input);
        n->anywhere = goes_anywhere(n);
        n->most = most_elements(n);
        return n;
    }
    if (find_aggregate(call->name) == AGGREGATES) fault(m, "no stage %s", call->name);
    struct node *n = build_terminal(m, call, input);
    n->most = endless; /* of an empty one too a value is made */
    if (n->reduction[0]->op == COUNT) begin_windows(input);
    return n;
}

static struct node *parse_pipeline(struct model *m)
{
    struct call call;
    parse_operator(m, &call);
    struct node *n = build_source(m, &call);
    all_arguments_used(m, &call);
    while (accept(m, "|")) {
        if (n->next == terminal_next) fault(m, "a terminal must be last");
        parse_operator(m, &call);
        n = build_stage(m, &call, n);
        all_arguments_used(m, &call);
    }
    return n;
}

/* ---- running --------------------------------------------------------------------------------- */

static void store(void *data, size_t at, struct value v)
{
    float narrow = (float)v.f;
    switch (v.type) {
    case MR_BOOL: ((uint8_t *)data)[at] = v.u != 0; break;
    case MR_I32: ((int32_t *)data)[at] = (int32_t)v.u; break;
    case MR_U32: ((uint32_t *)data)[at] = (uint32_t)v.u; break;
    case MR_I64: ((int64_t *)data)[at] = (int64_t)v.u; break;
    case MR_U64: ((uint64_t *)data)[at] = v.u; break;
    case MR_F32: ((float *)data)[at] = narrow; break;
    default: ((double *)data)[at] = v.f; break;
    }
}

static bool grow(struct model_result *result, size_t capacity)
{
    for (size_t c = 0; c < result->columns; c++) {
        struct model_column *column = &result->column[c];
        size_t size = column->dtype == MR_BOOL ? 1 : width_of(column->dtype) / 8;
        void *grown = mr_resize(column->data, capacity, size);
        if (!grown) return false;
        column->data = grown;
    }
    return true;
}

static bool collect(struct node *n, struct model_result *result, size_t max_elements)
{
    size_t capacity = 0;
    result->columns = n->schema.columns;
    for (size_t c = 0; c < result->columns; c++) {
        memcpy(result->column[c].name, n->schema.name[c], NAME_BYTES);
        result->column[c].dtype = n->schema.type[c];
    }
    for (size_t len = 0; len < max_elements; len++) {
        struct row row = {0};
        if (len == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            if (!grow(result, capacity)) return false;
        }
        if (ask(n, &row, true) != GOT_ROW) break;
        if (row.failure.status) *n->failure = row.failure;
        if (row.failure.status) break;
        for (size_t c = 0; c < result->columns; c++) {
            store(result->column[c].data, len, row.column[c]);
            result->column[c].len = len + 1;
        }
    }
    return true;
}

static void report(struct model_result *result, const struct failure *failure)
{
    result->failed_at = -1;
    if (!failure->status) return;
    result->failed = true;
    result->failed_at = failure->at;
    (void)snprintf(result->failure, sizeof result->failure, "%s", failure->status);
    (void)snprintf(result->message, sizeof result->message, "%s", failure->what);
}

bool model_run(struct model_result *out, const char *pipeline, size_t max_elements)
{
    struct model m = {.text = pipeline, .at = pipeline, .result = out};
    memset(out, 0, sizeof *out);
    bool understood = setjmp(m.fault) == 0;
    if (understood) {
        struct node *n = parse_pipeline(&m);
        skip_space(&m);
        if (*m.at) fault(&m, "end of text expected");
        if (!collect(n, out, max_elements)) fault(&m, "out of memory");
        report(out, &m.failure);
    }
    while (m.blocks) {
        struct block *next = m.blocks->next;
        mr_free(m.blocks);
        m.blocks = next;
    }
    return understood;
}

void model_free(struct model_result *result)
{
    for (size_t c = 0; c < MODEL_COLUMNS; c++) {
        mr_free(result->column[c].data);
        result->column[c].data = NULL;
        result->column[c].len = 0;
    }
    result->columns = 0;
}
