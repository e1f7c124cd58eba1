/* Who waits for a stream: with times that are told, and by threads. */
#include <millrace/arrow.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cl/handle.h"
#include "cl/session.h"
#include "rig.h"
#include "stream/consumers.h"
#include "stream/stream_parts.h"

enum { MS = 1000000 };

/* Pulls by so many threads in turn; each takes so long, and so long nobody pulls after it. */
struct phase {
    int threads, pulls, pull_ms, idle_ms;
};

static const struct {
    const char *who;
    struct phase phases[3];
    bool are_several, wait;
} laws[] = {
    {"nobody", {{0}}, false, true},
    {"one, which works most of the time", {{1, 100, 1, 99}}, false, true},
    {"one, which does nothing else", {{1, 100, 10, 0}}, false, true},
    {"two that work", {{2, 100, 10, 10}}, true, false},
    {"two that wait", {{2, 100, 10, 1}}, true, true},
    {"four that work, just", {{4, 100, 7, 3}}, true, false},
    {"four that wait, just", {{4, 100, 8, 2}}, true, true},
    {"two, so soon that nothing is known", {{2, 10, 1, 0}}, true, false},
    {"another, who may come back", {{1, 9, 1, 9}, {2, 2, 1, 9}}, false, false},
    {"another, who does not", {{1, 9, 1, 9}, {2, 2, 1, 9}, {1, 1, 0, 0}}, true, false},
    {"one after another", {{2, 2, 1, 1}, {1, 1, 1, 0}}, true, false},
    {"two that work, then wait", {{2, 100, 10, 10}, {2, 100, 10, 1}}, true, true},
    {"two that wait, then work", {{2, 100, 10, 1}, {2, 100, 10, 10}}, true, false},
    {"two that work, then one alone", {{2, 100, 10, 10}, {1, 500, 10, 10}}, false, true},
};

static int64_t pull_all(struct mr_consumers *c, const struct phase *p, int64_t now)
{
    static const char threads[4];
    for (int k = 0; k < p->pulls; k++) {
        mr_consumers_begin(c, &threads[k % p->threads], now);
        now += (int64_t)p->pull_ms * MS;
        mr_consumers_end(c, now);
        now += (int64_t)p->idle_ms * MS;
    }
    return now;
}

static void they_wait_where_some_pull_is_always_under_way(void)
{
    for (size_t k = 0; k < sizeof laws / sizeof laws[0]; k++) {
        struct mr_consumers c = {0};
        int64_t now = 1;
        for (int p = 0; p < 3 && laws[k].phases[p].pulls; p++)
            now = pull_all(&c, &laws[k].phases[p], now);
        bool right = mr_consumers_are_several(&c) == laws[k].are_several &&
                     mr_consumers_wait(&c, now) == laws[k].wait;
        CU_ASSERT_TRUE(right);
        if (!right) printf("\n%s", laws[k].who);
    }
}

static void a_pull_that_does_not_end_is_waited_for(void)
{
    static const char thread;
    struct mr_consumers c = {0};
    int64_t now = pull_all(&c, &(struct phase){2, 100, 1, 19}, 1);
    CU_ASSERT_FALSE(mr_consumers_wait(&c, now));
    mr_consumers_begin(&c, &thread, now);
    CU_ASSERT_FALSE(mr_consumers_wait(&c, now + 1 * MS));
    CU_ASSERT_TRUE(mr_consumers_wait(&c, now + 2000 * (int64_t)MS));
}

/* ---- by threads ---- */

enum { PULLS = 20, THREADS = 2 };

struct turns {
    struct ArrowArrayStream arrow; /* without a get_next(): the stream is pulled */
    mr_stream *stream;
    pthread_mutex_t lock;
    pthread_cond_t passed;
    int came, turn, wrong;
};

static bool is_pulled(struct turns *t)
{
    const int64_t first = (int64_t)t->turn * 4096;
    mr_batch batch;
    struct ArrowArray array;
    if (!t->arrow.get_next)
        return mr_stream_next(t->stream, &batch, NULL) == MR_OK && batch.position == first;
    if (t->arrow.get_next(&t->arrow, &array) != 0 || !array.release) return false;
    bool right = *(const int64_t *)array.children[0]->buffers[1] == first;
    array.release(&array);
    return right;
}

