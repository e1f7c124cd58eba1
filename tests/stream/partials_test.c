/* A terminal shared out over ranks: the bits of one run, or a refusal that says why. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/random_pipeline.h"
#include "io/scratch.h"
#include "part_bytes.h"

/* A known order that is none of those in which they were made. */
static void shuffle(struct part_bytes parts[], size_t count, uint64_t seed)
{
    for (size_t k = count; k > 1; k--) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t other = (size_t)(seed >> 33) % k;
        struct part_bytes held = parts[k - 1];
        parts[k - 1] = parts[other];
        parts[other] = held;
    }
}

/* Two by two and then the rest, so that runs grow on both sides and stay apart for a while. */
static struct part_bytes merged_in_steps(struct part_bytes parts[], size_t count)
{
    struct part_bytes halves[2];
    if (count < 2) return part_merged(parts, count);
    halves[0] = part_merged(parts, count / 2);
    halves[1] = part_merged(parts + count / 2, count - count / 2);
    struct part_bytes all = part_merged(halves, 2);
    part_release(halves, 2);
    return all;
}

static const mr_stream_params device = {.engine = MR_ENGINE_OPENCL};

/* Of the ranks of 3, one has a device. */
static const mr_stream_params *params_of(size_t k, size_t n)
{
    return n == 3 && k == 1 && !tests_host ? &device : &part_host;
}

/* ---- the law ---- */

#define REALS "gen(1.0/(i + 1), 20000)"
#define MASKED "range(20000) | filter(x % 7 == 2) | map(1.0/x) | filter(x < 0.01)"

/* The first ones are computed by two engines: one of each kind of partial. */
enum { ON_DEVICES = 7 };

static const char *const pipelines[] = {
    MASKED " | sum()",
    MASKED " | var()",
    "range(20000) | filter(x % 1999 == 1500) | map(x*x) | last()",
    "range(20000) | map((x*7919) % 101) | filter(x % 2 == 1) | argmin()",
    "range(20000) | map(x*x < 225000000) | all()",
    REALS " | filter(i % 3 == 0) | hist(10, 0, 0.01)",
    "zip(range(20000), " REALS ") | mean(exact)",
    REALS " | sum()",
    REALS " | map(f32(x)) | sum()",
    REALS " | sum(exact)",
    "range(20000) | map(x*x*x*x*x - 3) | sum()",
    "range(20000) | map(x - 10000) | sum(exact)",
    REALS " | mean()",
    REALS " | mean(exact)",
    "range(20000) | map(x*4611686018427387904) | mean()",
    REALS " | var()",
    REALS " | std(ddof=1)",
    REALS " | map(1 + x/1000) | prod()",
    "range(20000) | map(2*x + 1) | prod()",
    REALS " | norm()",
    REALS " | map(i == 777 ? nan : x) | min()",
    "range(20000) | map((x*7919) % 20011) | max()",
    "range(20000) | map((x*7919) % 20011) | argmax()",
    "range(20000) | map((x*7919) % 101) | argmin()",
    "range(20000) | map((x*7919) % 101) | filter(x % 2 == 1) | argmin()",
    "range(20000) | filter(x % 3 == 1) | map(x % 1000) | filter(x > 990) | argmax()",
    "range(20000) | map(x == 15000) | any()",
    "range(20000) | map(x < 15000) | all()",
    "range(20000) | filter(x > 20000) | any()",
    "range(20000) | count()",
    "range(20000) | filter(x % 7 == 2) | count()",
    "range(20000) | first()",
    "range(20000) | last()",
    "range(20000) | filter(x % 1999 == 1500) | first()",
    "range(20000) | filter(x % 1999 == 1500) | last()",
    "range(20000) | map(x*x) | filter(i % 5000 == 4999) | last()",
    "range(20000) | filter(x > 20000) | first()",
    REALS " | hist(10, 0, 0.01)",
    "range(20000) | filter(x % 3 == 0) | hist(7, 0, 20000)",
    MASKED " | mean(exact)",
    "zip(range(20000), " REALS ", gen(i % 5 == 3, 20000)) | sum()",
    "zip(range(20000), " REALS ") | map(x0, sin(x1)) | var()",
    "zip(gen(sin(i), 20000), gen(cos(i), 20000)) | argmax()",
    "zip(range(20000), " REALS ") | filter(x0 % 5000 == 1) | last()",
    "range(20000) | map(1.0/(x + 1)) | scan(sum) | sum()",
    "range(20000) | map(1.0/(x + 1)) | scan(sum) | last()",
    "range(200000) | map(1.0/(x + 1)) | chunk(9, sum) | std()",
    "range(20000) | shuffle(3, 5000) | map(i*1.5 + x/7.0) | sum()",
    "range(20000) | shuffle(3) | first()",
    "permutation(20000, 5) | last()",
    "normal(9) | take(20000) | var()",
    "uniform(9) | take(20000) | window(5, sum) | sum()",
    "range(20000) | enumerate() | filter(n % 2 == 1) | sum()",
    "range(1000) | map(x/3.0) | sum()",
    "range(1024) | map(x/3.0) | sum()",
    "range(1025) | map(x/3.0) | sum()",
    "range(7168) | map(x/3.0) | var()",
    "range(0) | sum()",
    "range(0) | max()",
    "range(0) | hist(3, 0, 1)",
    "range(0) | last()",
    "range(20000) | filter(x < 0) | mean()",
    "range(20000) | filter(x < 0) | min()",
    "range(20000) | map(x*1000000000000000000) | sum(exact)",
};

