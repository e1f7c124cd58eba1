/* Every stage on columns of all dtypes at once. */
#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "suite.h"

static void check_all(const char *const *stages, size_t count)
{
    for (size_t k = 0; k < count; k++) check_joined(every_dtype, stages[k]);
}

#define CHECK_ALL(...)                                                                             \
    do {                                                                                           \
        static const char *const stages[] = {__VA_ARGS__};                                         \
        check_all(stages, sizeof stages / sizeof stages[0]);                                       \
    } while (0)

static void maps_cast_every_dtype_to_every_other(void)
{
    static const char *const dtypes[] = {"bool", "i32", "u32", "i64", "u64", "f32", "f64"};
    for (size_t k = 0; k < sizeof dtypes / sizeof dtypes[0]; k++) {
        char map[200], *end = map;
        end += snprintf(map, sizeof map, "map(");
        for (char column = 'a'; column <= 'g'; column++)
            end += snprintf(end, sizeof map - (size_t)(end - map), "%s%s(%c)",
                            column == 'a' ? "" : ", ", dtypes[k], column);
        (void)snprintf(end, sizeof map - (size_t)(end - map), ")");
        check_joined(every_dtype, map);
    }
}

static void index_stages(void)
{
    CHECK_ALL("take(M)", "skip(K)", "slice(K, M, 3)", "slice(2, inf, 7)", "skip(M) | take(5)",
              "enumerate(-3)", "diff()", "map(p: a ^ (i % 2 == 0), q: b + d, r: d*i, s: f*g)");
}

/* They grow by the same number from lane to lane, modulo 2^64. */
static void products_of_positions(void)
{
    check_pattern("range(0, N, dtype=u64) | map(p: x * 0x9E3779B97F4A7C15, q: (x + 7)*3 - x*5, "
                  "r: (x*0x8000000000000001 + 1)*(5 - x*3))");
    check_pattern("range(N) | map(p: x * -0x7fffffffffffffff, q: (5 - x)*3*-7, r: x*(1 - i), "
                  "s: f64((x*4611686018427387905 - x*4611686018427387904)*x))");
    check_pattern("range(N) | map(p: f64((x - x)*x + x), q: f64(x - x), "
                  "r: f64(x*4611686018427388159 - x*4611686018427387904 + x), "
                  "s: f64(x*4611686018427387904 - x*4611686018427386880))");
    check_pattern("count(-5) | take(N) | map(p: f64(u64(x)), q: f64(u64(3 - x)), r: u64(x)/2.0)");
    check_pattern("count(-5) | take(N) | map(p: u64(x)*12345678901, q: i32(x)*3) | window(3, sum)");
}

/* Tested in 32 bits where the number above the remainder is seen to have no more. */
static void remainders_of_few_bits(void)
{
    check_pattern("range(0, N, dtype=u64) | filter((x*0x9E3779B97F4A7C15 >> 33) % 3 == 0)");
    check_pattern("range(0, N, dtype=u64) | map(p: (x*0x9E3779B97F4A7C15 >> 96) % 6 != 5, "
                  "q: (x*0x9E3779B97F4A7C15 >> 31) % 7 == 2, r: u64(u32(x)) % 12 == 4)");
    check_pattern("range(0, N, dtype=u64) | map(p: (x*0x9E3779B97F4A7C15 >> 60) % 3 == 4294967296, "
                  "q: (x*0x9E3779B97F4A7C15 >> 40) % 4294967296 == 0, "
                  "r: (x*0x9E3779B97F4A7C15 >> 32) % 4294967295 != 4294967295)");
}

/* A reduction walks them by their differences, modulo 2^64. */
static void polynomials_of_positions(void)
{
    check_pattern("range(0, N, dtype=u64) | map(p: x*x, q: (x - 7)*(x*3 + 1)*x, "
                  "r: x*x*0x8000000000000001 + x*5) | sum()");
    check_pattern("range(N) | map(p: x*(5 - x), q: u64(x)*u64(x), r: (x*x)*(x*x), "
                  "s: f64(x*x - 3*x)) | max()");
    check_pattern("range(0, N, dtype=u64) | map(x*x) | filter(x % 7 == 2) | sum()");
    check_pattern(
        "range(N) | filter((x*x*x - x*11) % -12 != 6) | map(p: x, q: x*x) | chunk(70, sum)");
    check_pattern("range(N) | map(x*x - 1000*x) | filter(x % 2 == 0) | skip(3) | argmin()");
    check_pattern("range(0, N, dtype=u64) | map(x*x % 10 == 4) | any()");
}

/* Many operations on positions, many more if a value that is used twice were written twice. */
static void long_sums_and_products_of_positions(void)
{
    enum { STAGES = 40, TERMS = 300, BYTES = 2000 };
    static const char *const doubled[] = {" | map(x + x)", " | map(x*x)"};
    char pattern[BYTES], *end;
    for (size_t k = 0; k < sizeof doubled / sizeof doubled[0]; k++) {
        end = stpcpy(pattern, "range(N)");
        for (int n = 0; n < STAGES; n++) end = stpcpy(end, doubled[k]);
        (void)stpcpy(end, " | map(p: x*3, q: f64(x)*0.5)");
        check_pattern_quickly(pattern);
    }
    end = stpcpy(pattern, "range(N) | map(p: (x");
    for (int n = 0; n < TERMS; n++) end = stpcpy(end, " + 1");
    (void)stpcpy(end, ")*3)");
    check_pattern_quickly(pattern);
}