/* After each pull it works, a hundred times as long as that takes. */
static void *pull_by_turns(void *user)
{
    struct turns *t = user;
    const struct timespec work = {.tv_nsec = 2 * MS};
    (void)pthread_mutex_lock(&t->lock);
    const int own = t->came++;
    for (int k = 0; k < PULLS; k++) {
        while (t->turn % THREADS != own) (void)pthread_cond_wait(&t->passed, &t->lock);
        t->wrong += !is_pulled(t);
        t->turn++;
        (void)pthread_cond_broadcast(&t->passed);
        (void)pthread_mutex_unlock(&t->lock);
        (void)nanosleep(&work, NULL);
        (void)pthread_mutex_lock(&t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void pull_all_by_turns(struct turns *t)
{
    pthread_t threads[THREADS];
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->passed, NULL);
    for (int k = 0; k < THREADS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, pull_by_turns, t), 0);
    for (int k = 0; k < THREADS; k++) CU_ASSERT_EQUAL(pthread_join(threads[k], NULL), 0);
    CU_ASSERT_EQUAL(t->wrong, 0);
    (void)pthread_cond_destroy(&t->passed);
    (void)pthread_mutex_destroy(&t->lock);
}

static bool is_device_asked_for(long objects)
{
    return mr_makings_under_way() > 0 || mr_cl_live_objects() > objects;
}

static void readers_of_arrow_that_need_not_wait_ask_for_no_device(void)
{
    const mr_stream_params params = {.batch_elems = 4096};
    mr_seq *seq = rig_parse("count()");
    struct turns t = {.came = 0};
    mr_makings_settle();
    mr_cl_purge();
    long objects = mr_cl_live_objects();
    CU_ASSERT_EQUAL_FATAL(mr_seq_export_arrow(&t.arrow, seq, &params, NULL), MR_OK);
    pull_all_by_turns(&t);
    CU_ASSERT_FALSE(is_device_asked_for(objects));
    t.arrow.release(&t.arrow);
    mr_seq_release(&seq);
}

/* Of others nothing is known: a generator may be asked by any thread, and all wait for it. */
static void who_pulls_otherwise_has_a_device(void)
{
    const mr_stream_params params = {.batch_elems = 4096};
    struct turns t = {.stream = rig_open_text("count()", &params)};
    mr_makings_settle();
    mr_cl_purge();
    long objects = mr_cl_live_objects();
    pull_all_by_turns(&t);
    CU_ASSERT_TRUE(tests_host || is_device_asked_for(objects));
    mr_stream_close(&t.stream);
}

static void the_stats_say_that_nobody_waits(void)
{
    const mr_stream_params params = {.batch_elems = 4096};
    struct turns t = {.stream = rig_open_text("count()", &params)};
    mr_stats stats;
    mr_relay_watch_consumers(t.stream->relay);
    pull_all_by_turns(&t);
    mr_stream_stats(t.stream, &stats);
    CU_ASSERT_STRING_EQUAL(stats.engine, "host");
    CU_ASSERT_EQUAL(stats.device_from, -1);
    if (!tests_host) CU_ASSERT_STRING_EQUAL(stats.reason, "quick enough for those who pull");
    mr_stream_close(&t.stream);
}

SUITE(consumers,
      {"they_wait_where_some_pull_is_always_under_way",
       they_wait_where_some_pull_is_always_under_way},
      {"a_pull_that_does_not_end_is_waited_for", a_pull_that_does_not_end_is_waited_for},
      {"readers_of_arrow_that_need_not_wait_ask_for_no_device",
       readers_of_arrow_that_need_not_wait_ask_for_no_device},
      {"who_pulls_otherwise_has_a_device", who_pulls_otherwise_has_a_device},
      {"the_stats_say_that_nobody_waits", the_stats_say_that_nobody_waits}, NOTHING_IS_LEFT_BEHIND);
