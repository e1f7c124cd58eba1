/* A stream moved to a position goes on as if it had come there by pulling. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "seek_row.h"

static int64_t strided(int64_t n)
{
    return 5 + 3 * n;
}

static int64_t squared(int64_t n)
{
    return (int64_t)((uint64_t)n * (uint64_t)n);
}

static int64_t ten_on(int64_t n)
{
    return n + 10;
}

static int64_t every_seventh(int64_t n)
{
    return 3 + 7 * n;
}

static int64_t four_summed(int64_t n)
{
    return 4 * n + 6;
}

static int64_t thousands(int64_t n)
{
    return n / 1000 * 1000;
}

static int64_t one(int64_t n)
{
    (void)n;
    return 1;
}

static int64_t five(int64_t n)
{
    (void)n;
    return 5;
}

/* The period of Fibonacci numbers modulo 7 is 16 (Pisano; OEIS A001175). */
static int64_t fibonacci_mod_7(int64_t n)
{
    static const int64_t period[16] = {0, 1, 1, 2, 3, 5, 1, 6, 0, 6, 6, 5, 4, 2, 6, 1};
    return period[n % 16];
}

static const struct seek_row rows[] = {
    {"count()", rig_same, INT64_MAX},
    {"count(5, 3)", strided, INT64_MAX},
    {"range(2500000000000000) | map(x*x)", squared, 2500000000000000},
    {"count() | skip(10)", ten_on, INT64_MAX},
    {"count() | slice(3, 9000000000000000, 7)", every_seventh, 1285714285714286},
    {"chain(range(1000), count(1000))", rig_same, INT64_MAX},
    {"zip(a: count(), b: count(7)) | map(a*a + 0*b)", squared, INT64_MAX},
    {"count() | window(4, sum)", four_summed, INT64_MAX},
    {"count() | window(4, sum) | map(x/4 - 1)", rig_same, INT64_MAX},
    {"count() | diff()", one, INT64_MAX},
    {"count() | window(1, max) | map(lag(x, 1000, i - 1000) + 1000)", rig_same, INT64_MAX},
    {"count() | window(1, max) | map(lead(x, 1000, 0) - 1000)", rig_same, INT64_MAX},
    {"range(70000) | window(1, max) | map(lead(x, 1000, i + 1000) - 1000)", rig_same, 70000},
    {"fibonacci(mod=7) | map(prev(x, 6)) | skip(1)", fibonacci_mod_7, INT64_MAX},
    {"count() | enumerate(5) | map(n - x)", five, INT64_MAX},
    {"fibonacci(mod=7)", fibonacci_mod_7, INT64_MAX},
    {"gen(i*i)", squared, INT64_MAX},
    {"range(70000)", rig_same, 70000},
    {"range(70000) | take(1025)", rig_same, 1025},
    {"repeat(5, 1000000)", five, 1000000},
    {"count() | map(x/1000*1000) | shuffle(1, window=1000)", thousands, INT64_MAX},
    {"range(70000) | map(x/1000*1000) | shuffle(1, window=1000)", thousands, 70000},
};

static void every_indexable_stage_can_be_opened_anywhere(void)
{
    static const int64_t places[] = {0,       1,    1023, 1024,  999,        1000000000000000,
                                     1000000, 1025, 5,    69999, 1000000007, 0};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            mr_stream_params params = rig_params(rig, 1000, 3);
            mr_stream *s = rig_open_text(rows[k].text, &params);
            for (size_t n = 0; n < sizeof places / sizeof places[0]; n++)
                seek_check_from(s, &rows[k], places[n]);
            mr_stream_close(&s);
        }
}

static void past_the_end_is_the_end_and_back_is_possible(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open_text("range(100) | map(x)", &params);
        mr_batch batch;
        static const int64_t beyond[] = {100, 101, 1000000000000000, INT64_MAX};
        for (size_t k = 0; k < 4; k++) {
            CU_ASSERT_EQUAL(mr_stream_seek(s, beyond[k], NULL), MR_OK);
            for (int again = 0; again < 2; again++) {
                CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
                CU_ASSERT_EQUAL(batch.len, 0);
                CU_ASSERT_EQUAL(mr_stream_tell(s), beyond[k]);
            }
            CU_ASSERT_EQUAL(mr_stream_seek(s, 98, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(batch.len, 2);
            CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[1], 99);
        }
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_seek(s, -1, &err), MR_E_VALUE);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "-1"));
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL),
                        MR_OK); /* a refused seek changes nothing */
        mr_stream_close(&s);
    }
}

