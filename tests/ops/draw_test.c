/* Random sources: the same bits everywhere, the right moments, and what they refuse. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "conformance/delivery.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const char *const sources[] = {
    "uniform(1, 2, lo=-3, hi=7)",
    "uniform(1, 2, f32, -3, 7, none)",
    "normal(1, 2, 3, 4)",
    "normal(1, 2, 3, 4, f32)",
    "lognormal(0, 0.5, 3)",
    "exponential(2, 3)",
    "exponential(2, 3, 0, f32)",
    "bernoulli(0.3, 5)",
    "randint(-100, 1000, 6)",
    "randint(0, 13835058055282163712, 6, dtype=u64)",
    "geometric(0.1, 7)",
    "poisson(4, 8)",
    "poisson(40, 8)",
    "poisson(1e9, 8)",
    "binomial(20, 0.1, 9)",
    "binomial(1e7, 0.6, 9)",
    "binomial(200, 0.6, 9)",
    "gamma(0.4, 2, 10)",
    "gamma(4, 2, 10)",
    "beta(2, 0.5, 11)",
    "categorical((1, 2, 3, 0, 4), 12)",
    "sphere(4, 13)",
    "simplex(3, 14)",
    "threefry(15, 16)",
    "threefry(15, 16, u64)",
    "squares(17, 18)",
    "squares(17, 18, u64)",
    "philox4x64((17, 18), (19, 20, 21, 22))",
    "range(1000000) | map(rand(23) + randn(24))",
};

/* Positions that do and do not begin a block, consecutive and not. */
static const char *const views[] = {
    "skip(0)", "skip(1)", "skip(2)", "skip(1000003) | skip(4294967296)", "slice(5, inf, 7)",
};

static bool agree(const char *pipeline, struct run a, struct run b, size_t elements,
                  char difference[300])
{
    struct model_result x, y;
    bool same = deliver_text(&x, pipeline, a, elements) && deliver_text(&y, pipeline, b, elements);
    if (!same) {
        (void)snprintf(difference, 300, "%s", x.message[0] ? x.message : "not delivered");
        model_free(&x);
        return false;
    }
    same = same_elements(difference, 300, &x, 0, &y);
    model_free(&x);
    model_free(&y);
    return same;
}

static void engines_give_the_same_bits_from_any_position(void)
{
    const struct run host = {.engine = MR_ENGINE_HOST, .batch = 1000, .ring = 2};
    const struct run device = {.engine = MR_ENGINE_OPENCL, .batch = 192, .ring = 3};
    for (size_t s = 0; s < LENGTH(sources); s++)
        for (size_t v = 0; v < (tests_long ? LENGTH(views) : 2); v++) {
            char pipeline[256], difference[300] = "";
            /* The sources take turns, so that the short form sees every view. */
            const char *view = views[tests_long ? v : v ? 1 + s % (LENGTH(views) - 1) : 0];
            (void)snprintf(pipeline, sizeof pipeline, "%s | %s", sources[s],
                           strstr(sources[s], "range") && strstr(view, "1000003") ? "skip(3)"
                                                                                  : view);
            bool same = agree(pipeline, host, device, 3000, difference);
            if (!same) printf("\n%s: %s\n", pipeline, difference);
            CU_ASSERT_TRUE(same);
        }
}

/* Regression: a strip that began before element 0 took a block from the stream's far end. */
static void a_source_behind_another_begins_with_its_first_element(void)
{
    const struct run host = {.engine = MR_ENGINE_HOST, .batch = 1000, .ring = 2};
    const struct run device = {.engine = MR_ENGINE_OPENCL, .batch = 1000, .ring = 2};
    for (size_t s = 0; s < LENGTH(sources); s++)
        for (int length = 2; length <= 4; length += 2) {
            char pipeline[256], difference[300] = "";
            (void)snprintf(pipeline, sizeof pipeline, "chain(%s | take(%d), %s)", sources[s],
                           length, sources[s]);
            bool same = agree(pipeline, host, device, 300, difference);
            if (!same) printf("\n%s: %s\n", pipeline, difference);
            CU_ASSERT_TRUE(same);
        }
}

