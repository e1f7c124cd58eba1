/* Who waits for a stream: with times that are told, and by threads. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "rig.h"
#include "stream/consumers.h"

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
    mr_stream *stream;
    pthread_mutex_t lock;
    pthread_cond_t passed;
    int came, turn, wrong;
};

/* After each pull it works, a hundred times as long as that takes. */
static void *pull_by_turns(void *user)
{
    struct turns *t = user;
    const struct timespec work = {.tv_nsec = 2 * MS};
    mr_batch batch;
    (void)pthread_mutex_lock(&t->lock);
    const int own = t->came++;
    for (int k = 0; k < PULLS; k++) {
        while (t->turn % THREADS != own) (void)pthread_cond_wait(&t->passed, &t->lock);
        t->wrong += mr_stream_next(t->stream, &batch, NULL) != MR_OK ||
                    batch.position != (int64_t)t->turn * 4096;
        t->turn++;
        (void)pthread_cond_broadcast(&t->passed);
        (void)pthread_mutex_unlock(&t->lock);
        (void)nanosleep(&work, NULL);
        (void)pthread_mutex_lock(&t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void threads_that_need_not_wait_are_served_by_the_host_engine(void)
{
    const mr_stream_params params = {.batch_elems = 4096};
    struct turns t = {.stream = rig_open_text("count()", &params),
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .passed = PTHREAD_COND_INITIALIZER};
    pthread_t threads[THREADS];
    mr_stats stats;
    for (int k = 0; k < THREADS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, pull_by_turns, &t), 0);
    for (int k = 0; k < THREADS; k++) CU_ASSERT_EQUAL(pthread_join(threads[k], NULL), 0);
    mr_stream_stats(t.stream, &stats);
    CU_ASSERT_EQUAL(t.wrong, 0);
    CU_ASSERT_STRING_EQUAL(stats.engine, "host");
    if (!tests_host) CU_ASSERT_STRING_EQUAL(stats.reason, "quick enough for those who pull");
    CU_ASSERT_EQUAL(stats.device_from, -1);
    mr_stream_close(&t.stream);
}

SUITE(consumers,
      {"they_wait_where_some_pull_is_always_under_way",
       they_wait_where_some_pull_is_always_under_way},
      {"a_pull_that_does_not_end_is_waited_for", a_pull_that_does_not_end_is_waited_for},
      {"threads_that_need_not_wait_are_served_by_the_host_engine",
       threads_that_need_not_wait_are_served_by_the_host_engine},
      NOTHING_IS_LEFT_BEHIND);
