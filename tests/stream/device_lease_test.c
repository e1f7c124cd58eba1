/* Batches that are kept on a device: their buffers stay what they were, wherever and whenever they
 * are let go. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/handle.h"
#include "cl/own_context.h"
#include "rig.h"

static mr_stream_params params_on(const struct own_context *o, bool staged, size_t batch,
                                  unsigned ring)
{
    return (mr_stream_params){.engine = MR_ENGINE_OPENCL,
                              .context = o ? o->context : NULL,
                              .queue = o ? o->queue : NULL,
                              .knobs = rig_knobs(staged, 0),
                              .batch_elems = batch,
                              .ring_slots = ring};
}

static const char small_units[] = "lanes 8/4, span 32/32, group 1, unit 4096, ring 2";

/* ---- values ---- */

enum { KEPT_LIMIT = 64 };

struct kept {
    mr_batch host; /* its columns: the elements as they are to be */
    mr_device_batch device;
    bool is_on_device;
    mr_lease *lease;
};

static bool is_same(const struct kept *k, const mr_seq *seq, cl_command_queue queue)
{
    static uint64_t copy[4096];
    bool same = true;
    for (size_t c = 0; same && c < k->host.column_count; c++) {
        size_t width = mr_dtype_size(mr_seq_column_dtype(seq, c));
        CU_ASSERT_TRUE_FATAL(k->host.len * width <= sizeof copy);
        same = k->device.len == k->host.len && k->device.position == k->host.position &&
               own_read(queue, &k->device, c, 0, k->host.len, width, copy) &&
               memcmp(copy, k->host.columns[c], k->host.len * width) == 0;
    }
    return same;
}

static void copy_columns(mr_batch *b, const mr_seq *seq)
{
    for (size_t c = 0; c < b->column_count; c++) {
        size_t bytes = b->len * mr_dtype_size(mr_seq_column_dtype(seq, c));
        void *copy = malloc(bytes);
        CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
        b->columns[c] = memcpy(copy, b->columns[c], bytes);
    }
}

static bool let_go(struct kept *k, const mr_seq *seq, cl_command_queue queue)
{
    bool same = is_same(k, seq, queue);
    for (size_t c = 0; c < k->host.column_count; c++) free((void *)(uintptr_t)k->host.columns[c]);
    mr_lease_release(&k->lease);
    return same && !k->lease;
}

static const char *const texts[] = {
    "range(60000) | map(a: x*3, b: x % 3 == 0, c: f32(x))",
    "range(60000) | filter(x % 7 < 3)",
    "range(60000) | filter(x % 501 == 3)",
    "range(60000) | map(x*0.1) | scan(sum)",
    "range(60000) | filter(x % 3 == 0) | window(5, max) | map(x, i)",
    "chain(range(20000), range(30000) | filter(x > 5), range(9))",
    "range(60000) | shuffle(7, window=5000)",
    "range(60000) | scan(s: s + x, init=1, while=s < 1000000000)",
    NULL,
};

/* Of the batches, which are pulled now so and now so, a random part is kept on the device; some go
 * on the way, the others once the stream is closed. */
static void check_text(const char *text, const mr_stream_params *params, bool mixes)
{
    const mr_stream_params plain_params = rig_params(&rigs[0], params->batch_elems, 2);
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, params), *plain = rig_open(seq, &plain_params);
    struct kept kept[KEPT_LIMIT], next = {.host = {.len = 1}};
    cl_command_queue queue = NULL;
    size_t count = 0;
    unsigned random = 1;
    bool same = true;
    for (; same; random = random * 1103515245 + 12345) {
        mr_batch seen;
        next = (struct kept){.lease = NULL};
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(plain, &next.host, NULL), MR_OK);
        if (mixes && random >> 18 & 1) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &seen, NULL), MR_OK);
            same = seen.len == next.host.len;
            if (seen.len == 0) break;
            same = same && !memcmp(seen.columns[0], next.host.columns[0],
                                   seen.len * mr_dtype_size(mr_seq_column_dtype(seq, 0)));
            if (random >> 19 & 1) {
                mr_lease *soon = NULL;
                CU_ASSERT_EQUAL_FATAL(mr_batch_keep(s, &seen, &soon, NULL), MR_OK);
                mr_lease_release(&soon);
            }
        } else {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(s, &next.device, NULL), MR_OK);
            same = next.device.len == next.host.len;
            if (next.device.len == 0) break;
            if (!queue) queue = own_queue_for(&next.device);
            if (random >> 16 & 1 && count < KEPT_LIMIT) {
                copy_columns(&next.host, seq);
                CU_ASSERT_EQUAL_FATAL(mr_device_batch_keep(s, &next.device, &next.lease, NULL),
                                      MR_OK);
                kept[count++] = next;
            } else {
                same = is_same(&next, seq, queue) && same;
            }
        }
        if (random >> 17 & 1 && count) {
            size_t at = (random >> 20) % count;
            same = let_go(&kept[at], seq, queue) && same;
            kept[at] = kept[--count];
        }
    }
    mr_stream_close(&plain);
    mr_stream_close(&s);
    while (count) same = let_go(&kept[--count], seq, queue) && same;
    if (!same)
        printf("\n  %s, staged %d, ring %u", text, params->knobs->staged_copies,
               params->ring_slots);
    CU_ASSERT_TRUE(same);
    (void)mr_cl_loaded()->clReleaseCommandQueue(queue);
    mr_seq_release(&seq);
}