static void predicates_of_every_dtype(void)
{
    CHECK_ALL("filter(a)", "filter(b % 3)", "filter(c & 1)", "filter(d < 100000)", "filter(e > 5)",
              "filter(f)", "filter(g < 0)", "filter(false)", "filter(i % 64 != 63)",
              "filter(a) | filter(i % 2 == 0)");
}

/* Cheap elements are made twice, dear ones kept: bools, one value in two columns. */
static void survivors_made_again_and_kept(void)
{
    check_pattern("range(N) | map(p: x > K, q: f64(x)*0.5, r: x > K, s: i32(x) ^ 5) | "
                  "filter(p == (s & 3 != 0))");
    check_pattern("range(N) | map(p: x > K, q: sin(f64(x)), r: x > K, s: u32(x)) | filter(s & 5)");
    check_pattern("uniform(7, dtype=f32) | take(N) | filter(x < 0.25)");
}

/* One segment, also of a value in two columns, of bools and of what a filter above drops. */
static void filters_and_maps_above_filters(void)
{
    check_pattern("range(N) | filter(x % 3 != 1) | map(p: x*2, q: x % 2 == 0, r: f64(x)/4) | "
                  "filter(q) | map(p: p, q: q, r: sqrt(r), s: p) | filter(p % 8 != 4)");
    check_pattern("range(N) | filter(x > K) | filter(x % 2 == 0) | map(f32(x)*0.5) | take(M)");
    check_pattern("range(N) | filter(x % 3 == 0) | map(x*i) | filter(x % 2 == 0) | map(x + 1)");
    check_pattern("chain(range(N) | filter(x % 5 != 2) | map(-x), range(K) | filter(x % 2 == 1))");
    check_pattern("uniform(3) | take(N) | filter(x < 0.5) | map(x*2) | filter(x > 0.25) | first()");
}

static void ends_and_beginnings(void)
{
    CHECK_ALL("take_while(i < M)", "take_while(g < 200.0)", "take_while(true)", "take_while(a)",
              "drop_while(i < M)", "drop_while(g < 200.0)", "drop_while(true)", "drop_while(a)",
              "drop_while(i < K) | take_while(i < K)");
}

static void running_folds(void)
{
    CHECK_ALL("scan(sum)", "scan(prod)", "scan(min)", "scan(max)");
}

static void sliding_folds(void)
{
    CHECK_ALL("window(1, sum)", "window(2, mean)", "window(5, sum)", "window(7, mean)",
              "window(16, min)", "window(13, max)", "window(64, sum)", "window(100, mean)");
    check_joined("gen(1.0/(i + 1), N)", "window(1025, sum)");
    check_joined("philox(4) | take(N)", "window(3000, max)");
}

static void chunked_folds(void)
{
    CHECK_ALL("chunk(1, sum)", "chunk(7, prod)", "chunk(64, min)", "chunk(1000, max)",
              "chunk(1024, mean)", "chunk(1025, sum)", "chunk(100, count)", "chunk(3000, mean)");
}

static void failures_name_their_element(void)
{
    static const char *const patterns[] = {
        "range(N) | map(100 / (x - K))",
        "range(N) | map(100 % (x - M))",
        "range(N) | map(floordiv(7, x - 1023))",
        "range(N) | filter(mod(7, x - K) < 3)",
        "range(N) | filter(x % 2 == 0) | map(i32(x) / i32(x - K))",
        "range(N) | take_while(u64(x) / u64(x - M) < 9)",
        "range(N) | drop_while(7 / (x - K) < 100)",
        "range(N) | drop_while(x < K) | map(6 / (x - M))",
        "range(N) | map(6 / (x - K)) | scan(sum)",
        "range(N) | map(6 / (x - 1000)) | window(6, max)",
        "range(N) | map(6 / (x - 1000)) | diff()",
        "range(N) | map(6 / (x - M)) | chunk(10, sum)",
        "range(N) | map(6 / (x - K)) | sum()",
        "range(N) | filter(x != K) | map(6 / (x - K)) | sum()",
        "chain(range(K), range(N) | map(6 / (x - K)))",
        "zip(range(M), range(N) | map(6 / (x - K)) | scan(sum))",
        "range(N) | map(6 / (x - 1023)) | take(1023)",
        "range(N) | map(6 / (x - 1023)) | skip(1024)",
    };
    for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++) check_pattern(patterns[k]);
}

SUITE(conformance_stages,
      {"maps_cast_every_dtype_to_every_other", maps_cast_every_dtype_to_every_other},
      {"index_stages", index_stages}, {"products_of_positions", products_of_positions},
      {"remainders_of_few_bits", remainders_of_few_bits},
      {"polynomials_of_positions", polynomials_of_positions},
      {"long_sums_and_products_of_positions", long_sums_and_products_of_positions},
      {"predicates_of_every_dtype", predicates_of_every_dtype},
      {"survivors_made_again_and_kept", survivors_made_again_and_kept},
      {"filters_and_maps_above_filters", filters_and_maps_above_filters},
      {"ends_and_beginnings", ends_and_beginnings}, {"running_folds", running_folds},
      {"sliding_folds", sliding_folds}, {"chunked_folds", chunked_folds},
      {"failures_name_their_element", failures_name_their_element});
