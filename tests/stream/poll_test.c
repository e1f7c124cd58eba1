/* What asks the caller between two units, and tells how far the stream is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <millrace/millrace.h>

#include "rig.h"
#include "suite.h"

struct asked {
    int times, most;
    mr_progress last;
    bool goes_back;
};

static int ask(void *user, const mr_progress *progress)
{
    struct asked *a = user;
    a->goes_back = a->goes_back || progress->computed < a->last.computed ||
                   progress->seconds < a->last.seconds + 0.05;
    a->last = *progress;
    return ++a->times >= a->most;
}

static const mr_engine_choice engines[] = {MR_ENGINE_HOST, MR_ENGINE_OPENCL, MR_ENGINE_AUTO};

static void it_is_asked_and_can_stop_what_delivers_nothing(void)
{
    static const struct {
        const char *text;
        int64_t expected;
    } rows[] = {
        {"count() | filter(x < 0)", -1},
        {"range(1e15) | filter(x < 0)", 1000000000000000},
        {"range(1e15) | map(x*x) | max()", 1000000000000000},
        {"zip(range(1e15) | scan(sum), range(1e15)) | filter(x0 < 0)", 1000000000000000},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        for (size_t e = 0; e < 3; e++) {
            struct asked asked = {.most = 4};
            const mr_stream_params params = {
                .engine = engines[e], .poll = ask, .poll_user = &asked};
            mr_stream *stream;
            mr_batch batch;
            mr_error err;
            mr_seq *seq = rig_parse(rows[k].text);
            mr_status st = mr_stream_open(&stream, seq, &params, &err);
            if (st == MR_OK) st = mr_stream_next(stream, &batch, &err);
            CU_ASSERT_EQUAL(st, MR_E_INTERRUPTED);
            CU_ASSERT_EQUAL(asked.times, 4);
            CU_ASSERT_FALSE(asked.goes_back);
            CU_ASSERT_EQUAL(asked.last.elements, 0);
            bool knows = asked.last.computed > 0;
            if (knows) CU_ASSERT_EQUAL(asked.last.expected, rows[k].expected);
            if (stream) CU_ASSERT_EQUAL(mr_stream_next(stream, &batch, &err), MR_E_INTERRUPTED);
            mr_stream_close(&stream);
            mr_seq_release(&seq);
        }
}

static size_t save_all(mr_stream *s, unsigned char bytes[], size_t size)
{
    size_t needed = 0;
    CU_ASSERT_EQUAL(mr_stream_save(s, bytes, size, &needed, NULL), MR_OK);
    CU_ASSERT_TRUE_FATAL(needed <= size);
    return needed;
}

/* Pulls until it is asked, and gives the answer. */
static mr_progress pull_until_asked(mr_stream *s, struct asked *asked)
{
    mr_batch batch = {.len = 1};
    mr_status st = MR_OK;
    *asked = (struct asked){.most = 1};
    while (st == MR_OK && batch.len) st = mr_stream_next(s, &batch, NULL);
    CU_ASSERT_EQUAL(st, MR_E_INTERRUPTED);
    return asked->last;
}

