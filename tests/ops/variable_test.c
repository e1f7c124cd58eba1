#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "conformance/same_runs.h"
#include "lang/refusal.h"
#include "suite.h"

static const struct run runs[] = {{MR_ENGINE_HOST, 65536, 2, .staged = false},
                                  {MR_ENGINE_HOST, 100, 3, .staged = false},
                                  {MR_ENGINE_OPENCL, 65536, 2, .staged = false},
                                  {MR_ENGINE_OPENCL, 97, 5, .staged = false}};
enum { RUNS = sizeof runs / sizeof runs[0] };

/* Against the model: variables, dtypes, paths, ends and failures, and what stands around them. */
static void states_are_what_the_model_makes_of_them(void)
{
    static const char *const texts[] = {
        "iterate(a: b, b: a + b, init=(0, 1)) | take(3000)",
        "iterate(x*x + i, 3) | map(x % 1000) | take(2000)",
        "iterate(a: 0.5*(a + b), b: 0.25*b + 1, c: !c, init=(0.0, 7, true)) | take(1500)",
        "iterate(a: u32(a*1664525 + 1013904223), n: n + 1, init=(1, 0), while=n < 2111)",
        "iterate(f: f*f32(0.99) + 1, i1: i32(i) - i1, init=(f32(1), i32(3)), every=252) | "
        "take(1300)",
        "iterate(6/x - 1, 6)",
        "iterate(n: n - 1, init=5, while=100/(n - 2) != 0)",
        "range(3000) | scan(s: 0.9*s + 0.1*x, init=0)",
        "range(3000) | map(x*0.5) | scan(s: 0.9*s + 0.1*x, m: min(m, s - x), init=(1, 0.0), "
        "every=250)",
        "range(3000) | filter(x % 3 != 1) | scan(s: (s*31 + x) % 1000003, init=7, every=1) | "
        "filter(s % 2 == 0)",
        "range(2000) | scan(h: h*33 ^ u64(i), init=u64(5381), while=h % 1009 != 17) | count()",
        "range(2000) | scan(s: s + 1000/(1500 - x), init=0)",
        "range(2000) | scan(a: b, b: a + x, init=(1, 2), every=1000) | diff()",
        "range(2000) | loop(n: n*3 % 101, init=x, while=n > 9, most=5) | scan(s: s ^ n, init=0)",
        "range(2000) | scan(sum) | scan(t: !t, k: x % 7, init=(false, 0)) | window(3, max)",
        "range(2500) | filter(x % 5 != 2) | fold(h: h*31 + x, n: n + 1, init=(7, 0))",
        "range(2500) | fold(s: s + 1/(2000 - x), init=0)",
        "range(0) | fold(s: s + x, f: f, init=(3, 0.5))",
        "range(900) | map(x*0.25) | fold(s: s + x, init=0, while=s < 5000)",
        /* What needs no variable is a segment of its own. */
        "iterate(0.5*x + sin(0.1*i), 0.25) | take(1500)",
        "range(2000) | map(a: 7000/(x - 1500), b: sin(0.01*x)) | scan(s: 0.5*s + b + a, init=0)",
        "range(2000) | scan(s: 0.5*s + exp(-0.1*x), n: n + 1 + 0/(900 - n), init=(0, 0))",
        "range(2000) | filter(x % 4 != 1) | map(y: exp(-0.001*x) + lead(x, 2, 5) - lag(x, 3, 1)) | "
        "scan(s: s*0.5 + y, k: k ^ i, init=(0, 0), every=100)",
        "range(2000) | map(y: cos(0.1*x), t: x % 3 == 0) | scan(s: t ? y : s - y, u: t, v: y, "
        "init=(0, false, 0), while=y > -2 && t || i < 1777)",
        "range(2000) | loop(n: n*3, init=2, most=4) | scan(s: s*5 + n, init=0)",
        "range(2500) | filter(x % 5 != 2) | fold(s: 0.5*s + exp(-0.01*x), init=1)",
    };
    assert_runs_of_model(texts, sizeof texts / sizeof texts[0], runs, RUNS, 5000);
}

/* A path in each work-item: to the last bit, as a loop in C. */
static void paths_are_those_of_a_loop_in_c(void)
{
    enum { PATH = 252, COUNT = 300 * PATH };
    for (size_t k = 0; k < RUNS; k++) {
        struct model_result got;
        double s = 0;
        CU_ASSERT_TRUE_FATAL(deliver_text(
            &got, "range(75600) | scan(s: 0.9*s + 0.1*x, init=0, every=252)", runs[k], COUNT));
        CU_ASSERT_EQUAL_FATAL(got.column[0].len, COUNT);
        for (int x = 0; x < COUNT; x++) {
            s = 0.9 * (x % PATH ? s : 0) + 0.1 * x;
            if (memcmp(&((const double *)got.column[0].data)[x], &s, sizeof s) == 0) continue;
            CU_FAIL("another element");
            break;
        }
        model_free(&got);
    }
}

/* Many paths, side by side in the lanes of a device: units that cut them anywhere, and what they
 * read and tell. */