/* From 100 before 2^63-1 on: that many elements, and an end only where there is one. */
static void positions_go_to_2_to_the_63(void)
{
    static const struct {
        const char *text;
        int64_t (*value)(int64_t n);
        int64_t count;
        mr_status end;
    } far[] = {
        {"count() | map(x*x)", squared, 100, MR_E_LIMIT},
        {"count() | skip(10)", ten_on, 90, MR_E_LIMIT},
        {"fibonacci(mod=7)", fibonacci_mod_7, 100, MR_E_LIMIT},
        {"count() | map(x) | window(3, min)", rig_same, 98, MR_E_LIMIT},
        {"zip(range(9223372036854775807), count() | skip(10)) | map(x1)", ten_on, 90, MR_E_LIMIT},
        {"range(9223372036854775807)", rig_same, 100, MR_OK},
        {"range(9223372036854775807) | window(3, min)", rig_same, 98, MR_OK},
        {"count() | map(lead(x, 7, 0) - 7)", rig_same, 93, MR_E_LIMIT},
        {"count() | map(lead(lead(x, 2, 0), 5, 0) - 7)", rig_same, 93, MR_E_LIMIT},
        {"range(9223372036854775807) | map(lead(x, 7, i + 7) - 7)", rig_same, 100, MR_OK},
        {"chain(repeat(5, 9223372036854775806), repeat(5, 1))", five, 100, MR_OK},
    };
    for (size_t k = 0; k < sizeof far / sizeof far[0]; k++)
        for (const struct rig *rig = rigs; rig->name; rig++) {
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_stream *s = rig_open_text(far[k].text, &params);
            mr_error err;
            mr_status st;
            CU_ASSERT_EQUAL(mr_stream_seek(s, INT64_MAX - 100, NULL), MR_OK);
            int64_t count = rig_drain(s, 1000, far[k].value, &st, &err);
            if (count != far[k].count || st != far[k].end)
                printf("\n  %s, %s: %d, status %d\n", rig->name, far[k].text, (int)count, (int)st);
            CU_ASSERT_TRUE(count == far[k].count && st == far[k].end);
            CU_ASSERT_EQUAL(mr_stream_tell(s), INT64_MAX - 100 + count);
            if (st) CU_ASSERT_EQUAL(err.element, mr_stream_tell(s));
            mr_stream_close(&s);
        }
}

/* Beyond the last element of 2^63-1 there is nothing; endless sequences have one there, which has
 * no position. */
static void the_position_2_to_the_63_less_1_is_an_end_or_an_error(void)
{
    static const struct {
        const char *text;
        mr_status end;
    } ends[] = {{"count()", MR_E_LIMIT}, {"range(9223372036854775807)", MR_OK}};
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++)
        for (const struct rig *rig = rigs; rig->name; rig++) {
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_stream *s = rig_open_text(ends[k].text, &params);
            mr_status st;
            CU_ASSERT_EQUAL(mr_stream_seek(s, INT64_MAX, NULL), MR_OK);
            CU_ASSERT_EQUAL(rig_drain(s, 1000, rig_same, &st, NULL), 0);
            CU_ASSERT_EQUAL(st, ends[k].end);
            mr_stream_close(&s);
        }
}

static void pulling_and_seeking_give_the_same(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 64, 3);
        mr_stream *a = rig_open_text("philox(5) | map(i64(x))", &params);
        mr_stream *b = rig_open_text("philox(5) | map(i64(x))", &params);
        for (int64_t n = 0; n < 50; n++) {
            mr_batch pulled, sought;
            CU_ASSERT_EQUAL(mr_stream_next(a, &pulled, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_seek(b, n * 64, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_next(b, &sought, NULL), MR_OK);
            CU_ASSERT_EQUAL_FATAL(sought.len, pulled.len);
            CU_ASSERT_EQUAL(memcmp(pulled.columns[0], sought.columns[0], 64 * sizeof(int64_t)), 0);
        }
        mr_stream_close(&a);
        mr_stream_close(&b);
    }
}

/* ---- stages that need all before ---- */

