/* Expressions that read elements before and behind their own, against the model. Every operator
 * before and behind one that does is among the pairs (stage_pairs.c). */
#include <stdio.h>
#include <string.h>

#include "delivery.h"
#include "pattern.h"
#include "suite.h"

#define CHECK_ALL(check, ...)                                                                      \
    do {                                                                                           \
        static const char *const patterns[] = {__VA_ARGS__};                                       \
        for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++) check(patterns[k]);      \
    } while (0)

/* Each element is told by what stands before it, 1, 3 and 40 away, and by its own; or behind. */
#define LOOK_BACK "map(x + prev(x, 7)*3 + lag(x, 3, -1)*5 + lag(x*i, 40, i))"
#define LOOK_AHEAD "map(x + lead(x, 1, 7)*3 + lead(x*i, 40, i) + prev(x, 3))"

static void nothing_stands_before_the_first_element(void)
{
    CHECK_ALL(check_pattern, "range(N) | filter(x % 3 != 1) | " LOOK_BACK " | filter(x % 2 == 0)");
    CHECK_ALL(check_pattern_quickly, "range(N) | scan(sum) | " LOOK_BACK " | drop_while(i < K)",
              "range(N) | scan(sum) | " LOOK_BACK " | take_while(i < M)");
    check_fed_pattern(FROM_RAW_FILE, "range(N) | map(x*x - 7*x)", LOOK_BACK);
}

/* Whether the end is known beforehand or not. */
static void nothing_stands_behind_the_last_element(void)
{
    CHECK_ALL(check_pattern, "range(N) | filter(x % 3 != 1) | " LOOK_AHEAD " | filter(x % 2 == 0)");
    check_fed_pattern(FROM_RAW_FILE, "range(N) | map(x*x - 7*x)", LOOK_AHEAD);
    CHECK_ALL(
        check_pattern_quickly, "range(N) | scan(sum) | " LOOK_AHEAD " | scan(max)",
        "range(N) | take_while(x < M) | map(x*2) | skip(1) | " LOOK_AHEAD " | sum()",
        "zip(a: range(M), b: range(N) | filter(x % 3 != 1)) | map(lead(a - b, 2, i)) | diff()",
        "range(N) | filter(x % 3 != 1) | take(K) | " LOOK_AHEAD " | window(3, sum)",
        "range(N) | scan(max) | " LOOK_AHEAD " | take(K)");
}

static void runs_of_equal_elements_are_counted(void)
{
    CHECK_ALL(check_pattern,
              "range(N) | map(x*x % 1000 / 300) | run_length() | map(x*1000 + count)");
    CHECK_ALL(
        check_pattern_quickly, "range(N) | scan(sum) | map(a: x / 9, b: x > K) | run_length()",
        "range(N) | filter(x % 3 != 1) | map(x / 7 == 2 ? nan : 1.0) | run_length() | skip(1)",
        "range(N) | map(100 / (x - K)) | run_length()",
        "range(N) | map(x / 5) | run_length() | map(a: x / 4, b: count) | dedup() | run_length()");
}

/* A filter below moves positions: it is no mask then. */
static void terminals_see_the_neighbours_of_what_filters_leave(void)
{
    CHECK_ALL(check_pattern_quickly, "range(N) | filter(x % 3 != 1) | map(prev(x, 0)*x) | sum()",
              "range(N) | filter(prev(x, 0) % 3 != 1) | filter(prev(x, 0) % 2 == 0) | sum()",
              "range(N) | map(lag(x*x, 2, 1)) | filter(x % 2 == 0) | map(x + 1) | var()");
}

static void neighbours_nest(void)
{
    CHECK_ALL(
        check_pattern_quickly, "range(N) | filter(x % 3 != 1) | map(prev(prev(x + i, 1)*x, 2))",
        "range(N) | scan(sum) | map(lag(lag(x, 2, i) - x, 3, prev(x, 9)))",
        "range(N) | filter(x % 3 != 1) | map(lead(lag(x, 2, 5) + i, 3, lead(x, 1, 4)))",
        "range(N) | filter(x % 3 != 1) | map(lead(lead(x, 2, 5)*i, 3, 1)) | map(lead(x, 2, i))",
        "range(N) | filter(x > K) | map(a: x, b: prev(x, 0)) | map(a - prev(b, 1), prev(a > b, "
        "false))");
}