static void check_pipeline(const char *text, bool is_mixed)
{
    static const size_t ranks[] = {1, 2, 3, 4, 7, 25};
    static struct part_rows whole, shared;
    struct part_bytes parts[MOST_RANKS];
    mr_seq *seq = rig_parse(text);
    part_read_rows(&whole, seq);
    for (size_t r = 0; r < sizeof ranks / sizeof ranks[0]; r++) {
        size_t n = ranks[r];
        for (size_t k = 0; k < n; k++)
            parts[k] =
                part_made(seq, is_mixed ? params_of(k, n) : &part_host, (int64_t)k, (int64_t)n);
        shuffle(parts, n, n);
        struct part_bytes all = merged_in_steps(parts, n);
        part_finish_rows(&shared, all);
        bool is_right = part_same_rows(&whole, &shared);
        if (!is_right)
            printf("\n  %s, %zu ranks: %d %s | %d %s", text, n, (int)whole.status, whole.message,
                   (int)shared.status, shared.message);
        CU_ASSERT_TRUE(is_right);
        part_release(parts, n);
        part_release(&all, 1);
    }
    mr_seq_release(&seq);
}

static void any_number_of_ranks_gives_the_bits_of_one_run(void)
{
    for (size_t k = 0; k < sizeof pipelines / sizeof pipelines[0]; k++)
        check_pipeline(pipelines[k], k < ON_DEVICES);
}

/* Whatever stands before a terminal: the bits of one run, or a refusal that tells why. */
static bool is_shared(const char *text, const mr_seq *seq)
{
    static struct part_rows whole, shared;
    struct part_bytes parts[3] = {{NULL, 0}};
    mr_error err;
    mr_status st = MR_OK;
    bool is_right = true;
    for (int64_t r = 0; r < 3 && st == MR_OK; r++)
        st = part_make(&parts[r], seq, &part_host, r, 3, &err);
    if (st == MR_OK) {
        struct part_bytes all = part_merged(parts, 3);
        part_read_rows(&whole, seq);
        part_finish_rows(&shared, all);
        is_right = part_same_rows(&whole, &shared);
        if (!is_right) printf("\n  %s: %s | %s", text, whole.message, shared.message);
        part_release(&all, 1);
    } else {
        is_right = (st == MR_E_NOT_SEEKABLE || st == MR_E_STATE) && err.hint[0];
        if (!is_right) printf("\n  %s: %s", text, err.message);
    }
    CU_ASSERT_TRUE(is_right);
    part_release(parts, 3);
    return st == MR_OK;
}

static void random_pipelines_are_shared_or_refused(void)
{
    uint64_t seeds = tests_long ? 20000 : tests_brief ? 100 : 400, shared = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct random_pipeline_options options = {.no_failures = true,
                                                        .large = seed % 5 == 0};
        char *text = random_pipeline(seed, options);
        mr_seq *seq = rig_parse(text);
        int64_t position;
        bool is_terminal = mr_partial_range(&position, &position, seq, 0, 1, NULL) == MR_OK;
        shared += is_terminal && is_shared(text, seq);
        mr_seq_release(&seq);
        mr_free(text);
    }
    CU_ASSERT_TRUE(shared >= seeds / 10);
}

/* What is saved of a part says which it is: whoever restores it goes on with it. Four ranks are
 * saved, three go on. */