static void what_is_expected_is_what_is_left_from_where_it_goes_on(void)
{
    static const struct {
        const char *text;
        int64_t to[2];    /* sought in turn; 0: no more */
        int64_t expected; /* 0: it is saved and restored instead */
    } rows[] = {
        {"range(1e15) | map(x*3)", {900000000000000, 0}, 100000000000000},
        {"range(1e15) | map(x*3)", {900000000000000, 500000000000000}, 500000000000000},
        {"zip(range(1e15) | reverse(), range(1e15))", {900000000000000, 0}, 100000000000000},
        {"range(1e15) | window(3, sum)", {900000000000000, 0}, 99999999999998},
        {"range(1e15) | filter(x < 0)", {0}, 0},
        {"range(1e15) | map(x*x) | max()", {0}, 0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct asked asked;
        const mr_stream_params params = {
            .engine = MR_ENGINE_HOST, .poll = ask, .poll_user = &asked};
        unsigned char bytes[4096];
        const int64_t all = 1000000000000000;
        mr_stream *s;
        mr_seq *seq = rig_parse(rows[k].text);
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &params, NULL), MR_OK);
        for (size_t n = 0; n < 2 && rows[k].to[n]; n++)
            CU_ASSERT_EQUAL(mr_stream_seek(s, rows[k].to[n], NULL), MR_OK);
        mr_progress first = pull_until_asked(s, &asked);
        CU_ASSERT_EQUAL(first.expected, rows[k].expected ? rows[k].expected : all);
        if (!rows[k].expected) {
            size_t size = save_all(s, bytes, sizeof bytes);
            mr_stream_close(&s);
            CU_ASSERT_EQUAL_FATAL(mr_stream_restore(&s, seq, &params, bytes, size, NULL), MR_OK);
            mr_progress second = pull_until_asked(s, &asked);
            CU_ASSERT(second.expected < all);
            CU_ASSERT(second.expected >= all - first.computed - (1 << 22));
        }
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

static void an_answer_of_0_changes_nothing(void)
{
    struct asked asked = {.most = 1 << 30};
    const mr_stream_params params = {.poll = ask, .poll_user = &asked};
    mr_seq *seq = rig_parse("range(3e9) | map(x ^ i) | sum()");
    mr_scalar value;
    CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, NULL), MR_OK);
    CU_ASSERT_EQUAL(value.i64, 0);
    CU_ASSERT(asked.last.computed <= 3000000000);
    mr_seq_release(&seq);
}

/* A leaf of these takes a second and more on the host: it is abandoned. */
static void it_is_asked_within_a_leaf_that_takes_long(void)
{
    static const char *const rows[] = {
        "count() | loop(n: n*3 ^ i, init=x, most=1048576)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | sum()",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | scan(max)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | window(5, max)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | chunk(2000, max)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | filter(x > 0)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | drop_while(x > 0)",
        "count() | loop(n: n*3 ^ i, init=x, most=1048576) | hist(4, 0, 8)",
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct asked asked = {.most = 2};
        const mr_stream_params params = {
            .engine = MR_ENGINE_HOST, .poll = ask, .poll_user = &asked};
        mr_batch batch;
        mr_stream *s = rig_open_text(rows[k], &params);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_E_INTERRUPTED);
        CU_ASSERT_EQUAL(asked.times, 2);
        CU_ASSERT_EQUAL(mr_stream_computed(s), 0);
        mr_stream_close(&s);
    }
}

/* Adds up what there is, modulo 2^64; whether it ended in order. */
static bool add_up(mr_stream *s, uint64_t *sum)
{
    mr_batch batch = {.len = 1};
    while (batch.len) {
        if (mr_stream_next(s, &batch, NULL) != MR_OK) return false;
        for (size_t k = 0; k < batch.len; k++) *sum += ((const uint64_t *)batch.columns[0])[k];
    }
    return true;
}

/* A few leaves with one slow lane each: interrupted in one of them, and gone on with. */
static void what_was_abandoned_is_done_again(void)
{
    static const char *const rows[] = {
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=200000)",
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=200000) | sum()",
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=200000) | scan(sum)",
        "range(3000) | loop(n: n*3 ^ i, init=x, while=x % 1000 == 7, most=200000) | chunk(9, max)",
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct asked asked = {.most = 1};
        unsigned char bytes[4096];
        uint64_t whole = 0, sum = 0;
        const mr_stream_params host = {.engine = MR_ENGINE_HOST, .batch_elems = 1500};
        mr_stream_params polled = host;
        mr_seq *seq = rig_parse(rows[k]);
        mr_stream *s = rig_open(seq, &host), *rest = NULL;
        CU_ASSERT_TRUE(add_up(s, &whole));
        mr_stream_close(&s);
        polled.poll = ask;
        polled.poll_user = &asked;
        s = rig_open(seq, &polled);
        CU_ASSERT_FALSE(add_up(s, &sum));
        CU_ASSERT_EQUAL(asked.times, 1);
        size_t size = save_all(s, bytes, sizeof bytes);
        CU_ASSERT_EQUAL(mr_stream_restore(&rest, seq, &host, bytes, size, NULL), MR_OK);
        CU_ASSERT_TRUE(add_up(rest, &sum));
        CU_ASSERT_EQUAL(sum, whole);
        mr_stream_close(&rest);
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