static void paths_side_by_side_are_those_of_the_host_engine(void)
{
    static const char *const texts[] = {
        "range(20000) | scan(s: s*3 ^ x, t: !t, f: f*f32(0.5) + f32(i), init=(0, false, f32(1)), "
        "every=17)",
        "range(20000) | map(x: x, b: x % 3 == 1) | filter(x % 4 != 2) | map(y: lag(x, 3, 1) - "
        "lead(x, 2, 5), b: b) | scan(s: b ? s ^ y : s + 1, init=1, every=64, while=s != 77)",
        "iterate(x: x*3 + 1000/(7000 - i), init=1, every=23) | take(20000)",
        "range(20000) | scan(s: s + x, init=0, every=50, while=s < 700000)",
        "normal(1) | take(20000) | scan(s: 0.9*s + 0.1*x, init=0, every=63)",
    };
    static const char *const shapes[] = {"lanes 16/8, group 1, unit 4096, ring 3",
                                         "lanes 4/2, group 2, unit 8192, ring 2",
                                         "lanes 1/1, group 2, unit 4096, ring 2"};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        struct model_result expected, got;
        char difference[256] = "";
        CU_ASSERT_TRUE_FATAL(deliver_text(&expected, texts[t], runs[0], 20000));
        for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
            struct run run = {MR_ENGINE_OPENCL, 500, 2, .shape = shapes[k]};
            bool same = deliver_text(&got, texts[t], run, 20000) &&
                        same_elements(difference, sizeof difference, &expected, 0, &got);
            if (!same) printf("\n  %s (%s): %s\n", texts[t], shapes[k], difference);
            CU_ASSERT_TRUE(same);
            CU_ASSERT_STRING_EQUAL(got.failure, expected.failure);
            if (expected.failed) CU_ASSERT_EQUAL(got.failed_at, expected.failed_at);
            model_free(&got);
        }
        model_free(&expected);
    }
}

/* Integers that start as literals are no i64 where that goes with nothing else. */
static void literal_starts_have_the_dtype_of_next_values(void)
{
    static const struct {
        const char *text;
        mr_dtype dtypes[2];
    } rows[] = {
        {"iterate(h: (h ^ u64(i)) * u64(1099511628211), init=7)", {MR_U64}},
        {"range(3) | scan(b: b ^ u64(x), c: c + b, init=(1, 2))", {MR_U64, MR_U64}},
        {"range(3) | scan(a: a + b, b: b ^ u64(x), init=(1, 2))", {MR_U64, MR_U64}},
        {"range(3) | scan(a: a + 1, b: b ^ u64(a), init=(1, 2))", {MR_I64, MR_U64}},
        {"range(3) | scan(a: a % 5 ? u64(i) : a, init=1, while=a < 9)", {MR_U64}},
        {"range(3) | fold(b: u64(x) + b, init=1)", {MR_U64}},
        {"range(4) | loop(b: b*u64(3) + 1, init=1, most=2)", {MR_U64}},
        {"range(3) | map(i32(x)) | scan(s: s + x, init=0)", {MR_I64}},
        {"range(3) | scan(s: f32(0.5)*s, init=1.0)", {MR_F64}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = NULL;
        mr_error err = {0};
        mr_status st = mr_seq_parse(&seq, rows[k].text, &err);
        if (st != MR_OK) printf("\n%s: %s", rows[k].text, err.message);
        CU_ASSERT_EQUAL_FATAL(st, MR_OK);
        for (size_t c = 0; c < mr_seq_column_count(seq); c++)
            CU_ASSERT_EQUAL(mr_seq_column_dtype(seq, c), rows[k].dtypes[c]);
        mr_seq_release(&seq);
    }
}

static void what_is_wrong_is_said(void)
{
    static const struct refusal rows[] = {
        {"range(3) | scan()", MR_E_ARITY, 12, "op is missing"},
        {"range(3) | scan(s: s + x)", MR_E_ARITY, 12, "init is missing"},
        {"range(3) | scan(sum, s: s + x, init=0)", MR_E_ARITY, 17,
         "either an operator or variables"},
        {"range(3) | scan(sum, every=5)", MR_E_ARITY, 17, "either an operator or variables"},
        {"range(3) | scan(s: s + x, init=x)", MR_E_NAME, 32,
         "'x' is no number, and only numbers may stand here"},
        {"range(3) | scan(s: s + x, init=x)", MR_E_NAME, 32, "hint: write a number, or what is"},
        {"range(3) | scan(s: s + x, init=0, every=0)", MR_E_VALUE, 41,
         "every=0 must be at least 1"},
        {"range(3) | scan(s: s + x, init=i32(0))", MR_E_TYPE, 32, "'s' starts as i32"},
        {"iterate(a: b, b: a, init=0)", MR_E_ARITY, 26, "2 variables, but init has 1 start"},
        {"iterate(a: a)", MR_E_ARITY, 1, "init (or x0) is missing"},
        {"iterate(x + 1, x0=2, init=3)", MR_E_ARITY, 27, "both say where it starts"},
        {"range(3) | fold(s: s + x)", MR_E_ARITY, 12, "init is missing"},
    };
    assert_refused(rows, sizeof rows / sizeof rows[0]);
}

SUITE(variable,
      {"states_are_what_the_model_makes_of_them", states_are_what_the_model_makes_of_them},
      {"paths_are_those_of_a_loop_in_c", paths_are_those_of_a_loop_in_c},
      {"paths_side_by_side_are_those_of_the_host_engine",
       paths_side_by_side_are_those_of_the_host_engine},
      {"literal_starts_have_the_dtype_of_next_values",
       literal_starts_have_the_dtype_of_next_values},
      {"what_is_wrong_is_said", what_is_wrong_is_said});
