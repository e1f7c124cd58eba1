#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model.h"
#include "random_pipeline.h"
#include "suite.h"

/* Expected texts are "name:dtype value value … | name:dtype …", then " ! failure@element" where the
 * run failed. Floats have the fewest digits that read back to the same bits, from 15 up (f32: 6).
 * Values come from Python 3 and NumPy 2, and for the tree, the scan and the window from a Python
 * script that follows their definition. */
struct known {
    const char *pipeline;
    const char *expected;
};

struct text {
    char bytes[2048];
    size_t length;
};

static void add(struct text *text, const char *piece)
{
    size_t room = sizeof text->bytes - text->length;
    int count = snprintf(text->bytes + text->length, room, "%s", piece);
    if (count > 0) text->length += (size_t)count < room ? (size_t)count : room - 1;
}

static void add_f64(struct text *text, double value)
{
    char piece[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(piece, sizeof piece, "%.*g", digits, value);
        if (strtod(piece, NULL) == value) break;
    }
    add(text, isnan(value) ? "nan" : piece);
}

static void add_f32(struct text *text, float value)
{
    char piece[40];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(piece, sizeof piece, "%.*g", digits, (double)value);
        if (strtof(piece, NULL) == value) break;
    }
    add(text, isnan(value) ? "nan" : piece);
}

static void add_value(struct text *text, const struct model_column *column, size_t at)
{
    char piece[40] = "";
    const void *data = column->data;
    switch (column->dtype) {
    case MR_BOOL: (void)snprintf(piece, sizeof piece, "%d", ((const uint8_t *)data)[at]); break;
    case MR_I32:
        (void)snprintf(piece, sizeof piece, "%" PRId32, ((const int32_t *)data)[at]);
        break;
    case MR_U32:
        (void)snprintf(piece, sizeof piece, "%" PRIu32, ((const uint32_t *)data)[at]);
        break;
    case MR_I64:
        (void)snprintf(piece, sizeof piece, "%" PRId64, ((const int64_t *)data)[at]);
        break;
    case MR_U64:
        (void)snprintf(piece, sizeof piece, "%" PRIu64, ((const uint64_t *)data)[at]);
        break;
    case MR_F32: add_f32(text, ((const float *)data)[at]); break;
    default: add_f64(text, ((const double *)data)[at]); break;
    }
    add(text, piece);
}

static void show(struct text *text, const struct model_result *result)
{
    for (size_t c = 0; c < result->columns; c++) {
        const struct model_column *column = &result->column[c];
        if (c) add(text, " | ");
        add(text, column->name);
        add(text, ":");
        add(text, mr_dtype_name(column->dtype));
        for (size_t k = 0; k < column->len; k++) {
            add(text, " ");
            add_value(text, column, k);
        }
    }
    if (!result->failed) return;
    char at[32];
    (void)snprintf(at, sizeof at, "@%" PRId64, result->failed_at);
    add(text, " ! ");
    add(text, result->failure);
    add(text, at);
}

static void check(const struct known *rows, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct text got = {0};
        struct model_result result;
        bool understood = model_run(&result, rows[k].pipeline, 40);
        if (understood)
            show(&got, &result);
        else
            add(&got, result.message);
        model_free(&result);
        bool same = understood && strcmp(got.bytes, rows[k].expected) == 0;
        if (!same)
            printf("\n  %s\n    expected %s\n    got      %s\n", rows[k].pipeline, rows[k].expected,
                   got.bytes);
        CU_ASSERT_TRUE(same);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])

