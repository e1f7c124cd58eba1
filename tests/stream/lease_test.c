/* Batches that are kept: they stay what they were, wherever and whenever they are let go. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rig.h"

/* ---- values ---- */

enum { KEPT_LIMIT = 64 };

struct kept {
    mr_batch batch;
    mr_lease *lease;
    void *copies[MR_MAX_COLUMNS]; /* as it was when it was lent */
};

static void keep(struct kept *out, mr_stream *s, const mr_seq *seq)
{
    CU_ASSERT_EQUAL_FATAL(mr_batch_keep(s, &out->batch, &out->lease, NULL), MR_OK);
    for (size_t c = 0; c < out->batch.column_count; c++) {
        size_t bytes = out->batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c));
        out->copies[c] = malloc(bytes);
        CU_ASSERT_PTR_NOT_NULL_FATAL(out->copies[c]);
        memcpy(out->copies[c], out->batch.columns[c], bytes);
    }
}

static bool let_go(struct kept *k, const mr_seq *seq)
{
    bool same = true;
    for (size_t c = 0; c < k->batch.column_count; c++) {
        size_t bytes = k->batch.len * mr_dtype_size(mr_seq_column_dtype(seq, c));
        same = same && !memcmp(k->copies[c], k->batch.columns[c], bytes);
        free(k->copies[c]);
    }
    mr_lease_release(&k->lease);
    return same && !k->lease;
}

/* What a kept batch may stand in: every way in which slots are filled, and a result. */
static const char *const texts[] = {
    "range(60000) | map(a: x*3, b: x % 3 == 0, c: f32(x))",
    "range(60000) | filter(x % 7 < 3)",
    "range(60000) | filter(x % 501 == 3)",
    "range(60000) | map(x*0.1) | scan(sum)",
    "range(60000) | filter(x % 3 == 0) | window(5, max) | map(x, i)",
    "chain(range(20000), range(30000) | filter(x > 5), range(9))",
    "range(60000) | shuffle(7, window=5000)",
    "range(60000) | chunk(7, mean)",
    "range(60000) | scan(s: s + x, init=1, while=s < 1000000000)",
    "range(60000) | hist(5000, 0, 60000)",
    "range(60000) | sum()",
    NULL,
};

/* Keeps a random part of all batches, lets some go on the way, the others once it is closed. The
 * elements must be those of a stream of which nothing is kept. */
static void check_text(const char *text, const struct rig *rig, size_t batch, unsigned ring)
{
    const mr_stream_params params = rig_params(rig, batch, ring);
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params), *plain = rig_open(seq, &params);
    struct kept kept[KEPT_LIMIT];
    size_t count = 0;
    unsigned random = 1;
    bool same = true;
    for (mr_batch b, other; same; random = random * 1103515245 + 12345) {
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &b, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(plain, &other, NULL), MR_OK);
        same = b.len == other.len;
        if (b.len == 0) break;
        for (size_t c = 0; same && c < b.column_count; c++)
            same = !memcmp(b.columns[c], other.columns[c],
                           b.len * mr_dtype_size(mr_seq_column_dtype(seq, c)));
        if (random >> 16 & 1 && count < KEPT_LIMIT) {
            kept[count].batch = b;
            keep(&kept[count++], s, seq);
        }
        if (random >> 17 & 1 && count) {
            size_t at = (random >> 20) % count;
            same = same && let_go(&kept[at], seq);
            kept[at] = kept[--count];
        }
    }
    mr_stream_close(&plain);
    mr_stream_close(&s);
    while (count) same = let_go(&kept[--count], seq) && same;
    if (!same) printf("\n  %s on %s, batches of %zu, ring %u", text, rig->name, batch, ring);
    CU_ASSERT_TRUE(same);
    mr_seq_release(&seq);
}

static void kept_batches_stay_as_they_were(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; texts[k]; k++) {
            check_text(texts[k], rig, 1000, 2);
            if (tests_long || rig->engine == MR_ENGINE_HOST) check_text(texts[k], rig, 4096, 0);
        }
}