/* Mean and variance within 5 standard errors of the mean; the tables are textbook formulas. */
static void moments_are_those_of_the_distribution(void)
{
    static const struct {
        const char *text;
        double mean, variance;
    } rows[] = {
        {"uniform(1, lo=-3, hi=7)", 2, 100.0 / 12},
        {"normal(1, 2, 3)", 1, 4},
        {"normal(1, 2, 3, dtype=f32)", 1, 4},
        {"lognormal(0, 0.5, 3)", 1.1331484530668263, 0.36469585393794},
        {"exponential(2, 3)", 0.5, 0.25},
        {"bernoulli(0.3, 5) | map(f64(x))", 0.3, 0.21},
        {"randint(-100, 1000, 6)", 449.5, (1100.0 * 1100 - 1) / 12},
        {"geometric(0.1, 7)", 10, 90},
        {"poisson(4, 8)", 4, 4},
        {"poisson(40, 8)", 40, 40},
        {"poisson(3e5, 8)", 3e5, 3e5},
        {"poisson(1e6, 8)", 1e6, 1e6},
        {"poisson(1e14, 8)", 1e14, 1e14},
        {"binomial(20, 0.1, 9)", 2, 1.8},
        {"binomial(200, 0.6, 9)", 120, 48},
        {"binomial(1e6, 0.6, 9)", 6e5, 2.4e5},
        {"binomial(1e7, 0.6, 9)", 6e6, 2.4e6},
        {"binomial(1e14, 0.5, 9)", 5e13, 2.5e13},
        {"gamma(0.4, 2, 10)", 0.8, 1.6},
        {"gamma(4, 2, 10)", 8, 16},
        {"beta(2, 0.5, 11)", 0.8, 0.8 * 0.2 / 3.5},
        {"categorical((1, 2, 3, 0, 4), 12)", 2.4, 2.24},
        {"sphere(4, 13) | map(x0*x3)", 0, 1.0 / 24},
        {"simplex(3, 14) | map(x2)", 1.0 / 3, 1.0 / 18},
    };
    enum { DRAWS = 200000 };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        char text[160];
        mr_seq *seq = NULL;
        mr_scalar mean;
        mr_dtype dtype;
        mr_error err;
        mr_stream_params host = {.engine = MR_ENGINE_HOST};
        (void)snprintf(text, sizeof text, "%s | take(%d) | map(f64(x)) | mean()", rows[k].text,
                       DRAWS);
        mr_status st = mr_seq_parse(&seq, text, &err);
        if (st == MR_OK) st = mr_reduce(seq, &host, &mean, &dtype, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        if (st == MR_OK) {
            double off = fabs(mean.f64 - rows[k].mean) / sqrt(rows[k].variance / DRAWS);
            if (off > 5) printf("\n%s: mean off by %.1f standard errors\n", rows[k].text, off);
            CU_ASSERT_TRUE(off <= 5);
        }
        mr_seq_release(&seq);
    }
}

