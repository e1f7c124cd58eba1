#include "random_pipeline.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <millrace/dtype.h>

#include "base/memory.h"

enum { COLUMNS = 8, NAME_BYTES = 16, TEXT_BYTES = 1 << 16, FEW_COLUMNS = 3 };

struct shape {
    size_t columns;
    char name[COLUMNS][NAME_BYTES];
    mr_dtype type[COLUMNS];
    int64_t length; /* at most this many elements */
};

struct writer {
    struct random_pipeline_options options;
    uint64_t state;
    struct shape shape; /* what expressions and stages written now apply to */
    bool only_position; /* inside gen(): there are no columns */
    bool only_this;     /* no neighbours of the element: variables have none */
    bool may_fail;      /* unguarded divisions are allowed in the expression written now */
    bool finished;      /* no stage may follow */
    unsigned labels;    /* used so far: labels are unique in a pipeline */
    size_t length;
    char text[TEXT_BYTES];
};

/* ---- chance ---------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA'14). */
static uint64_t draw(struct writer *w)
{
    uint64_t z = w->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(struct writer *w, size_t bound)
{
    return (size_t)(draw(w) % bound);
}

static bool chance(struct writer *w, unsigned percent)
{
    return below(w, 100) < percent;
}

static int64_t between(struct writer *w, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(w) % (uint64_t)(high - low + 1));
}

#define PICK(w, table) ((table)[below(w, sizeof(table) / sizeof(table)[0])])

static int64_t random_length(struct writer *w)
{
    static const int64_t edges[] = {0,    1,    2,    3,    31,   32,   33,   63,
                                    64,   65,   127,  128,  1000, 1023, 1024, 1025,
                                    2047, 2048, 2049, 3072, 4095, 4096, 4097, 5000};
    static const int64_t large[] = {65535, 65536, 65537, 100000, 131072, 131073, 200000};
    if (w->options.large && chance(w, 40)) return PICK(w, large);
    if (chance(w, 60)) return PICK(w, edges);
    return between(w, 0, chance(w, 50) ? 200 : 5000);
}

/* ---- text ------------------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
    size_t room = sizeof w->text - w->length;
    va_list list;
    va_start(list, format);
    int count = vsnprintf(w->text + w->length, room, format, list);
    va_end(list);
    if (count > 0) w->length += (size_t)count < room ? (size_t)count : room - 1;
}

static const char *name_of(mr_dtype type)
{
    static const char *const names[MR_DTYPE_COUNT] = {
        [MR_BOOL] = "bool", [MR_I32] = "i32", [MR_U32] = "u32", [MR_I64] = "i64",
        [MR_U64] = "u64",   [MR_F32] = "f32", [MR_F64] = "f64",
    };
    return names[type];
}

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

static mr_dtype any_type(struct writer *w)
{
    return (mr_dtype)(MR_BOOL + below(w, MR_DTYPE_COUNT - MR_BOOL));
}

static mr_dtype number_type(struct writer *w)
{
    static const mr_dtype types[] = {MR_I32, MR_U32, MR_I64, MR_I64,
                                     MR_U64, MR_F32, MR_F64, MR_F64};
    return PICK(w, types);
}

static mr_dtype integer_type(struct writer *w)
{
    static const mr_dtype types[] = {MR_I32, MR_U32, MR_I64, MR_U64};
    return PICK(w, types);
}

/* A non-negative integer in one of its spellings. */
static void put_integer(struct writer *w, uint64_t n)
{
    unsigned long long value = n;
    if (chance(w, 10))
        put(w, "0x%llx", value);
    else if (n >= 1000 && n < 1000000 && chance(w, 30))
        put(w, "%llu_%03llu", value / 1000, value % 1000);
    else
        put(w, "%llu", value);
}

/* A parameter: may be negative, and a whole float when it is round. */
static void put_parameter(struct writer *w, int64_t n)
{
    if (n < 0)
        put(w, "%lld", (long long)n);
    else if (n > 0 && n % 1000 == 0 && chance(w, 40))
        put(w, "%llde3", (long long)n / 1000);
    else
        put_integer(w, (uint64_t)n);
}

static void put_float(struct writer *w)
{
    static const char *const floats[] = {"0.5",    "0.25",  "1.5",  "2.0",   "3.0",
                                         "0.1",    "1e-3",  "1e10", "2.5e4", "7.75",
                                         "0.3333", "1_0.5", "1e3",  "100.0"};
    bool negative = chance(w, 20);
    const char *text = PICK(w, floats);
    put(w, negative ? "(-%s)" : "%s", text);
}

/* A literal that fits the dtype; it takes the dtype only because of what it stands beside. */
static void put_literal(struct writer *w, mr_dtype type)
{
    static const uint64_t large[] = {255, 256, 1000, 4096, 65535, 65536, 1000000, 2147483647};
    if (is_float(type) && chance(w, 70)) {
        put_float(w);
        return;
    }
    uint64_t n = chance(w, 75) ? below(w, 20) : PICK(w, large);
    if ((type == MR_I64 || type == MR_U64) && chance(w, 5)) n = UINT64_C(0x7fffffffffffffff);
    /* As an integer, a literal -0 would lose its sign or keep it: both can be defended. */
    bool negative = n > 0 && (is_signed(type) || is_float(type)) && chance(w, 20);
    put(w, negative ? "(-" : "");
    put_integer(w, n);
    put(w, negative ? ")" : "");
}