static void parts_saved_by_four_ranks_go_on_with_three(void)
{
    enum { SAVED = 4, LEFT = 3, LENGTH = 9000 };
    static const char stages[] = "filter(x % 7 != 3) | map(x*x)";
    static int64_t got[SAVED][LENGTH], all[LENGTH], want[LENGTH];
    size_t counts[SAVED] = {0}, total = 0, wanted = 0;
    unsigned char states[SAVED][1024];
    size_t sizes[SAVED];
    mr_seq *seqs[SAVED];
    for (size_t k = 0; k < SAVED; k++) {
        char text[200];
        (void)snprintf(text, sizeof text, "range(%d) | shard(%zu, %d) | %s", LENGTH, k, SAVED,
                       stages);
        seqs[k] = rig_parse(text);
        mr_stream *s = rig_open(seqs[k], &part_host);
        CU_ASSERT_EQUAL(mr_stream_read(s, 300 + 500 * k, (void *[]){got[k]}, &counts[k], NULL),
                        MR_OK);
        CU_ASSERT_EQUAL(mr_stream_save(s, states[k], sizeof states[k], &sizes[k], NULL), MR_OK);
        mr_stream_close(&s);
    }
    for (size_t rank = 0; rank < LEFT; rank++)
        for (size_t k = rank; k < SAVED; k += LEFT) {
            mr_stream *s;
            size_t more;
            CU_ASSERT_EQUAL_FATAL(
                mr_stream_restore(&s, seqs[k], &part_host, states[k], sizes[k], NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_read(s, LENGTH, (void *[]){got[k] + counts[k]}, &more, NULL),
                            MR_OK);
            counts[k] += more;
            mr_stream_close(&s);
        }
    for (size_t k = 0; k < SAVED; total += counts[k++]) {
        memcpy(all + total, got[k], counts[k] * sizeof all[0]);
        mr_seq_release(&seqs[k]);
    }
    for (int64_t x = 0; x < LENGTH; x++)
        if (x % 7 != 3) want[wanted++] = x * x;
    CU_ASSERT_EQUAL(total, wanted);
    CU_ASSERT_EQUAL(memcmp(all, want, sizeof all), 0);
}

/* The host engine begins in the middle of a part, and the device goes on. */
static void a_device_may_take_over_within_a_part(void)
{
    static const char *const texts[] = {REALS " | var()", MASKED " | last()", MASKED " | argmax()"};
    static struct part_rows whole, shared;
    const mr_stream_params handed = {.knobs = rig_knobs(false, 2), .batch_elems = 1024};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0] && !tests_host; t++) {
        struct part_bytes parts[2];
        mr_seq *seq = rig_parse(texts[t]);
        part_read_rows(&whole, seq);
        for (size_t k = 0; k < 2; k++) parts[k] = part_made(seq, &handed, (int64_t)k, 2);
        struct part_bytes all = part_merged(parts, 2);
        part_finish_rows(&shared, all);
        CU_ASSERT_TRUE(part_same_rows(&whole, &shared));
        part_release(parts, 2);
        part_release(&all, 1);
        mr_seq_release(&seq);
    }
}

static void one_value_is_given_as_a_scalar(void)
{
    mr_seq *seq = rig_parse("range(5000) | sum()"), *bins = rig_parse("range(5) | hist(2, 0, 4)");
    struct part_bytes part = part_made(seq, &part_host, 0, 1),
                      other = part_made(bins, &part_host, 0, 1);
    mr_scalar value;
    mr_dtype dtype;
    mr_error err;
    CU_ASSERT_EQUAL(mr_partial_value(&value, &dtype, part.at, part.size, &err), MR_OK);
    CU_ASSERT_EQUAL(dtype, MR_I64);
    CU_ASSERT_EQUAL(value.i64, 12497500);
    CU_ASSERT_EQUAL(mr_partial_value(&value, &dtype, other.at, other.size, &err), MR_E_STATE);
    CU_ASSERT_STRING_EQUAL(err.message, "hist: its result is not one value");
    char *text;
    CU_ASSERT_EQUAL(mr_partial_text(&text, part.at, part.size, &err), MR_OK);
    CU_ASSERT_STRING_EQUAL(text, "range(0, 5000) | sum()");
    mr_text_free(&text);
    part_release(&part, 1);
    part_release(&other, 1);
    mr_seq_release(&seq);
    mr_seq_release(&bins);
}

static void ranges_are_cut_at_leaves(void)
{
    static const int64_t bad[][2] = {{-1024, 0}, {0, 100}, {100, 1024}, {2048, 1024}, {0, 6144}};
    mr_seq *seq = rig_parse("range(5000) | filter(x % 2 == 0) | sum()");
    int64_t from, until, last = 0;
    for (int64_t k = 0; k < 7; k++) {
        CU_ASSERT_EQUAL(mr_partial_range(&from, &until, seq, k, 7, NULL), MR_OK);
        CU_ASSERT_EQUAL(from, last);
        CU_ASSERT_TRUE(until % 1024 == 0 || until == 5000);
        last = until;
    }
    CU_ASSERT_EQUAL(last, 5000);
    CU_ASSERT_EQUAL(mr_partial_range(&from, &until, seq, 7, 7, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_partial_range(&from, &until, seq, 0, 0, NULL), MR_E_VALUE);
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        struct part_bytes part;
        CU_ASSERT_EQUAL(
            mr_reduce_partial(&part.at, &part.size, seq, &part_host, bad[k][0], bad[k][1], NULL),
            MR_E_VALUE);
        CU_ASSERT_PTR_NULL(part.at);
    }
    mr_seq_release(&seq);
}

