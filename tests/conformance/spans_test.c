/* However a leaf is shared by work-items (plan/profile.h), the bits are the host engine's, which
 * other suites compare with the model: each kind of segment, on leaves that begin and end inside of
 * a unit, behind sources that are not where rows begin, and where something fails. */
#include <stdio.h>
#include <string.h>

#include "delivery.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum { MOST = 100000 };

static const char *const shapes[] = {
    "lanes 4/2, span 4/2, group 64, unit 4096, ring 3",
    "lanes 1/1, span 1/1, group 32, unit 8192, ring 2",
    "lanes 2/2, span 2/2, group 256, unit 4096, ring 2",
    "lanes 2/1, span 4/4, group 128, unit 16384, ring 3",
    "lanes 16/8, span 16/8, group 4, unit 524288, ring 2",
};

static const char whole_leaves[] = "lanes 8/4, span 32/32, group 1, unit 4096, ring 2";
static const char wide_unit[] = "lanes 4/2, span 4/2, group 64, unit 65536, ring 3";

static const char *const rows[] = {
    /* Stored as they are. */
    "range(5000) | map(a: x*x % 1009, b: f32(x)*0.3, c: x % 3 == 0, d: f64(3*x)) | skip(37)",
    "range(5000) | map(a: u32(x)*7, b: i32(x) - 9)",
    "range(50000) | skip(1001) | map(x % 3 == 1)",
    "gamma(0.3, seed=5) | skip(1) | take(3000)",
    "zip(randint(1, 7, seed=3), poisson(1e7), beta(2, 5)) | skip(3) | take(3000)",
    "range(5000) | map(x < 4100 ? x : 7 / (x - 4100))",
    "chain(range(1000), uniform(3, dtype=f32) | take(3000) | map(i64(x*1e6)))",
    /* Random numbers: blocks as long as a strip, longer and shorter ones, from any word on. */
    "uniform(7, dtype=f32) | take(5000)",
    "uniform(7, dtype=f32) | skip(4097) | take(3000)",
    "uniform(7, dtype=f32) | skip(2) | take(3000)",
    "uniform(7) | skip(3) | take(3000)",
    "philox(1) | skip(17179869181) | take(3000) | map(x, u64(x))",
    "normal(3, dtype=f32) | take(5000)",
    "normal(3) | skip(1) | take(5000)",
    "exponential(3) | take(5000)",
    /* Folds and what is above 64 bits, places, decisions, counts, moments. */
    "range(9000) | map(a: x*x - 7*x, b: f32(x)*0.1, c: u32(x)*77777, d: i32(3*x)) | sum()",
    "range(9000) | map(a: (x - 4000)*1000000007000003, b: x % 3) | mean()",
    "range(9000) | map(a: f32(x % 977)*0.25, b: x*3 % 1009, c: u32(x)) | filter(b > 7) | mean()",
    "range(9000) | skip(37) | map(a: x % 3 == 0, b: f64(x)*0.5, c: i32(x*7919 % 1000)) | min()",
    "range(9000) | map(a: f32(x % 977), b: x*7919 % 1000 - 500, c: x % 2 == 1) | argmax()",
    "range(9000) | map(x == 8000 ? nan : f64(x % 977)) | filter(x != 976.0) | argmin()",
    "range(9000) | map(a: x < 8999, b: x*x % 10 != 3) | all()",
    "range(9000) | map(7 / (x - 5000) > 6) | any()",
    "range(9000) | map(7 / (x - 5000)) | sum()",
    "range(9000) | filter(x*x % 7 == 2) | count()",
    "range(9000) | map(a: f64(x)*0.1, b: f64(x*x % 1009)) | var()",
    "range(9000) | map(a: f64(x)*0.1, b: f64(x*x % 1009)) | filter(a > 3.0) | std()",
    "uniform(7) | take(9001) | map(x*x) | sum()",
    ("range(9000) | skip(37) | map(a: x % 99 == 0 ? 1e300 : f64(x)*0.1, b: x*1000000007000003, "
     "c: u64(x) << 55) | filter(b % 3 != 1) | sum(exact)"),
    "range(9000) | map(a: x == 7000 ? inf : f64(x)*1e-310, b: 0 - x) | mean(exact)",
    "range(9000) | skip(5) | map(x*x*x - x) | chunk(700, sum)",
    "range(9000) | map(a: f64(x)*0.1, b: f32(x)) | chunk(1500, mean)",
    "range(99000) | map(a: (x - 40000)*1000000007000003, b: x % 3 > 1) | chunk(70000, mean)",
    "range(9000) | map(a: i32(x), b: u64(x)) | chunk(10, max)",
    "range(9000) | map(x*7919 % 1000) | filter(x % 5 != 0) | chunk(64, mean)",
    "range(9000) | map(a: (x - 4000)*1000000007000003, b: u64(x) << 51) | chunk(33, mean)",
    "range(9000) | map(7 / (x - 5000)) | chunk(12, count)",
    /* Windows: of one digit, of several, reaching beyond a unit's last leaf; of values that are
     * made for each neighbour anew, in registers alone, and of folds of 16. */
    "range(9000) | skip(5) | map(a: f64(x)*0.1, b: f32(x)*0.5) | window(31, max)",
    "range(9000) | map(f64(x)*0.1) | window(32, mean)",
    "range(9000) | map(f32(x)*0.1) | window(79, sum)",
    "range(9000) | filter(x % 3 == 1) | map(x*0.5) | window(48, min)",
    "uniform(7) | take(9000) | window(1024, sum)",
    "range(9000) | skip(5) | map(a: f64(x)*0.1, b: x*x % 1009, c: x % 7 == 0) | window(13, max)",
    "range(9000) | map(a: f32(x % 977), b: x*x - 3*x) | window(16, sum)",
    "range(9000) | map(a: i32(x), b: u32(x)*77777) | window(1000, mean)",
    "range(6000) | map(x*7919 % 1000) | window(1500, min)",
    "range(3000) | map(f64(x)*0.5) | window(1, sum)",
    "range(3000) | map(x*x % 77) | window(2, max)",
    "range(40) | window(37, sum)",
    "range(9000) | map(7 / (x - 5000)) | window(3, sum)",
    "range(9000) | filter(x % 3 == 1) | window(5, sum)",
    "range(9000) | filter(x % 3 == 1) | map(x - lag(x, 2, 0)) | window(5, max)",
    /* Survivors, few and many, dear ones, up to a check that fails; over blocks of leaves. */
    "range(9000) | map(a: x, b: f32(x)*0.5, c: x % 3 == 0, d: u32(x)) | filter(a % 7 == 2)",
    "range(9000) | skip(37) | filter(x % 97 == 2)",
    "range(9000) | filter(x*7919 % 1000 > 3) | map(u32(x))",
    "range(9000) | filter(x % 3 == 1) | map(f64(x)*0.1, f32(x), rand(3))",
    "uniform(7, dtype=f32) | take(9000) | filter(x > 0.5)",
    "normal(3) | take(9000) | filter(x > 0.5) | map(exp(x))",
    "range(9000) | filter(7 / (x - 5001) == 0 && x % 2 == 0)",
    "range(9000) | filter(x < 3000)",
    "range(9000) | map(x / 3) | dedup()",
    "range(9000) | scan(sum) | map(x - lag(x, 2, 0) + lead(x, 3, 7)) | filter(x % 3 == 0)",
    "range(700000) | filter(x % 70001 == 5 || x % 65537 < 2)",
    "range(700000) | filter(x % 50 == 7 && 7 / (x - 333333) < 9)",
    /* Histograms, of each form of bins, whose values are filtered, left out or equal. */
    "range(9000) | map(f64(x*x % 1009)) | hist(16, 0, 1024)",
    "range(9000) | skip(3) | map(f32(x % 977)*0.1) | hist(7, 0.5, 90.25)",
    "range(9000) | map(x*7919 % 1000) | filter(x % 3 != 0) | hist(9, -4.5, 700)",
    "range(9000) | map(x % 5 == 0 ? nan : 1e9 + f64(x)*0.001) | hist(100, 1e9, 1000000008)",
    "range(9000) | map(7 / (x - 5000)) | hist(3, -7, 8)",
    "range(9000) | map(x) | hist(5000, 0, 9000)",
    "range(9000) | filter(x % 3 == 1) | map(lead(x, 1, 0) - x) | hist(5, 0, 9)",
    /* Running folds: of integers by pieces, of floats leaf by leaf. */
    "range(9000) | map(a: x*x - 7*x, b: u32(x)*77777, c: i32(x) % 1009 - 500) | scan(sum)",
    "range(9000) | map(i32(x*7919 % 1009) - 500) | scan(sum)",
    "range(9000) | map(a: x*x % 1009 - 500, b: u64(x) | 1) | scan(prod)",
    "range(9000) | map(x == 7000 ? nan : f64(x % 977)) | scan(max)",
    "range(700000) | map(x*7919 % 1000) | filter(x % 3 != 1) | scan(sum)",
    "range(700000) | map(u32(x*7919 % 100003)) | scan(min)",
    "range(9000) | map(7 / (x - 5000)) | scan(sum)",
    "range(9000) | map(f32(x)*0.1) | scan(sum)",
    "range(90000) | skip(37) | map(a: f64(x % 977)*0.1, b: f32(x % 1009) - 500) | scan(sum)",
    "range(9000) | skip(5) | map(a: x % 4099 == 0, b: x == 7000 ? nan : 0.5*x) | scan(max)",
    "uniform(7, dtype=f32) | skip(1) | take(40000) | map(x + 0.542) | scan(prod)",
    "range(9000) | map(a: f64(7 / (x - 5000)), b: f32(x)) | scan(sum)",
    "range(9000) | scan(sum) | map(x - lag(x, 2, 0)) | filter(x % 3 == 0) | scan(max)",
    "range(9000) | scan(sum) | map(x - lag(x, 2, 0)) | take_while(x < 12000)",
    /* Where a sequence ends or begins. */
    "range(9000) | map(x*3) | take_while(x < 20000)",
    "range(9000) | map(x*3) | drop_while(x < 7000)",
    "fibonacci(mod=1000003) | take(5000)",
    "range(5000) | scan(s: s*3 ^ x, init=0, every=37)",
};