/* ---- expressions ----------------------------------------------------------------------------- */

/* Every function here writes an expression of exactly the dtype asked for, that a literal does not
 * stand for alone. */
static void put_expression(struct writer *w, mr_dtype type, unsigned depth);
static void put_leaf(struct writer *w, mr_dtype type);

static void put_column(struct writer *w, size_t column)
{
    put(w, "%s", w->shape.columns == 1 && !w->only_this ? "x" : w->shape.name[column]);
}

/* The same, or now and then that of an element before. */
static void put_element(struct writer *w, size_t column)
{
    bool is_far = !w->only_this && chance(w, 6);
    if (is_far) put(w, chance(w, 50) ? "lag(" : "lead(");
    put_column(w, column);
    if (!is_far) return;
    put(w, ", %d, ", chance(w, 70) ? 1 : (int)below(w, 40));
    if (w->shape.type[column] == MR_BOOL)
        put(w, chance(w, 50) ? "true" : "false");
    else
        put_literal(w, w->shape.type[column]);
    put(w, ")");
}

static void put_comparison(struct writer *w, unsigned depth)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    mr_dtype type = number_type(w);
    put(w, "(");
    put_expression(w, type, depth);
    put(w, " %s ", PICK(w, signs));
    if (chance(w, 60))
        put_literal(w, type);
    else
        put_expression(w, type, depth);
    put(w, ")");
}

/* A column of the dtype, the position, or one of them cast. */
static void put_leaf(struct writer *w, mr_dtype type)
{
    size_t columns = w->only_position ? 0 : w->shape.columns, fitting[COLUMNS], count = 0;
    for (size_t c = 0; c < columns; c++)
        if (w->shape.type[c] == type) fitting[count++] = c;
    if (type == MR_I64 && (count == 0 || chance(w, 20)) && (columns == 0 || chance(w, 40))) {
        put(w, "i");
        return;
    }
    if (count) {
        put_element(w, fitting[below(w, count)]);
        return;
    }
    put(w, "%s(", name_of(type));
    if (columns == 0 || chance(w, 15))
        put(w, type == MR_BOOL ? "i %% 3" : "i");
    else
        put_column(w, below(w, columns));
    put(w, ")");
}

/* After a comparison another one is refused. */
static const char *pick_truth_operator(struct writer *w, bool *compares)
{
    static const char *const signs[] = {"&&", "||", "&", "|", "^", "==", "!="};
    enum { COUNT = sizeof signs / sizeof signs[0], COMPARISONS = 2 };
    size_t k = below(w, *compares ? COUNT - COMPARISONS : COUNT);
    *compares = k >= COUNT - COMPARISONS;
    return signs[k];
}

/* Operators that keep one dtype, however they are grouped: no parentheses, so that precedence is
 * put to the test. No two literals stand side by side, and none is shifted. */
static void put_flat(struct writer *w, mr_dtype type)
{
    static const char *const integers[] = {"+", "-", "*", "&", "^", "|"};
    static const char *const shifts[] = {"<<", ">>"};
    static const char *const floats[] = {"+", "-", "*", "/"};
    size_t count = 2 + below(w, 4);
    bool literal = true, compares = false;
    put(w, "(");
    for (size_t k = 0; k < count; k++) {
        if (k && type == MR_BOOL) put(w, " %s ", pick_truth_operator(w, &compares));
        if (k && is_float(type)) put(w, " %s ", PICK(w, floats));
        if (k && is_integer(type))
            put(w, " %s ", !literal && chance(w, 25) ? PICK(w, shifts) : PICK(w, integers));
        literal = !literal && type != MR_BOOL && chance(w, 40);
        if (literal)
            put_integer(w, 1 + below(w, 9));
        else
            put_leaf(w, type);
    }
    put(w, ")");
}

static void put_call(struct writer *w, const char *function, mr_dtype type, unsigned arguments,
                     unsigned depth)
{
    put(w, "%s(", function);
    for (unsigned k = 0; k < arguments; k++) {
        if (k) put(w, ", ");
        if (k && type != MR_BOOL && chance(w, 30))
            put_literal(w, type);
        else
            put_expression(w, type, depth);
    }
    put(w, ")");
}

static void put_choice(struct writer *w, mr_dtype type, unsigned depth)
{
    bool eager = chance(w, 40);
    put(w, eager ? "select(" : "(");
    put_expression(w, MR_BOOL, depth);
    put(w, eager ? ", " : " ? ");
    put_expression(w, type, depth);
    put(w, eager ? ", " : " : ");
    if (type != MR_BOOL && chance(w, 30))
        put_literal(w, type);
    else
        put_expression(w, type, depth);
    put(w, ")");
}

static void put_divisor(struct writer *w, bool may_be_negative)
{
    unsigned n = 1 + (unsigned)below(w, 12);
    put(w, may_be_negative && chance(w, 20) ? "(-%u)" : "%u", n);
}

