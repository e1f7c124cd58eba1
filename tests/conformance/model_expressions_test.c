/* What the model computes of expressions, and which it refuses. */
#include <stdio.h>

#include "known_answers.h"
#include "model.h"
#include "suite.h"

static void expressions_bind_as_in_c(void)
{
    static const struct known_answer rows[] = {
        {"gen(1 + 2 * 3 - 4 / 2 % 3 + i, 1)", "x:i64 5"},
        {"gen(i + 1 << 2 + 1, 2)", "x:i64 8 16"},
        {"gen(i | 6 ^ 3 & 5, 1)", "x:i64 7"},
        {"gen(i & 1 == 0, 1)", "x:i64 0"},
        {"gen(i < 1 == 1 > i, 2)", "x:bool 1 1"},
        {"gen(i == 0 || i == 1 && i == 2, 3)", "x:bool 1 0 0"},
        {"gen(i == 0 ? 10 : i == 1 ? 20 : 30, 3)", "x:i64 10 20 30"},
        {"gen(-i * -2 - -1, 2)", "x:i64 1 3"},
        {"gen(!(i > 0) ^ ~i == -1, 1)", "x:bool 0"},
        {"gen(100 - i - 1 - 1, 1)", "x:i64 98"},
        {"gen((i + 1) * (i + 2), 3)", "x:i64 2 6 12"},
    };
    CHECK(rows);
}

static void numbers_are_spelled_in_many_ways(void)
{
    static const struct known_answer rows[] = {
        {"repeat(1_000_000, 1)", "x:i64 1000000"},
        {"repeat(0xfF, 1)", "x:i64 255"},
        {"repeat(1e3, 1)", "x:f64 1000"},
        {"repeat(2.5e-3, 1)", "x:f64 0.0025"},
        {"repeat(-inf, 1)", "x:f64 -inf"},
        {"repeat(nan, 1)", "x:f64 nan"},
        {"repeat(true, times=2)", "x:bool 1 1"},
        {"repeat(18446744073709551615, 1)", "x:u64 18446744073709551615"},
        {"repeat(-9223372036854775808, 1)", "x:i64 -9223372036854775808"},
        {"range(1e1, 1.2e1)", "x:i64 10 11"},
        {" range ( 2 )\n|map( x )", "x:i64 0 1"},
    };
    CHECK(rows);
}

static void operands_meet_as_the_language_says(void)
{
    static const struct known_answer rows[] = {
        {"range(2, dtype=f32) | map(x * 0.5)", "x:f32 0 0.5"},
        {"range(2, dtype=f32) | map(x + 1)", "x:f32 1 2"},
        {"range(2, dtype=i32) | map(x * 0.5)", "x:f64 0 0.5"},
        {"range(2, dtype=u32) | map(x + 1)", "x:u32 1 2"},
        {"range(2, dtype=i32) | map(x + i)", "x:i64 0 2"},
        {"range(2, dtype=u32) | map(x - i)", "x:i64 0 0"},
        {"range(2, dtype=u32) | map(u64(i) + x)", "x:u64 0 2"},
        {"range(2, dtype=f32) | map(x + i)", "x:f64 0 2"},
        {"range(2, dtype=f32) | map(f64(i) - x)", "x:f64 0 0"},
        {"range(2) | map((x > 0) + 1)", "x:i32 1 2"},
        {"range(2) | map((x > 0) + (x == 0))", "x:i32 1 1"},
        {"range(2) | map((x > 0) & true)", "x:bool 0 1"},
        {"range(2) | map((x > 0) * 0.5)", "x:f64 0 0.5"},
        {"range(2, dtype=i32) | map(x < 1 ? x : i)", "x:i64 0 1"},
        {"range(2, dtype=u32) | map(x << i)", "x:u32 0 2"},
        {"range(2) | map(1 << x)", "x:i64 1 2"},
        {"range(2, dtype=f32) | map(sqrt(x), sqrt(i), pow(x, 2) > 0)",
         "x0:f32 0 1 | x1:f64 0 1 | x2:bool 0 1"},
        {"repeat(0.1, 1) | map(f32(x)) | map(x * 3, x * 2.0, f64(x))",
         "x0:f32 0.3 | x1:f32 0.2 | x2:f64 0.10000000149011612"},
    };
    CHECK(rows);
}