static void kept_device_batches_stay_as_they_were(void)
{
    struct own_context o;
    own_context_make(&o);
    for (unsigned k = 0; k < (tests_long ? 8U : 4U); k++) {
        mr_stream_params params = params_on(k & 2 ? &o : NULL, k & 1, 1000, 2 - k / 4 * 2);
        if (k < 4) params.shape = small_units;
        for (size_t t = 0; texts[t]; t++) check_text(texts[t], &params, (t + k) % 2);
    }
    own_context_free(&o);
}

/* ---- many, in threads ---- */

enum { TABLE = 50, DROPPERS = 3 };

struct entry {
    mr_lease *lease;
    mr_device_batch batch;
};

struct table {
    pthread_mutex_t lock;
    struct entry entries[TABLE];
    bool is_over;
    int64_t seen, wrong;
};

static bool is_right(const struct entry *e, cl_command_queue queue)
{
    size_t places[] = {0, e->batch.len / 2, e->batch.len - 1};
    for (size_t k = 0; k < 3; k++) {
        int64_t element = 0;
        if (!own_read(queue, &e->batch, 0, places[k], 1, sizeof element, &element) ||
            element != 3 * (e->batch.position + (int64_t)places[k]))
            return false;
    }
    return true;
}

/* Takes what is in a place, and puts `entry` there. */
static void exchange(struct table *t, size_t place, struct entry *entry)
{
    (void)pthread_mutex_lock(&t->lock);
    struct entry there = t->entries[place];
    t->entries[place] = *entry;
    (void)pthread_mutex_unlock(&t->lock);
    *entry = there;
}

static void drop(struct table *t, struct entry *entry)
{
    if (!entry->lease) return;
    cl_command_queue queue = own_queue_for(&entry->batch);
    bool right = is_right(entry, queue);
    mr_lease *twice = mr_lease_retain(entry->lease);
    mr_lease_release(&entry->lease);
    right = is_right(entry, queue) && right;
    (void)mr_cl_loaded()->clReleaseCommandQueue(queue);
    mr_lease_release(&twice);
    (void)pthread_mutex_lock(&t->lock);
    t->seen++;
    t->wrong += !right;
    (void)pthread_mutex_unlock(&t->lock);
}

static void *drop_at_random(void *user)
{
    struct table *t = user;
    unsigned random = (unsigned)(size_t)&random;
    for (bool is_over = false; !is_over; random = random * 1103515245 + 12345) {
        struct entry entry = {.lease = NULL};
        exchange(t, (random >> 16) % TABLE, &entry);
        drop(t, &entry);
        (void)pthread_mutex_lock(&t->lock);
        is_over = t->is_over;
        (void)pthread_mutex_unlock(&t->lock);
    }
    /* The rest once the stream is closed, all of them at the same time. */
    for (size_t k = 0; k < TABLE; k++) {
        struct entry entry = {.lease = NULL};
        exchange(t, k, &entry);
        drop(t, &entry);
    }
    return NULL;
}

static void keep_many(const mr_stream_params *params, int64_t batches)
{
    static struct table t;
    pthread_t threads[DROPPERS];
    t = (struct table){.lock = PTHREAD_MUTEX_INITIALIZER};
    mr_stream *s = rig_open_text("count() | map(3*x)", params);
    for (int k = 0; k < DROPPERS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, drop_at_random, &t), 0);
    unsigned random = 7;
    for (int64_t n = 0; n < batches; n++, random = random * 1103515245 + 12345) {
        struct entry entry;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(s, &entry.batch, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_device_batch_keep(s, &entry.batch, &entry.lease, NULL), MR_OK);
        exchange(&t, (random >> 16) % TABLE, &entry);
        drop(&t, &entry);
    }
    mr_stream_close(&s);
    (void)pthread_mutex_lock(&t.lock);
    t.is_over = true;
    (void)pthread_mutex_unlock(&t.lock);
    for (int k = 0; k < DROPPERS; k++) (void)pthread_join(threads[k], NULL);
    CU_ASSERT_EQUAL(t.seen, batches);
    CU_ASSERT_EQUAL(t.wrong, 0);
}

