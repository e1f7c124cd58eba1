/* Other ways to take elements than batch by batch: any number, one by one, and looking on. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "rig.h"
#include "suite.h"

enum { COUNT = 1000, BATCH = 64 };

/* Two columns, of different width; elements are counted behind a filter. */
static const char *const pipeline = "range(3000) | filter(x % 3 == 1) | map(a: x, b: x % 2 == 0)";

static bool is_right(int64_t n, int64_t a, uint8_t b)
{
    return a == 3 * n + 1 && b == (a % 2 == 0);
}

static void any_number_can_be_read(void)
{
    static const size_t counts[] = {1, 7, 63, 64, 65, 200, 999, 1000, 5000};
    static int64_t a[5000];
    static uint8_t b[5000];
    void *columns[] = {a, b};
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, BATCH, 2);
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            mr_stream *s = rig_open_text(pipeline, &params);
            int64_t at = 0, wrong = 0;
            size_t got = 1;
            while (got > 0) {
                CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, counts[k], columns, &got, NULL), MR_OK);
                CU_ASSERT_TRUE(got == counts[k] || at + (int64_t)got == COUNT);
                for (size_t n = 0; n < got; n++) wrong += !is_right(at + (int64_t)n, a[n], b[n]);
                at += (int64_t)got;
                CU_ASSERT_EQUAL(mr_stream_tell(s), at);
            }
            CU_ASSERT_EQUAL(at, COUNT);
            CU_ASSERT_EQUAL(wrong, 0);
            mr_stream_close(&s);
        }
    }
}

/* A batch begins where a read ended, and a read where a batch did, also after a seek. */
static void reads_and_batches_can_be_mixed(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, BATCH, 2);
        mr_stream *s = rig_open_text("range(1000) | map(x*x)", &params);
        int64_t squares[100], at = 0;
        void *columns[] = {squares};
        mr_batch batch = {.len = 1};
        size_t got = 1;
        while (batch.len > 0) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, 10, columns, &got, NULL), MR_OK);
            for (size_t n = 0; n < got; n++, at++) CU_ASSERT_EQUAL(squares[n], at * at);
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(batch.position, at);
            for (size_t n = 0; n < batch.len; n++, at++)
                CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[n], at * at);
        }
        CU_ASSERT_EQUAL(at, 1000);
        CU_ASSERT_EQUAL(mr_stream_seek(s, 500, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_stream_read(s, 3, columns, &got, NULL), MR_OK);
        CU_ASSERT_TRUE(got == 3 && squares[2] == 502 * 502);
        mr_stream_close(&s);
    }
}

/* A unit of whole batches has no room for the rest of one; that of survivors has. */
static void what_is_left_of_a_batch_is_the_next(void)
{
    enum { READ = 10007, MOST = 4096 };
    static const char *const texts[] = {"range(1200000)", "range(1200000) | filter(x >= 0)"};
    static int64_t read[READ];
    void *columns[] = {read};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            mr_stream_params params = rig_params(rig, MOST, 2);
            mr_stream *s = rig_open_text(texts[k], &params);
            mr_batch batch = {.len = 1};
            int64_t at = 0, wrong = 0;
            for (int turn = 0; batch.len > 0; turn++) {
                size_t got = 0, left = MOST - READ % MOST;
                if (turn % 3 == 0 || at > 1150000) left = MOST;
                if (left < MOST)
                    CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, READ, columns, &got, NULL), MR_OK);
                for (size_t n = 0; n < got; n++) wrong += read[n] != at + (int64_t)n;
                at += (int64_t)got;
                CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
                wrong += batch.len != left && at + (int64_t)batch.len != 1200000;
                for (size_t n = 0; n < batch.len; n++)
                    wrong += ((const int64_t *)batch.columns[0])[n] != at + (int64_t)n;
                at += (int64_t)batch.len;
            }
            CU_ASSERT_EQUAL(at, 1200000);
            CU_ASSERT_EQUAL(wrong, 0);
            mr_stream_close(&s);
        }
}

static void what_is_before_a_failure_is_read_first(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, BATCH, 2);
        mr_stream *s = rig_open_text("range(1000) | map(1000 / (x - 100))", &params);
        int64_t values[1000];
        void *columns[] = {values};
        size_t got = 0;
        mr_error err = {.status = MR_OK};
        CU_ASSERT_EQUAL(mr_stream_read(s, 1000, columns, &got, &err), MR_OK);
        CU_ASSERT_TRUE(got == 100 && values[99] == -1000);
        CU_ASSERT_EQUAL(mr_stream_read(s, 1000, columns, &got, &err), MR_E_DIVISION);
        CU_ASSERT_TRUE(got == 0 && err.element == 100);
        CU_ASSERT_EQUAL(mr_stream_read(s, 0, columns, &got, &err), MR_E_DIVISION);
        mr_stream_close(&s);
    }
}

