/* Nothing is held back: what was made of a live source's elements so far is delivered before more
 * of them are waited for. A fault here hangs, so an alarm ends the process. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "rig.h"

enum { MOST_PIECES = 4, PATIENCE_S = 60 };

/* Each piece is written once what the ones before give has come. */
static const struct {
    const char *stages;
    const char *pieces[MOST_PIECES]; /* of text; NULL: no more */
    const char *gives[MOST_PIECES];
    bool ends; /* by itself, while the writer is still there */
} laws[] = {
    {"map(x*2)", {"1\n", "2\n3\n", "4\n"}, {"2 ", "4 6 ", "8 "}, false},
    {"map(x)", {"1\n2", "2\n"}, {"1 ", "22 "}, false},
    {"filter(x % 2 == 0)", {"1\n2\n", "3\n", "4\n"}, {"2 ", "", "4 "}, false},
    {"filter(x > 0) | map(x, x + 1) | map(x0 + x1)", {"1\n", "0\n5\n"}, {"3 ", "11 "}, false},
    {"scan(sum)", {"1\n", "2\n", "3 4\n"}, {"1 ", "3 ", "6 10 "}, false},
    {"window(3, max)", {"1\n2\n", "3\n", "0\n1\n"}, {"", "3 ", "3 3 "}, false},
    {"diff()", {"1\n", "4\n", "9\n"}, {"", "3 ", "5 "}, false},
    {"chunk(2, sum)", {"1\n", "2\n3\n", "4\n"}, {"", "3 ", "7 "}, false},
    {"chunk(2, sum) | filter(x > 3)", {"1\n2\n", "3\n4\n"}, {"", "7 "}, false},
    {"skip(1)", {"1\n", "2\n"}, {"", "2 "}, false},
    {"drop_while(x < 3)", {"1\n", "3\n", "2\n"}, {"", "3 ", "2 "}, false},
    {"shuffle(1, window=2)", {"7\n", "7\n7\n", "7\n"}, {"", "7 7 ", "7 7 "}, false},
    {"take_while(x < 5)", {"1\n", "2\n9\n"}, {"1 ", "2 "}, true},
    {"take(2)", {"1\n", "2\n"}, {"1 ", "2 "}, true},
    {"take(2)", {"1\n2\n3\n"}, {"1 2 "}, true},
    {"filter(x > 1) | take(1)", {"1\n", "2\n"}, {"", "2 "}, true},
    {"first()", {"8\n"}, {"8 "}, true},
    {"filter(x > 8) | first()", {"8\n", "9\n"}, {"", "9 "}, true},
    {"map(x == 3) | any()", {"1\n2\n", "3\n"}, {"", "1 "}, true},
    {"map(x < 3) | all()", {"1\n2\n", "3\n"}, {"", "0 "}, true},
};

/* A pipe that a stream reads by its path. */
struct pipe {
    int ends[2];
    mr_seq *source;
};

static void pipe_open(struct pipe *p, const char *more)
{
    char text[128];
    CU_ASSERT_EQUAL_FATAL(pipe(p->ends), 0);
    (void)snprintf(text, sizeof text, "read(\"/proc/self/fd/%d\", %s)", p->ends[0], more);
    p->source = rig_parse(text);
}

static void pipe_put(struct pipe *p, const void *bytes, size_t count)
{
    CU_ASSERT_EQUAL_FATAL(write(p->ends[1], bytes, count), (ssize_t)count);
}

static void pipe_close(struct pipe *p)
{
    mr_seq_release(&p->source);
    if (p->ends[1] >= 0) (void)close(p->ends[1]);
    (void)close(p->ends[0]);
}

static int64_t element(const mr_batch *batch, mr_dtype dtype, size_t at)
{
    return dtype == MR_BOOL ? ((const uint8_t *)batch->columns[0])[at]
                            : ((const int64_t *)batch->columns[0])[at];
}

/* Pulls until as much text has come. */
static void expect(mr_stream *s, mr_dtype dtype, const char *wanted, const char *told)
{
    char came[64] = "";
    mr_batch batch = {.len = 1};
    while (strlen(came) < strlen(wanted) && batch.len) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
        for (size_t k = 0; k < batch.len && strlen(came) < sizeof came - 24; k++)
            (void)snprintf(came + strlen(came), 24, "%lld ", (long long)element(&batch, dtype, k));
    }
    CU_ASSERT_STRING_EQUAL(came, wanted);
    if (strcmp(came, wanted) != 0) printf("\n%s: '%s', not '%s'", told, came, wanted);
}

static void expect_end(mr_stream *s)
{
    mr_batch batch;
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
    CU_ASSERT_EQUAL(batch.len, 0);
}