/* Rows of a file are reached where they are; a copy of the file is as good. */
static void files_are_shared_by_rows(void)
{
    enum { COUNT = 5000 };
    static double values[COUNT];
    static struct part_rows whole, shared;
    char text[2][400];
    mr_error err;
    for (int k = 0; k < COUNT; k++) values[k] = 1.0 / (k + 1);
    struct scratch file = scratch_with("x.raw", values, sizeof values);
    (void)snprintf(text[0], sizeof text[0], "read(\"%s\", dtype=f64) | filter(x < 0.5) | var()",
                   file.path);
    mr_seq *seq = rig_parse(text[0]);
    part_read_rows(&whole, seq);
    struct part_bytes parts[3] = {
        part_made(seq, &part_host, 0, 2), part_made(seq, &part_host, 1, 2), {NULL, 0}};
    struct part_bytes all = part_merged(parts, 2);
    part_finish_rows(&shared, all);
    CU_ASSERT_TRUE(part_same_rows(&whole, &shared));
    part_release(&all, 1);
    scratch_write(&file, values, sizeof values); /* at another time */
    parts[2] = part_made(seq, &part_host, 1, 2);
    struct part_bytes later[] = {parts[0], parts[2]};
    all = part_merged(later, 2);
    part_release(&all, 1);
    part_release(parts + 2, 1);
    values[COUNT - 1] = 3;
    scratch_write(&file, values, sizeof values);
    parts[2] = part_made(seq, &part_host, 1, 2);
    later[1] = parts[2];
    part_refused(part_merge(&all, later, 2, &err), MR_E_STATE, &err, "partial 2 read other files");
    part_release(parts, 3);
    mr_seq_release(&seq);
    scratch_remove(&file);
}

static void a_failing_element_fails_its_own_part(void)
{
    mr_seq *seq = rig_parse("range(5000) | map(100/(x - 3000)) | sum()");
    struct part_bytes part;
    mr_error err;
    CU_ASSERT_EQUAL(part_make(&part, seq, &part_host, 0, 5, &err), MR_OK);
    part_release(&part, 1);
    CU_ASSERT_EQUAL(part_make(&part, seq, &part_host, 2, 5, &err), MR_E_DIVISION);
    CU_ASSERT_EQUAL(err.element, 3000);
    mr_seq_release(&seq);
}

static void a_token_ends_one_early(void)
{
    mr_cancel *cancel = mr_cancel_create();
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .cancel = cancel};
    mr_seq *seq = rig_parse("range(1e15) | sum()");
    struct part_bytes part;
    mr_cancel_request(cancel);
    CU_ASSERT_EQUAL(part_make(&part, seq, &params, 1, 3, NULL), MR_E_INTERRUPTED);
    mr_cancel_destroy(&cancel);
    mr_seq_release(&seq);
}

/* Of subtrees there are two of each size at most. */
static void they_are_small(void)
{
    struct part_bytes parts[] = {
        part_of_text("gen(sin(i), 9e9) | var()", 1024, 1024 * 1023),
        part_of_text("range(9e18) | map(x % 7) | max()", 1024, 1024 * 1023),
        part_of_text("gen(sin(i), 9e9) | sum(exact)", 1024, 1024 * 1023),
        part_of_text("range(9e18) | count()", 1024, INT64_C(1) << 62)};
    static const size_t most[] = {1024, 512, 512, 1024};
    for (size_t k = 0; k < 4; k++) CU_ASSERT_TRUE(parts[k].size <= most[k]);
    part_release(parts, 4);
}

SUITE(partials,
      {"any_number_of_ranks_gives_the_bits_of_one_run",
       any_number_of_ranks_gives_the_bits_of_one_run},
      {"random_pipelines_are_shared_or_refused", random_pipelines_are_shared_or_refused},
      {"parts_saved_by_four_ranks_go_on_with_three", parts_saved_by_four_ranks_go_on_with_three},
      {"a_device_may_take_over_within_a_part", a_device_may_take_over_within_a_part},
      {"one_value_is_given_as_a_scalar", one_value_is_given_as_a_scalar},
      {"ranges_are_cut_at_leaves", ranges_are_cut_at_leaves},
      {"files_are_shared_by_rows", files_are_shared_by_rows},
      {"a_failing_element_fails_its_own_part", a_failing_element_fails_its_own_part},
      {"a_token_ends_one_early", a_token_ends_one_early}, {"they_are_small", they_are_small},
      NOTHING_IS_LEFT_BEHIND);
