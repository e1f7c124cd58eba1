/* What batches that are kept take: how many slots there may be, and to whom they come back. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

/* The bound holds with all that is kept; who is refused lets one go and keeps on. */
static void what_is_kept_is_within_the_limit(void)
{
    mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 32768};
    mr_stats stats;
    mr_seq *seq = rig_parse("count() | map(3*x)");
    mr_stream *s = rig_open(seq, &params);
    mr_stream_stats(s, &stats);
    mr_stream_close(&s);
    const size_t slot = 32768 * 8, before = rig_live_bytes();
    params.max_memory_bytes = stats.peak_host_bytes + 5 * slot;
    s = rig_open(seq, &params);
    mr_lease *leases[20] = {NULL};
    mr_batch batches[20];
    mr_error err;
    size_t count = 0;
    mr_status st = MR_OK;
    while (count < 20) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batches[count], &err), MR_OK);
        if ((st = mr_batch_keep(s, &batches[count], &leases[count], &err)) != MR_OK) break;
        count++;
    }
    CU_ASSERT_EQUAL(st, MR_E_BUDGET);
    CU_ASSERT_PTR_NULL(leases[count]);
    CU_ASSERT_TRUE(count >= 5 && count <= 8);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, " leases are held"));
    CU_ASSERT_EQUAL((size_t)atoi(strstr(err.message, ": ") + 2), count);
    CU_ASSERT_TRUE(rig_live_bytes() - before <= params.max_memory_bytes);
    mr_stream_stats(s, &stats);
    CU_ASSERT_EQUAL(stats.leases, count);
    CU_ASSERT_TRUE(stats.lease_bytes <= 5 * slot);
    for (int round = 0; round < 50; round++) {
        mr_batch next;
        mr_lease_release(&leases[round % (int)count]);
        CU_ASSERT_EQUAL(mr_stream_next(s, &next, &err), MR_OK);
        CU_ASSERT_EQUAL(((const int64_t *)next.columns[0])[9], 3 * (next.position + 9));
        CU_ASSERT_EQUAL_FATAL(mr_batch_keep(s, &next, &leases[round % (int)count], &err), MR_OK);
    }
    CU_ASSERT_TRUE(rig_live_bytes() - before <= params.max_memory_bytes);
    for (size_t k = 0; k < count; k++) mr_lease_release(&leases[k]);
    mr_stream_stats(s, &stats);
    CU_ASSERT_EQUAL(stats.leases, 0);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    CU_ASSERT_TRUE(rig_live_bytes() <= before);
}

/* A loop that lets go of each batch when it has the next one goes round in the same memory. */
static mr_stats keep_one_at_a_time(mr_engine_choice engine)
{
    const mr_stream_params params = {.engine = engine, .batch_elems = 32768};
    mr_stream *s = rig_open_text("count()", &params);
    mr_lease *held = NULL, *next;
    mr_batch b;
    mr_stats stats;
    size_t bytes = 0;
    for (int k = 0; k < 200; k++) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &b, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_batch_keep(s, &b, &next, NULL), MR_OK);
        mr_lease_release(&held);
        held = next;
        if (k == 100) bytes = rig_live_bytes();
    }
    mr_stream_stats(s, &stats);
    CU_ASSERT_EQUAL(rig_live_bytes(), bytes);
    mr_stream_close(&s);
    mr_lease_release(&held);
    return stats;
}

/* On a device the ring is of three slots. */
static void one_at_a_time_takes_one_slot_more(void)
{
    CU_ASSERT_TRUE(keep_one_at_a_time(MR_ENGINE_HOST).lease_bytes < 2 * 32768 * 8);
    const mr_stats stats = keep_one_at_a_time(MR_ENGINE_OPENCL);
    CU_ASSERT_TRUE(stats.lease_bytes * 3 <= stats.peak_device_bytes);
}

/* Slots that came back are room for the batches that are kept next. */
static void keep_again_after_all(size_t extra)
{
    mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 65536};
    params.max_memory_bytes = 1703936 + extra;
    mr_stream *s = rig_open_text("range(1e8)", &params);
    mr_lease *leases[20] = {NULL};
    size_t kept = 0;
    for (bool is_kept = true; is_kept && kept < 20; kept += is_kept) {
        mr_batch b;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &b, NULL), MR_OK);
        is_kept = mr_batch_keep(s, &b, &leases[kept], NULL) == MR_OK;
    }
    CU_ASSERT_TRUE(kept > 0 && kept < 20);
    for (size_t k = 0; k < kept; k++) mr_lease_release(&leases[k]);
    for (int k = 0; k < 10; k++) {
        mr_batch b;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &b, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_batch_keep(s, &b, &leases[0], NULL), MR_OK);
        mr_lease_release(&leases[0]);
    }
    mr_stream_close(&s);
}

static void released_slots_are_room_again(void)
{
    for (size_t slots = 0; slots < 4; slots++) keep_again_after_all(slots * 65536 * 8);
}

enum { PULLERS = 2, TURNS = 40, WARM = 10 };

struct pullers {
    mr_stream *stream;
    pthread_mutex_t lock;
    pthread_cond_t passed;
    int came, turn;
    const void *seen[PULLERS][TURNS]; /* where the elements stood */
};

/* Keeps each batch until it has the next one. */
static void *pull_by_turns(void *user)
{
    struct pullers *p = user;
    mr_lease *held = NULL, *next = NULL;
    mr_batch b;
    (void)pthread_mutex_lock(&p->lock);
    const int own = p->came++;
    for (int k = 0; k < TURNS; k++) {
        while (p->turn % PULLERS != own) (void)pthread_cond_wait(&p->passed, &p->lock);
        if (mr_stream_next(p->stream, &b, NULL) == MR_OK)
            (void)mr_batch_keep(p->stream, &b, &next, NULL);
        mr_lease_release(&held);
        held = next;
        next = NULL;
        p->seen[own][k] = b.columns[0];
        p->turn++;
        (void)pthread_cond_broadcast(&p->passed);
    }
    mr_lease_release(&held);
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Its elements are computed by the thread that pulls, in whose cache such a slot is. */
static void a_slot_comes_back_to_the_thread_that_let_it_go(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    struct pullers p = {.stream = rig_open_text("count()", &params),
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .passed = PTHREAD_COND_INITIALIZER};
    pthread_t threads[PULLERS];
    for (int k = 0; k < PULLERS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, pull_by_turns, &p), 0);
    for (int k = 0; k < PULLERS; k++) CU_ASSERT_EQUAL(pthread_join(threads[k], NULL), 0);
    for (int k = WARM; k < TURNS; k++)
        for (int j = WARM; j < TURNS; j++) CU_ASSERT_PTR_NOT_EQUAL(p.seen[0][k], p.seen[1][j]);
    mr_stream_close(&p.stream);
}

SUITE(lease_room, {"what_is_kept_is_within_the_limit", what_is_kept_is_within_the_limit},
      {"one_at_a_time_takes_one_slot_more", one_at_a_time_takes_one_slot_more},
      {"released_slots_are_room_again", released_slots_are_room_again},
      {"a_slot_comes_back_to_the_thread_that_let_it_go",
       a_slot_comes_back_to_the_thread_that_let_it_go},
      NOTHING_IS_LEFT_BEHIND);
