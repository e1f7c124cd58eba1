#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "conformance/same_runs.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct run runs[] = {{MR_ENGINE_HOST, 65536, 2, .staged = false},
                                  {MR_ENGINE_HOST, 64, 3, .staged = false},
                                  {MR_ENGINE_OPENCL, 65536, 2, .staged = false},
                                  {MR_ENGINE_OPENCL, 1000, 5, .staged = false}};
enum { RUNS = sizeof runs / sizeof runs[0] };

#define ORDER_16                                                                                   \
    "(3, -1, 4, -1, 5, -9, 2, -6, 5, -3, 5, -8, 9, -7, 9, -3), "                                   \
    "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)"

/* Powers of the companion matrix, or of the affine map, in long integers. */
static void terms_far_out_are_right(void)
{
    static const struct {
        const char *text;
        int64_t position;
        uint64_t term;
    } rows[] = {
        {"recurrence(" ORDER_16 ", dtype=u64)", 15, 16},
        {"recurrence(" ORDER_16 ", dtype=u64)", 16, 42},
        {"recurrence(" ORDER_16 ", dtype=u64)", 17, 121},
        {"recurrence(" ORDER_16 ", dtype=u64)", 1000000000001, UINT64_C(8253453628599300460)},
        {"recurrence(" ORDER_16 ", 1000000000000000009, u64)", 1000000000001,
         UINT64_C(538210477421291637)},
        {"recurrence(" ORDER_16 ", 18446744073709551557, u64)", 1000000000001,
         UINT64_C(9155191526543705939)},
        {"recurrence(" ORDER_16 ", 97, u64)", 17, 24},
        {"recurrence(" ORDER_16 ", 97, u64)", 1000000000001, 44},
        {"lcg(13891176665706064842, 12345678901234567890, 18446744073709551557, 7)",
         1000000000000000000, UINT64_C(4971352815726515625)},
        {"lcg(6364136223846793005, 1442695040888963407)", 1000000000000001,
         UINT64_C(16556408560220995708)},
        {"lcg(0, 5, 3, 1)", 1000, 2},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (size_t k = 0; k < RUNS; k++) {
            struct model_result terms;
            char text[320];
            (void)snprintf(text, sizeof text, "%s | skip(%lld) | take(1)", rows[row].text,
                           (long long)rows[row].position);
            CU_ASSERT_TRUE_FATAL(deliver_text(&terms, text, runs[k], 1));
            CU_ASSERT_EQUAL(((const uint64_t *)terms.column[0].data)[0], rows[row].term);
            model_free(&terms);
        }
}

/* Long enough for a unit to be stepped through in pieces. Sums of t(i) (i + 1) modulo 2^64, by a
 * loop over Python's integers. */
static void pieces_of_a_unit_join(void)
{
    static const struct {
        const char *text;
        uint64_t sum;
    } rows[] = {
        {"fibonacci(12345, 2305843009213693951, u64)", UINT64_C(13000502768001603923)},
        {"lcg(16807, 5, 2147483647, 99)", UINT64_C(12172393779375831842)},
        {"recurrence((1, 1, 1), (0, 0, 1), 1000003, u64)", UINT64_C(40051959106520279)},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (size_t k = 0; k < RUNS; k++) {
            struct model_result sum;
            char text[160];
            (void)snprintf(text, sizeof text, "%s | take(400000) | map(x * u64(i + 1)) | sum()",
                           rows[row].text);
            CU_ASSERT_TRUE_FATAL(deliver_text(&sum, text, runs[k], 1));
            CU_ASSERT_EQUAL(((const uint64_t *)sum.column[0].data)[0], rows[row].sum);
            model_free(&sum);
        }
}

static void engines_batches_and_rings_change_nothing(void)
{
    static const char *const pipelines[] = {
        "recurrence(" ORDER_16 ", 1000003, i32) | skip(1000) | take(5000)",
        "recurrence((1, 1, 1), (0, 0, 1)) | skip(500) | take(5000)",
        "lcg(16807, 0, 2147483647, 99, i64) | map(x % 1000) | skip(77) | take(5000)",
        "mrg32k3a(7, 3) | skip(123456789) | take(5000)",
        "iterate(3.99*x*(1-x), 0.3) | take(5000)",
        "iterate(x*x + i, 3) | map(x % 1000) | skip(1500) | take(3000)",
        "iterate(u32(x*1664525 + 1013904223), 1) | filter(x % 2 == 0) | take(1000)",
        "trajectories(3.99*x*(1-x), (i+1)/5001.0, 50, 5000)",
        "trajectories(x % 2 == 0 ? x/2 : 3*x+1, i+1, 20, 5000) | scan(sum)",
    };
    assert_same_runs(pipelines, sizeof pipelines / sizeof pipelines[0], runs, RUNS, 5000);
}

static void a_recurrence_of_order_two_is_fibonacci(void)
{
    struct model_result expected, got;
    char difference[256];
    CU_ASSERT_TRUE(
        deliver_text(&expected, "fibonacci(1e17, 998244353) | take(3000)", runs[0], 3000));
    CU_ASSERT_TRUE(deliver_text(
        &got, "recurrence((1, 1), (0, 1), 998244353) | skip(1e17) | take(3000)", runs[2], 3000));
    CU_ASSERT_TRUE(same_elements(difference, sizeof difference, &expected, 0, &got));
    model_free(&got);
    model_free(&expected);
}

static void trajectories_arrive_where_iterate_does(void)
{
    struct model_result one, many;
    CU_ASSERT_TRUE(
        deliver_text(&one, "iterate(1.5*sin(x) + 0.1*x, 0.75) | skip(40) | take(1)", runs[0], 1));
    CU_ASSERT_TRUE(
        deliver_text(&many, "trajectories(1.5*sin(x) + 0.1*x, 0.75, 40, 9)", runs[2], 9));
    CU_ASSERT_EQUAL(
        memcmp(one.column[0].data, (const double *)many.column[0].data + 8, sizeof(double)), 0);
    model_free(&many);
    model_free(&one);
}

/* 6, 6/6 - 1 = 0, 6/0. */
static void iterate_delivers_what_comes_before_a_failure(void)
{
    for (size_t k = 0; k < RUNS; k++) {
        struct model_result terms;
        CU_ASSERT_TRUE(deliver_text(&terms, "iterate(6/x - 1, 6)", runs[k], 100));
        CU_ASSERT_EQUAL(terms.column[0].len, 2);
        CU_ASSERT_STRING_EQUAL(terms.failure, "division-by-zero");
        CU_ASSERT_EQUAL(terms.failed_at, 2);
        model_free(&terms);
    }
}

static void explain_says_that_a_trajectory_is_sequential(void)
{
    static const char *const texts[] = {"iterate(3.7*x*(1-x), 0.5)",
                                        "iterate(3.7*x*(1-x), 0.5) | take(5)",
                                        "iterate(3.7*x*(1-x), 0.5) | map(x*2) | sum()"};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        mr_seq *seq = NULL;
        char *text = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, texts[k], NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_explain(&text, seq, NULL, false, NULL), MR_OK);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, ": sequential by nature: "));
        mr_text_free(&text);
        mr_seq_release(&seq);
    }
}