/* A quotient or remainder, safe by a constant, an odd divisor or a guard, unless it may fail. */
static void put_division(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const signs[] = {"/", "%"};
    static const char *const calls[] = {"floordiv", "mod"};
    bool is_call = chance(w, 30);
    const char *sign = PICK(w, signs), *call = PICK(w, calls);
    char divisor[64];
    size_t mark = w->length;
    put_leaf(w, type);
    (void)snprintf(divisor, sizeof divisor, "%s", w->text + mark);
    w->length = mark;
    bool guarded = !w->may_fail && chance(w, 25);
    if (guarded) put(w, "(%s == 0 ? ", divisor);
    if (guarded) put_expression(w, type, depth);
    if (guarded) put(w, " : ");
    put(w, is_call ? "%s(" : "(", call);
    put_expression(w, type, depth);
    put(w, is_call ? ", " : " %s ", sign);
    if (w->may_fail && chance(w, 60))
        put(w, "(%s - %u)", divisor, chance(w, 50) ? 0 : (unsigned)below(w, 3000));
    else if (guarded)
        put(w, "%s", divisor);
    else if (chance(w, 70))
        put_divisor(w, is_signed(type));
    else
        put(w, "(%s | 1)", divisor);
    put(w, guarded ? "))" : ")");
}

static void put_integer_operation(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const signs[] = {"+", "-", "*", "*", "&", "|", "^"};
    static const char *const one[] = {"abs", "sign", "popcount", "clz"};
    static const char *const two[] = {"min", "max", "gcd"};
    mr_dtype narrow = type == MR_I64 && chance(w, 30)   ? MR_I32
                      : type == MR_I64 && chance(w, 20) ? MR_U32
                      : type == MR_U64 && chance(w, 30) ? MR_U32
                      : type == MR_I32 && chance(w, 20) ? MR_BOOL
                                                        : type;
    switch (below(w, 9)) {
    case 0: put_division(w, type, depth); return;
    case 1: put_call(w, PICK(w, one), type, 1, depth); return;
    case 2: put_call(w, PICK(w, two), type, 2, depth); return;
    case 3:
        put(w, chance(w, 50) ? "(-" : "(~");
        put_expression(w, type, depth);
        put(w, ")");
        return;
    case 4:
        put(w, "(");
        put_expression(w, type, depth);
        put(w, chance(w, 50) ? " << " : " >> ");
        if (chance(w, 60))
            put(w, "%u", (unsigned)below(w, 70));
        else
            put_expression(w, integer_type(w), 0);
        put(w, ")");
        return;
    default:
        put(w, "(");
        put_expression(w, type, depth);
        put(w, " %s ", PICK(w, signs));
        if (chance(w, 40))
            put_literal(w, type);
        else
            put_expression(w, narrow, depth);
        put(w, ")");
    }
}

static void put_float_function(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const plain[] = {"sqrt",  "floor", "ceil", "round",
                                        "trunc", "abs",   "sign", "sqrt"};
    static const char *const library[] = {
        "exp",   "exp2", "expm1", "log",  "log2", "log10",  "log1p",
        "sin",   "cos",  "tan",   "asin", "acos", "atan",   "sinh",
        "cosh",  "tanh", "cbrt",  "erf",  "erfc", "erfinv", "normal_quantile",
        "lgamma"};
    static const char *const pairs[] = {"pow", "atan2", "hypot"};
    if (w->options.no_transcendental || chance(w, 50)) {
        put_call(w, PICK(w, plain), type, 1, depth);
    } else if (chance(w, 25)) {
        put_call(w, PICK(w, pairs), type, 2, depth);
    } else {
        /* An integer argument makes the function an f64 one. */
        mr_dtype argument = type == MR_F64 && chance(w, 20) ? integer_type(w) : type;
        put_call(w, PICK(w, library), argument, 1, depth);
    }
}

static void put_float_operation(struct writer *w, mr_dtype type, unsigned depth)
{
    static const char *const signs[] = {"+", "-", "*", "/"};
    mr_dtype other = type == MR_F64 && chance(w, 30) ? any_type(w) : type;
    switch (below(w, 8)) {
    case 0:
    case 1: put_float_function(w, type, depth); return;
    case 2: put_call(w, chance(w, 50) ? "min" : "max", type, 2, depth); return;
    case 3: put_call(w, chance(w, 50) ? "clamp" : "fma", type, 3, depth); return;
    case 4:
        put(w, "(-");
        put_expression(w, type, depth);
        put(w, ")");
        return;
    default:
        put(w, "(");
        put_expression(w, type, depth);
        put(w, " %s ", PICK(w, signs));
        if (chance(w, 50))
            put_literal(w, type);
        else
            put_expression(w, other, depth);
        put(w, ")");
    }
}

static void put_bool_operation(struct writer *w, unsigned depth)
{
    static const char *const signs[] = {"&&", "||", "&", "|", "^", "==", "!="};
    switch (below(w, 6)) {
    case 0:
        put(w, "!");
        put_expression(w, MR_BOOL, depth);
        return;
    case 1:
        put(w, chance(w, 50) ? "isnan(" : "isinf(");
        put_expression(w, chance(w, 50) ? MR_F32 : MR_F64, depth);
        put(w, ")");
        return;
    case 2:
        put(w, "(");
        put_expression(w, MR_BOOL, depth);
        put(w, " %s ", PICK(w, signs));
        put_expression(w, MR_BOOL, depth);
        put(w, ")");
        return;
    default: put_comparison(w, depth);
    }
}

