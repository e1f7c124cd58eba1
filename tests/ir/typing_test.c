#include "ir/typing.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "body_run.h"
#include "io/number.h"
#include "ir/foreign.h"
#include "ir/op.h"
#include "lang/expression.h"
#include "suite.h"

/* One column of each dtype, and a zero. */
static const struct mr_column columns[] = {
    {"b", MR_BOOL}, {"s", MR_I32}, {"u", MR_U32}, {"l", MR_I64},
    {"w", MR_U64},  {"f", MR_F32}, {"d", MR_F64}, {"z", MR_I64},
};
enum {
    COLUMNS = sizeof columns / sizeof columns[0],
    POSITION = 5,
    BASE = 1 /* columns of the texts count from here */
};

static mr_scalar column_value(size_t k)
{
    const mr_scalar values[COLUMNS] = {
        {.u64 = 1},          {.i64 = -7},           {.u64 = 3000000000}, {.i64 = -9},
        {.u64 = UINT64_MAX}, {.f64 = (double)0.1f}, {.f64 = 2.5},        {.i64 = 0},
    };
    return values[k];
}

static const struct mr_op op = {.name = "map"};
static const struct mr_seq owner = {.op = &op};

struct lowered {
    struct ir_body body;
    struct mr_expr *expr;
    ir_value value;
    mr_status status;
    mr_error err;
};

static void lower_text(struct lowered *out, const char *text)
{
    *out = (struct lowered){.value = IR_NONE};
    out->status = mr_parse_whole(&out->expr, text, false, BASE, &out->err);
    if (out->status != MR_OK) return;
    ir_value values[COLUMNS];
    struct mr_lowering l = {.body = &out->body, .guard = IR_NONE, .keep = IR_NONE};
    for (size_t k = 0; k < COLUMNS; k++)
        values[k] = mr_ir_param(&out->body, columns[k].dtype, column_value(k), &columns[k]);
    const struct mr_scope scope = {.owner = &owner,
                                   .columns = columns,
                                   .column_count = COLUMNS,
                                   .values = values,
                                   .position = mr_ir_index(&out->body)};
    out->status = mr_lower_expr(&l, &scope, out->expr, &out->value, &out->err);
    if (out->status == MR_OK) out->status = mr_body_status(&out->body, &out->err);
}

static void free_lowered(struct lowered *lowered)
{
    mr_body_free(&lowered->body);
    mr_expr_destroy(&lowered->expr);
}

struct value_row {
    const char *text;
    mr_dtype dtype;
    const char *value;
    mr_status failure; /* of a check */
};

static void format(char out[MR_NUMBER_TEXT_BYTES], mr_dtype dtype, mr_scalar value)
{
    union {
        uint8_t b;
        int32_t i;
        uint32_t u;
        float f;
        mr_scalar s;
    } stored = {.s = value};
    if (dtype == MR_BOOL) stored.b = value.u64 != 0;
    if (dtype == MR_I32) stored.i = (int32_t)value.i64;
    if (dtype == MR_U32) stored.u = (uint32_t)value.u64;
    if (dtype == MR_F32) stored.f = (float)value.f64;
    (void)mr_format_number(out, dtype, &stored);
}

static void assert_value(const struct value_row *row)
{
    struct lowered lowered;
    struct body_run run = {.position = POSITION};
    char text[MR_NUMBER_TEXT_BYTES] = "";
    lower_text(&lowered, row->text);
    CU_ASSERT_EQUAL(lowered.status, MR_OK);
    if (lowered.status == MR_OK) {
        body_run(&run, &lowered.body);
        mr_dtype dtype = mr_ir_dtype(&lowered.body, lowered.value);
        format(text, dtype, run.values[lowered.value]);
        CU_ASSERT_EQUAL(dtype, row->dtype);
        CU_ASSERT_EQUAL(run.failure, row->failure);
        CU_ASSERT_PTR_NULL(run.unknown);
    }
    if (row->value) {
        if (strcmp(text, row->value) != 0)
            printf("\n  %.60s: wanted %s, got %s %s\n", row->text, row->value, text,
                   lowered.err.message);
        CU_ASSERT_STRING_EQUAL(text, row->value);
    }
    mr_free(run.values);
    free_lowered(&lowered);
}