static void arguments_outside_their_range_are_refused(void)
{
    static const struct refusal rows[] = {
        {"recurrence((1, 1), 0)", MR_E_ARITY, 20,
         "2 coefficients need as many initial terms, not 1"},
        {"recurrence((1, 0.5), (0, 1))", MR_E_VALUE, 12, "no integer"},
        {"recurrence((1, x), (0, 1))", MR_E_NAME, 16, "x"},
        {"recurrence((1, 1), (0, 1), 300, dtype=f32)", MR_E_TYPE, 39, "no integer"},
        {"recurrence((1, 1), (0, 1), 18446744073709551557)", MR_E_TYPE, 1, "below mod"},
        {"recurrence((1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1), 0)", MR_E_LIMIT, 12, "limit of 16"},
        {"lcg(1, 1, dtype=i64)", MR_E_TYPE, 17, "below m"},
        {"iterate(x + 1)", MR_E_ARITY, 1, "x0"},
        {"iterate(i32(x), 1.5)", MR_E_VALUE, 1, "does not fit i32"},
        {"trajectories(x*x, i, 1e6)", MR_E_LIMIT, 22, "above the limit of 1365"},
        {"trajectories(y, i, 3)", MR_E_NAME, 14, "y"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

SUITE(recurrence, {"terms_far_out_are_right", terms_far_out_are_right},
      {"pieces_of_a_unit_join", pieces_of_a_unit_join},
      {"engines_batches_and_rings_change_nothing", engines_batches_and_rings_change_nothing},
      {"a_recurrence_of_order_two_is_fibonacci", a_recurrence_of_order_two_is_fibonacci},
      {"trajectories_arrive_where_iterate_does", trajectories_arrive_where_iterate_does},
      {"iterate_delivers_what_comes_before_a_failure",
       iterate_delivers_what_comes_before_a_failure},
      {"explain_says_that_a_trajectory_is_sequential",
       explain_says_that_a_trajectory_is_sequential},
      {"arguments_outside_their_range_are_refused", arguments_outside_their_range_are_refused});
