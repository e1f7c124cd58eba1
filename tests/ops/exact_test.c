/* sum(exact) and mean(exact): the value of integers in fixed point, rounded once. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "suite.h"

static const mr_stream_params ways[] = {
    {.engine = MR_ENGINE_HOST, .batch_elems = 64},
    {.engine = MR_ENGINE_HOST, .batch_elems = 65536, .ring_slots = 5},
    {.engine = MR_ENGINE_OPENCL, .batch_elems = 64},
    {.engine = MR_ENGINE_OPENCL, .batch_elems = 65536, .ring_slots = 5},
    {.engine = MR_ENGINE_OPENCL,
     .batch_elems = 64,
     .shape = "lanes 4/2, span 4/2, group 64, unit 65536, ring 3"},
};
enum { WAYS = sizeof ways / sizeof ways[0], MOST = 3000 };

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- numbers that are hard to add ---- */

static const uint64_t sign = UINT64_C(1) << 63, fraction = (UINT64_C(1) << 52) - 1;

/* SplitMix64, element k. */
static uint64_t mix(uint64_t k)
{
    uint64_t z = (k + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

typedef double maker(uint64_t k, uint64_t n);

static double any_exponent(uint64_t k, uint64_t n)
{
    (void)n;
    return of_bits((mix(k) & (sign | fraction)) | (mix(k) >> 52) % 2047 << 52);
}

static double near_one(uint64_t k, uint64_t n)
{
    (void)n;
    return of_bits((mix(k) & (sign | fraction)) | (1003 + (mix(k) >> 52) % 40) << 52);
}

/* All but a few far smaller ones have their opposite next to them. */
static double cancelling(uint64_t k, uint64_t n)
{
    if (k % 2) return -any_exponent(k - 1, n);
    return k / 2 % 100 ? any_exponent(k, n) : near_one(k, n) * 0x1p-300;
}

static double subnormal(uint64_t k, uint64_t n)
{
    (void)n;
    return of_bits(mix(k) & (sign | fraction));
}

/* The first half adds up to far more than the greatest f64. */
static double huge(uint64_t k, uint64_t n)
{
    uint64_t r = mix(k);
    return of_bits((r & fraction) | (2045 + (r >> 60) % 2) << 52 | (2 * k >= n ? sign : 0));
}

/* Exponents at which kernels/lib/exact.cl decides something. */
static double edges(uint64_t k, uint64_t n)
{
    static const uint64_t exponents[] = {0, 1, 2, 43, 44, 50, 53, 54, 2043, 2044, 2045};
    (void)n;
    if (k % 7 == 0) return of_bits(mix(k) & (sign | fraction));
    return of_bits((mix(k) & (sign | fraction)) | exponents[(mix(k) >> 52) % 11] << 52);
}

/* Bits of the sum, the mean, and the sum of the elements a filter keeps: Python's fractions of
 * integers, rounded by its true division, which is correct; math.fsum agrees where it has a value.
 */
static const struct row {
    maker *make;
    uint64_t n;
    uint64_t bits[3];
} rows[] = {
    {any_exponent, 7, {0xf89bb8a8724c81ec, 0xf86fae775e0e4b57, 0xf89bb8a8724c81ec}},
    {any_exponent, 3000, {0xffed430078539abc, 0xff33f9db74f57d6e, 0xffa57a8dee208d00}},
    {near_one, 7, {0x40ec05a7bb023151, 0x40c0033b464a6553, 0x40b3e1eb3e7eb05c}},
    {near_one, 3000, {0x41563677280c891b, 0x409e53ebbbccd93b, 0x413bad95e8b5e7cd}},
    {cancelling, 7, {0x6230a8397b1dcdaf, 0x62030966438fc67f, 0xad109eec1c0e2b16}},
    {cancelling, 3000, {0x71ee0875b332446f, 0x713480a7bb2f4957, 0xffd3725df05ac2b4}},
    {subnormal, 7, {0x00185dd619c4a60e, 0x00037b1e95f78570, 0x000636012662cb7f}},
    {subnormal, 3000, {0x00507244cd600c8f, 0x000016746b9761b0, 0x0056ae139df8933d}},
    {huge, 7, {0xffbf5a78a8679484, 0xff91ea8e17169e02, 0x7fd29dcbd77d9e21}},
    {huge, 3000, {0x7ff0000000000000, 0x7f65c4bdb7819e9f, 0x7ff0000000000000}},
    {edges, 7, {0x7fdca4c2021540d5, 0x7fb05e25b80c250c, 0x7fdca4c2021540d5}},
    {edges, 3000, {0x7ff0000000000000, 0x7f595964ddd080d6, 0x7fe04037b9d166c3}},
};

static mr_seq *of_array(const struct row *row, double *numbers)
{
    mr_seq *seq = NULL;
    for (uint64_t k = 0; k < row->n; k++) numbers[k] = row->make(k, row->n);
    const mr_array array = {.dtype = MR_F64, .data = numbers};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&seq, &array, 1, (size_t)row->n, NULL), MR_OK);
    return seq;
}

