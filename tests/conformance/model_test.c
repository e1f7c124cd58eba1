/* What the model gives for sources, stages and terminals, and where it fails. */
#include "known_answers.h"
#include "model.h"
#include "suite.h"

static void division_by_zero_names_the_element(void)
{
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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

static void sources_give_pythons_values(void)
{
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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
    static const struct known_answer rows[] = {
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

SUITE(model, {"division_by_zero_names_the_element", division_by_zero_names_the_element},
      {"what_nobody_needs_does_not_fail", what_nobody_needs_does_not_fail},
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
      {"collects_no_more_than_asked", collects_no_more_than_asked});