static void put_expression(struct writer *w, mr_dtype type, unsigned depth)
{
    /* Chains of casts and choices double the text at each level. */
    if (depth == 0 || chance(w, 15) || w->length > TEXT_BYTES / 2) {
        put_leaf(w, type);
    } else if (chance(w, 12)) {
        put_flat(w, type);
    } else if (chance(w, 10)) {
        put_choice(w, type, depth - 1);
    } else if (chance(w, 10)) {
        put(w, "%s(", name_of(type));
        put_expression(w, any_type(w), depth - 1);
        put(w, ")");
    } else if (type == MR_BOOL) {
        put_bool_operation(w, depth - 1);
    } else if (is_float(type)) {
        put_float_operation(w, type, depth - 1);
    } else {
        put_integer_operation(w, type, depth - 1);
    }
}

/* A condition that holds for a good part of the elements. */
static void put_condition(struct writer *w)
{
    static const unsigned moduli[] = {2, 3, 5, 7, 64};
    switch (below(w, 4)) {
    case 0: put_expression(w, MR_BOOL, 3); return;
    case 1: put_leaf(w, integer_type(w)); break;
    case 2: put_comparison(w, 1); return;
    default: put(w, "i");
    }
    put(w, " %% %u", PICK(w, moduli));
    put(w, " != %u", (unsigned)below(w, 3));
}

/* ---- variables of one's own ------------------------------------------------------------------ */

static void new_label(struct writer *w, char name[NAME_BYTES]);
static void add_column(struct shape *shape, const char *name, mr_dtype type);

/* What a variable starts as: of exactly its dtype. Where `sees_element`, made of the columns. */
static void put_start(struct writer *w, mr_dtype type, bool sees_element)
{
    put(w, "%s(", name_of(type));
    if (sees_element && chance(w, 70))
        put_expression(w, any_type(w), 1);
    else
        put(w, "%u", (unsigned)below(w, type == MR_BOOL ? 2 : 30));
    put(w, ")");
}

/* Up to two variables, their starts, and `while=` if `ends`. Returns them; expressions see them and
 * the columns there were. */
static struct shape put_variables(struct writer *w, bool sees_element, bool ends)
{
    struct shape own = {.columns = 0, .length = w->shape.length}, input = w->shape, scope;
    bool only_this = w->only_this;
    for (size_t k = 1 + below(w, 2); k; k--) {
        char name[NAME_BYTES];
        new_label(w, name);
        add_column(&own, name, any_type(w));
    }
    scope = own;
    for (size_t c = 0; c < input.columns; c++) add_column(&scope, input.name[c], input.type[c]);
    w->only_this = true;
    w->shape = scope;
    for (size_t k = 0; k < own.columns; k++) {
        put(w, "%s%s: ", k ? ", " : "", own.name[k]);
        put_expression(w, own.type[k], 1 + (unsigned)below(w, 3));
    }
    if (ends) put(w, ", while=");
    if (ends) put_comparison(w, 1);
    w->shape = input;
    put(w, ", init=(");
    for (size_t k = 0; k < own.columns; k++) {
        if (k) put(w, ", ");
        put_start(w, own.type[k], sees_element);
    }
    put(w, ")");
    w->only_this = only_this;
    return own;
}

static void put_every(struct writer *w)
{
    if (chance(w, 40)) put(w, ", every=%u", 1 + (unsigned)below(w, 300));
}

/* ---- sources --------------------------------------------------------------------------------- */

static void one_column(struct writer *w, mr_dtype type, int64_t length)
{
    w->shape = (struct shape){.columns = 1, .name = {"x"}, .type = {type}, .length = length};
}

static void put_take(struct writer *w, int64_t length)
{
    put(w, " | take(");
    put_parameter(w, length);
    put(w, ")");
}

static void put_dtype(struct writer *w, mr_dtype type, mr_dtype fallback)
{
    if (type != fallback || chance(w, 10)) put(w, ", dtype=%s", name_of(type));
}

static void put_range(struct writer *w, int64_t length)
{
    mr_dtype type = number_type(w);
    if (type == MR_F64 && chance(w, 40)) {
        put(w, "range(0, %.1f, 0.1", (double)length / 10);
        length++;
    } else if (is_float(type)) {
        /* Eighths are exact in f32, so that its rounding of the parameters does not matter. */
        int64_t start = between(w, -800, 800), step = between(w, 1, 40);
        if (chance(w, 30)) step = -step;
        put(w, "range(%.3f, %.4f, %.3f", (double)start / 8, (double)(start + step * length) / 8,
            (double)step / 8);
    } else if (chance(w, 50)) {
        put(w, "range(");
        put_parameter(w, length);
    } else {
        int64_t start = is_signed(type) ? between(w, -1000, 1000) : between(w, 0, 1000);
        int64_t step = chance(w, 50) ? 1 : between(w, 1, 9);
        int64_t stop = start + step * length - (step > 1 && length ? between(w, 0, step - 1) : 0);
        bool down = is_signed(type) && chance(w, 30);
        put(w, "range(");
        put_parameter(w, start);
        put(w, ", ");
        put_parameter(w, down ? 2 * start - stop : stop);
        if (down || step > 1 || chance(w, 30)) put(w, ", %lld", (long long)(down ? -step : step));
    }
    put_dtype(w, type, MR_I64);
    put(w, ")");
    one_column(w, type, length);
}