static void assert_values(const struct value_row rows[], size_t count)
{
    for (size_t k = 0; k < count; k++) assert_value(&rows[k]);
}
#define ASSERT_VALUES(rows) assert_values(rows, sizeof(rows) / sizeof(rows)[0])

static void mixed_dtypes_promote(void)
{
    static const struct value_row rows[] = {
        {"b + b", MR_I32, "2", MR_OK},
        {"b & b", MR_BOOL, "true", MR_OK},
        {"b + s", MR_I32, "-6", MR_OK},
        {"s + l", MR_I64, "-16", MR_OK},
        {"u + l", MR_I64, "2999999991", MR_OK},
        {"u + w", MR_U64, "2999999999", MR_OK},
        {"b + l", MR_I64, "-8", MR_OK},
        {"s + f", MR_F64, "-6.899999998509884", MR_OK},
        {"w * d", MR_F64, "4.611686018427388e+19", MR_OK},
        {"f + d", MR_F64, "2.600000001490116", MR_OK},
        {"f + f", MR_F32, "0.2", MR_OK},
        {"s < l", MR_BOOL, "false", MR_OK},
        {"b == true", MR_BOOL, "true", MR_OK},
        {"u > l", MR_BOOL, "true", MR_OK},
        {"min(s, l)", MR_I64, "-9", MR_OK},
        {"b ? s : l", MR_I64, "-7", MR_OK},
        {"select(z, s, d)", MR_F64, "2.5", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void literals_take_the_dtype_of_what_they_meet(void)
{
    static const struct value_row rows[] = {
        {"5", MR_I64, "5", MR_OK},
        {"0.5", MR_F64, "0.5", MR_OK},
        {"s * 2", MR_I32, "-14", MR_OK},
        {"u - 4000000000", MR_U32, "3294967296", MR_OK},
        {"f * 0.5", MR_F32, "0.05", MR_OK},
        {"f + 1", MR_F32, "1.1", MR_OK},
        {"s * 0.5", MR_F64, "-3.5", MR_OK},
        {"l * 2.0", MR_F64, "-18.0", MR_OK},
        {"b + 1", MR_I32, "2", MR_OK},
        {"b + 0.5", MR_F64, "1.5", MR_OK},
        {"f == 0.1", MR_BOOL, "true", MR_OK},
        {"s + (2*3 - 1)", MR_I32, "-2", MR_OK},
        {"f * (1 / 4.0)", MR_F32, "0.025", MR_OK},
        {"z ? 1 : 2", MR_I64, "2", MR_OK},
        {"b ? 1 : 0.5", MR_F64, "1.0", MR_OK},
        {"max(f, 0)", MR_F32, "0.1", MR_OK},
        {"w == 18446744073709551615", MR_BOOL, "true", MR_OK},
        {"-9223372036854775808", MR_I64, "-9223372036854775808", MR_OK},
        {"l + 7 / 2", MR_I64, "-6", MR_OK},
        {"l + 1e3", MR_F64, "991.0", MR_OK},
        {"s << 33", MR_I32, "-14", MR_OK},
        {"1 << 3", MR_I64, "8", MR_OK},
    };
    ASSERT_VALUES(rows);
}

/* As Python's integers, as far as 64 bits hold the result. */
static void literals_and_folds_of_them_are_exact_and_weak(void)
{
    static const struct value_row rows[] = {
        {"9223372036854775807 + 1", MR_U64, "9223372036854775808", MR_OK},
        {"9223372036854775808 - 1", MR_I64, "9223372036854775807", MR_OK},
        {"-9223372036854775808 / -1", MR_U64, "9223372036854775808", MR_OK},
        {"-(-9223372036854775807 - 1)", MR_U64, "9223372036854775808", MR_OK},
        {"4294967295 * 4294967297", MR_U64, "18446744073709551615", MR_OK},
        {"18446744073709551615 % 1000", MR_I64, "615", MR_OK},
        {"18446744073709551615 & 255", MR_I64, "255", MR_OK},
        {"~18446744073709551615", MR_I64, "0", MR_OK},
        {"~0", MR_I64, "-1", MR_OK},
        {"18446744073709551615 >> 63", MR_I64, "1", MR_OK},
        {"-8 >> 1", MR_I64, "-4", MR_OK},
        {"9223372036854775808 < 18446744073709551615", MR_BOOL, "true", MR_OK},
        {"-1 < 18446744073709551615", MR_BOOL, "true", MR_OK},
        {"w - 9223372036854775808", MR_U64, "9223372036854775807", MR_OK},
        {"d * 9223372036854775808", MR_F64, "2.305843009213694e+19", MR_OK},
        {"f * 9223372036854775808", MR_F32, "9.223372e+17", MR_OK},
        {"f * abs(-2)", MR_F32, "0.2", MR_OK},
        {"f * min(2, 3.5, 2.5)", MR_F32, "0.2", MR_OK},
        {"f * (true ? 2 : 3)", MR_F32, "0.2", MR_OK},
        {"f * (1 > 2 ? 3 : 2.0)", MR_F32, "0.2", MR_OK},
        {"s + max(1, 2, 3)", MR_I32, "-4", MR_OK},
        {"s + clamp(9, 0, 5)", MR_I32, "-2", MR_OK},
        {"s + select(0, 7, 8)", MR_I32, "1", MR_OK},
        {"s + sign(-3)", MR_I32, "-8", MR_OK},
        {"s + floordiv(-7, 2) + mod(-7, 2)", MR_I32, "-10", MR_OK},
        {"u - abs(-9223372036854775808) / 4294967296", MR_U32, "852516352", MR_OK},
        {"min(nan, 1)", MR_F64, "nan", MR_OK},
        {"max(1, nan, 2)", MR_F64, "nan", MR_OK},
        {"min(s, l, -8, 3)", MR_I64, "-9", MR_OK},
        {"max(f, d, 3)", MR_F64, "3.0", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void integers_wrap_and_truncate(void)
{
    static const struct value_row rows[] = {
        {"l / 2", MR_I64, "-4", MR_OK},
        {"l % 4", MR_I64, "-1", MR_OK},
        {"floordiv(l, 2)", MR_I64, "-5", MR_OK},
        {"mod(l, 4)", MR_I64, "3", MR_OK},
        {"floordiv(9, l + 5)", MR_I64, "-3", MR_OK},
        {"mod(9, l + 5)", MR_I64, "-3", MR_OK},
        {"mod(u, 7)", MR_U32, "4", MR_OK},
        {"floordiv(u, 7)", MR_U32, "428571428", MR_OK},
        {"i32(-2147483648) / -1", MR_I32, "-2147483648", MR_OK},
        {"i32(-2147483648) % -1", MR_I32, "0", MR_OK},
        {"s * 1000000000", MR_I32, "1589934592", MR_OK},
        {"-w", MR_U64, "1", MR_OK},
        {"-b", MR_I32, "-1", MR_OK},
        {"~s", MR_I32, "6", MR_OK},
        {"s >> 1", MR_I32, "-4", MR_OK},
        {"w >> 63", MR_U64, "1", MR_OK},
        {"u << 1", MR_U32, "1705032704", MR_OK},
        {"s ^ 1", MR_I32, "-8", MR_OK},
        {"popcount(w)", MR_U64, "64", MR_OK},
        {"clz(u)", MR_U32, "0", MR_OK},
        {"clz(z)", MR_I64, "64", MR_OK},
        {"abs(s)", MR_I32, "7", MR_OK},
        {"abs(u)", MR_U32, "3000000000", MR_OK},
        {"sign(l)", MR_I64, "-1", MR_OK},
        {"sign(w)", MR_U64, "1", MR_OK},
        {"clamp(s, -3, 3)", MR_I32, "-3", MR_OK},
        {"i * 2", MR_I64, "10", MR_OK},
        {"!d", MR_BOOL, "false", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void casts_wrap_saturate_and_round_once(void)
{
    static const struct value_row rows[] = {
        {"i32(3e9)", MR_I32, "2147483647", MR_OK},
        {"i32(u)", MR_I32, "-1294967296", MR_OK},
        {"i32(3000000000)", MR_I32, "-1294967296", MR_OK},
        {"u32(-1)", MR_U32, "4294967295", MR_OK},
        {"u64(-1.5)", MR_U64, "0", MR_OK},
        {"i64(nan)", MR_I64, "0", MR_OK},
        {"i64(-inf)", MR_I64, "-9223372036854775808", MR_OK},
        {"u32(d)", MR_U32, "2", MR_OK},
        {"f32(0.1)", MR_F32, "0.1", MR_OK},
        {"f32(1152921573326323713)", MR_F32, "1.1529216e+18", MR_OK},
        {"bool(d)", MR_BOOL, "true", MR_OK},
        {"bool(nan)", MR_BOOL, "true", MR_OK},
        {"bool(z)", MR_BOOL, "false", MR_OK},
        {"f64(b)", MR_F64, "1.0", MR_OK},
        {"u64(l)", MR_U64, "18446744073709551607", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void float_functions_make_floats_of_integers(void)
{
    static const struct value_row rows[] = {
        {"sqrt(4)", MR_F64, "2.0", MR_OK},        {"sqrt(f)", MR_F32, "0.31622776", MR_OK},
        {"floor(-d)", MR_F64, "-3.0", MR_OK},     {"ceil(d)", MR_F64, "3.0", MR_OK},
        {"round(d)", MR_F64, "3.0", MR_OK},       {"trunc(-d)", MR_F64, "-2.0", MR_OK},
        {"floor(l)", MR_F64, "-9.0", MR_OK},      {"fma(d, 2, 1)", MR_F64, "6.0", MR_OK},
        {"sign(nan)", MR_F64, "nan", MR_OK},      {"sign(-d)", MR_F64, "-1.0", MR_OK},
        {"sign(-0.0)", MR_F64, "0.0", MR_OK},     {"isnan(l)", MR_BOOL, "false", MR_OK},
        {"isinf(1/0.0)", MR_BOOL, "true", MR_OK}, {"min(d, nan)", MR_F64, "nan", MR_OK},
        {"max(nan, d)", MR_F64, "nan", MR_OK},    {"d / 0", MR_F64, "inf", MR_OK},
        {"d / z", MR_F64, "inf", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void only_taken_operands_are_checked(void)
{
    static const struct value_row rows[] = {
        {"10 / z", MR_I64, NULL, MR_E_DIVISION},
        {"10 % (l + 9)", MR_I64, NULL, MR_E_DIVISION},
        {"floordiv(10, z)", MR_I64, NULL, MR_E_DIVISION},
        {"mod(10, z)", MR_I64, NULL, MR_E_DIVISION},
        {"select(z == 0, 0, 10 / z)", MR_I64, NULL, MR_E_DIVISION},
        {"z == 0 ? 0 : 10 / z", MR_I64, "0", MR_OK},
        {"z != 0 ? 10 / z : 1", MR_I64, "1", MR_OK},
        {"z == 0 ? 10 / z : 1", MR_I64, NULL, MR_E_DIVISION},
        {"z != 0 && 10 / z > 1", MR_BOOL, "false", MR_OK},
        {"z == 0 || 10 / z > 1", MR_BOOL, "true", MR_OK},
        {"z == 0 && 10 / z > 1", MR_BOOL, NULL, MR_E_DIVISION},
        {"(z == 0 || s) && 10 / z", MR_BOOL, NULL, MR_E_DIVISION},
        {"b ? (z ? 1 / z : 2) : 3 / z", MR_I64, "2", MR_OK},
        {"(z ? 1 : 2) + 10 / (z + 1)", MR_I64, "12", MR_OK},
    };
    ASSERT_VALUES(rows);
}

static void what_cannot_be_typed_is_refused(void)
{
    static const struct {
        const char *text;
        mr_status status;
        unsigned column;
        const char *message, *hint;
    } rows[] = {
        {"l + w", MR_E_TYPE, 1, "i64 and u64 have no common dtype", "i64(...) or u64(...)"},
        {"s + u", MR_E_TYPE, 1, "i32 and u32", "u32(...)"},
        {"s + w", MR_E_TYPE, 1, "i32 and u64", "u64(...)"},
        {"l == 18446744073709551615", MR_E_TYPE, 6, "18446744073709551615 does not fit i64",
         "cast the other side, u64(...)"},
        {"s < 9223372036854775808", MR_E_TYPE, 5, "does not fit i32", "cast"},
        {"-9223372036854775809", MR_E_VALUE, 1, "below -2^63", "float"},
        {"18446744073709551615 + 1", MR_E_VALUE, 1, "above 2^64-1", "float"},
        {"abs(-9223372036854775808) * 2", MR_E_VALUE, 1, "above 2^64-1", "float"},
        {"4294967296 * 4294967296", MR_E_VALUE, 1, "above 2^64-1", "float"},
        {"mod(1.5, 2)", MR_E_TYPE, 1, "mod() takes integers, not f64", "cast"},
        {"min(7)", MR_E_ARITY, 1, "min() takes 2 arguments or more, not 1", ""},
        {"floordiv(7, 1 - 1)", MR_E_VALUE, 1, "division by the constant 0", "another"},
        {"s + 3000000000", MR_E_TYPE, 5, "3000000000 does not fit i32", "i64(...)"},
        {"w + -1", MR_E_TYPE, 5, "-1 does not fit u64", "u64(-1)"},
        {"u > -1", MR_E_TYPE, 5, "-1 does not fit u32", "cast"},
        {"l / 0", MR_E_VALUE, 5, "division by the constant 0", "another"},
        {"l % (1 - 1)", MR_E_VALUE, 5, "division by the constant 0", "another"},
        {"5 / 0", MR_E_VALUE, 1, "division by the constant 0", "another"},
        {"d % 2", MR_E_TYPE, 1, "'%' is for integers, not f64", "trunc"},
        {"d & 1", MR_E_TYPE, 1, "'&' is for integers", "cast"},
        {"d << 1", MR_E_TYPE, 1, "'<<' is for integers", "cast"},
        {"b << 1", MR_E_TYPE, 1, "not bool", "cast"},
        {"b % b", MR_E_TYPE, 1, "'%' is for integers, not bool", "cast"},
        {"~d", MR_E_TYPE, 1, "'~' is for integers", "cast"},
        {"~1.5", MR_E_TYPE, 1, "'~' is for integers", "cast"},
        {"gcd(s, d)", MR_E_TYPE, 1, "gcd() takes integers, not f64", "i64(...)"},
        {"popcount(d)", MR_E_TYPE, 1, "popcount() takes integers, not f64", "i64(...)"},
        {"mod(d, 2)", MR_E_TYPE, 1, "mod() takes integers", "cast"},
        {"sqr(l)", MR_E_NAME, 1, "unknown function 'sqr'", "did you mean 'sqrt'?"},
        {"frobnicate(l)", MR_E_NAME, 1, "unknown function", "functions are"},
        {"1 + sqrt(l, l)", MR_E_ARITY, 5, "sqrt() takes 1 argument, not 2", "write sqrt(x)"},
        {"i64()", MR_E_ARITY, 1, "i64() takes 1 argument, not 0", "write i64(x)"},
        {"clamp(l)", MR_E_ARITY, 1, "clamp() takes 3 arguments, not 1", "clamp(x, lo, hi)"},
        {"max(l)", MR_E_ARITY, 1, "max() takes 2 arguments or more", "write max(a, b, ...)"},
        {"2*PI", MR_E_NAME, 3, "unknown column 'PI'", "written pi"},
        {"y", MR_E_NAME, 1, "map: unknown column 'y'", "there is: b, s, u"},
        {"1 + sqrt", MR_E_NAME, 5, "unknown column 'sqrt'", "sqrt(...)"},
        {"x", MR_E_NAME, 1, "unknown column 'x'", ""},
        {"'text' + 1", MR_E_TYPE, 1, "not a text", ""},
        {"z != 0 && y", MR_E_NAME, 11, "unknown column 'y'", ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct lowered lowered;
        lower_text(&lowered, rows[k].text);
        bool good = lowered.status == rows[k].status &&
                    lowered.err.column == BASE + rows[k].column &&
                    strstr(lowered.err.message, rows[k].message) &&
                    strstr(lowered.err.hint, rows[k].hint) && strcmp(lowered.err.op, "map") == 0;
        if (!good)
            printf("\n  %s: %s at %u: %s (%s)\n", rows[k].text, mr_status_name(lowered.status),
                   lowered.err.column, lowered.err.message, lowered.err.hint);
        CU_ASSERT_TRUE(good);
        free_lowered(&lowered);
    }
}

static void x_is_the_only_column(void)
{
    const struct mr_column only = {"price", MR_F32};
    const struct mr_scope scope = {
        .owner = &owner, .columns = &only, .column_count = 1, .position = IR_NONE};
    struct mr_expr *expr = NULL;
    mr_dtype dtype = MR_BOOL;
    CU_ASSERT_EQUAL(mr_parse_whole(&expr, "x + price", false, BASE, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_type_expr(&scope, expr, &dtype, NULL), MR_OK);
    CU_ASSERT_EQUAL(dtype, MR_F32);
    mr_expr_destroy(&expr);

    /* Without a position there is no `i`. */
    CU_ASSERT_EQUAL(mr_parse_whole(&expr, "x + i", false, BASE, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_type_expr(&scope, expr, &dtype, NULL), MR_E_NAME);
    mr_expr_destroy(&expr);
}

/* The code of two texts, numbers in kernel arguments left aside. */
static bool same_code(const char *a, const char *b)
{
    struct lowered one, two;
    lower_text(&one, a);
    lower_text(&two, b);
    bool same = one.status == MR_OK && two.status == MR_OK && one.body.count == two.body.count;
    for (size_t k = 0; same && k < one.body.count; k++) {
        const struct ir_node *m = &one.body.nodes[k], *n = &two.body.nodes[k];
        same = m->op == n->op && m->dtype == n->dtype &&
               memcmp(m->args, n->args, sizeof m->args) == 0 &&
               (m->op != IR_CONST || m->imm.u64 == n->imm.u64);
    }
    free_lowered(&one);
    free_lowered(&two);
    return same;
}

static void new_numbers_keep_the_code(void)
{
    CU_ASSERT_TRUE(same_code("l * 2 + 3", "l * 7 + 7"));
    CU_ASSERT_TRUE(same_code("d * 0.5 > 1", "d * 1e300 > -2"));
    CU_ASSERT_TRUE(same_code("l << 3", "l << 60"));
    CU_ASSERT_TRUE(same_code("l >> 3", "l >> 40"));
    CU_ASSERT_TRUE(same_code("s + (2*3 - 1)", "s + (4*5 - 1)"));
    CU_ASSERT_FALSE(same_code("l % 7", "l % 8"));
    CU_ASSERT_FALSE(same_code("l / 7", "l / 8"));
}

static void constant_divisors_are_not_checked(void)
{
    struct lowered lowered;
    lower_text(&lowered, "l / 7 + l % 3 + mod(l, 5) + s / i32(4)");
    CU_ASSERT_EQUAL(lowered.status, MR_OK);
    CU_ASSERT_EQUAL(lowered.body.check_count, 0);
    free_lowered(&lowered);
    lower_text(&lowered, "7 / l");
    CU_ASSERT_EQUAL(lowered.body.check_count, 1);
    CU_ASSERT_PTR_EQUAL(lowered.body.checks[0].blame, &owner);
    free_lowered(&lowered);
}

static void long_sums_do_not_recurse(void)
{
    enum { TERMS = 4500 };
    char *text = mr_alloc(2 * TERMS + 2, 1);
    for (int k = 0; k < TERMS; k++) memcpy(text + 2 * k, "s+", 2);
    memcpy(text + 2 * (size_t)TERMS, "s", 2);
    const struct value_row row = {text, MR_I32, "-31507", MR_OK};
    assert_value(&row);
    mr_free(text);
}

static void constants_keep_64_bits(void)
{
    static const struct {
        const char *text;
        mr_status status;
        mr_dtype dtype;
        bool fits;
        const char *value;
    } rows[] = {
        {"5", MR_OK, MR_I64, true, "5"},
        {"-5", MR_OK, MR_I64, true, "-5"},
        {"-5", MR_OK, MR_U64, false, ""},
        {"18446744073709551615", MR_OK, MR_U64, true, "18446744073709551615"},
        {"18446744073709551615", MR_OK, MR_I64, false, ""},
        {"-9223372036854775808", MR_OK, MR_I64, true, "-9223372036854775808"},
        {"1e12", MR_OK, MR_I64, true, "1000000000000"},
        {"1.5", MR_OK, MR_I64, false, ""},
        {"1e30", MR_OK, MR_U64, false, ""},
        {"9223372036854775808.0", MR_OK, MR_I64, false, ""},
        {"9223372036854775808.0", MR_OK, MR_U64, true, "9223372036854775808"},
        {"inf", MR_OK, MR_I32, false, ""},
        {"nan", MR_OK, MR_F64, true, "nan"},
        {"0.1", MR_OK, MR_F32, true, "0.1"},
        {"true", MR_OK, MR_BOOL, true, "true"},
        {"2", MR_OK, MR_BOOL, false, ""},
        {"2*3 + (1 << 4)", MR_OK, MR_I32, true, "22"},
        {"u32(-1)", MR_OK, MR_U32, true, "4294967295"},
        {"3000000000", MR_OK, MR_I32, false, ""},
        {"9223372036854775807 + 1", MR_OK, MR_I64, false, ""},
        {"9223372036854775807 + 1", MR_OK, MR_U64, true, "9223372036854775808"},
        {"-9223372036854775809", MR_E_VALUE, MR_I64, false, ""},
        {"max(1, 2, 3)", MR_OK, MR_I64, true, "3"},
        {"2 > 1 ? abs(-5) : 7", MR_OK, MR_I64, true, "5"},
        {"-18446744073709551615", MR_E_VALUE, MR_I64, false, ""},
        {"1 / 0", MR_E_VALUE, MR_I64, false, ""},
        {"x", MR_E_NAME, MR_I64, false, ""},
        {"sqrt(2)", MR_E_TYPE, MR_I64, false, ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_expr *expr = NULL;
        struct mr_number number = {.is_real = false};
        mr_scalar value;
        char text[MR_NUMBER_TEXT_BYTES] = "";
        CU_ASSERT_EQUAL(mr_parse_whole(&expr, rows[k].text, false, BASE, NULL), MR_OK);
        mr_status st = mr_constant_expr(expr, "take", &number, NULL);
        bool fits = st == MR_OK && mr_number_as(&number, rows[k].dtype, &value);
        if (fits) format(text, rows[k].dtype, value);
        bool good = st == rows[k].status && fits == rows[k].fits && !strcmp(text, rows[k].value);
        if (!good)
            printf("\n  %s: %s %d '%s'\n", rows[k].text, mr_status_name(st), (int)fits, text);
        CU_ASSERT_TRUE(good);
        mr_expr_destroy(&expr);
    }
}

static void lack_of_memory_is_reported(void)
{
    size_t before = mr_memory_live_bytes();
    bool done = false;
    for (uint64_t nth = 1; nth < 100 && !done; nth++) {
        struct lowered lowered;
        mr_memory_fail_at(nth, 1);
        lower_text(&lowered, "z == 0 ? l + 2 + 3 : mod(7, z) * (l > 3 && w / 5 < 9 ? 2 : s)");
        mr_memory_fail_at(0, 0);
        done = lowered.status == MR_OK;
        CU_ASSERT_TRUE(done || lowered.status == MR_E_NO_MEMORY);
        free_lowered(&lowered);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
    }
    CU_ASSERT_TRUE(done);
}

/* So that no hint sends away from what there is. */
static void names_of_ours_are_not_foreign(void)
{
    for (const char *const *name = mr_function_names; *name; name++)
        CU_ASSERT_PTR_NULL(mr_foreign_function(*name));
    for (size_t k = 0; k < mr_ops_count; k++)
        CU_ASSERT_PTR_NULL(mr_foreign_operator(mr_ops[k]->name));
    CU_ASSERT_STRING_EQUAL(mr_foreign_operator("cumsum"), "here it is scan(sum)");
    CU_ASSERT_PTR_NULL(mr_foreign_operator("cumsum|cum"));
    CU_ASSERT_PTR_NULL(mr_foreign_operator(""));
}

SUITE(typing, {"names_of_ours_are_not_foreign", names_of_ours_are_not_foreign},
      {"mixed_dtypes_promote", mixed_dtypes_promote},
      {"literals_take_the_dtype_of_what_they_meet", literals_take_the_dtype_of_what_they_meet},
      {"literals_and_folds_of_them_are_exact_and_weak",
       literals_and_folds_of_them_are_exact_and_weak},
      {"integers_wrap_and_truncate", integers_wrap_and_truncate},
      {"casts_wrap_saturate_and_round_once", casts_wrap_saturate_and_round_once},
      {"float_functions_make_floats_of_integers", float_functions_make_floats_of_integers},
      {"only_taken_operands_are_checked", only_taken_operands_are_checked},
      {"what_cannot_be_typed_is_refused", what_cannot_be_typed_is_refused},
      {"x_is_the_only_column", x_is_the_only_column},
      {"new_numbers_keep_the_code", new_numbers_keep_the_code},
      {"constant_divisors_are_not_checked", constant_divisors_are_not_checked},
      {"long_sums_do_not_recurse", long_sums_do_not_recurse},
      {"constants_keep_64_bits", constants_keep_64_bits},
      {"lack_of_memory_is_reported", lack_of_memory_is_reported});