/* A file read whole, in place or by copies, is read once. */
static void bytes_are_those_of_the_files(void)
{
    enum { COUNT = 300000 };
    char path[] = "/tmp/millrace-poll-XXXXXX", text[100];
    int64_t *numbers = calloc(COUNT, sizeof *numbers);
    FILE *file = fdopen(mkstemp(path), "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(numbers, sizeof *numbers, COUNT, file), COUNT);
    CU_ASSERT_EQUAL(fclose(file), 0);
    free(numbers);
    for (size_t e = 0; e < 3; e++)
        for (int stage = 0; stage < 2; stage++) {
            mr_stats stats;
            mr_batch batch = {.len = 1};
            struct asked asked = {.most = 1 << 30};
            const mr_stream_params params = {
                .engine = engines[e], .poll = ask, .poll_user = &asked};
            (void)snprintf(text, sizeof text, "read(\"%s\", dtype=i64, format=raw)%s", path,
                           stage ? " | sum()" : "");
            mr_stream *s = rig_open_text(text, &params);
            while (batch.len) CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            mr_stream_stats(s, &stats);
            CU_ASSERT_TRUE(stats.bytes_read >= COUNT * 8 && stats.bytes_read < COUNT * 8 + 100);
            CU_ASSERT_TRUE(asked.last.bytes_read <= stats.bytes_read);
            CU_ASSERT_TRUE(stats.computed_per_second >= stats.elements_per_second);
            mr_stream_close(&s);
        }
    CU_ASSERT_EQUAL(remove(path), 0);
}

/* Each position once, whatever it goes through. */
static void what_sources_made_is_counted_once(void)
{
    static const char *const rows[] = {
        "range(9000) | map(x*2)",
        "range(9000) | sum()",
        "range(9000) | chunk(20, sum)",
        "range(9000) | chunk(2000, sum)",
        "range(9000) | filter(x % 2 == 0) | chunk(1500, sum)",
        "range(9000) | shuffle(1, window=100)",
        "chain(range(4000) | filter(x > 5), range(5000)) | scan(sum)",
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        for (unsigned brief = 0; brief < 2; brief++) {
            const mr_stream_params params = {.engine = MR_ENGINE_HOST,
                                             .batch_elems = 100,
                                             .knobs = brief ? rig_brief_knobs(false, 0) : NULL};
            mr_batch batch = {.len = 1};
            mr_stream *s = rig_open_text(rows[k], &params);
            while (batch.len) CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_computed(s), 9000);
            mr_stream_close(&s);
        }
}

SUITE(poll,
      {"it_is_asked_and_can_stop_what_delivers_nothing",
       it_is_asked_and_can_stop_what_delivers_nothing},
      {"it_is_asked_within_a_leaf_that_takes_long", it_is_asked_within_a_leaf_that_takes_long},
      {"what_was_abandoned_is_done_again", what_was_abandoned_is_done_again},
      {"what_is_expected_is_what_is_left_from_where_it_goes_on",
       what_is_expected_is_what_is_left_from_where_it_goes_on},
      {"an_answer_of_0_changes_nothing", an_answer_of_0_changes_nothing},
      {"what_sources_made_is_counted_once", what_sources_made_is_counted_once},
      {"bytes_are_those_of_the_files", bytes_are_those_of_the_files}, NOTHING_IS_LEFT_BEHIND);