static void check_value(const mr_seq *input, const char *stages, uint64_t bits)
{
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&seq, input, stages, NULL), MR_OK);
    for (size_t k = 0; k < WAYS; k++) {
        mr_scalar value = {.u64 = 0};
        mr_dtype dtype = MR_BOOL;
        bool good = mr_reduce(seq, &ways[k], &value, &dtype, NULL) == MR_OK && dtype == MR_F64 &&
                    value.u64 == bits;
        CU_ASSERT_TRUE(good);
        if (!good)
            printf("\n%s, way %zu: %016llx, not %016llx", stages, k, (unsigned long long)value.u64,
                   (unsigned long long)bits);
    }
    mr_seq_release(&seq);
}

static void the_exact_sum_is_rounded_once(void)
{
    static double numbers[MOST];
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_seq *seq = of_array(&rows[k], numbers);
        check_value(seq, "sum(exact)", rows[k].bits[0]);
        check_value(seq, "mean(exact)", rows[k].bits[1]);
        check_value(seq, "filter(i % 3 != 1) | sum(exact)", rows[k].bits[2]);
        mr_seq_release(&seq);
    }
}

static void the_exact_sum_does_not_depend_on_the_order(void)
{
    static double numbers[MOST];
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_seq *seq = of_array(&rows[k], numbers);
        check_value(seq, "shuffle(1) | sum(exact)", rows[k].bits[0]);
        check_value(seq, "shuffle(2) | mean(exact)", rows[k].bits[1]);
        mr_seq_release(&seq);
    }
}

/* ---- what is written in the text ---- */

static const struct {
    const char *text;
    double value;
} values[] = {
    {"range(0) | map(1.0*x) | sum(exact)", 0.0},
    {"range(0) | mean(exact)", NAN},
    {"repeat(-0.0, 2000) | sum(exact)", -0.0},
    {"repeat(-0.0, 2000) | mean(exact)", -0.0},
    {"repeat(-0.0, 2000) | filter(i > 5000) | sum(exact)", 0.0},
    {"gen(i == 1500 ? 0.0 : -0.0, 2000) | sum(exact)", 0.0},
    {"gen(i % 2 == 0 ? 1.0 : -1.0, 2000) | sum(exact)", 0.0},
    {"gen(i == 1500 ? nan : inf, 2000) | sum(exact)", NAN},
    {"gen(i == 1500 ? inf : 1.0, 2000) | sum(exact)", INFINITY},
    {"gen(i == 1500 ? -inf : 1.0, 2000) | mean(exact)", -INFINITY},
    {"gen(i == 1500 ? -inf : i == 3 ? inf : 1.0, 2000) | sum(exact)", NAN},
    {"gen(i == 1500 ? nan : 1.0, 2000) | filter(i != 1500) | sum(exact)", 1999.0},
    {"repeat(-1.7e308, 2000) | sum(exact)", -INFINITY},
    {"repeat(-1.7e308, 2000) | mean(exact)", -1.7e308},
    /* 3 * 2^-1074 / 2 lies between two numbers: to the even one. */
    {"gen(i == 0 ? 5e-324 : 1e-323, 2) | mean(exact)", 0x1p-1073},
    {"gen(i == 0 ? -5e-324 : 0.0, 3) | mean(exact)", -0.0},
    /* 1 + 2^-53 is a tie; what is left of it, however small, decides. */
    {"gen(i == 0 ? 1.0 : i == 1 ? 1.1102230246251565e-16 : 0.0, 2000) | sum(exact)", 1.0},
    {"gen(i == 0 ? 1.0 : i == 1 ? 1.1102230246251565e-16 : i < 9 ? 5e-324 : 0.0, 2000) | "
     "sum(exact)",
     1 + 0x1p-52},
    {"repeat(f32(0.1), 1000) | sum(exact)", 100.00000149011612},
    {"repeat(0.1, 1000000) | mean(exact)", 0.1},
    {"range(-5, 0) | mean(exact)", -3.0},
    {"repeat(9223372036854775807, 3) | mean(exact)", 9223372036854775808.0},
    {"repeat(-9223372036854775807, 3) | mean(exact)", -9223372036854775808.0},
    {"gen(u64(i) - 1, 1) | mean(exact)", 18446744073709551616.0},
    {"repeat(true, 3) | mean(exact)", 1.0},
};