static void expressions_bind_as_in_c(void)
{
    static const struct known rows[] = {
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
    static const struct known rows[] = {
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
    static const struct known rows[] = {
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
    static const struct known rows[] = {
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
    static const struct known rows[] = {
        {"range(-4, 5) | map(x / 3, x % 3)",
         "x0:i64 -1 -1 0 0 0 0 0 1 1 | x1:i64 -1 0 -2 -1 0 1 2 0 1"},
        {"range(-4, 5) | map(floordiv(x, 3), mod(x, 3))",
         "x0:i64 -2 -1 -1 -1 0 0 0 1 1 | x1:i64 2 0 1 2 0 1 2 0 1"},
        {"range(-4, 5) | map(floordiv(x, -3), mod(x, -3))",
         "x0:i64 1 1 0 0 0 -1 -1 -1 -2 | x1:i64 -1 0 -2 -1 0 -2 -1 0 -2"},
        {"range(3) | map(1.0 / x)", "x:f64 inf 1 0.5"},
    };
    CHECK(rows);
}

static void casts_saturate_and_round_once(void)
{
    static const struct known rows[] = {
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
    static const struct known rows[] = {
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

static void division_by_zero_names_the_element(void)
{
    static const struct known rows[] = {
        {"range(9) | map(6 / (x - 3))", "x:i64 -2 -3 -6 ! division-by-zero@3"},
        {"range(9) | filter(x != 3) | map(6 / (x - 4))", "x:i64 -1 -2 -3 ! division-by-zero@3"},
        {"range(5) | filter(6 % (2 - x) == 0)", "x:i64 0 1 ! division-by-zero@2"},
        {"range(5) | map(mod(x, x))", "x:i64 ! division-by-zero@0"},
        {"range(9) | map(6 / (x - 3)) | take(3)", "x:i64 -2 -3 -6"},
        {"range(9) | map(6 / (x - 7)) | chunk(3, sum)", "x:i64 -2 -6 ! division-by-zero@7"},
        {"range(9) | map(6 / (x - 7)) | window(6, max)", "x:i64 0 -1 ! division-by-zero@7"},
        {"range(9) | map(6 / (x - 3)) | sum()", "x:i64 ! division-by-zero@3"},
        {"chain(range(2), range(9) | map(1 / (x - 1)))", "x:i64 0 1 -1 ! division-by-zero@1"},
    };
    CHECK(rows);
}

static void what_nobody_needs_does_not_fail(void)
{
    static const struct known rows[] = {
        {"range(4) | map(x == 2 ? 0 : 4 / (x - 2))", "x:i64 -2 -4 0 4"},
        {"range(3) | map(x == 0 || 1 / x == 1)", "x:bool 1 1 0"},
        {"range(3) | map(x != 0 && 1 / x == 1)", "x:bool 0 1 0"},
        {"range(3) | map(select(x == 0, 0, 1 / x))", "x:i64 ! division-by-zero@0"},
        {"range(5) | filter(x != 2) | map(4 / (x - 2)) | sum()", "x:i64 0"},
        {"range(5) | map(4 / (x - 2)) | skip(3)", "x:i64 4 2"},
        {"range(5) | map(0 / (x - 2)) | any()", "x:bool ! division-by-zero@2"},
        {"range(5) | map(2 / (x - 2)) | any()", "x:bool 1"},
        {"range(3) | map(1 / (x - 2)) | first()", "x:i64 0"},
        {"zip(range(9) | map(1 / (3 - x)), range(3))", "x0:i64 0 0 1 | x1:i64 0 1 2"},
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

static void sources_give_pythons_values(void)
{
    static const struct known rows[] = {
        {"range(3)", "x:i64 0 1 2"},
        {"range(2, 5)", "x:i64 2 3 4"},
        {"range(10, 0, -3)", "x:i64 10 7 4 1"},
        {"range(0, 10, 4)", "x:i64 0 4 8"},
        {"range(5, 5)", "x:i64"},
        {"range(-1)", "x:i64"},
        {"range(stop=4, start=2, dtype=u32)", "x:u32 2 3"},
        {"range(0, 1, 0.1, dtype=f64)",
         "x:f64 0 0.1 0.2 0.30000000000000004 0.4 0.5 0.6000000000000001 0.7000000000000001 0.8 "
         "0.9"},
        {"range(1, 0, -0.25, dtype=f32)", "x:f32 1 0.75 0.5 0.25"},
        {"count(5, -2) | take(3)", "x:i64 5 3 1"},
        {"count(0.5, 0.25, dtype=f64) | take(3)", "x:f64 0.5 0.75 1"},
        {"linspace(-1, 2, 7)", "x:f64 -1 -0.5 0 0.5 1 1.5 2"},
        {"linspace(3, 4, 1)", "x:f64 3"},
        {"linspace(3, 4, 0)", "x:f64"},
        {"linspace(0, 1) | skip(49)", "x:f64 1"},
        {"repeat(2.5, 2)", "x:f64 2.5 2.5"},
        {"repeat(1) | take(2)", "x:i64 1 1"},
        {"gen(i * i, length=4)", "x:i64 0 1 4 9"},
        {"chain(range(2), range(5, 7), range(0))", "x:i64 0 1 5 6"},
        {"zip(range(3), linspace(0, 1, 2))", "x0:i64 0 1 | x1:f64 0 1"},
        {"zip(a: range(2), zip(b: range(9), c: repeat(true)))",
         "a:i64 0 1 | b:i64 0 1 | c:bool 1 1"},
    };
    CHECK(rows);
}

static void fibonacci_counts_as_a_python_generator(void)
{
    static const struct known rows[] = {
        {"fibonacci() | take(8)", "x:i64 0 1 1 2 3 5 8 13"},
        {"fibonacci(90)", "x:i64 2880067194370816120 4660046610375530309 7540113804746346429 "
                          "! overflow@3"},
        {"fibonacci(start=93, dtype=u64)", "x:u64 12200160415121876738 ! overflow@1"},
        {"fibonacci(45, dtype=i32)", "x:i32 1134903170 1836311903 ! overflow@2"},
        {"fibonacci(start=200)", "x:i64 ! overflow@0"},
        {"fibonacci(start=1e18, mod=1000000007) | take(3)", "x:i64 209783453 680057396 889840849"},
        {"fibonacci(start=1e15, mod=9223372036854775783) | take(2)",
         "x:i64 5980975683924755910 6733985009916263705"},
        {"fibonacci(mod=10, dtype=i32) | skip(58) | take(4)", "x:i32 9 1 0 1"},
        {"fibonacci(mod=1) | take(3)", "x:i64 0 0 0"},
    };
    CHECK(rows);
}

/* Random123's tests/kat_vectors, and C++26's 10000th value of philox4x32. */
static void philox_gives_published_words(void)
{
    static const struct known rows[] = {
        {"philox() | take(4)", "x:u32 1713891541 3781805453 3159862348 2600524760"},
        {"philox(20111115) | skip(9999) | take(1)", "x:u32 1955073260"},
        {"philox(0xffffffffffffffff, 0xffffffffffffffff) | skip(3) | take(0)", "x:u32"},
        {"philox(12345678901234567890, stream=7) | skip(2) | take(1)", "x:u32 1339383374"},
        {"uniform(1) | take(3)", "x:f64 0.8946847163350924 0.7112680765766943 0.8741119351871307"},
        {"uniform(1, dtype=f32) | take(3)", "x:f32 0.89025915 0.8946847 0.5857259"},
    };
    CHECK(rows);
}

static void stages_keep_itertools_semantics(void)
{
    static const struct known rows[] = {
        {"range(5) | map(s: x + i, d: x - i)", "s:i64 0 2 4 6 8 | d:i64 0 0 0 0 0"},
        {"range(4) | map(x, 2 * x) | map(x0 + x1)", "x:i64 0 3 6 9"},
        {"range(4) | map(s: x) | map(x + s)", "x:i64 0 2 4 6"},
        {"range(9) | filter(x % 3 == 1) | map(i)", "x:i64 0 1 2"},
        {"range(3) | filter(i > 0) | enumerate(10)", "n:i64 10 11 | x:i64 1 2"},
        {"range(9) | slice(2, 8, 3)", "x:i64 2 5"},
        {"range(9) | slice(6, inf)", "x:i64 6 7 8"},
        {"range(9) | slice(5, 3, 1)", "x:i64"},
        {"range(9) | skip(7)", "x:i64 7 8"},
        {"range(2) | skip(7)", "x:i64"},
        {"count() | take_while(x < 3)", "x:i64 0 1 2"},
        {"range(5) | take_while(x != 2)", "x:i64 0 1"},
        {"range(5) | map(x % 3) | drop_while(x < 2)", "x:i64 2 0 1"},
        {"count() | filter(x > 10) | take(3)", "x:i64 11 12 13"},
        {"range(5) | map(x * x) | diff()", "x:i64 1 3 5 7"},
        {"range(1) | diff()", "x:i64"},
        {"range(7) | chunk(3, sum)", "x:i64 3 12 6"},
        {"range(7) | chunk(3, count)", "x:i64 3 3 1"},
        {"range(7) | chunk(3, mean)", "x:f64 1 4 6"},
        {"range(5, dtype=i32) | chunk(2, max)", "x:i32 1 3 4"},
        {"range(5, dtype=f32) | chunk(2, prod)", "x:f64 0 6 4"},
        {"range(1, 6) | scan(prod)", "x:i64 1 2 6 24 120"},
        {"range(4) | map(x % 2 == 1) | scan(sum)", "x:i64 0 1 1 2"},
        {"range(4, dtype=u32) | scan(sum)", "x:u64 0 1 3 6"},
        {"range(4) | map(f32(x == 1 ? nan : -x)) | scan(min)", "x:f32 0 nan nan nan"},
        {"range(4) | map(x * 3 % 4) | scan(max)", "x:i64 0 3 3 3"},
        {"range(6) | window(3, sum)", "x:i64 3 6 9 12"},
        {"range(6, dtype=u32) | window(4, mean)", "x:f64 1.5 2.5 3.5"},
        {"range(6) | map(x * 5 % 6) | window(3, min)", "x:i64 0 3 2 1"},
        {"range(2) | window(3, sum)", "x:i64"},
    };
    CHECK(rows);
}

static void terminals_give_numpys_values(void)
{
    static const struct known rows[] = {
        {"range(-2, 4) | var()", "x:f64 2.9166666666666665"},
        {"range(-2, 4) | std(ddof=1)", "x:f64 1.8708286933869707"},
        {"range(5) | sum()", "x:i64 10"},
        {"range(1, 6, dtype=i32) | prod()", "x:i64 120"},
        {"range(5) | map(x > 2) | sum()", "x:i64 2"},
        {"range(5) | mean()", "x:f64 2"},
        {"range(-2000, 3000) | norm()", "x:f64 108000.775460179"},
        {"range(5, dtype=f32) | min()", "x:f32 0"},
        {"zip(a: range(5), b: linspace(0, 1, 3)) | max()", "a:i64 2 | b:f64 1"},
        {"zip(a: range(5), b: linspace(0, 1, 3)) | count()", "count:i64 3"},
        {"range(5) | any()", "x:bool 1"},
        {"range(5) | all()", "x:bool 0"},
        {"count(3) | first()", "x:i64 3"},
        {"range(5) | last()", "x:i64 4"},
        {"range(9) | map((x - 4) * (x - 4)) | argmin()", "x:i64 4"},
        {"range(9) | map(x % 3) | argmax()", "x:i64 2"},
        {"range(9) | map(x > 4 ? nan : x * 1.0) | argmin()", "x:i64 5"},
        {"range(9) | filter(x > 4) | argmax()", "x:i64 3"},
        {"range(-3, 14) | map(mod(x, 9)) | hist(4, 0, 8)", "count:u64 4 4 3 6"},
        {"uniform(1) | take(5000) | hist(7, 0, 1)", "count:u64 717 716 716 760 682 721 688"},
        {"uniform(1) | take(5000) | hist(5, 0.1, 0.9)", "count:u64 798 820 849 765 822"},
        {"range(3) | map(x == 1 ? nan : 0.5) | hist(1, 0, 1)", "count:u64 2"},
        {"uniform(1) | take(5000) | argmin()", "x:i64 4662"},
    };
    CHECK(rows);
}

static void terminals_know_the_empty_sequence(void)
{
    static const struct known rows[] = {
        {"range(0) | sum()", "x:i64 0"},
        {"range(0, dtype=f32) | prod()", "x:f64 1"},
        {"range(0) | count()", "count:i64 0"},
        {"range(0) | mean()", "x:f64 nan"},
        {"range(0) | var()", "x:f64 nan"},
        {"range(0) | std(ddof=1)", "x:f64 nan"},
        {"range(0) | any()", "x:bool 0"},
        {"range(0) | all()", "x:bool 1"},
        {"range(0) | hist(2, 0, 1)", "count:u64 0 0"},
        {"range(9) | filter(x > 9) | min()", "x:i64 ! empty@-1"},
        {"range(0) | max()", "x:i64 ! empty@-1"},
        {"range(0) | first()", "x:i64 ! empty@-1"},
        {"range(0) | last()", "x:i64 ! empty@-1"},
        {"range(0) | argmin()", "x:i64 ! empty@-1"},
        {"range(0) | argmax()", "x:i64 ! empty@-1"},
    };
    CHECK(rows);
}

/* The harmonic series tells the tree from a sequential sum (…404), from an exact one (…436 at 5000
 * terms, …3 instead of …29 at 1025), and a mask from a compaction (…53 from …55). */
static void float_reductions_follow_the_fixed_tree(void)
{
    static const struct known rows[] = {
        {"gen(1.0 / (i + 1), 5000) | sum()", "x:f64 9.094508852984436"},
        {"gen(1.0 / (i + 1), 1023) | sum()", "x:f64 7.508199109778133"},
        {"gen(1.0 / (i + 1), 1024) | sum()", "x:f64 7.509175672278133"},
        {"gen(1.0 / (i + 1), 1025) | sum()", "x:f64 7.51015128203423"},
        {"gen(1.0 / (i + 1), 3073) | sum()", "x:f64 8.607787925659446"},
        {"gen(1 + 1.0 / (i + 1), 5000) | prod()", "x:f64 5000.999999999946"},
        {"gen(1.0 / (i + 1), 5000) | norm()", "x:f64 1.2824718659085248"},
        {"gen(1.0 / (i + 1), 5000) | mean()", "x:f64 0.0018189017705968872"},
        {"gen(1.0 / (i + 1), 5000) | var()", "x:f64 0.0003256384137182982"},
        {"gen(1.0 / (i + 1), 5000) | std(ddof=1)", "x:f64 0.01804725891733102"},
        {"gen(1 / f32(i + 1), 5000) | sum()", "x:f64 9.094508918307838"},
        {"gen(1 / f32(i + 1), 5000) | mean()", "x:f64 0.0018189017836615677"},
        {"uniform(1) | take(5000) | sum()", "x:f64 2484.175396227704"},
        {"uniform(1) | take(5000) | var()", "x:f64 0.08181941433591494"},
        {"gen(1.0 / (i + 1), 5000) | chunk(1500, sum)",
         "x:f64 7.890769348288131 0.6929805416710548 0.4054095576966417 0.10534940532860819"},
        {"gen(1.0 / (i + 1), 5000) | chunk(1500, mean)",
         "x:f64 0.005260512898858754 0.0004619870277807032 0.0002702730384644278 "
         "0.00021069881065721637"},
    };
    CHECK(rows);
}

static void a_filter_below_a_terminal_is_a_mask_unless_positions_are_used(void)
{
    static const struct known rows[] = {
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | sum()", "x:f64 1.4653572656162053"},
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | map(x) | sum()",
         "x:f64 1.4653572656162053"},
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | map(i < 0 ? 0 : x) | sum()",
         "x:f64 1.4653572656162055"},
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | filter(i >= 0) | sum()",
         "x:f64 1.4653572656162055"},
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | take(9999) | sum()",
         "x:f64 1.4653572656162055"},
        {"gen(1.0 / (i + 1), 5000) | filter(i % 7 == 1) | chunk(5000, sum)",
         "x:f64 1.4653572656162055"},
    };
    CHECK(rows);
}

static void float_scans_and_windows_follow_their_order(void)
{
    static const struct known rows[] = {
        {"gen(1.0 / (i + 1), 5000) | scan(sum) | slice(1023, inf, 1) | take(2)",
         "x:f64 7.509175672278132 7.510151282034229"},
        {"gen(1.0 / (i + 1), 5000) | scan(sum) | last()", "x:f64 9.094508852984434"},
        {"gen(1.0 / f32(i + 1), 5000) | scan(sum) | slice(2047, 2049)", "x:f32 8.2020855 8.202574"},
        {"gen(1 / f32(i + 1), 5000) | scan(sum) | last()", "x:f32 9.094516"},
        {"gen(1 + 1.0 / (i + 1), 5000) | scan(prod) | last()", "x:f64 5000.999999999988"},
        {"gen(i == 0 ? 1e16 : 1.0, 8) | window(7, sum)", "x:f64 10000000000000006 7"},
        {"gen(1 / f32(i + 1), 8) | window(7, mean)", "x:f32 0.37040815 0.24540816"},
    };
    CHECK(rows);
}

static void collects_no_more_than_asked(void)
{
    struct model_result result;
    CU_ASSERT_TRUE(model_run(&result, "count() | map(12 / (3 - x))", 3));
    CU_ASSERT_EQUAL(result.column[0].len, 3);
    CU_ASSERT_FALSE(result.failed);
    model_free(&result);
    CU_ASSERT_TRUE(model_run(&result, "count()", 0));
    CU_ASSERT_EQUAL(result.columns, 1);
    CU_ASSERT_EQUAL(result.column[0].len, 0);
    model_free(&result);
}

static void random_pipelines_are_understood_and_end(void)
{
    const uint64_t seeds = tests_long ? 20000 : 1000;
    size_t before = mr_memory_live_bytes(), failed = 0, terminals = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        struct random_pipeline_options options = {
            .large = seed % 50 == 0, .no_transcendental = seed & 1, .no_failures = seed & 2};
        char *pipeline = random_pipeline(seed, options);
        struct model_result result;
        CU_ASSERT_PTR_NOT_NULL_FATAL(pipeline);
        bool understood = model_run(&result, pipeline, SIZE_MAX / 16);
        if (!understood) printf("\n  %s\n    %s\n", pipeline, result.message);
        CU_ASSERT_TRUE(understood);
        bool empty = result.failed && strcmp(result.failure, "empty") == 0;
        CU_ASSERT_TRUE(!options.no_failures || !result.failed || empty);
        failed += result.failed && !empty;
        terminals += pipeline[strlen(pipeline) - 2] == '(';
        model_free(&result);
        mr_free(pipeline);
    }
    CU_ASSERT_TRUE(failed > seeds / 200);
    CU_ASSERT_TRUE(terminals > seeds / 4);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
}

static void random_pipelines_depend_on_the_seed_alone(void)
{
    char *first = random_pipeline(7, (struct random_pipeline_options){0});
    char *again = random_pipeline(7, (struct random_pipeline_options){0});
    char *other = random_pipeline(8, (struct random_pipeline_options){0});
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    CU_ASSERT_PTR_NOT_NULL_FATAL(other);
    CU_ASSERT_STRING_EQUAL(first, again);
    CU_ASSERT_STRING_NOT_EQUAL(first, other);
    mr_free(first);
    mr_free(again);
    mr_free(other);
}

SUITE(model, {"expressions_bind_as_in_c", expressions_bind_as_in_c},
      {"numbers_are_spelled_in_many_ways", numbers_are_spelled_in_many_ways},
      {"operands_meet_as_the_language_says", operands_meet_as_the_language_says},
      {"integers_wrap_and_shift_counts_are_masked", integers_wrap_and_shift_counts_are_masked},
      {"division_truncates_and_floordiv_floors", division_truncates_and_floordiv_floors},
      {"casts_saturate_and_round_once", casts_saturate_and_round_once},
      {"functions_have_their_edge_values", functions_have_their_edge_values},
      {"division_by_zero_names_the_element", division_by_zero_names_the_element},
      {"what_nobody_needs_does_not_fail", what_nobody_needs_does_not_fail},
      {"ill_typed_text_is_refused", ill_typed_text_is_refused},
      {"sources_give_pythons_values", sources_give_pythons_values},
      {"fibonacci_counts_as_a_python_generator", fibonacci_counts_as_a_python_generator},
      {"philox_gives_published_words", philox_gives_published_words},
      {"stages_keep_itertools_semantics", stages_keep_itertools_semantics},
      {"terminals_give_numpys_values", terminals_give_numpys_values},
      {"terminals_know_the_empty_sequence", terminals_know_the_empty_sequence},
      {"float_reductions_follow_the_fixed_tree", float_reductions_follow_the_fixed_tree},
      {"a_filter_below_a_terminal_is_a_mask_unless_positions_are_used",
       a_filter_below_a_terminal_is_a_mask_unless_positions_are_used},
      {"float_scans_and_windows_follow_their_order", float_scans_and_windows_follow_their_order},
      {"collects_no_more_than_asked", collects_no_more_than_asked},
      {"random_pipelines_are_understood_and_end", random_pipelines_are_understood_and_end},
      {"random_pipelines_depend_on_the_seed_alone", random_pipelines_depend_on_the_seed_alone});