/* Where the caller asks for one, that stands for all. */
static const char *asked(const char *shape)
{
    return tests_shape ? tests_shape : shape;
}

static bool agrees(const char *text, const char *of_row)
{
    char difference[300];
    const char *shape = asked(of_row);
    struct model_result expected, got;
    const struct run host = {.engine = MR_ENGINE_HOST, .batch = 1000, .ring = 2},
                     device = {
                         .engine = MR_ENGINE_OPENCL, .batch = 1000, .ring = 2, .shape = shape};
    bool is_known = deliver_text(&expected, text, host, MOST);
    bool same = deliver_text(&got, text, device, MOST) && is_known;
    if (!same)
        (void)snprintf(difference, sizeof difference, "%s",
                       is_known ? got.message : expected.message);
    else
        same = same_elements(difference, sizeof difference, &expected, 0, &got);
    if (!same) printf("\n  %s\n    %s: %s", text, shape, difference);
    model_free(&expected);
    model_free(&got);
    return same;
}

/* All of it takes hundreds of kernels: each row under one shape, the next under another. */
static void no_bit_depends_on_the_span(void)
{
    for (size_t k = 0; k < LENGTH(rows); k += tests_brief && !tests_shape ? 7 : 1)
        for (size_t s = 0; s < LENGTH(shapes); s++)
            if (tests_long || s == k % LENGTH(shapes)) CU_ASSERT_TRUE(agrees(rows[k], shapes[s]));
}