/* How many of the first draws a condition holds for. Probabilities are mpmath's. */
static void shares_of_draws_are_those_of_the_distribution(void)
{
    static const struct {
        const char *source, *condition;
        double share;
    } rows[] = {
        /* As near to 0 and to 1 as f64 reaches, rounded to nearest. */
        {"beta(0.01, 0.01, 21)", "x > 0 && x < 2.2250738585072014e-308", 1.2890853e-4},
        {"beta(0.01, 5, 22)", "x == 0", 5.928496998e-4},
        {"beta(5, 0.01, 23)", "x == 1", 0.7022000565},
        {"beta(5, 0.01, 24)", "x == 0.99999999999999989", 0.0077569877},
        /* Tables and rejection, either side of where one ends; scipy.stats. */
        {"poisson(30, 26)", "x > 50", 0.000298012982},
        {"poisson(30, 27)", "x < 16", 0.00194747978},
        {"poisson(630000, 28)", "x > 631000", 0.103764709},
        {"poisson(650000, 29)", "x > 651000", 0.107329468},
        {"poisson(650000, 30)", "x < 648000", 0.00652535585},
        {"binomial(1000, 0.3, 31)", "x > 330", 0.0183124214},
        {"binomial(1000, 0.7, 32)", "x < 670", 0.0183124214},
        {"binomial(1e7, 0.25, 33)", "x > 2502000", 0.0720228658},
        {"binomial(1e7, 0.75, 34)", "x < 7496000", 0.00174402323},
        /* As fine as the words drawn: coarser floats gave 0 and steps of 2^-24. */
        {"exponential(1, 35, 0, f32)", "x < 2.9802322e-7", 2.9802318e-7},
        {"exponential(1, 35, 0, f32)", "x == 0", 0},
        {"normal(0, 1, 36, 0, f32)", "x == 0", 0},
        {"normal(0, 1, 36, 0, f32)", "abs(x) < 1e-5", 7.9788456e-6},
        {"gamma(0.01, 1, 25)", "x < 2.2250738585072014e-308", 8.4322741e-4},
    };
    enum { DRAWS = 400000 };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        char text[200];
        mr_seq *seq = NULL;
        mr_scalar count = {.i64 = -1};
        mr_dtype dtype;
        mr_error err;
        mr_stream_params host = {.engine = MR_ENGINE_HOST};
        (void)snprintf(text, sizeof text, "%s | take(%d) | filter(%s) | count()", rows[k].source,
                       DRAWS, rows[k].condition);
        if (mr_seq_parse(&seq, text, &err) == MR_OK)
            CU_ASSERT_EQUAL(mr_reduce(seq, &host, &count, &dtype, &err), MR_OK);
        double due = DRAWS * rows[k].share;
        double off = fabs((double)count.i64 - due) / sqrt(due * (1 - rows[k].share) + 0x1p-40);
        if (!(off <= 4.5)) printf("\n%s: off by %.1f standard deviations\n", text, off);
        CU_ASSERT_TRUE(off <= 4.5);
        mr_seq_release(&seq);
    }
}

/* The least and the greatest of 2^18 draws of all integers of a dtype lie within 2^-14 of the ends,
 * but for one case in 10^6. */
static void randint_reaches_the_whole_range_of_a_dtype(void)
{
    static const char *const rows[] = {
        "randint(-2147483648, 2147483648, 1, dtype=i32) | map(f64(x) / 2147483648.0)",
        "randint(0, 4294967296, 2, dtype=u32) | map(f64(x) / 2147483648.0 - 1)",
        "randint(-9223372036854775807 - 1, 9223372036854775808, 3) | "
        "map(f64(x) / 9223372036854775808.0)",
        "randint(0, 18446744073709551616.0, 4, dtype=u64) | "
        "map(f64(x) / 9223372036854775808.0 - 1)",
    };
    static const char *const ends[] = {"min", "max"};
    for (size_t k = 0; k < 2 * LENGTH(rows); k++) {
        char text[200];
        mr_seq *seq = NULL;
        mr_scalar end = {.f64 = 0};
        mr_dtype dtype;
        mr_error err;
        mr_stream_params host = {.engine = MR_ENGINE_HOST};
        (void)snprintf(text, sizeof text, "%s | take(262144) | %s()", rows[k / 2], ends[k % 2]);
        if (mr_seq_parse(&seq, text, &err) == MR_OK)
            (void)mr_reduce(seq, &host, &end, &dtype, &err);
        CU_ASSERT_TRUE(fabs(end.f64) > 1 - 0x1p-13 && fabs(end.f64) <= 1);
        CU_ASSERT_EQUAL(end.f64 > 0, k % 2 == 1);
        mr_seq_release(&seq);
    }
}

static size_t length_of(const char *text)
{
    struct model_result r;
    const struct run host = {.engine = MR_ENGINE_HOST, .batch = 1000, .ring = 2};
    size_t length = deliver_text(&r, text, host, 100) ? r.column[0].len : SIZE_MAX;
    model_free(&r);
    return length;
}

/* Column k of element i is draw i * dim + k; of draws there are 2^64. */
static void points_end_before_their_draws_repeat(void)
{
    CU_ASSERT_EQUAL(length_of("sphere(3) | skip(6148914691236517203)"), 2);
    CU_ASSERT_EQUAL(length_of("sphere(8) | skip(2305843009213693949)"), 3);
    CU_ASSERT_EQUAL(length_of("simplex(5) | skip(3689348814741910320)"), 3);
    CU_ASSERT_EQUAL(length_of("simplex(2) | skip(9223372036854775000) | take(7)"), 7);
}