static void a_terminals_rows_are_read_too(void)
{
    mr_stream *s = rig_open_text("range(1000) | hist(10, 0, 1000)", NULL);
    int64_t counts[4];
    void *columns[8] = {counts};
    double edges[8][4];
    size_t got = 4, rows = 0;
    for (size_t c = 1; c < 8; c++) columns[c] = edges[c];
    columns[0] = edges[0];
    while (got > 0) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, 4, columns, &got, NULL), MR_OK);
        rows += got;
    }
    CU_ASSERT_EQUAL(rows, 10);
    mr_stream_close(&s);
}

static void a_cursor_meets_every_element_once(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, BATCH, 2);
        mr_stream *s = rig_open_text(pipeline, &params);
        mr_error err = {.status = MR_OK};
        mr_cursor at = mr_cursor_over(s, &err);
        int64_t n = 0, wrong = 0;
        for (; mr_cursor_next(&at); n++)
            wrong += mr_cursor_position(&at) != n ||
                     !is_right(n, mr_cursor_i64(&at, 0), mr_cursor_bool(&at, 1));
        CU_ASSERT_EQUAL(at.status, MR_OK);
        CU_ASSERT_TRUE(n == COUNT && wrong == 0);
        CU_ASSERT_FALSE(mr_cursor_next(&at)); /* the end stays */
        mr_stream_close(&s);

        s = rig_open_text("range(100) | map(1000 / (x - 70))", &params);
        at = mr_cursor_over(s, &err);
        for (n = 0; mr_cursor_next(&at); n++) continue;
        CU_ASSERT_TRUE(n == 70 && at.status == MR_E_DIVISION && err.element == 70);
        CU_ASSERT_FALSE(mr_cursor_next(&at));
        CU_ASSERT_EQUAL(at.status, MR_E_DIVISION);
        mr_stream_close(&s);
    }
}

/* What moves while nothing is delivered. */
static void what_sources_made_is_counted(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, BATCH, 2);
        mr_stream *s = rig_open_text("range(100000) | filter(x % 1000 == 0) | count()", &params);
        mr_batch batch;
        mr_stats stats;
        CU_ASSERT_EQUAL(mr_stream_computed(s), 0);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_stream_tell(s), 1);
        CU_ASSERT_EQUAL(mr_stream_computed(s), 100000);
        mr_stream_stats(s, &stats);
        CU_ASSERT_TRUE(stats.elements == 1 && stats.computed == 100000);
        mr_stream_close(&s);
    }
}

struct onlooker {
    mr_stream *stream;
    atomic_bool is_over;
    int64_t last, steps;
    bool went_back;
};

static void *look_on(void *arg)
{
    struct onlooker *o = arg;
    while (!atomic_load(&o->is_over)) {
        int64_t now = mr_stream_tell(o->stream) + mr_stream_computed(o->stream);
        o->went_back |= now < o->last;
        o->steps += now > o->last;
        o->last = now;
        (void)sched_yield();
    }
    return NULL;
}

static void another_thread_may_look_on(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = BATCH};
    struct onlooker o = {.stream = rig_open_text("range(300000) | map(x*x)", &params)};
    pthread_t thread;
    int64_t sum = 0;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, look_on, &o), 0);
    mr_cursor at = mr_cursor_over(o.stream, NULL);
    while (mr_cursor_next(&at)) sum += mr_cursor_i64(&at, 0);
    atomic_store(&o.is_over, true);
    (void)pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(sum, INT64_C(300000) * 299999 * 599999 / 6);
    CU_ASSERT_FALSE(o.went_back);
    mr_stream_close(&o.stream);
}

SUITE(read, {"any_number_can_be_read", any_number_can_be_read},
      {"reads_and_batches_can_be_mixed", reads_and_batches_can_be_mixed},
      {"what_is_left_of_a_batch_is_the_next", what_is_left_of_a_batch_is_the_next},
      {"what_is_before_a_failure_is_read_first", what_is_before_a_failure_is_read_first},
      {"a_terminals_rows_are_read_too", a_terminals_rows_are_read_too},
      {"a_cursor_meets_every_element_once", a_cursor_meets_every_element_once},
      {"what_sources_made_is_counted", what_sources_made_is_counted},
      {"another_thread_may_look_on", another_thread_may_look_on}, NOTHING_IS_LEFT_BEHIND);