static void put_count(struct writer *w, int64_t length)
{
    static const char *const decimals[] = {"0.1", "0.5", "1.25", "1e-3", "3.0"};
    mr_dtype type = number_type(w);
    if (type == MR_F64) {
        put(w, "count(-%s", PICK(w, decimals));
        put(w, ", %s", PICK(w, decimals));
    } else if (type == MR_F32) {
        put(w, "count(%.3f", (double)between(w, -80, 80) / 8);
        put(w, ", %.3f", (double)between(w, 1, 8) / 8);
    } else {
        put(w, chance(w, 50) ? "count(start=" : "count(");
        put_parameter(w, is_signed(type) ? between(w, -5000, 5000) : between(w, 0, 5000));
        if (chance(w, 50)) put(w, ", step=%d", (int)below(w, 100) + 1);
    }
    put_dtype(w, type, MR_I64);
    put(w, ")");
    put_take(w, length);
    one_column(w, type, length);
}

static void put_linspace(struct writer *w, int64_t length)
{
    static const char *const ends[] = {"-1", "0", "1", "0.1", "3.75", "100", "1e6", "-2.5"};
    put(w, "linspace(%s, ", PICK(w, ends));
    put(w, "%s, ", PICK(w, ends));
    put_parameter(w, length);
    put(w, ")");
    one_column(w, MR_F64, length);
}

static void put_repeat(struct writer *w, int64_t length)
{
    static const struct {
        const char *text;
        mr_dtype type;
    } values[] = {{"7", MR_I64},   {"-3", MR_I64}, {"2.5", MR_F64},
                  {"0.1", MR_F64}, {"0", MR_I64},  {"9223372036854775807", MR_I64}};
    size_t k = below(w, sizeof values / sizeof values[0]);
    put(w, "repeat(%s%s", values[k].text, chance(w, 50) ? ", times=" : ", ");
    put_parameter(w, length);
    put(w, ")");
    one_column(w, values[k].type, length);
}

static void put_gen(struct writer *w, int64_t length)
{
    mr_dtype type = any_type(w);
    bool may_fail = w->may_fail;
    w->only_position = true;
    w->may_fail = false;
    put(w, "gen(");
    put_expression(w, type, 3);
    put(w, chance(w, 50) ? ", length=" : ", ");
    put_parameter(w, length);
    put(w, ")");
    w->only_position = false;
    w->may_fail = may_fail;
    one_column(w, type, length);
}

static void put_fibonacci(struct writer *w, int64_t length)
{
    static const long long moduli[] = {2, 10, 97, 1000, 65537, 1000000007};
    mr_dtype type = integer_type(w);
    put(w, "fibonacci(");
    if (chance(w, 30)) put(w, "start=%s, ", chance(w, 50) ? "12345" : "1e18");
    put(w, "mod=%lld", PICK(w, moduli));
    put_dtype(w, type, MR_I64);
    put(w, ")");
    put_take(w, length);
    one_column(w, type, length);
}

static void put_random_words(struct writer *w, int64_t length)
{
    mr_dtype type = chance(w, 40) ? MR_U32 : chance(w, 50) ? MR_F32 : MR_F64;
    put(w, type == MR_U32 ? "philox(" : "uniform(");
    if (chance(w, 50)) put(w, "seed=");
    put(w, "%u", (unsigned)below(w, 1000000));
    if (chance(w, 30)) put(w, ", stream=%u", (unsigned)below(w, 100));
    if (type != MR_U32) put_dtype(w, type, MR_F64);
    put(w, ")");
    put_take(w, length);
    one_column(w, type, length);
}

/* The ends of a dtype and what stands beside them, in turn. */
static void put_edges(struct writer *w, int64_t length)
{
    enum { EDGES = 8 };
    static const char *const edges[MR_DTYPE_COUNT][EDGES] = {
        [MR_BOOL] = {"true", "false", "true", "true", "false", "false", "true", "false"},
        [MR_I32] = {"-2147483648", "2147483647", "-2147483647", "-1", "0", "1", "65536", "-32769"},
        [MR_U32] = {"4294967295", "2147483648", "2147483647", "0", "1", "4294967294", "65535", "3"},
        [MR_I64] = {"-9223372036854775807 - 1", "9223372036854775807", "-1", "0", "1",
                    "-9223372036854775807", "4294967296", "-2147483649"},
        [MR_U64] = {"18446744073709551615", "9223372036854775808", "9223372036854775807", "0", "1",
                    "18446744073709551614", "4294967295", "9007199254740993"},
        [MR_F32] = {"nan", "inf", "-inf", "-0.0", "1e-45", "3.4028235e38", "-16777217.0", "0.5"},
        [MR_F64] = {"nan", "inf", "-inf", "-0.0", "5e-324", "1.7976931348623157e308",
                    "9007199254740993.0", "-0.5"},
    };
    mr_dtype type = any_type(w);
    size_t count = 2 + below(w, 4), first = below(w, EDGES);
    put(w, "gen(");
    for (size_t k = 0; k < count; k++) {
        if (k + 1 < count) put(w, "i %% %zu == %zu ? ", count, k);
        put(w, "%s(%s)", name_of(type), edges[type][(first + k) % EDGES]);
        put(w, k + 1 < count ? " : " : ", ");
    }
    put_parameter(w, length);
    put(w, ")");
    one_column(w, type, length);
}

