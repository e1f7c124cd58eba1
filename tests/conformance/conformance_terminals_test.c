/* Every terminal on columns of all dtypes at once, with and without a mask. */
#include <stdio.h>

#include "pattern.h"
#include "suite.h"

static const char *const of_all_columns[] = {"sum()",  "prod()", "min()",    "max()",    "count()",
                                             "mean()", "var()",  "any()",    "all()",    "first()",
                                             "last()", "std(1)", "argmin()", "argmax()", "norm()"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void terminals_of_every_dtype(void)
{
    for (size_t k = 0; k < COUNT(of_all_columns); k++) check_joined(every_dtype, of_all_columns[k]);
}

static void terminals_under_a_mask(void)
{
    for (size_t k = 0; k < COUNT(of_all_columns); k++) {
        char stages[100];
        (void)snprintf(stages, sizeof stages, "filter(d %% 5 < 2) | %s", of_all_columns[k]);
        check_joined(every_dtype, stages);
    }
}

static void terminals_after_a_buffer(void)
{
    for (size_t k = 0; k < COUNT(of_all_columns); k++) {
        char stages[100];
        (void)snprintf(stages, sizeof stages, "scan(max) | %s", of_all_columns[k]);
        check_joined(every_dtype, stages);
    }
}

static void histograms_of_every_dtype(void)
{
    static const char *const patterns[] = {
        "map(b) | hist(10, -1e9, 1e9)",   "map(c) | hist(7, 0, 3e9)",
        "map(d) | hist(64, 0, 1e6)",      "map(e) | hist(33, 0, 18446744073709551615)",
        "map(f) | hist(5, -7, 92.9)",     "map(f) | hist(8, 0, 64)",
        "map(g) | hist(1000, -100, 500)", "filter(a) | map(d) | hist(9, 0, 5000)",
    };
    for (size_t k = 0; k < COUNT(patterns); k++) check_joined(every_dtype, patterns[k]);
}

/* Orders of magnitude that a sum in any other order would show. */
static void float_folds_keep_to_the_tree(void)
{
    static const char *const patterns[] = {
        "gen(1.0/(i + 1), N) | sum()",
        "gen(i % 3 == 0 ? 1e16 : 1.0, N) | sum()",
        "gen(f32(1)/f32(i + 1), N) | mean()",
        "gen(1 + 1.0/(i + 1), N) | prod()",
        "uniform(3) | take(N) | var()",
        "uniform(3, dtype=f32) | take(N) | std(1)",
        "uniform(3) | take(N) | filter(x < 0.25) | var()",
        "uniform(3) | take(N) | filter(x < 0.25) | norm()",
        "uniform(3) | take(N) | filter(x < 0.25) | map(x*x) | filter(x > 0.01) | mean()",
        "gen(i % 10 == 3 ? nan : 1.0*i, N) | min()",
        "gen(i == 1023 ? nan : -1.0*i, N) | argmax()",
        "gen(i % 2 == 0 ? 0.0 : -0.0*i, N) | min()",
        "gen(i % 2 == 0 ? -0.0*i : 0.0, N) | max()",
        "gen(i % 100, N) | argmax()",
        "gen(-(i % 1000), N) | argmin()",
    };
    for (size_t k = 0; k < COUNT(patterns); k++) check_pattern(patterns[k]);
}

SUITE(conformance_terminals, {"terminals_of_every_dtype", terminals_of_every_dtype},
      {"terminals_under_a_mask", terminals_under_a_mask},
      {"terminals_after_a_buffer", terminals_after_a_buffer},
      {"histograms_of_every_dtype", histograms_of_every_dtype},
      {"float_folds_keep_to_the_tree", float_folds_keep_to_the_tree});
