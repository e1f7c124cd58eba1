/* Batches, their end, several streams at once, and streams in the wrong hands. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"

static int64_t from_eleven(int64_t n)
{
    return n + 11;
}

static int64_t triangular(int64_t n)
{
    return n * (n + 1) / 2;
}

static int64_t squared(int64_t n)
{
    return n * n;
}

static int64_t sum_of_seven(int64_t n)
{
    return 49 * n + 21;
}

static const struct row {
    const char *text;
    int64_t (*value)(int64_t n);
    int64_t length;
} rows[] = {
    {"range(0)", rig_same, 0},
    {"range(10000)", rig_same, 10000},
    {"range(10000) | map(x*x)", squared, 10000},
    {"range(10011) | filter(x > 10)", from_eleven, 10000},
    {"range(10000) | filter(x < 0)", rig_same, 0},
    {"range(10000) | scan(sum)", triangular, 10000},
    {"range(70000) | chunk(7, sum)", sum_of_seven, 10000},
    {"range(10002) | window(3, min)", rig_same, 10000},
    {"count() | take_while(x < 10000)", rig_same, 10000},
    {"count() | drop_while(x < 11) | take(10000)", from_eleven, 10000},
    {"chain(range(3), range(3, 9000), range(9000, 9000), range(9000, 10000))", rig_same, 10000},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void batches_are_full_but_for_the_last(void)
{
    static const size_t batches[] = {64, 1000, 10000, 65536};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < ROWS; k++)
            for (size_t b = 0; b < 4; b++) {
                mr_stream_params params = rig_params(rig, batches[b], 2);
                mr_stream *s = rig_open_text(rows[k].text, &params);
                mr_batch batch = {.len = 1};
                while (batch.len) {
                    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
                    int64_t left = rows[k].length - batch.position;
                    size_t due = left < (int64_t)batches[b] ? (size_t)left : batches[b];
                    CU_ASSERT_EQUAL(batch.len, due);
                    CU_ASSERT_EQUAL(batch.column_count, 1);
                }
                mr_stream_close(&s);
            }
}

static void the_end_is_sticky(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < ROWS; k++) {
            mr_stream_params params = rig_params(rig, 1000, 3);
            mr_stream *s = rig_open_text(rows[k].text, &params);
            mr_status st;
            CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, rows[k].value, &st, NULL), rows[k].length);
            for (int again = 0; again < 3; again++) {
                mr_batch batch;
                CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
                CU_ASSERT_EQUAL(batch.len, 0);
                CU_ASSERT_EQUAL(mr_stream_tell(s), rows[k].length);
            }
            mr_stats stats;
            mr_stream_stats(s, &stats);
            CU_ASSERT_EQUAL(stats.elements, rows[k].length);
            CU_ASSERT_EQUAL(stats.batches, (rows[k].length + 999) / 1000);
            const char *engine = rig->engine == MR_ENGINE_HOST ? "host" : "opencl";
            CU_ASSERT_TRUE(rig->engine == MR_ENGINE_AUTO || !strcmp(stats.engine, engine));
            mr_stream_close(&s);
            CU_ASSERT_PTR_NULL(s);
            mr_stream_close(&s);
        }
}

static void a_batch_may_be_given_back_early(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 64, 2);
        mr_stream *s = rig_open_text("range(1000) | map(x)", &params);
        mr_status st;
        CU_ASSERT_EQUAL(mr_stream_give_back(s, NULL), MR_OK); /* nothing is lent yet */
        for (int64_t k = 0; k < 5; k++) {
            CU_ASSERT_EQUAL(rig_drain(s, 1, rig_same, &st, NULL), 64);
            CU_ASSERT_EQUAL(mr_stream_give_back(s, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_give_back(s, NULL), MR_OK);
            CU_ASSERT_EQUAL(mr_stream_tell(s), 64 * (k + 1));
        }
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, rig_same, &st, NULL), 1000 - 5 * 64);
        CU_ASSERT_EQUAL(mr_stream_give_back(s, NULL), MR_OK);
        mr_stream_close(&s);
    }
}

static void a_stream_may_be_closed_at_any_time(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < ROWS; k++)
            for (int pulls = 0; pulls < 3; pulls++) {
                mr_stream_params params = rig_params(rig, 64, 5);
                mr_stream *s = rig_open_text(rows[k].text, &params);
                mr_batch batch;
                for (int n = 0; n < pulls; n++)
                    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
                mr_stream_close(&s);
            }
}

/* ---- several ---- */