/* Its last elements are at far positions. */
static void put_far(struct writer *w, int64_t length)
{
    static const int64_t ends[] = {INT64_MAX - 1, INT64_C(1) << 62, INT64_C(1) << 53,
                                   (INT64_C(1) << 32) + 5};
    int64_t end = PICK(w, ends);
    mr_dtype type = MR_I64;
    if (chance(w, 50)) {
        put(w, "range(%lld)", (long long)end);
    } else if (chance(w, 50)) {
        bool may_fail = w->may_fail;
        w->only_position = true;
        w->may_fail = false;
        type = any_type(w);
        put(w, "gen(");
        put_expression(w, type, 2);
        put(w, ", %lld)", (long long)end);
        w->only_position = false;
        w->may_fail = may_fail;
    } else {
        type = MR_U32;
        put(w, "philox(%u) | take(%lld)", (unsigned)below(w, 1000), (long long)end);
    }
    put(w, " | skip(%lld)", (long long)(end - length));
    one_column(w, type, length);
}

/* One path, of which one variable goes on. */
static void put_iterate(struct writer *w, int64_t length)
{
    w->shape = (struct shape){.length = length};
    put(w, "iterate(");
    struct shape own = put_variables(w, false, chance(w, 15));
    put_every(w);
    put(w, ")");
    put_take(w, length);
    put(w, " | map(x: %s)", own.name[0]);
    one_column(w, own.type[0], length);
}

/* One column named x. */
static void put_simple_source(struct writer *w)
{
    static void (*const sources[])(struct writer *, int64_t) = {
        put_range,        put_range, put_range, put_count,     put_linspace,
        put_repeat,       put_gen,   put_gen,   put_fibonacci, put_random_words,
        put_random_words, put_edges, put_edges, put_far,
    };
    int64_t length = random_length(w);
    if (w->options.variables && chance(w, 25))
        put_iterate(w, length);
    else
        PICK(w, sources)(w, length);
}

static void put_stage(struct writer *w, bool keeps_one);

/* A source and a few stages that leave one column named x. */
static void put_single(struct writer *w, unsigned stages)
{
    put_simple_source(w);
    while (stages-- && chance(w, 40)) put_stage(w, true);
}

static void new_label(struct writer *w, char name[NAME_BYTES])
{
    /* Not i, n or x, which mean something. */
    static const char letters[] = "abcdefghjklmopqrstuvwyz";
    unsigned count = sizeof letters - 1, k = w->labels++;
    if (k < count)
        (void)snprintf(name, NAME_BYTES, "%c", letters[k]);
    else
        (void)snprintf(name, NAME_BYTES, "%c%u", letters[k % count], k / count % 1000);
}

static void add_column(struct shape *shape, const char *name, mr_dtype type)
{
    (void)snprintf(shape->name[shape->columns], NAME_BYTES, "%s", name);
    shape->type[shape->columns++] = type;
}

static void put_zip(struct writer *w, unsigned depth)
{
    struct shape zipped = {.length = INT64_MAX};
    size_t inputs = 2 + below(w, FEW_COLUMNS - 1);
    bool nests = depth > 0 && chance(w, 25), labelled = depth == 0 || nests || chance(w, 60);
    put(w, "zip(");
    for (size_t k = 0; k < inputs; k++) {
        char name[NAME_BYTES];
        if (k) put(w, ", ");
        if (nests && k == 1) {
            put_zip(w, 0);
            for (size_t c = 0; c < w->shape.columns; c++)
                add_column(&zipped, w->shape.name[c], w->shape.type[c]);
        } else {
            (void)snprintf(name, sizeof name, "x%c", '0' + (int)k);
            if (labelled) new_label(w, name);
            if (labelled) put(w, "%s: ", name);
            put_single(w, 2);
            add_column(&zipped, name, w->shape.type[0]);
        }
        if (w->shape.length < zipped.length) zipped.length = w->shape.length;
    }
    put(w, ")");
    w->shape = zipped;
}

static void put_chain(struct writer *w)
{
    mr_dtype type = any_type(w);
    size_t inputs = 1 + below(w, 3);
    int64_t length = 0;
    put(w, "chain(");
    for (size_t k = 0; k < inputs; k++) {
        if (k) put(w, ", ");
        put_single(w, 1);
        if (w->shape.type[0] != type) put(w, " | map(%s(x))", name_of(type));
        length += w->shape.length;
    }
    put(w, ")");
    one_column(w, type, length);
}

/* ---- stages ---------------------------------------------------------------------------------- */