/* Where vectors and caches like them, whatever is left of a unit for the next batch. */
static void batches_begin_at_64_byte_boundaries(void)
{
    static const char *const some[] = {
        "range(500000) | map(x*3, x % 2 == 0, f32(x))",
        "range(500000) | filter(x % 7 < 3) | map(x, x % 2 == 0, f32(x))",
        "range(500000) | filter(x % 501 == 3)",
        "range(500000) | map(x*0.1) | scan(sum) | filter(x > 7.0)",
        "range(500000) | dedup() | take_while(x < 450000)",
        "normal() | take(300000)",
    };
    static const size_t batches[] = {64, 1024, 4096, 0};
    for (size_t k = 0; k < sizeof some / sizeof some[0]; k++)
        for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
            const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = batches[b]};
            mr_stream *s = rig_open_text(some[k], &params);
            mr_batch batch = {.len = 1};
            size_t wrong = 0;
            while (batch.len) {
                CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
                for (size_t c = 0; c < batch.column_count && batch.len; c++)
                    wrong += (uintptr_t)batch.columns[c] % 64 != 0;
            }
            if (wrong) printf("\n  %s, batches of %zu: %zu", some[k], batches[b], wrong);
            CU_ASSERT_EQUAL(wrong, 0);
            mr_stream_close(&s);
        }
}

/* ---- many, in threads ---- */

enum { TABLE = 200, DROPPERS = 3 };

struct table {
    pthread_mutex_t lock;
    struct entry {
        mr_lease *lease;
        const int64_t *elements;
        int64_t first;
        size_t len;
    } entries[TABLE];
    bool is_over;
    int64_t seen, wrong;
};

static bool is_right(const struct entry *e)
{
    size_t places[] = {0, e->len / 2, e->len - 1};
    for (size_t k = 0; k < 3; k++)
        if (e->elements[places[k]] != 3 * (e->first + (int64_t)places[k])) return false;
    return true;
}

/* Takes what is in a place, and puts `entry` there. */
static void exchange(struct table *t, size_t place, struct entry *entry)
{
    pthread_mutex_lock(&t->lock);
    struct entry there = t->entries[place];
    t->entries[place] = *entry;
    pthread_mutex_unlock(&t->lock);
    *entry = there;
}

static void drop(struct table *t, struct entry *entry)
{
    if (!entry->lease) return;
    bool right = is_right(entry);
    mr_lease *twice = mr_lease_retain(entry->lease);
    mr_lease_release(&entry->lease);
    right = right && is_right(entry);
    mr_lease_release(&twice);
    pthread_mutex_lock(&t->lock);
    t->seen++;
    t->wrong += !right;
    pthread_mutex_unlock(&t->lock);
}

static void *drop_at_random(void *user)
{
    struct table *t = user;
    unsigned random = (unsigned)(size_t)&random;
    for (bool is_over = false; !is_over; random = random * 1103515245 + 12345) {
        struct entry entry = {.lease = NULL};
        exchange(t, (random >> 16) % TABLE, &entry);
        drop(t, &entry);
        pthread_mutex_lock(&t->lock);
        is_over = t->is_over;
        pthread_mutex_unlock(&t->lock);
    }
    return NULL;
}

static void many_are_dropped_in_any_order_by_any_thread(void)
{
    const int64_t batches = tests_brief ? 10000 : 100000;
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 1024};
    static struct table t = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[DROPPERS];
    mr_stream *s = rig_open_text("count() | map(3*x)", &params);
    for (int k = 0; k < DROPPERS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, drop_at_random, &t), 0);
    unsigned random = 7;
    for (int64_t n = 0; n < batches; n++, random = random * 1103515245 + 12345) {
        mr_batch b;
        CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &b, NULL), MR_OK);
        struct entry entry = {.elements = b.columns[0], .first = b.position, .len = b.len};
        CU_ASSERT_EQUAL_FATAL(mr_batch_keep(s, &b, &entry.lease, NULL), MR_OK);
        exchange(&t, (random >> 16) % TABLE, &entry);
        drop(&t, &entry);
    }
    mr_stream_close(&s);
    pthread_mutex_lock(&t.lock);
    t.is_over = true;
    pthread_mutex_unlock(&t.lock);
    for (int k = 0; k < DROPPERS; k++) (void)pthread_join(threads[k], NULL);
    for (size_t k = 0; k < TABLE; k++) drop(&t, &t.entries[k]);
    CU_ASSERT_EQUAL(t.seen, batches);
    CU_ASSERT_EQUAL(t.wrong, 0);
}

/* ---- slots that come back ---- */

/* Several come back between two pulls: the ring of two takes as many as it had, each of which has
 * room for what a unit's state was. */