static void streams_may_be_pulled_in_turns(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 64, 2), other = rig_params(&rigs[0], 100, 3);
        mr_seq *seq = rig_parse(rows[2].text);
        mr_stream *a = rig_open(seq, &params), *b = rig_open(seq, &params);
        mr_stream *c = rig_open_text(rows[5].text, &other);
        mr_seq_release(&seq); /* streams keep what they need */
        mr_status st;
        for (int k = 0; k < 20; k++) {
            CU_ASSERT_EQUAL(rig_drain(a, 1, squared, &st, NULL), 64);
            if (k % 2) CU_ASSERT_EQUAL(rig_drain(b, 1, squared, &st, NULL), 64);
            CU_ASSERT_EQUAL(rig_drain(c, 1, triangular, &st, NULL), 100);
        }
        mr_stream_close(&a);
        CU_ASSERT_EQUAL(rig_drain(b, INT64_MAX, squared, &st, NULL), 10000 - 10 * 64);
        mr_stream_close(&b);
        mr_stream_close(&c);
    }
}

struct worker {
    pthread_t thread;
    const struct rig *rig;
    size_t first;  /* of the rows it runs */
    int64_t wrong; /* pulls that were not as they should be */
};

static void run_row(struct worker *w, const struct row *row)
{
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_stream_params params = rig_params(w->rig, 1000, 3);
    mr_batch batch = {.len = 1};
    w->wrong += mr_seq_parse(&seq, row->text, NULL) != MR_OK;
    w->wrong += mr_stream_open(&s, seq, &params, NULL) != MR_OK;
    mr_seq_release(&seq);
    while (s && batch.len) {
        if (mr_stream_next(s, &batch, NULL) != MR_OK) {
            w->wrong++;
            break;
        }
        for (size_t k = 0; k < batch.len; k++)
            w->wrong +=
                ((const int64_t *)batch.columns[0])[k] != row->value(batch.position + (int64_t)k);
    }
    w->wrong += !s || mr_stream_tell(s) != row->length;
    mr_stream_close(&s);
}

static void *work(void *argument)
{
    struct worker *w = argument;
    for (size_t k = 0; k < ROWS; k++) run_row(w, &rows[(w->first + k) % ROWS]);
    return NULL;
}

/* CUnit counts in one thread only: the workers count for themselves. */
static void threads_with_their_own_streams_are_independent(void)
{
    enum { WORKERS = 4 };
    struct worker workers[WORKERS] = {{.wrong = 0}};
    for (size_t k = 0; k < WORKERS; k++) {
        workers[k].rig = &rigs[k < 3 ? k : 1];
        workers[k].first = 3 * k;
        CU_ASSERT_EQUAL_FATAL(pthread_create(&workers[k].thread, NULL, work, &workers[k]), 0);
    }
    for (size_t k = 0; k < WORKERS; k++) {
        CU_ASSERT_EQUAL(pthread_join(workers[k].thread, NULL), 0);
        CU_ASSERT_EQUAL(workers[k].wrong, 0);
    }
}

/* ---- fork() ---- */

/* A bit each for what goes wrong in the child; the alarm ends one that hangs. */
static int use_in_child(mr_stream *s)
{
    mr_batch batch;
    mr_device_batch on_device;
    mr_error err = {0};
    int wrong = 0;
    (void)alarm(20);
    if (mr_stream_next(s, &batch, &err) != MR_E_FORKED || !err.hint[0]) wrong |= 1;
    if (mr_stream_seek(s, 0, NULL) != MR_E_FORKED) wrong |= 2;
    if (mr_stream_give_back(s, NULL) != MR_E_FORKED) wrong |= 4;
    mr_status st = mr_stream_next_device(s, &on_device, NULL);
    if (st != MR_E_FORKED && st != MR_E_STATE) wrong |= 8;
    mr_stream_close(&s);
    if (s) wrong |= 16;
    return wrong;
}

static void a_forked_child_gets_an_error_and_can_close(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < ROWS; k++)
            for (int pulls = 0; pulls < 2; pulls++) {
                mr_stream_params params = rig_params(rig, 64, 3);
                mr_stream *s = rig_open_text(rows[k].text, &params);
                mr_batch batch;
                mr_status st;
                if (pulls) CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
                (void)fflush(NULL);
                pid_t pid = fork();
                if (pid == 0) _exit(use_in_child(s));
                int status = -1;
                CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
                bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
                CU_ASSERT_TRUE(good);
                if (!good) printf("\n%s, %s: %d", rig->name, rows[k].text, status);
                (void)rig_drain(s, INT64_MAX, rows[k].value, &st, NULL);
                CU_ASSERT_EQUAL(mr_stream_tell(s), rows[k].length); /* the parent's goes on */
                mr_stream_close(&s);
            }
}

/* ---- interrupts ---- */

struct interruption {
    mr_stream *stream;
    sem_t running;
    struct timespec at;
};