static void put_map(struct writer *w, bool keeps_one)
{
    struct shape mapped = {.length = w->shape.length};
    size_t columns = keeps_one || chance(w, 60) ? 1 : 1 + below(w, FEW_COLUMNS);
    bool labelled = !keeps_one && (columns > 1 ? chance(w, 70) : chance(w, 20));
    put(w, " | map(");
    for (size_t k = 0; k < columns; k++) {
        char name[NAME_BYTES] = "x";
        mr_dtype type = any_type(w);
        if (columns > 1) (void)snprintf(name, sizeof name, "x%c", '0' + (int)k);
        if (labelled) new_label(w, name);
        if (k) put(w, ", ");
        if (labelled) put(w, "%s: ", name);
        put_expression(w, type, 1 + (unsigned)below(w, 4));
        add_column(&mapped, name, type);
    }
    put(w, ")");
    w->shape = mapped;
}

static void put_filter(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, " | filter(");
    put_condition(w);
    put(w, ")");
}

static void put_enumerate(struct writer *w, bool keeps_one)
{
    struct shape numbered = {.length = w->shape.length};
    bool taken = keeps_one || w->shape.columns + FEW_COLUMNS > COLUMNS;
    for (size_t c = 0; c < w->shape.columns; c++) taken |= strcmp(w->shape.name[c], "n") == 0;
    if (taken) return;
    put(w, " | enumerate(");
    if (chance(w, 50)) put(w, "%d", (int)below(w, 100) - 20);
    put(w, ")");
    add_column(&numbered, "n", MR_I64);
    for (size_t c = 0; c < w->shape.columns; c++)
        add_column(&numbered, w->shape.name[c], w->shape.type[c]);
    w->shape = numbered;
}

static void put_slice(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    int64_t length = w->shape.length, some = between(w, 0, length + 3);
    switch (below(w, 3)) {
    case 0:
        put_take(w, some);
        if (some < w->shape.length) w->shape.length = some;
        return;
    case 1:
        put(w, " | skip(");
        put_parameter(w, chance(w, 70) ? some / 4 : some);
        put(w, ")");
        return;
    default:
        put(w, " | slice(");
        put_parameter(w, some / 8);
        if (chance(w, 40))
            put(w, ", inf");
        else
            put(w, ", %lld", (long long)(some / 8 + between(w, 0, length + 3)));
        if (chance(w, 80)) put(w, ", %d", 1 + (int)below(w, 7));
        put(w, ")");
    }
}

static void widen_columns(struct writer *w, bool f32_too)
{
    for (size_t c = 0; c < w->shape.columns; c++) {
        mr_dtype *type = &w->shape.type[c];
        if (*type == MR_BOOL || *type == MR_I32) *type = MR_I64;
        if (*type == MR_U32) *type = MR_U64;
        if (*type == MR_F32 && f32_too) *type = MR_F64;
    }
}

static void put_scan(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "prod", "min", "max"};
    size_t k = below(w, 4);
    (void)keeps_one;
    put(w, " | scan(%s)", operations[k]);
    if (k < 2) widen_columns(w, false);
}

static bool has_room_for_variables(const struct writer *w)
{
    return w->shape.columns + FEW_COLUMNS <= COLUMNS;
}

static void put_scan_of_ones_own(struct writer *w, bool keeps_one)
{
    if (keeps_one || !has_room_for_variables(w)) return;
    put(w, " | scan(");
    struct shape own = put_variables(w, false, chance(w, 15));
    put_every(w);
    put(w, ")");
    w->shape = own;
}

static void put_loop(struct writer *w, bool keeps_one)
{
    if (keeps_one || !has_room_for_variables(w)) return;
    put(w, " | loop(");
    struct shape own = put_variables(w, true, true);
    put(w, ", most=%u)", 1 + (unsigned)below(w, 9));
    w->shape = own;
}

static void put_window(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "mean", "min", "max"};
    static const unsigned wide[] = {64, 100, 127};
    size_t k = below(w, 4);
    (void)keeps_one;
    unsigned size =
        chance(w, 85) || w->shape.length > 5000 ? 1 + (unsigned)below(w, 20) : PICK(w, wide);
    put(w, " | window(%u, %s)", size, operations[k]);
    if (k == 0) widen_columns(w, false);
    for (size_t c = 0; k == 1 && c < w->shape.columns; c++)
        w->shape.type[c] = w->shape.type[c] == MR_F32 ? MR_F32 : MR_F64;
}

static void put_diff(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    for (size_t c = 0; c < w->shape.columns; c++)
        if (w->shape.type[c] == MR_BOOL) return;
    put(w, " | diff()");
}

static void put_while(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, chance(w, 50) ? " | take_while(" : " | drop_while(");
    if (chance(w, 70))
        put(w, "i < %lld", (long long)between(w, 0, w->shape.length + 1));
    else
        put_comparison(w, 1);
    put(w, ")");
}

static void put_chunk(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "prod", "mean", "count", "min", "max"};
    static const unsigned sizes[] = {1, 2, 3, 7, 10, 32, 33, 100, 1000, 1024, 1025, 2500};
    size_t k = below(w, 6);
    (void)keeps_one;
    put(w, " | chunk(%u, %s)", PICK(w, sizes), operations[k]);
    if (k < 2) widen_columns(w, true);
    for (size_t c = 0; (k == 2 || k == 3) && c < w->shape.columns; c++)
        w->shape.type[c] = k == 2 ? MR_F64 : MR_I64;
}