/* Each stage is asked for two elements by the one behind it: lowered anew each time, the first of
 * 60 would be lowered 2^60 times. */
static void stages_in_a_row_are_lowered_once(void)
{
    static const char *const stages[] = {" | diff()", " | map(x + prev(x, 0))",
                                         " | map(x + lead(x, 1, 0))"};
    for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++) {
        char text[2048] = "range(100) | filter(x >= 0)";
        mr_seq *seq = NULL;
        char *out = NULL;
        for (int n = 0; n < 60; n++) strcat(text, stages[k]);
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_explain(&out, seq, NULL, false, NULL), MR_OK);
        mr_text_free(&out);
        mr_seq_release(&seq);
    }
}

/* The same elements, once under a mask and once behind a cut. */
static void draws_are_those_at_the_positions_that_filters_leave(void)
{
    struct model_result masked, cut;
    char difference[300] = "";
    const struct run run = {MR_ENGINE_HOST, 256, 3, .staged = false};
    bool ran =
        deliver_text(&masked, "range(3000) | filter(x % 3 != 1) | map(rand(7)) | sum()", run, 1);
    ran = deliver_text(&cut,
                       "range(3000) | filter(x % 3 != 1) | map(rand(7)) | window(1, max) | sum()",
                       run, 1) &&
          ran;
    CU_ASSERT_TRUE(ran && same_elements(difference, sizeof difference, &cut, 0, &masked));
    if (*difference) printf("\n  %s", difference);
    model_free(&masked);
    model_free(&cut);
}

/* What is not looked at cannot fail; what is, fails as what it is an element of. */
static void failures_are_those_of_the_element_that_is_read(void)
{
    CHECK_ALL(check_pattern_quickly, "range(N) | filter(x >= 0) | map(prev(100 / (x - K), 0))",
              "range(N) | map(100 / (x - K)) | filter(x >= -1000) | map(lag(x, 2, 0))",
              "range(N) | scan(sum) | map(lag(x, 1, 10 / (i + 1)))",
              "range(N) | filter(x >= 0) | map(6 / (x + 1)) | map(lead(x, 1, 0))",
              "range(N) | map(100 / (x - K)) | filter(x >= -1000) | map(lead(x, 2, 0))");
}

/* Stages that are computed with one that looks ahead, or with a filter's mask, are computed for
 * elements that are not there, or that the filter dropped. */
static void what_is_not_there_cannot_fail(void)
{
    CHECK_ALL(check_pattern_quickly, "range(1, N) | run_length() | map(6 / x) | run_length()",
              "range(1, N) | run_length() | map(lead(6 / x, 2, 0))",
              "range(1, N) | filter(x > 0) | loop(a: 6 / a, init=x, most=1) | run_length()",
              "range(1, N) | dedup() | loop(a: a / 2, init=6 / x, most=2) | map(lead(a, 2, 7))",
              "range(1, N) | filter(x > 0) | enumerate() | map(lead(6 / x + i, 1, 0))",
              "range(N) | filter(x > K) | loop(a: 99 / a, init=x - K, most=1) | sum()",
              "range(N) | filter(x > K) | loop(a: a / 2, init=99 / (x - K), while=a > 0, most=3) "
              "| filter(a != 3) | map(99 / (a - 3)) | sum()",
              "range(N) | filter(x > K) | map(99 / (x - K)) | run_length() | count()");
}

SUITE(neighbours,
      {"nothing_stands_before_the_first_element", nothing_stands_before_the_first_element},
      {"nothing_stands_behind_the_last_element", nothing_stands_behind_the_last_element},
      {"runs_of_equal_elements_are_counted", runs_of_equal_elements_are_counted},
      {"terminals_see_the_neighbours_of_what_filters_leave",
       terminals_see_the_neighbours_of_what_filters_leave},
      {"neighbours_nest", neighbours_nest},
      {"stages_in_a_row_are_lowered_once", stages_in_a_row_are_lowered_once},
      {"draws_are_those_at_the_positions_that_filters_leave",
       draws_are_those_at_the_positions_that_filters_leave},
      {"failures_are_those_of_the_element_that_is_read",
       failures_are_those_of_the_element_that_is_read},
      {"what_is_not_there_cannot_fail", what_is_not_there_cannot_fail});