static int fill_and_tell(void *user, int64_t first, size_t count, void *const columns[],
                         size_t *got)
{
    struct interruption *i = user;
    for (size_t k = 0; k < count; k++) ((int64_t *)columns[0])[k] = first + (int64_t)k;
    *got = count;
    if (first == 0) (void)sem_post(&i->running);
    return 0;
}

static void *interrupt(void *argument)
{
    struct interruption *i = argument;
    (void)sem_wait(&i->running);
    (void)clock_gettime(CLOCK_MONOTONIC, &i->at);
    mr_stream_interrupt(i->stream);
    return NULL;
}

static int64_t since_ms(struct timespec from)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000;
}

/* Milliseconds from the interrupt to the return of the endless pull it ended. */
static int64_t time_interrupt(const struct rig *rig, const mr_seq *seq, struct interruption *i)
{
    mr_stream_params params = rig_params(rig, 1000, 3);
    mr_batch batch;
    pthread_t thread;
    CU_ASSERT_EQUAL(sem_init(&i->running, 0, 0), 0);
    i->stream = rig_open(seq, &params);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, interrupt, i), 0);
    mr_error err = {0};
    CU_ASSERT_EQUAL(mr_stream_next(i->stream, &batch, &err), MR_E_INTERRUPTED);
    int64_t passed = since_ms(i->at);
    CU_ASSERT_EQUAL(pthread_join(thread, NULL), 0);
    for (int again = 0; again < 2; again++)
        CU_ASSERT_EQUAL(mr_stream_next(i->stream, &batch, NULL), MR_E_INTERRUPTED);
    mr_stream_close(&i->stream);
    CU_ASSERT_EQUAL(sem_destroy(&i->running), 0);
    return passed;
}

/* A busy machine may lose time of its own: the best of three counts. */
static void an_interrupt_ends_an_endless_pull(void)
{
    static const char *const endless[] = {"filter(x < 0)",
                                          "sum()",
                                          "scan(sum) | map(x) | take_while(x >= 0) | filter(x < 0)",
                                          "skip(1000000000000)",
                                          "drop_while(x >= 0)",
                                          "chunk(1000000000000, sum)",
                                          "last()",
                                          "map(x < 0) | any()"};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof endless / sizeof endless[0]; k++) {
            struct interruption i = {.stream = NULL};
            const mr_callback_params params = {.fill = fill_and_tell,
                                               .user = &i,
                                               .column_count = 1,
                                               .dtypes = {MR_I64},
                                               .restartable = true};
            mr_seq *source = NULL;
            CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&source, &params, NULL), MR_OK);
            mr_seq *seq = rig_pipe(source, endless[k]);
            int64_t best = INT64_MAX;
            for (int n = 0; n < 3 && best > 250; n++) {
                int64_t passed = time_interrupt(rig, seq, &i);
                if (passed < best) best = passed;
            }
            CU_ASSERT_TRUE(best <= 250);
            if (best > 250) printf("\n%s, %s: %lld ms", rig->name, endless[k], (long long)best);
            mr_seq_release(&seq);
            mr_seq_release(&source);
        }
}

static void an_interrupt_before_the_pull_counts(void)
{
    static const char *const endless[] = {"count() | filter(x < 0)", "count() | sum()",
                                          "uniform(1) | filter(x > 2) | last()"};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < 3; k++) {
            mr_stream_params params = rig_params(rig, 0, 0);
            mr_stream *s = rig_open_text(endless[k], &params);
            mr_batch batch;
            mr_error err = {0};
            mr_stream_interrupt(s);
            CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_E_INTERRUPTED);
            CU_ASSERT_EQUAL(mr_stream_seek(s, 0, NULL), MR_E_INTERRUPTED);
            mr_stream_close(&s);
        }
}

SUITE(pull, {"batches_are_full_but_for_the_last", batches_are_full_but_for_the_last},
      {"the_end_is_sticky", the_end_is_sticky},
      {"a_batch_may_be_given_back_early", a_batch_may_be_given_back_early},
      {"a_stream_may_be_closed_at_any_time", a_stream_may_be_closed_at_any_time},
      {"streams_may_be_pulled_in_turns", streams_may_be_pulled_in_turns},
      {"threads_with_their_own_streams_are_independent",
       threads_with_their_own_streams_are_independent},
      {"a_forked_child_gets_an_error_and_can_close", a_forked_child_gets_an_error_and_can_close},
      {"an_interrupt_ends_an_endless_pull", an_interrupt_ends_an_endless_pull},
      {"an_interrupt_before_the_pull_counts", an_interrupt_before_the_pull_counts},
      NOTHING_IS_LEFT_BEHIND);