static void integers_wrap_and_shift_counts_are_masked(void)
{
    static const struct known_answer rows[] = {
        {"repeat(9223372036854775807, 1) | map(x + 1, x * x, x * 3)",
         "x0:i64 -9223372036854775808 | x1:i64 1 | x2:i64 9223372036854775805"},
        {"repeat(-9223372036854775808, 1) | map(x / -1, x % -1, abs(x), -x, floordiv(x, -1))",
         "x0:i64 -9223372036854775808 | x1:i64 0 | x2:i64 -9223372036854775808 | "
         "x3:i64 -9223372036854775808 | x4:i64 -9223372036854775808"},
        {"count(2147483647, dtype=i32) | take(2)", "x:i32 2147483647 -2147483648"},
        {"count(dtype=u32) | map(x - 1) | take(2)", "x:u32 4294967295 0"},
        {"gen(i32(i) << 33, 3)", "x:i32 0 2 4"},
        {"gen(-5 - i >> 65, 1)", "x:i64 -3"},
        {"gen(u32(i) - 1 >> 31, 1)", "x:u32 1"},
        {"gen(1 << i - 1, 2)", "x:i64 -9223372036854775808 1"},
        {"gen(popcount(i32(i) - 1), 2)", "x:i32 32 0"},
        {"gen(clz(u32(i)), 3)", "x:u32 32 31 30"},
        {"gen(clz(i), 2)", "x:i64 64 63"},
        /* Python's math.gcd. */
        {"gen(gcd(360 * i - 360, 84), 4)", "x:i64 12 84 12 12"},
        {"gen(gcd(u64(12345678901234567890), u64(9876543210) + u64(i)), 2)", "x:u64 90 1"},
        {"gen(gcd(i32(-2147483648), i32(i) * 6), 2)", "x:i32 -2147483648 2"},
    };
    CHECK(rows);
}

static void division_truncates_and_floordiv_floors(void)
{
    static const struct known_answer rows[] = {
        {"range(-4, 5) | map(x / 3, x % 3)",
         "x0:i64 -1 -1 0 0 0 0 0 1 1 | x1:i64 -1 0 -2 -1 0 1 2 0 1"},
        {"range(-4, 5) | map(floordiv(x, 3), mod(x, 3))",
         "x0:i64 -2 -1 -1 -1 0 0 0 1 1 | x1:i64 2 0 1 2 0 1 2 0 1"},
        {"range(-4, 5) | map(floordiv(x, -3), mod(x, -3))",
         "x0:i64 1 1 0 0 0 -1 -1 -1 -2 | x1:i64 -1 0 -2 -1 0 -2 -1 0 -2"},
        /* Python's x // 0.75, x % 0.75 and math.fmod(x, 0.75); x // -0.5, x % -0.5. */
        {"range(-2.5, 3.5, 1.25, dtype=f64) | map(floordiv(x, 0.75), mod(x, 0.75), fmod(x, 0.75))",
         "x0:f64 -4 -2 0 1 3 | "
         "x1:f64 0.5 0.25 0 0.5 0.25 | "
         "x2:f64 -0.25 -0.5 0 0.5 0.25"},
        {"range(-2.5, 3.5, 1.25, dtype=f64) | map(floordiv(x, -0.5), mod(x, -0.5))",
         "x0:f64 5 2 -0 -3 -5 | "
         "x1:f64 -0 -0.25 -0 -0.25 -0"},
        {"range(3) | map(1.0 / x)", "x:f64 inf 1 0.5"},
    };
    CHECK(rows);
}

static void casts_saturate_and_round_once(void)
{
    static const struct known_answer rows[] = {
        {"repeat(nan, 1) | map(i32(x), u64(x), bool(x))", "x0:i32 0 | x1:u64 0 | x2:bool 1"},
        {"repeat(1e30, 1) | map(i32(x), u32(x), i64(-x), u64(x), u32(-x))",
         "x0:i32 2147483647 | x1:u32 4294967295 | x2:i64 -9223372036854775808 | "
         "x3:u64 18446744073709551615 | x4:u32 0"},
        {"repeat(-1.9, 1) | map(i32(x), u32(x), i64(x - 0.2))", "x0:i32 -1 | x1:u32 0 | x2:i64 -2"},
        {"repeat(9007199791611905, 1) | map(f32(x), f32(f64(x)))",
         "x0:f32 9.0072e+15 | x1:f32 9.007199e+15"},
        {"repeat(4294967297, 1) | map(i32(x), u32(-x), bool(x))",
         "x0:i32 1 | x1:u32 4294967295 | x2:bool 1"},
    };
    CHECK(rows);
}