static const struct {
    const char *text, *names;
    int64_t (*value)(int64_t n);
    int64_t gives;
} in_order[] = {
    {"range(20000) | filter(x > 10)", "filter", seek_from_eleven, 19989},
    {"range(20000) | scan(sum) | map(x)", "scan", seek_triangular, 20000},
    {"count() | take_while(x < 5000) | map(x)", "take_while", rig_same, 5000},
    {"count() | take_while(x < 600000)", "take_while", rig_same, 600000},
    {"range(20000) | drop_while(x < 11)", "drop_while", seek_from_eleven, 19989},
    {"chain(range(11, 50) | filter(x > 0), count(50)) | take(10000)", "filter", seek_from_eleven,
     10000},
};

static void what_cannot_be_sought_names_the_stage_and_goes_on(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof in_order / sizeof in_order[0]; k++) {
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_stream *s = rig_open_text(in_order[k].text, &params);
            mr_error err = {0};
            mr_batch batch;
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_seek(s, 1000, &err), MR_E_NOT_SEEKABLE);
            CU_ASSERT_STRING_EQUAL(err.op, in_order[k].names);
            CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
            CU_ASSERT_NOT_EQUAL(err.column, 0);
            CU_ASSERT_EQUAL(mr_stream_tell(s), 64);
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(batch.position, 64);
            mr_stream_close(&s);
        }
}

/* Regression: units launched beyond a stop left their findings in slots that were used again. */
static void the_start_can_always_be_sought_again(void)
{
    static const size_t batches[] = {64, 1000, 65536};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof in_order / sizeof in_order[0]; k++)
            for (size_t b = 0; b < 3; b++) {
                mr_stream_params params = rig_params(rig, batches[b], 3);
                mr_stream *s = rig_open_text(in_order[k].text, &params);
                mr_status st;
                for (int again = 0; again < 4; again++) {
                    int64_t most = again == 1 ? 1 : INT64_MAX; /* once in the middle */
                    int64_t count = rig_drain(s, most, in_order[k].value, &st, NULL);
                    CU_ASSERT_EQUAL(st, MR_OK);
                    CU_ASSERT_TRUE(again == 1 ? count > 0 : count == in_order[k].gives);
                    CU_ASSERT_EQUAL(mr_stream_seek(s, 0, NULL), MR_OK);
                }
                mr_stream_close(&s);
            }
}

