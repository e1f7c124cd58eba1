#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "conformance/same_runs.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct run runs[] = {{MR_ENGINE_HOST, 65536, 2, .staged = false},
                                  {MR_ENGINE_HOST, 100, 3, .staged = false},
                                  {MR_ENGINE_OPENCL, 65536, 2, .staged = false},
                                  {MR_ENGINE_OPENCL, 1000, 5, .staged = false}};
enum { RUNS = sizeof runs / sizeof runs[0] };

#define COLLATZ "loop(n: n % 2 == 0 ? n/2 : 3*n+1, steps: steps+1, init=(x, 0), while=n != 1, "

static int64_t collatz(int64_t n, int64_t most)
{
    int64_t steps = 0;
    for (; n != 1 && steps < most; steps++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    return steps;
}

/* Neighbours end at very different turns. */
static void each_element_ends_by_itself(void)
{
    for (size_t k = 0; k < RUNS; k++) {
        struct model_result got;
        CU_ASSERT_TRUE_FATAL(
            deliver_text(&got, "range(1, 5001) | " COLLATZ "most=200)", runs[k], 5000));
        CU_ASSERT_EQUAL_FATAL(got.column[1].len, 5000);
        for (int64_t n = 1; n <= 5000; n++)
            CU_ASSERT_EQUAL(((const int64_t *)got.column[1].data)[n - 1], collatz(n, 200));
        model_free(&got);
    }
}

static void mandelbrot(double cr, double ci, int most, double *a, int64_t *n)
{
    double b = 0;
    *a = 0;
    for (*n = 0; *n < most && *a * *a + b * b <= 4; ++*n) {
        double next = *a * *a - b * b + cr;
        b = 2 * *a * b + ci;
        *a = next;
    }
}

/* To the last bit, as a loop in C rounds. */
static void floats_are_stepped_as_a_loop_in_c_does(void)
{
    for (size_t k = 0; k < RUNS; k++) {
        struct model_result got;
        CU_ASSERT_TRUE_FATAL(
            deliver_text(&got,
                         "range(3000) | map(cr: -2 + (x % 60)/20.0, ci: (x/60)/20.0 - 1.25) | "
                         "loop(a: a*a - b*b + cr, b: 2*a*b + ci, n: n+1, init=(0.0, 0.0, 0), "
                         "while=a*a + b*b <= 4, most=300)",
                         runs[k], 3000));
        for (int x = 0; x < 3000; x++) {
            double a;
            int64_t n;
            mandelbrot(-2 + (x % 60) / 20.0, x / 60 / 20.0 - 1.25, 300, &a, &n);
            CU_ASSERT_EQUAL(((const int64_t *)got.column[2].data)[x], n);
            CU_ASSERT_EQUAL(memcmp(&((const double *)got.column[0].data)[x], &a, sizeof a), 0);
        }
        model_free(&got);
    }
}

/* Against the model: what its parts may be. */
static void loops_are_what_the_model_makes_of_them(void)
{
    static const char *const texts[] = {
        "range(1, 3000) | " COLLATZ "most=50, reached=done)",
        "range(1, 3000) | map(i32(x)) | loop(n: n*n % 1000, init=x, while=n > 30, most=7, "
        "reached=r)",
        "range(2500) | loop(a: b, b: a, init=(x, i+7), most=3)",
        "range(2500) | loop(a: a + 100/(2000-x-b), b: b+1, init=(0, 0), while=b < 5, most=9)",
        "range(2500) | loop(a: a + 1, init=0, while=100/(700 - x + a) >= 0, most=9)",
        "range(2500) | loop(u: u/2, t: !t, init=(f32(x), true), while=u > 1, most=64, reached=r)",
        "range(2500) | filter(x % 3 == 1) | " COLLATZ "most=100) | map(steps) | sum()",
        "range(2500) | " COLLATZ "most=100) | filter(steps % 2 == 0) | map(n + steps) | scan(sum)",
        "range(2500) | loop(a: a + b, b: b ^ a, init=(u64(x), u64(i)), most=5) | filter(a % 3 == 1)"
        " | loop(c: c + 1, init=a, while=c % 7 != b % 7, most=6) | count()",
        "range(2500) | loop(z: z + y*y, y: y + 0.5, init=(x + 1.0, 0.25), while=z < 5000, most=40)"
        " | map(f: z > 100 ? 1/z : y) | mean()",
        "range(40) | loop(q: q + 1, init=0, most=0)",
        "range(0) | loop(q: q + 1, init=0, most=3)",
        "zip(a: range(1500), b: range(7, 1507)) | loop(u: v, v: u % v, init=(a, b), while=v != 0, "
        "most=64)",
        "range(4500) | loop(q: q*3 % 1009, init=x, while=q % 5 != 2, most=9e4) | filter(q % 3 > 0)",
        "range(300) | window(5, sum) | loop(q: q*3 % 1001, init=x, while=q > 5, most=12)",
    };
    assert_runs_of_model(texts, sizeof texts / sizeof texts[0], runs, RUNS, 5000);
}

static void what_is_wrong_is_said(void)
{
    static const struct refusal rows[] = {
        {"range(3) | loop(n: n+1, init=0)", MR_E_ARITY, 12, "most is missing"},
        {"range(3) | loop(n: n+1, most=3)", MR_E_ARITY, 12, "init is missing"},
        {"range(3) | loop(n+1, init=0, most=3)", MR_E_NAME, 12, "has no name"},
        {"range(3) | loop(x: x+1, init=0, most=3)", MR_E_NAME, 12, "'x' is a column of the input"},
        {"range(3) | loop(n: n+1, n: n, init=(0, 0), most=3)", MR_E_NAME, 12, "two columns"},
        {"range(3) | loop(n: n+1, init=(0, 1), most=3)", MR_E_ARITY, 30,
         "1 variable, but init has 2"},
        {"range(3) | loop(n: n+0.5, init=x, most=3)", MR_E_TYPE, 32, "'n' starts as i64"},
        {"range(3) | loop(n: n+1, init=0, most=2e6)", MR_E_VALUE, 38, "must be from 0 to 1048576"},
        {"range(3) | loop(n: n+1, init=0, most=3, reached=r)", MR_E_ARITY, 49, "nothing to reach"},
        {"range(3) | loop(n: n+1, init=0, while=y, most=3)", MR_E_NAME, 39, "unknown column 'y'"},
        {"range(3) | loop(n: u32(n), init=-1, most=3)", MR_E_VALUE, 33, "does not fit u32"},
        {"range(3) | loop(init=0, most=3)", MR_E_ARITY, 12, "variables is missing"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

/* The same text, whichever way its parts were ordered. */
static void its_text_is_read_back(void)
{
    static const char *const texts[] = {
        "range(0, 9) | loop(n: n / 2, init=x, most=5)",
        "range(9) | loop(most=5, n: n/2, while=n > 1, m: m+1, init=(x, (i)), reached=`a b`)",
    };
    static const char *const canonical[] = {
        "range(0, 9) | loop(n: n / 2, init=x, most=5)",
        "range(0, 9) | loop(n: n / 2, m: m + 1, init=(x, i), while=n > 1, most=5, reached=`a b`)",
    };
    for (size_t k = 0; k < 2; k++) {
        mr_seq *seq = NULL;
        char *text = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, texts[k], NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_seq_text(&text, seq, NULL), MR_OK);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        if (strcmp(text, canonical[k]) != 0) printf("\n  %s\n", text);
        CU_ASSERT_STRING_EQUAL(text, canonical[k]);
        mr_text_free(&text);
        mr_seq_release(&seq);
    }
}

SUITE(loop, {"each_element_ends_by_itself", each_element_ends_by_itself},
      {"floats_are_stepped_as_a_loop_in_c_does", floats_are_stepped_as_a_loop_in_c_does},
      {"loops_are_what_the_model_makes_of_them", loops_are_what_the_model_makes_of_them},
      {"what_is_wrong_is_said", what_is_wrong_is_said},
      {"its_text_is_read_back", its_text_is_read_back});