/* ---- where positions end ---- */

/* The last leaf ends at 2^63, which is no long; work-items behind it have leaves that are none. */
enum { REST = 2500, LEAVES = 3 * 1024 };

static const char *const last_elements[] = {
    "range(9223372036854775807) | map(a: x % 1009, b: f32(x % 977)*0.1, c: x)",
    "range(9223372036854775807) | window(5, sum)",
    "range(9223372036854775807) | map(f32(x % 977)*0.1) | window(16, max)",
    "range(9223372036854775807) | map(x - lag(x, 2, 0) + lead(x, 3, 7))",
};

static const char *const last_partials[] = {
    "range(9223372036854775807) | map(a: x % 1009, b: f64(x % 977)*0.1, c: x*x) | sum()",
    "range(9223372036854775807) | map(a: f32(x % 977), b: x) | filter(b % 3 == 1) | argmax()",
    "range(9223372036854775807) | map(7 / (x - 5) < 6 && x < 9223372036854775805) | all()",
    "range(9223372036854775807) | filter(x*x % 7 == 2) | count()",
    "range(9223372036854775807) | map(a: f64(x % 977)*0.1, b: f64(x % 1009)) | var()",
    "range(9223372036854775807) | map(x % 1009) | filter(x % 3 == 1) | sum(exact)",
    "range(9223372036854775807) | map(x % 1009) | hist(9, -4.5, 700)",
};