static void many_are_dropped_in_any_order_by_any_thread(void)
{
    const int64_t batches = tests_long ? 100000 : tests_brief ? 1000 : 2000;
    for (int staged = 0; staged < 2; staged++) {
        mr_stream_params params = params_on(NULL, staged, 1024, 0);
        params.shape = small_units;
        keep_many(&params, batches / 2);
    }
}

/* ---- the caller's queue ---- */

/* What the consumer enqueued there still reads a batch that was let go. */
static void a_lease_may_end_before_the_callers_queue_has_read(void)
{
    enum { LENGTH = 100000, BATCH = 500, DELAY_BYTES = 1 << 24, DELAYS = 8 };
    static int64_t copy[LENGTH];
    struct own_context o;
    own_context_make(&o);
    cl_int code = CL_SUCCESS;
    cl_mem delay = o.cl->clCreateBuffer(o.context, CL_MEM_READ_WRITE, DELAY_BYTES, NULL, &code);
    cl_mem all = o.cl->clCreateBuffer(o.context, CL_MEM_READ_WRITE, sizeof copy, NULL, &code);
    for (int staged = 0; staged < 2; staged++) {
        mr_stream_params params = params_on(&o, staged, BATCH, 2);
        params.shape = small_units;
        struct counting counting = {.length = LENGTH};
        mr_seq *seq = staged ? rig_count(&counting) : rig_parse("range(100000)");
        mr_stream *s = rig_open(seq, &params);
        mr_lease *before = NULL, *lease = NULL;
        mr_device_batch b = {.len = 1};
        for (int k = 0; k < DELAYS; k++)
            (void)o.cl->clEnqueueCopyBuffer(o.queue, delay, delay, 0, DELAY_BYTES / 2,
                                            DELAY_BYTES / 2, 0, NULL, NULL);
        while (b.len) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(s, &b, NULL), MR_OK);
            if (b.len == 0) break;
            CU_ASSERT_EQUAL_FATAL(mr_device_batch_keep(s, &b, &lease, NULL), MR_OK);
            CU_ASSERT_EQUAL(o.cl->clEnqueueCopyBuffer(
                                o.queue, b.buffers[0], all, b.offset * sizeof(int64_t),
                                (size_t)b.position * sizeof(int64_t), b.len * sizeof(int64_t),
                                b.event ? 1 : 0, b.event ? &b.event : NULL, NULL),
                            CL_SUCCESS);
            mr_lease_release(&before);
            before = lease;
        }
        mr_stream_close(&s);
        mr_lease_release(&before);
        mr_seq_release(&seq);
        (void)o.cl->clEnqueueReadBuffer(o.queue, all, CL_TRUE, 0, sizeof copy, copy, 0, NULL, NULL);
        int64_t wrong = 0;
        for (int64_t n = 0; n < LENGTH; n++) wrong += copy[n] != n;
        CU_ASSERT_EQUAL(wrong, 0);
    }
    (void)o.cl->clReleaseMemObject(delay);
    (void)o.cl->clReleaseMemObject(all);
    own_context_free(&o);
}

/* ---- limits ---- */