static void functions_have_their_edge_values(void)
{
    static const struct known_answer rows[] = {
        {"range(-2.5, 3, 1, dtype=f64) | map(round(x), floor(x), ceil(x), trunc(x))",
         "x0:f64 -3 -2 -1 1 2 3 | x1:f64 -3 -2 -1 0 1 2 | x2:f64 -2 -1 -0 1 2 3 | "
         "x3:f64 -2 -1 -0 0 1 2"},
        {"range(-1, 2) | map(sign(x), abs(x), min(x, 0), max(0, x), clamp(x, 0, 0))",
         "x0:i64 -1 0 1 | x1:i64 1 0 1 | x2:i64 -1 0 0 | x3:i64 0 0 1 | x4:i64 0 0 0"},
        {"repeat(nan, 1) | map(sign(x), min(x, 1), max(1, x), isnan(x), isinf(x), isinf(1 / 0.0))",
         "x0:f64 nan | x1:f64 nan | x2:f64 nan | x3:bool 1 | x4:bool 0 | x5:bool 1"},
        {"repeat(0.0, 1) | map(1 / min(x, -x), 1 / min(-x, x), 1 / max(x, -x))",
         "x0:f64 inf | x1:f64 -inf | x2:f64 inf"},
        {"repeat(0.1, 1) | map(fma(x, 10, -1), x * 10 - 1)",
         "x0:f64 5.551115123125783e-17 | x1:f64 0"},
        {"range(2) | map(select(x, 1, 2.5), exp(x * 0), log(1), cbrt(0), hypot(3, 4), pow(2, 10))",
         "x0:f64 2.5 1 | x1:f64 1 1 | x2:f64 0 0 | x3:f64 0 0 | x4:f64 5 5 | x5:f64 1024 1024"},
        /* mpmath's erf(1), erfc(1), erfinv(1/2), sqrt(2) erfinv(-1/2) and log(gamma(10)). */
        {"repeat(1, 1) | map(erf(x), erfc(x), erfinv(x * 0.5), normal_quantile(x * 0.25), "
         "lgamma(x * 10))",
         "x0:f64 0.8427007929497149 | x1:f64 0.15729920705028513 | x2:f64 0.4769362762044699 | "
         "x3:f64 -0.6744897501960817 | x4:f64 12.801827480081469"},
    };
    CHECK(rows);
}

static void ill_typed_text_is_refused(void)
{
    static const char *const rows[] = {
        "range(3, dtype=i32) | map(x + u32(x))",
        "range(3) | map(x + u64(x))",
        "range(3) | map(x % 1.5)",
        "range(3) | map(~(x * 0.5))",
        "range(3) | map(f32(x) << 1)",
        "range(3, dtype=i32) | map(x + 3000000000)",
        "range(3, dtype=u32) | map(x * -1)",
        "range(3) | map(y)",
        "zip(range(3), range(3)) | map(x)",
        "range(3) | map(a: x, a: x)",
        "chain(range(3), range(3, dtype=i32))",
        "range(3) | nosuch()",
        "range(3) | take(1.5)",
        "range(3) | take(n=1, 2)",
        "range(3) | take()",
        "range(3) | sum() | take(1)",
        "range(3) | map(x +)",
        "range(3) | map(x",
        "range(3) extra",
        "range(0, 3, 0)",
        "gen(i, 3) | map(min(x))",
        "hist(3)",
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct model_result result;
        bool understood = model_run(&result, rows[k], 10);
        if (understood) printf("\n  understood: %s\n", rows[k]);
        CU_ASSERT_FALSE(understood);
        CU_ASSERT_TRUE(result.message[0] != '\0');
        CU_ASSERT_EQUAL(result.columns, 0);
        model_free(&result);
    }
}

SUITE(model_expressions, {"expressions_bind_as_in_c", expressions_bind_as_in_c},
      {"numbers_are_spelled_in_many_ways", numbers_are_spelled_in_many_ways},
      {"operands_meet_as_the_language_says", operands_meet_as_the_language_says},
      {"integers_wrap_and_shift_counts_are_masked", integers_wrap_and_shift_counts_are_masked},
      {"division_truncates_and_floordiv_floors", division_truncates_and_floordiv_floors},
      {"casts_saturate_and_round_once", casts_saturate_and_round_once},
      {"functions_have_their_edge_values", functions_have_their_edge_values},
      {"ill_typed_text_is_refused", ill_typed_text_is_refused});