static void put_dedup(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, " | dedup()");
}

static void put_run_length(struct writer *w, bool keeps_one)
{
    bool taken = keeps_one || w->shape.columns + FEW_COLUMNS > COLUMNS;
    for (size_t c = 0; c < w->shape.columns; c++) taken |= strcmp(w->shape.name[c], "count") == 0;
    if (taken) return;
    put(w, " | run_length()");
    add_column(&w->shape, "count", MR_I64);
}

/* `keeps_one`: one column comes in, and one named x goes out. */
static void put_stage(struct writer *w, bool keeps_one)
{
    static void (*const stages[])(struct writer *, bool) = {
        put_map,       put_map,   put_map,   put_map,        put_filter, put_filter,
        put_enumerate, put_slice, put_slice, put_scan,       put_window, put_diff,
        put_while,     put_chunk, put_dedup, put_run_length,
    };
    static void (*const own[])(struct writer *, bool) = {put_scan_of_ones_own, put_loop};
    if (w->options.variables && chance(w, 40))
        PICK(w, own)(w, keeps_one);
    else
        PICK(w, stages)(w, keeps_one);
}

/* A division, guarded only by a filter before it: what a mask drops must not fail. */
static void put_filtered_division(struct writer *w)
{
    size_t column = below(w, w->shape.columns);
    mr_dtype type = w->shape.type[column];
    if (!is_integer(type)) return;
    char divisor[NAME_BYTES];
    size_t mark = w->length;
    put_column(w, column);
    (void)snprintf(divisor, sizeof divisor, "%s", w->text + mark);
    w->length = mark;
    put(w, " | filter(%s != 0) | map(", divisor);
    put_leaf(w, type);
    put(w, " %s %s)", chance(w, 50) ? "/" : "%", divisor);
    one_column(w, type, w->shape.length);
}

/* What fails, and what needs some of its elements or all. */
static void put_failing_stage(struct writer *w)
{
    mr_dtype type = integer_type(w);
    bool is_map = chance(w, 70);
    w->may_fail = true;
    put(w, is_map ? " | map(" : chance(w, 50) ? " | filter(" : " | take_while(");
    put_division(w, type, 1);
    put(w, is_map ? ")" : " != 5)");
    w->may_fail = false;
    w->finished = true;
    if (is_map) one_column(w, type, w->shape.length);
    for (unsigned more = 0; more < 3 && chance(w, 45); more++) {
        if (chance(w, 60))
            put_slice(w, false);
        else
            put_stage(w, false);
    }
}

static void put_overflow(struct writer *w)
{
    mr_dtype type = integer_type(w);
    put(w, "fibonacci(");
    put(w, "start=%u", chance(w, 60) ? 0 : (unsigned)below(w, 60));
    put_dtype(w, type, MR_I64);
    put(w, ")");
    put_take(w, between(w, 30, 120));
    one_column(w, type, 120);
    w->finished = true;
}

/* ---- terminals and the whole ----------------------------------------------------------------- */

static void put_terminal(struct writer *w)
{
    static const char *const needs_all[] = {"sum",  "norm", "prod", "min",    "max",
                                            "mean", "var",  "std",  "argmin", "argmax"};
    static const char *const others[] = {"count", "any", "all", "first", "last"};
    static const char *const some[] = {"any", "all", "first", "count"};
    if (w->shape.columns == 1 && w->shape.type[0] != MR_BOOL && chance(w, 12)) {
        int64_t low = between(w, -50, 50);
        put(w, " | hist(%u", 1 + (unsigned)below(w, 20));
        put(w, ", %lld, %lld)", (long long)low, (long long)(low + between(w, 1, 3000)));
        return;
    }
    if (w->options.variables && has_room_for_variables(w) && chance(w, 40)) {
        put(w, " | fold(");
        (void)put_variables(w, false, chance(w, 15));
        put(w, ")");
        return;
    }
    const char *name = PICK(w, needs_all);
    if (w->finished && chance(w, 50))
        name = PICK(w, some);
    else if (!w->finished && chance(w, 20))
        name = PICK(w, others);
    bool spread = strcmp(name, "var") == 0 || strcmp(name, "std") == 0;
    put(w, " | %s(%s)", name, spread && chance(w, 30) ? "ddof=1" : "");
}

static void put_pipeline(struct writer *w)
{
    bool fails = !w->options.no_failures && chance(w, 15);
    if (fails && chance(w, 15))
        put_overflow(w);
    else if (chance(w, 20))
        put_zip(w, 1);
    else if (chance(w, 12))
        put_chain(w);
    else
        put_simple_source(w);
    for (size_t stages = below(w, 6); stages && !w->finished; stages--) put_stage(w, false);
    if (!w->finished && chance(w, 8)) put_filtered_division(w);
    if (!w->finished && fails) put_failing_stage(w);
    if (!w->options.no_terminal && chance(w, 60)) put_terminal(w);
}

char *random_pipeline(uint64_t seed, struct random_pipeline_options options)
{
    struct writer *w = mr_alloc(1, sizeof *w);
    if (!w) return NULL;
    w->options = options;
    w->state = seed;
    put_pipeline(w);
    char *text = mr_text_copy(w->text, w->length);
    mr_free(w);
    return text;
}
