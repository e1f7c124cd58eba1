/* Which dtypes expressions have, and which have none. */
#include "ir/typing.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/lowered_text.h"
#include "lang/expression.h"
#include "suite.h"

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
        {"mod(-7.5, 2)", MR_F64, "0.5", MR_OK},
        {"floordiv(1, -0.1)", MR_F64, "-10.0", MR_OK},
        {"floordiv(-1, 0.0)", MR_F64, "-inf", MR_OK},
        {"f * floordiv(7, 2.0)", MR_F32, "0.3", MR_OK},
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
        {"min(7)", MR_E_ARITY, 1, "min() takes 2 arguments or more, not 1", ""},
        {"floordiv(7, 1 - 1)", MR_E_VALUE, 1, "division by the constant 0", "another"},
        {"s + 3000000000", MR_E_TYPE, 5, "3000000000 does not fit i32", "i64(...)"},
        {"w + -1", MR_E_TYPE, 5, "-1 does not fit u64", "u64(-1)"},
        {"u > -1", MR_E_TYPE, 5, "-1 does not fit u32", "cast"},
        {"l / 0", MR_E_VALUE, 5, "division by the constant 0", "another"},
        {"l % (1 - 1)", MR_E_VALUE, 5, "division by the constant 0", "another"},
        {"5 / 0", MR_E_VALUE, 1, "division by the constant 0", "another"},
        {"d % 2", MR_E_TYPE, 1, "'%' is for integers, not f64", "fmod(a, b)"},
        {"d & 1", MR_E_TYPE, 1, "'&' is for integers", "cast"},
        {"d << 1", MR_E_TYPE, 1, "'<<' is for integers", "cast"},
        {"b << 1", MR_E_TYPE, 1, "not bool", "cast"},
        {"b % b", MR_E_TYPE, 1, "'%' is for integers, not bool", "cast"},
        {"~d", MR_E_TYPE, 1, "'~' is for integers", "cast"},
        {"~1.5", MR_E_TYPE, 1, "'~' is for integers", "cast"},
        {"gcd(s, d)", MR_E_TYPE, 1, "gcd() takes integers, not f64", "i64(...)"},
        {"popcount(d)", MR_E_TYPE, 1, "popcount() takes integers, not f64", "i64(...)"},
        {"mod(b, b)", MR_E_TYPE, 1, "mod() takes integers or floats, not bool", "cast"},
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
                    lowered.err.column == LOWERED_BASE + rows[k].column &&
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
        .owner = &lowered_owner, .columns = &only, .column_count = 1, .position = IR_NONE};
    struct mr_expr *expr = NULL;
    mr_dtype dtype = MR_BOOL;
    CU_ASSERT_EQUAL(mr_parse_whole(&expr, "x + price", false, LOWERED_BASE, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_type_expr(&scope, expr, &dtype, NULL), MR_OK);
    CU_ASSERT_EQUAL(dtype, MR_F32);
    mr_expr_destroy(&expr);

    /* Without a position there is no `i`. */
    CU_ASSERT_EQUAL(mr_parse_whole(&expr, "x + i", false, LOWERED_BASE, NULL), MR_OK);
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
    CU_ASSERT_PTR_EQUAL(lowered.body.checks[0].blame, &lowered_owner);
    free_lowered(&lowered);
}

static void long_sums_do_not_recurse(void)
{
    enum { TERMS = 4500 };
    char *text = mr_alloc(2 * TERMS + 2, 1);
    for (int k = 0; k < TERMS; k++) memcpy(text + 2 * k, "s+", 2);
    memcpy(text + 2 * (size_t)TERMS, "s", 2);
    const struct value_row row = {text, MR_I32, "-31507", MR_OK};
    assert_values(&row, 1);
    mr_free(text);
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

SUITE(typing, {"mixed_dtypes_promote", mixed_dtypes_promote},
      {"literals_take_the_dtype_of_what_they_meet", literals_take_the_dtype_of_what_they_meet},
      {"what_cannot_be_typed_is_refused", what_cannot_be_typed_is_refused},
      {"x_is_the_only_column", x_is_the_only_column},
      {"new_numbers_keep_the_code", new_numbers_keep_the_code},
      {"constant_divisors_are_not_checked", constant_divisors_are_not_checked},
      {"long_sums_do_not_recurse", long_sums_do_not_recurse},
      {"lack_of_memory_is_reported", lack_of_memory_is_reported});
