/* mean, var and std: no integer wraps and no digit is lost on the way. */
#include <math.h>
#include <stdio.h>

#include <millrace/millrace.h>

#include "suite.h"

static const mr_stream_params ways[] = {
    {.engine = MR_ENGINE_HOST, .batch_elems = 64},
    {.engine = MR_ENGINE_OPENCL, .batch_elems = 65536},
};

struct row {
    const char *text;
    double value;
};

/* The largest distance is a share of the value. */
static void check(const struct row *row, double most)
{
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, row->text, NULL), MR_OK);
    for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
        mr_scalar got = {.f64 = (double)NAN};
        bool good = mr_reduce(seq, &ways[k], &got, NULL, NULL) == MR_OK &&
                    fabs(got.f64 - row->value) <= most * fabs(row->value);
        CU_ASSERT_TRUE(good);
        if (!good) printf("\n%s, way %zu: %.17g, not %.17g", row->text, k, got.f64, row->value);
    }
    mr_seq_release(&seq);
}

/* Sums by Python's integers, rounded and divided by the count. */
static void means_of_integers_do_not_wrap(void)
{
    static const struct row rows[] = {
        {"repeat(9223372036854775807, 3000) | mean()", 0x1p63},
        {"gen(-9223372036854775807 - 1 + 0*i, 3000) | mean()", -0x1p63},
        {"gen(u64(0*i) - 1, 3000) | mean()", 0x1p64},
        {"gen(u64(0*i) - 1, 3000) | filter(i % 3 == 1) | mean()", 0x1p64},
        {"gen(i % 2 == 0 ? 9223372036854775807 : -9223372036854775807, 5001) | mean()",
         1844305546261702.8},
        {"gen(i * 4611686018427387905, 3000) | mean()", -2.3058430092136927e+18},
        {"range(9000000000000000000, 9000000000000005000) | mean()", 9000000000000003072.0},
        {"range(9000000000000000000, 9000000000000005000) | chunk(4096, mean) | last()",
         9000000000000005120.0},
        {"range(9000000000000000000, 9000000000000005000) | mean(narrow)", 9000000000000003072.0},
        {"gen(i32(2147483647 - 0*i), 3000) | mean()", 2147483647.0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) check(&rows[k], 0);
}

/* By Python's fractions of the elements as f64. */
static void variances_keep_their_digits_far_from_0(void)
{
    static const struct row rows[] = {
        {"gen(1e15 + i % 3, 3000) | var()", 2 / 3.0},
        {"gen(1e15 + i % 3, 3000) | std()", 0.816496580927726},
        {"gen(1e15 + i % 3, 2000) | var(1)", 0.66683316658329161},
        {"gen(1e8 + (i % 7)*1e-6, 3000) | var()", 4.0076511956933638e-12},
        {"gen(1e12 + i*7919 % 1009, 5000) | filter(i % 2 == 1) | var()", 84868.966140639997},
        {"repeat(0.1, 3000) | var()", 0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) check(&rows[k], 1e-14);
}

/* Whether it wraps depends on the sum, not on what passes on the way to it. */
static void a_watched_sum_tells_whether_it_wrapped(void)
{
    static const struct {
        const char *text;
        mr_sums sums;
    } rows[] = {
        {"repeat(9223372036854775807, 1) | sum()", MR_SUMS_FIT},
        {"repeat(9223372036854775807, 2) | sum()", MR_SUMS_WRAPPED},
        {"gen(i % 2 == 0 ? 9223372036854775807 : -9223372036854775807, 5001) | sum()", MR_SUMS_FIT},
        {"gen(i < 2 ? -4611686018427387904 : 0, 3000) | sum()", MR_SUMS_FIT},
        {"gen(i < 2 ? -4611686018427387904 : i == 2048 ? -1 : 0, 3000) | sum()", MR_SUMS_WRAPPED},
        {"gen(u64(0*i) - 1, 3000) | filter(i == 2000) | sum()", MR_SUMS_FIT},
        {"gen(u64(0*i) - 1, 3000) | filter(i % 1000 == 0) | sum()", MR_SUMS_WRAPPED},
        {"range(3000) | map(i32(x), x*4611686018427387904, 1.0*x) | sum()", MR_SUMS_WRAPPED},
        {"range(3000) | map(i32(x)) | sum(narrow)", MR_SUMS_FIT},
        {"range(3000) | map(1.0*x) | sum()", MR_SUMS_UNWATCHED},
        {"range(3000) | mean()", MR_SUMS_UNWATCHED},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
            mr_stream_params params = ways[way];
            mr_seq *seq = NULL;
            mr_stream *s = NULL;
            mr_batch batch;
            mr_stats stats;
            params.watch_sums = true;
            CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
            CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &params, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
            mr_stream_stats(s, &stats);
            CU_ASSERT_EQUAL(stats.sums, rows[k].sums);
            if (stats.sums != rows[k].sums)
                printf("\n%s, way %zu: %d", rows[k].text, way, (int)stats.sums);
            mr_stream_close(&s);
            mr_seq_release(&seq);
        }
}

SUITE(moments, {"a_watched_sum_tells_whether_it_wrapped", a_watched_sum_tells_whether_it_wrapped},
      {"means_of_integers_do_not_wrap", means_of_integers_do_not_wrap},
      {"variances_keep_their_digits_far_from_0", variances_keep_their_digits_far_from_0});