static mr_stream_params at_the_end(const char *shape, bool is_host)
{
    return (mr_stream_params){.engine = is_host ? MR_ENGINE_HOST : engine_here(MR_ENGINE_OPENCL),
                              .batch_elems = 1000,
                              .ring_slots = 2,
                              .shape = is_host ? NULL : asked(shape)};
}

static void deliver_end(struct model_result *out, const char *text, mr_stream_params params)
{
    mr_seq *seq;
    mr_stream *stream;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
    deliver_columns(out, seq);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&stream, seq, &params, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_seek(stream, INT64_MAX - REST, NULL), MR_OK);
    CU_ASSERT_TRUE(deliver_rest(out, stream, params.batch_elems, MOST));
    CU_ASSERT_TRUE(out->column[0].len > REST - 20);
    mr_stream_close(&stream);
    mr_seq_release(&seq);
}

static bool last_elements_agree(const char *text, const char *shape)
{
    char difference[300];
    struct model_result expected, got;
    deliver_end(&expected, text, at_the_end(shape, true));
    deliver_end(&got, text, at_the_end(shape, false));
    bool same = same_elements(difference, sizeof difference, &expected, 0, &got);
    if (!same) printf("\n  %s\n    %s: %s", text, shape, difference);
    model_free(&expected);
    model_free(&got);
    return same;
}

/* A partial has the stack of the fixed tree: whole subtrees and those at its ends. */
static bool partials_agree(const char *text, const char *shape, int64_t from, int64_t until)
{
    mr_seq *seq;
    void *bytes[2];
    size_t size[2];
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, text, NULL), MR_OK);
    for (int k = 0; k < 2; k++) {
        const mr_stream_params params = at_the_end(shape, k == 0);
        CU_ASSERT_EQUAL_FATAL(
            mr_reduce_partial(&bytes[k], &size[k], seq, &params, from, until, NULL), MR_OK);
    }
    bool same = size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0;
    if (!same)
        printf("\n  %s\n    %s: the partials of [%lld, %lld) differ", text, shape, (long long)from,
               (long long)until);
    for (int k = 0; k < 2; k++) mr_partial_free(&bytes[k]);
    mr_seq_release(&seq);
    return same;
}

static bool last_partials_agree(const char *text, const char *shape)
{
    return partials_agree(text, shape, INT64_MAX - (LEAVES - 1), INT64_MAX);
}