static void a_terminal_and_a_callback_cannot_be_sought(void)
{
    struct counting counting = {0};
    mr_seq *source = rig_count(&counting);
    mr_stream_params params = rig_params(&rigs[0], 64, 2);
    mr_stream *s = rig_open(source, &params);
    mr_error err = {0};
    mr_batch batch;
    CU_ASSERT_EQUAL(mr_stream_seek(s, 0, NULL), MR_OK); /* it is there */
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_seek(s, 64, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_seek(s, 0, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT_STRING_EQUAL(err.op, "callback");
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(batch.position, 64);
    mr_stream_close(&s);
    mr_seq_release(&source);

    s = rig_open_text("range(10) | sum()", &params);
    CU_ASSERT_EQUAL(mr_stream_seek(s, 1, &err), MR_E_NOT_SEEKABLE);
    CU_ASSERT_STRING_EQUAL(err.op, "sum");
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[0], 45);
    mr_stream_close(&s);
}

/* ---- what it costs ---- */

/* All that have no end; sources of one kernel stand for all of their parameters. */
#define ONE_TO_16 "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)"
static const char *const endless[] = {
    "count(5, 3)",
    "gen(i*i)",
    "fibonacci(mod=1000000007)",
    "philox(1)",
    "philox4x64((17, 18), (19, 20, 21, 22))",
    "threefry(15, 16)",
    "squares(17, 18)",
    "uniform(1)",
    "uniform(1, 2, f32, -3, 7, none)",
    "randint(-100, 1000, 6)",
    "normal(1, 2, 3, 4)",
    "normal(1, 2, 3, 4, f32)",
    "lognormal(0, 0.5, 3)",
    "exponential(2, 3)",
    "bernoulli(0.3, 5)",
    "poisson(4, 8)",
    "poisson(40, 8)",
    "binomial(20, 0.1, 9)",
    "binomial(200, 0.6, 9)",
    "gamma(0.4, 2, 10)",
    "beta(2, 0.5, 11)",
    "geometric(0.1, 7)",
    "categorical((1, 2, 3, 0, 4), 12)",
    "sphere(4, 13)",
    "simplex(3, 14)",
    "count() | map(rand(23) + randn(24))",
    "sobol(8)",
    "sobol(2, scramble=owen, seed=42)",
    "halton(8)",
    "halton(2, scramble=digits, seed=42)",
    "r2(3)",
    "permutation(9e18, seed=42)",
    "range(9e18) | shuffle(2)",
    "count() | shuffle(1, window=1000)",
    "recurrence((1, 1), (0, 1))",
    "recurrence((1, 2, 3), (1, 1, 1), mod=1000003)",
    "recurrence(" ONE_TO_16 ", " ONE_TO_16 ", mod=2305843009213693951)",
    "lcg(6364136223846793005, 1442695040888963407)",
    "lcg(16807, 0, 2147483647)",
    "mrg32k3a(7)",
    "trajectories(3.7*x*(1-x), (i+0.5)/8, steps=10)",
};

/* What the process computes, whatever else the machine does. */
static double cpu_ms(void)
{
    struct timespec t;
    CU_ASSERT_EQUAL(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double opening_ms(const mr_seq *seq, const mr_stream_params *params)
{
    mr_batch batch = {.len = 0};
    double before = cpu_ms();
    mr_stream *s = rig_open(seq, params);
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(batch.len, params->batch_elems);
    mr_stream_close(&s);
    return cpu_ms() - before;
}

/* The least of several tries: threads of the driver wake up whenever they like. */
static void check_opening(const char *source, const struct rig *rig)
{
    enum { TRIES = 50 };
    double near_ms = INFINITY, far_ms = INFINITY;
    mr_seq *endless_seq = rig_parse(source);
    mr_seq *near = rig_pipe(endless_seq, "take(1000)");
    mr_seq *far = rig_pipe(endless_seq, "skip(1e15) | take(1000)");
    mr_stream_params params = rig_params(rig, 1000, 2);
    (void)opening_ms(near, &params); /* builds the kernels */
    (void)opening_ms(far, &params);
    for (int k = 0; k < TRIES && (k < 3 || far_ms > near_ms + 1); k++) {
        near_ms = fmin(near_ms, opening_ms(near, &params));
        far_ms = fmin(far_ms, opening_ms(far, &params));
    }
    CU_ASSERT_TRUE(far_ms <= near_ms + 1);
    printf("\n%-7s %-50.50s from 0: %.3f ms, from 1e15: %.3f ms", rig->name, source, near_ms,
           far_ms);
    mr_seq_release(&far);
    mr_seq_release(&near);
    mr_seq_release(&endless_seq);
}

/* A figure of a machine that does nothing else: with --long only. */
static void opening_at_1e15_costs_no_more_than_at_0_and_a_millisecond(void)
{
    if (!tests_long) return;
    for (size_t engine = 0; engine < 2; engine++)
        for (size_t k = 0; k < sizeof endless / sizeof endless[0]; k++)
            check_opening(endless[k], &rigs[engine]);
}

SUITE(seek,
      {"every_indexable_stage_can_be_opened_anywhere",
       every_indexable_stage_can_be_opened_anywhere},
      {"past_the_end_is_the_end_and_back_is_possible",
       past_the_end_is_the_end_and_back_is_possible},
      {"positions_go_to_2_to_the_63", positions_go_to_2_to_the_63},
      {"the_position_2_to_the_63_less_1_is_an_end_or_an_error",
       the_position_2_to_the_63_less_1_is_an_end_or_an_error},
      {"pulling_and_seeking_give_the_same", pulling_and_seeking_give_the_same},
      {"what_cannot_be_sought_names_the_stage_and_goes_on",
       what_cannot_be_sought_names_the_stage_and_goes_on},
      {"the_start_can_always_be_sought_again", the_start_can_always_be_sought_again},
      {"a_terminal_and_a_callback_cannot_be_sought", a_terminal_and_a_callback_cannot_be_sought},
      {"opening_at_1e15_costs_no_more_than_at_0_and_a_millisecond",
       opening_at_1e15_costs_no_more_than_at_0_and_a_millisecond},
      NOTHING_IS_LEFT_BEHIND);