static void numbers_out_of_range_are_refused(void)
{
    static const struct {
        const char *text;
        mr_status status;
    } rows[] = {
        {"normal(sd=-1)", MR_E_VALUE},
        {"normal(mean=nan)", MR_E_VALUE},
        {"normal(dtype=i32)", MR_E_TYPE},
        {"normal(0, inf)", MR_E_VALUE},
        {"normal(0, 1e39, dtype=f32)", MR_E_VALUE},
        {"normal(1e39, dtype=f32)", MR_E_VALUE},
        {"normal(0, 1e308)", MR_E_VALUE},
        {"normal(0, 1e38, dtype=f32)", MR_E_VALUE},
        {"normal(inf)", MR_E_VALUE},
        {"lognormal(0, 1e39, dtype=f32)", MR_E_VALUE},
        {"exponential(1e40, dtype=f32)", MR_E_VALUE},
        {"exponential(1e-46, dtype=f32)", MR_E_VALUE},
        {"exponential(1e-310)", MR_E_VALUE},
        {"exponential(inf)", MR_E_VALUE},
        {"gamma(2, 1e308)", MR_E_VALUE},
        {"geometric(1e-18)", MR_E_VALUE},
        {"randint(0, 4294967297, dtype=u32)", MR_E_VALUE},
        {"randint(0, 2e19, dtype=u64)", MR_E_VALUE},
        {"randint(9223372036854775809)", MR_E_VALUE},
        {"randint(0, 0, dtype=u32)", MR_E_VALUE},
        {"exponential(0)", MR_E_VALUE},
        {"bernoulli(1.5)", MR_E_VALUE},
        {"randint(5, 5)", MR_E_VALUE},
        {"randint(3, -3)", MR_E_VALUE},
        {"randint(-1, 3, dtype=u32)", MR_E_VALUE},
        {"geometric(0)", MR_E_VALUE},
        {"poisson(-1)", MR_E_VALUE},
        {"poisson(1e16)", MR_E_VALUE},
        {"categorical((1, 1e301))", MR_E_VALUE},
        {"binomial(10, 2)", MR_E_VALUE},
        {"gamma(0)", MR_E_VALUE},
        {"beta(1, 0)", MR_E_VALUE},
        {"categorical((0, 0))", MR_E_VALUE},
        {"categorical((1, -1))", MR_E_VALUE},
        {"sphere(9)", MR_E_VALUE},
        {"simplex(0)", MR_E_VALUE},
        {"threefry(dtype=f32)", MR_E_TYPE},
        {"squares(dtype=i64)", MR_E_TYPE},
        {"philox4x64((1, 2, 3))", MR_E_ARITY},
        {"uniform(lo=1, hi=1)", MR_E_VALUE},
        {"range(3) | map(rand(x))", MR_E_TYPE},
        {"range(rand(1))", MR_E_TYPE},
        {"range(3) | map(randn(-1))", MR_E_TYPE},
    };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        mr_seq *seq = NULL;
        mr_error err;
        mr_status st = mr_seq_parse(&seq, rows[k].text, &err);
        if (st != rows[k].status) printf("\n%s: %s\n", rows[k].text, mr_status_name(st));
        CU_ASSERT_EQUAL(st, rows[k].status);
        mr_seq_release(&seq);
    }
}

SUITE(draw,
      {"engines_give_the_same_bits_from_any_position",
       engines_give_the_same_bits_from_any_position},
      {"a_source_behind_another_begins_with_its_first_element",
       a_source_behind_another_begins_with_its_first_element},
      {"moments_are_those_of_the_distribution", moments_are_those_of_the_distribution},
      {"shares_of_draws_are_those_of_the_distribution",
       shares_of_draws_are_those_of_the_distribution},
      {"randint_reaches_the_whole_range_of_a_dtype", randint_reaches_the_whole_range_of_a_dtype},
      {"points_end_before_their_draws_repeat", points_end_before_their_draws_repeat},
      {"numbers_out_of_range_are_refused", numbers_out_of_range_are_refused});