static void no_ring_grows_by_what_comes_back(void)
{
    enum { HELD = 16 };
    static const char text[] = "range(60000) | filter(x % 7 < 3)";
    struct kept all[HELD];
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 500, 2);
        mr_seq *seq = rig_parse(text);
        if (rig->engine == MR_ENGINE_OPENCL)
            params.shape = "lanes 8/4, span 32/32, group 1, unit 4096, ring 2";
        mr_stream *s = rig_open(seq, &params);
        size_t held = 0, wrong = 0;
        for (bool is_over = false; !is_over;) {
            CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &all[held].batch, NULL), MR_OK);
            is_over = all[held].batch.len == 0;
            if (!is_over) keep(&all[held++], s, seq);
            for (bool drops = held == HELD || is_over; drops && held > 0;)
                wrong += !let_go(&all[--held], seq);
        }
        CU_ASSERT_EQUAL(mr_stream_tell(s), 25716);
        CU_ASSERT_EQUAL(wrong, 0);
        mr_stream_close(&s);
        mr_seq_release(&seq);
    }
}

/* ---- which can be kept ---- */

static void only_the_batch_that_is_lent_can_be_kept(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 10};
    mr_stream *s = rig_open_text("range(30)", &params);
    mr_batch first = {.len = 0}, second;
    mr_lease *lease = NULL, *again = NULL;
    mr_error err;
    CU_ASSERT_EQUAL(mr_batch_keep(s, &first, &lease, &err), MR_E_STATE);
    CU_ASSERT_EQUAL(mr_stream_next(s, &first, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_batch_keep(s, &first, &lease, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_batch_keep(s, &first, &again, &err), MR_OK);
    mr_lease_release(&again);
    CU_ASSERT_EQUAL(mr_stream_next(s, &second, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_batch_keep(s, &first, &again, &err), MR_E_STATE);
    CU_ASSERT_PTR_NULL(again);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "before the next call"));
    CU_ASSERT_EQUAL(mr_stream_give_back(s, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_batch_keep(s, &second, &again, &err), MR_E_STATE);
    mr_stream_interrupt(s); /* what is there can still be kept */
    CU_ASSERT_EQUAL(((const int64_t *)first.columns[0])[9], 9);
    mr_stream_close(&s);
    mr_lease_release(&lease);
    mr_lease_release(&lease);
    mr_lease_release(NULL);
}

/* ---- failures ---- */

static mr_status keep_all(const mr_seq *seq, const mr_stream_params *params, mr_error *err)
{
    mr_lease *leases[40] = {NULL};
    mr_stream *s = NULL;
    mr_batch b = {.len = 1};
    mr_status st = mr_stream_open(&s, seq, params, err);
    for (size_t k = 0; k < 40 && st == MR_OK && b.len; k++) {
        st = mr_stream_next(s, &b, err);
        if (st == MR_OK && b.len) st = mr_batch_keep(s, &b, &leases[k], err);
        if (k % 3 == 1) mr_lease_release(&leases[k - 1]);
    }
    for (size_t k = 0; k < 20; k++) mr_lease_release(&leases[k]);
    mr_stream_close(&s);
    for (size_t k = 20; k < 40; k++) mr_lease_release(&leases[k]);
    return st;
}

static void every_allocation_of_keeping_may_fail(void)
{
    static const char *const some[] = {"range(9000) | map(x*2, f32(x))", "range(9000) | sum()"};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < 2; k++) {
            if (rig->engine == MR_ENGINE_AUTO) continue; /* a thread of its own allocates */
            mr_seq *seq = rig_parse(some[k]);
            const mr_stream_params params = rig_params(rig, 1000, 2);
            rig_fail_allocations(keep_all, seq, &params,
                                 rig->engine == MR_ENGINE_HOST || tests_long ? 1 : 19);
            mr_seq_release(&seq);
        }
}

SUITE(lease, {"kept_batches_stay_as_they_were", kept_batches_stay_as_they_were},
      {"batches_begin_at_64_byte_boundaries", batches_begin_at_64_byte_boundaries},
      {"many_are_dropped_in_any_order_by_any_thread", many_are_dropped_in_any_order_by_any_thread},
      {"no_ring_grows_by_what_comes_back", no_ring_grows_by_what_comes_back},
      {"only_the_batch_that_is_lent_can_be_kept", only_the_batch_that_is_lent_can_be_kept},
      {"every_allocation_of_keeping_may_fail", every_allocation_of_keeping_may_fail},
      NOTHING_IS_LEFT_BEHIND);
