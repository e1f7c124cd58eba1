/* Every source at every dtype it takes, and sequences that C feeds. */
#include "pattern.h"
#include "suite.h"

static void check_all(const char *const *patterns, size_t count)
{
    for (size_t k = 0; k < count; k++) check_pattern(patterns[k]);
}

#define CHECK_ALL(...)                                                                             \
    do {                                                                                           \
        static const char *const patterns[] = {__VA_ARGS__};                                       \
        check_all(patterns, sizeof patterns / sizeof patterns[0]);                                 \
    } while (0)

/* Sources of one text are fused into one kernel: a zip has all dtypes in one program. */
static void progressions_of_every_dtype(void)
{
    CHECK_ALL(
        "range(N)", "range(N, 0, -1)", "range(0, N, 0.25)",
        "zip(range(N, dtype=i32), range(5, N, 3, dtype=u32), range(N, 0, -1, dtype=u64), "
        "range(N, dtype=i64), range(N, 0, -0.5, dtype=f32), range(0, N, 0.1))",
        "zip(count(-7, 3, dtype=i32), count(5, -3, dtype=u32), count(9223372036854775800, 2), "
        "count(5, -1, dtype=u64), count(0.5, 0.125, dtype=f32), count(-1, 0.1)) | take(N)",
        "zip(linspace(-1, 3.75, N), linspace(7, 7, N), linspace(1, 0, N))");
}

static void repetitions_of_every_dtype(void)
{
    CHECK_ALL("repeat(7, N)", "repeat(0.1) | take(N)",
              "zip(repeat(1, N, dtype=bool), repeat(-3, N, dtype=i32), repeat(3, dtype=u32), "
              "repeat(-5), repeat(18446744073709551615, dtype=u64), repeat(0.1, dtype=f32), "
              "repeat(nan))");
}

static void expressions_of_the_position(void)
{
    CHECK_ALL("gen(i*i - 3, N)", "gen(f32(i)*0.1, N)",
              "zip(gen(i % 3 == 0), gen(i32(i) * 1000003), gen(u32(i) << 5), gen(i ^ (i >> 3)), "
              "gen(u64(i) * 0x9e3779b97f4a7c15), gen(sqrt(f32(i))), gen(1.0 / (i + 1))) | take(N)");
}

static void recurrences_of_every_dtype(void)
{
    CHECK_ALL("fibonacci(mod=1000000007) | take(N)", "fibonacci(start=1e18, mod=97) | take(N)",
              "fibonacci(12345, mod=4294967291, dtype=u64) | take(N)",
              "fibonacci(mod=2147483647, dtype=i32) | take(N)",
              "fibonacci(mod=4294967295, dtype=u32) | take(N)",
              "fibonacci(mod=18446744073709551557, dtype=u64) | take(N)");
}

static void terms_that_do_not_fit_end_the_sequence(void)
{
    CHECK_ALL("fibonacci(dtype=i32) | take(N)", "fibonacci(dtype=u32) | take(N)",
              "fibonacci() | take(N)", "fibonacci(3, dtype=u64) | take(N)",
              "fibonacci(N) | map(x + 1)");
}

static void random_words_of_every_dtype(void)
{
    CHECK_ALL("philox(20111115) | take(N)", "philox(18446744073709551615, 7) | skip(3) | take(N)",
              "uniform(1) | take(N)", "uniform(1, dtype=f32) | take(N)",
              "zip(philox(3), uniform(3), uniform(3, stream=9, dtype=f32)) | take(N)",
              "philox(5) | slice(N, inf, 3) | take(N)");
}

static void joined_sequences(void)
{
    CHECK_ALL(
        "chain(range(N), range(7), count(-1, -1)) | take(M)", "chain(range(K), range(M))",
        "chain(range(N) | filter(x % 3 == 0), range(5), range(N) | filter(x % 3 == 1))",
        "chain(range(0), range(N) | take_while(i < M), range(0), range(3))",
        "chain(range(N) | map(a: x, b: x*0.5), range(9) | map(a: -x, b: 2.0/(x+1)))",
        "chain(range(N) | scan(sum), range(K) | chunk(10, sum))",
        "zip(range(N) | filter(x % 2 == 0), range(M))",
        "zip(a: range(N) | scan(sum), b: range(N) | window(5, max), c: philox(1))",
        "zip(a: range(N) | filter(x % 3 != 0), b: range(N) | filter(x % 5 != 0)) | map(a - b)",
        "zip(range(N), chain(range(K) | filter(x % 2 == 1), range(N)))");
}

static void arrays_of_the_caller(void)
{
    check_fed_pattern(FROM_ARRAY, every_dtype, "map(a, b, c, d, e, f, g)");
    check_fed_pattern(FROM_ARRAY, every_dtype, "slice(1, M, 3)");
    check_fed_pattern(FROM_ARRAY, "range(N)", "filter(x % 3 != 1) | map(x*x)");
    check_fed_pattern(FROM_ARRAY, "gen(1.0/(i + 1), N)", "map(x*x) | sum()");
    check_fed_pattern(FROM_ARRAY, "gen(i % 5 == 0, N)", "max()");
    check_fed_pattern(FROM_ARRAY, "philox(2) | take(N)", "diff() | window(3, max)");
}

static void callbacks(void)
{
    check_fed_pattern(FROM_CALLBACK, every_dtype, "map(a, b, c, d, e, f, g)");
    check_fed_pattern(FROM_CALLBACK, every_dtype, "slice(1, M, 3)");
    check_fed_pattern(FROM_CALLBACK, "range(N)", "filter(x % 3 != 1) | map(x*x)");
    check_fed_pattern(FROM_CALLBACK, "gen(1.0/(i + 1), N)", "map(x*x) | sum()");
    check_fed_pattern(FROM_CALLBACK, "philox(2) | take(N)", "diff() | window(3, max)");
    check_fed_pattern(FROM_CALLBACK, "range(N)", "scan(sum) | chunk(7, max)");
}

SUITE(conformance_sources, {"progressions_of_every_dtype", progressions_of_every_dtype},
      {"repetitions_of_every_dtype", repetitions_of_every_dtype},
      {"expressions_of_the_position", expressions_of_the_position},
      {"recurrences_of_every_dtype", recurrences_of_every_dtype},
      {"terms_that_do_not_fit_end_the_sequence", terms_that_do_not_fit_end_the_sequence},
      {"random_words_of_every_dtype", random_words_of_every_dtype},
      {"joined_sequences", joined_sequences}, {"arrays_of_the_caller", arrays_of_the_caller},
      {"callbacks", callbacks});