static void check(const struct rig *rig, size_t row)
{
    struct pipe p;
    mr_stream_params params = rig_params(rig, 0, 0);
    pipe_open(&p, "dtype=i64");
    mr_seq *seq = rig_pipe(p.source, laws[row].stages);
    mr_stream *s = rig_open(seq, &params);
    for (size_t k = 0; k < MOST_PIECES && laws[row].pieces[k]; k++) {
        pipe_put(&p, laws[row].pieces[k], strlen(laws[row].pieces[k]));
        expect(s, mr_seq_column_dtype(seq, 0), laws[row].gives[k], laws[row].stages);
    }
    if (!laws[row].ends) {
        (void)close(p.ends[1]);
        p.ends[1] = -1;
    }
    expect_end(s);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    pipe_close(&p);
}

static void what_came_is_delivered_before_more_is_waited_for(void)
{
    (void)alarm(PATIENCE_S);
    /* Kernels take long to build. */
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t row = 0; row < sizeof laws / sizeof laws[0]; row += rig == rigs ? 1 : 3)
            check(rig, row);
    (void)alarm(0);
}

/* ---- formats ---- */

static void rows_of_every_format_come_when_they_are_whole(void)
{
    static const struct {
        const char *format;
        struct {
            const char *bytes;
            size_t count;
        } pieces[3];
        const char *gives[3];
    } rows[] = {
        {"format=text, dtype=i64", {{"1 2", 3}, {"3\n", 2}, {" 4 ", 3}}, {"1 ", "23 ", "4 "}},
        {"format=csv, dtype=i64, columns=(b)",
         {{"a,b\n1,2\n3,", 10}, {"4\n\n", 3}, {"\n\n", 2}},
         {"2 ", "4 ", ""}},
        {"format=raw, dtype=i64, columns=(a, b)",
         {{"\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3\0", 18},
          {"\0\0\0\0\0\0\4\0\0\0\0\0\0\0\5", 15},
          {"\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0", 15}},
         {"1 ", "3 ", "5 "}},
    };
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    (void)alarm(PATIENCE_S);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct pipe p;
        pipe_open(&p, rows[row].format);
        mr_stream *s = rig_open(p.source, &params);
        for (size_t k = 0; k < 3; k++) {
            pipe_put(&p, rows[row].pieces[k].bytes, rows[row].pieces[k].count);
            expect(s, MR_I64, rows[row].gives[k], rows[row].format);
        }
        (void)close(p.ends[1]);
        p.ends[1] = -1;
        expect_end(s);
        mr_stream_close(&s);
        pipe_close(&p);
    }
    (void)alarm(0);
}

/* ---- callbacks ---- */

/* Gives 1, 2, 3, ... elements at a time, each its position, and ends. */
struct pieces {
    size_t calls, ends_after;
};

static int give_a_piece(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    struct pieces *p = user;
    *got = p->calls == p->ends_after ? 0 : ++p->calls;
    if (*got > count) *got = count;
    for (size_t k = 0; k < *got; k++) ((int64_t *)columns[0])[k] = first + (int64_t)k;
    return 0;
}

static mr_seq *live_source(struct pieces *p)
{
    mr_seq *seq;
    const mr_callback_params params = {
        .fill = give_a_piece, .user = p, .column_count = 1, .dtypes = {MR_I64}, .is_live = true};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    return seq;
}

static void a_live_callback_is_not_asked_while_elements_wait(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct pieces pieces = {.ends_after = 6};
        const mr_stream_params params = rig_params(rig, 4, 0);
        mr_seq *seq = live_source(&pieces);
        mr_stream *s = rig_open(seq, &params);
        static const size_t lengths[] = {1, 2, 3, 4, 4, 4, 0};
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            mr_batch batch;
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
            CU_ASSERT_EQUAL(batch.len, lengths[k]);
            CU_ASSERT_EQUAL(pieces.calls, k < 6 ? k + 1 : 6);
        }
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

static void a_value_of_all_is_that_of_every_piece(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        struct pieces pieces = {.ends_after = 100};
        const mr_stream_params params = rig_params(rig, 0, 0);
        mr_seq *source = live_source(&pieces), *seq = rig_pipe(source, "sum()");
        mr_scalar value;
        CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, NULL), MR_OK);
        CU_ASSERT_EQUAL(value.i64, 5050LL * 5049 / 2);
        mr_seq_release(&seq);
        mr_seq_release(&source);
    }
}

SUITE(promptness,
      {"what_came_is_delivered_before_more_is_waited_for",
       what_came_is_delivered_before_more_is_waited_for},
      {"rows_of_every_format_come_when_they_are_whole",
       rows_of_every_format_come_when_they_are_whole},
      {"a_live_callback_is_not_asked_while_elements_wait",
       a_live_callback_is_not_asked_while_elements_wait},
      {"a_value_of_all_is_that_of_every_piece", a_value_of_all_is_that_of_every_piece},
      NOTHING_IS_LEFT_BEHIND);