static void exact_values_that_no_rounding_leads_to(void)
{
    for (size_t k = 0; k < COUNT(values); k++) {
        mr_seq *seq = NULL;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_seq_parse(&seq, values[k].text, &err), MR_OK);
        for (size_t n = 0; seq && n < WAYS; n++) {
            mr_scalar got = {.u64 = 0};
            const double want = values[k].value;
            bool good = mr_reduce(seq, &ways[n], &got, NULL, NULL) == MR_OK &&
                        (isnan(want) ? isnan(got.f64) : !memcmp(&got.f64, &want, sizeof want));
            CU_ASSERT_TRUE(good);
            if (!good) printf("\n%s, way %zu: %.17g", values[k].text, n, got.f64);
        }
        if (!seq) printf("\n%s: %s", values[k].text, err.message);
        mr_seq_release(&seq);
    }
}

static void exact_sums_of_integers_are_right_or_an_error(void)
{
    static const struct {
        const char *text;
        uint64_t sum;
    } sums[] = {
        {"range(100000) | sum(exact)", 4999950000},
        {"range(-100000, 0) | sum(exact)", (uint64_t)-INT64_C(5000050000)},
        {"gen(i % 2 == 0 ? 9223372036854775807 : -9223372036854775807, 2001) | sum(exact)",
         INT64_MAX},
        {"gen(i == 0 ? -9223372036854775807 : -1, 2) | sum(exact)", UINT64_C(1) << 63},
        {"gen(u64(i) - 1, 1) | sum(exact)", UINT64_MAX},
        {"range(10, dtype=u32) | filter(x > 5) | sum(exact)", 30},
        {"repeat(true, 2000) | sum(exact)", 2000},
    };
    for (size_t k = 0; k < COUNT(sums); k++) {
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, sums[k].text, NULL), MR_OK);
        for (size_t n = 0; n < WAYS; n++) {
            mr_scalar got = {.u64 = 0};
            CU_ASSERT_EQUAL(mr_reduce(seq, &ways[n], &got, NULL, NULL), MR_OK);
            CU_ASSERT_EQUAL(got.u64, sums[k].sum);
        }
        mr_seq_release(&seq);
    }
    static const struct {
        const char *text, *says;
    } refused[] = {
        {"repeat(9223372036854775807, 3) | sum(exact)", "27670116110564327421, which no i64 holds"},
        {"gen(i == 0 ? -9223372036854775807 : -1, 3) | sum(exact)", "-9223372036854775809, "},
        {"gen(u64(0) - 1, 2000) | sum(exact)", "36893488147419103230000, which no u64 holds"},
    };
    for (size_t k = 0; k < COUNT(refused); k++) {
        mr_seq *seq = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, refused[k].text, NULL), MR_OK);
        for (size_t n = 0; n < WAYS; n++) {
            mr_scalar got;
            mr_error err = {0};
            CU_ASSERT_EQUAL(mr_reduce(seq, &ways[n], &got, NULL, &err), MR_E_OVERFLOW);
            CU_ASSERT_PTR_NOT_NULL(strstr(err.message, refused[k].says));
        }
        mr_seq_release(&seq);
    }
}

/* As the tree's: the failing element is told, and no value is given. */
static void an_exact_sum_fails_where_an_element_does(void)
{
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(9999) | map(1/(x-5000)) | sum(exact)", NULL),
                          MR_OK);
    for (size_t n = 0; n < WAYS; n++) {
        mr_scalar got;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_reduce(seq, &ways[n], &got, NULL, &err), MR_E_DIVISION);
        CU_ASSERT_EQUAL(err.element, 5000);
    }
    mr_seq_release(&seq);
}

SUITE(exact, {"the_exact_sum_is_rounded_once", the_exact_sum_is_rounded_once},
      {"the_exact_sum_does_not_depend_on_the_order", the_exact_sum_does_not_depend_on_the_order},
      {"exact_values_that_no_rounding_leads_to", exact_values_that_no_rounding_leads_to},
      {"exact_sums_of_integers_are_right_or_an_error",
       exact_sums_of_integers_are_right_or_an_error},
      {"an_exact_sum_fails_where_an_element_does", an_exact_sum_fails_where_an_element_does});