/* By work-items that walk whole leaves, and by those that share them. */
static void the_last_positions_of_all_are_as_others(void)
{
    for (size_t k = 0; k < LENGTH(last_elements); k += tests_brief ? 3 : 1) {
        CU_ASSERT_TRUE(last_elements_agree(last_elements[k], whole_leaves));
        CU_ASSERT_TRUE(last_elements_agree(last_elements[k], wide_unit));
    }
    for (size_t k = 0; k < LENGTH(last_partials); k += tests_brief ? 3 : 1) {
        CU_ASSERT_TRUE(last_partials_agree(last_partials[k], whole_leaves));
        CU_ASSERT_TRUE(last_partials_agree(last_partials[k], shapes[k % LENGTH(shapes)]));
    }
}

/* ---- units that are folded where they were computed ---- */

/* Each form of partials: of one round of folds, 64 leaves, and of two, 256 leaves a unit. */
static const char *const folded[] = {
    "range(700001) | map(a: (x - 400000)*100000000007003, b: f32(x % 977)*0.1, c: u32(x)) | sum()",
    "range(700001) | map(a: f64(x)*0.1, b: f64(x*x % 1009)) | filter(a > 3001.0) | std()",
    "range(700001) | map(a: x == 650001 ? nan : f64(x % 977), b: x*79 % 99991, c: x != 7) | min()",
    "range(700001) | filter(x % 300000 > 90000) | map(a: x % 99991, b: f32(x % 977)) | argmax()",
    "range(700001) | map(a: x != 700001, b: x*x % 10 != 3) | all()",
    "range(700001) | filter(x*x % 7 == 2) | count()",
};

static const char *const folding_shapes[] = {
    "lanes 4/2, span 4/2, group 64, unit 4096, ring 3",
    "lanes 1/1, span 2/1, group 32, unit 16384, ring 2",
};

static const struct {
    int64_t from, until; /* in leaves; past the end: there */
} parts[] = {{0, 700}, {0, 1}, {0, 64}, {1, 66}, {3, 5}, {63, 700}, {129, 643}, {255, 260}};

static int64_t position_of(int64_t leaf)
{
    enum { END = 700001 };
    return leaf * 1024 < END ? leaf * 1024 : END;
}

static void units_are_folded_in_the_shape_of_the_tree_of_all(void)
{
    for (size_t k = 0; k < LENGTH(folded); k += tests_brief ? 3 : 1)
        for (size_t p = 0; p < LENGTH(parts); p++)
            for (size_t s = 0; s < LENGTH(folding_shapes); s++)
                if (tests_long || s == k % LENGTH(folding_shapes))
                    CU_ASSERT_TRUE(partials_agree(folded[k], folding_shapes[s],
                                                  position_of(parts[p].from),
                                                  position_of(parts[p].until)));
}

/* What a failed check ends early, and what is decided before it, in a later leaf of the unit. */
static const char *const failing[] = {
    "range(700001) | map(x < 500000 && 7 / (x - 500000) < 9) | all()",
    "range(700001) | map(a: x > 499990, b: 7 / (x - 499999) > 0) | any()",
    "range(700001) | map(a: x > 499990, b: 7 / (x - 499999) > -1 && x > 499000) | any()",
};

static void what_comes_before_a_failed_check_decides(void)
{
    for (size_t k = 0; k < LENGTH(failing); k++)
        CU_ASSERT_TRUE(agrees(failing[k], folding_shapes[k % LENGTH(folding_shapes)]));
}

SUITE(spans, {"no_bit_depends_on_the_span", no_bit_depends_on_the_span},
      {"the_last_positions_of_all_are_as_others", the_last_positions_of_all_are_as_others},
      {"units_are_folded_in_the_shape_of_the_tree_of_all",
       units_are_folded_in_the_shape_of_the_tree_of_all},
      {"what_comes_before_a_failed_check_decides", what_comes_before_a_failed_check_decides});