static void what_is_kept_is_within_the_limit(void)
{
    enum { BATCH = 32768, MOST = 20 };
    mr_stream_params params = params_on(NULL, false, BATCH, 3);
    params.shape = "lanes 8/4, span 32/32, group 1, unit 65536, ring 3";
    mr_stats stats;
    mr_error err;
    mr_stream *s = rig_open_text("count() | map(3*x)", &params);
    mr_stream_stats(s, &stats);
    mr_stream_close(&s);
    const size_t slot = stats.peak_device_bytes / 3;
    params.max_memory_bytes = stats.peak_host_bytes + stats.peak_device_bytes + 2 * slot;
    s = rig_open_text("count() | map(3*x)", &params);
    mr_lease *leases[MOST] = {NULL};
    mr_device_batch b;
    size_t count = 0;
    mr_status st = MR_OK;
    int64_t last = -1, slots = 0; /* units, whose batches share one slot */
    struct _cl_mem *before = NULL;
    while (count < MOST) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next_device(s, &b, &err), MR_OK);
        if ((st = mr_device_batch_keep(s, &b, &leases[count], &err)) != MR_OK) break;
        slots += b.buffers[0] != before;
        before = b.buffers[0];
        last = b.position;
        count++;
    }
    CU_ASSERT_EQUAL(st, MR_E_BUDGET);
    CU_ASSERT_PTR_NULL(leases[count]);
    CU_ASSERT_TRUE(slots >= 2 && slots <= 5);
    CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(err.message, " leases are held"));
    CU_ASSERT_EQUAL((size_t)atoi(strstr(err.message, ": ") + 2), count);
    mr_stream_stats(s, &stats);
    CU_ASSERT_EQUAL(stats.leases, count);
    CU_ASSERT_TRUE(stats.lease_bytes <= 2 * slot);
    CU_ASSERT_EQUAL(b.position, last + BATCH); /* it goes on all the same */
    for (size_t k = 0; k < count; k++) mr_lease_release(&leases[k]);
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &b, &leases[0], &err), MR_OK);
    mr_lease_release(&leases[0]);
    mr_stream_close(&s);
}

/* A batch is kept as it was lent. */
static void who_keeps_names_the_batch_that_is_lent(void)
{
    const mr_stream_params params = params_on(NULL, false, 10, 0);
    mr_stream *s = rig_open_text("range(40)", &params);
    mr_device_batch first = {.len = 0}, second;
    mr_batch host;
    mr_lease *lease = NULL, *again = NULL;
    mr_error err;
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &first, &lease, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(mr_stream_next_device(s, &first, &err), MR_OK);
    host = (mr_batch){.position = first.position, .len = first.len};
    CU_ASSERT_EQUAL(mr_batch_keep(s, &host, &lease, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &first, &lease, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &first, &again, &err), MR_OK);
    mr_lease_release(&again);
    CU_ASSERT_EQUAL(mr_stream_next(s, &host, &err), MR_OK);
    CU_ASSERT_EQUAL(((const int64_t *)host.columns[0])[9], 19);
    second = (mr_device_batch){.position = host.position, .len = host.len};
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &second, &again, &err), MR_E_STATE);
    CU_ASSERT_PTR_NULL(again);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "mr_device_batch_keep"));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "before the next call"));
    CU_ASSERT_EQUAL(mr_stream_next_device(s, &second, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &first, &again, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(mr_stream_give_back(s, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_device_batch_keep(s, &second, &again, &err), MR_E_STATE);
    mr_stream_close(&s);
    mr_lease_release(&lease);
}

/* ---- failures ---- */

static mr_status keep_all(const mr_seq *seq, const mr_stream_params *params, mr_error *err)
{
    enum { MOST = 20 };
    mr_lease *leases[MOST] = {NULL};
    mr_stream *s = NULL;
    mr_device_batch b = {.len = 1};
    mr_status st = mr_stream_open(&s, seq, params, err);
    for (size_t k = 0; k < MOST && st == MR_OK && b.len; k++) {
        st = mr_stream_next_device(s, &b, err);
        if (st == MR_OK && b.len) st = mr_device_batch_keep(s, &b, &leases[k], err);
        if (k % 3 == 1) mr_lease_release(&leases[k - 1]);
    }
    for (size_t k = 0; k < MOST / 2; k++) mr_lease_release(&leases[k]);
    mr_stream_close(&s);
    for (size_t k = MOST / 2; k < MOST; k++) mr_lease_release(&leases[k]);
    return st;
}

static void every_allocation_of_keeping_may_fail(void)
{
    mr_seq *seq = rig_parse("range(9000) | map(x*2, f32(x))");
    mr_stream_params params = params_on(NULL, true, 1000, 2);
    params.shape = small_units;
    rig_fail_allocations(keep_all, seq, &params, tests_long ? 1 : 7);
    mr_seq_release(&seq);
}

SUITE(device_lease,
      {"kept_device_batches_stay_as_they_were", kept_device_batches_stay_as_they_were},
      {"many_are_dropped_in_any_order_by_any_thread", many_are_dropped_in_any_order_by_any_thread},
      {"a_lease_may_end_before_the_callers_queue_has_read",
       a_lease_may_end_before_the_callers_queue_has_read},
      {"what_is_kept_is_within_the_limit", what_is_kept_is_within_the_limit},
      {"who_keeps_names_the_batch_that_is_lent", who_keeps_names_the_batch_that_is_lent},
      {"every_allocation_of_keeping_may_fail", every_allocation_of_keeping_may_fail},
      NOTHING_IS_LEFT_BEHIND);
