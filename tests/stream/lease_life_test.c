/* Whatever is done with a stream and what is kept of it, in whatever order, by whichever thread:
 * the elements are those of the sequence, and all is given back. */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/own_context.h"
#include "cl/session.h"
#include "rig.h"
#include "stream/making.h"

enum { MOST = 20000, TABLE = 24, DROPPERS = 2 };

static const char small_units[] = "lanes 8/4, span 32/32, group 1, unit 4096, ring 2";

/* One column each. */
static const char *const texts[] = {
    "range(20000) | map(x*3)",
    "range(20000) | filter(x % 7 < 3)",
    "range(20000) | map(x*0.1) | scan(sum)",
    "chain(range(7000), range(9000) | filter(x > 5), range(9))",
    "range(20000) | hist(500, 0, 20000)",
};

/* What a sequence is, as the host engine pulls it once. */
struct truth {
    mr_seq *seq;
    size_t width, len;
    unsigned char elements[MOST * 8];
};

/* Also in children, which have no asserts. */
static bool learn(struct truth *t, const char *text)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_stream *s = NULL;
    void *columns[] = {t->elements};
    mr_status st = mr_seq_parse(&t->seq, text, NULL);
    if (st == MR_OK) st = mr_stream_open(&s, t->seq, &params, NULL);
    if (st == MR_OK) st = mr_stream_read(s, MOST, columns, &t->len, NULL);
    if (st == MR_OK) t->width = mr_dtype_size(mr_seq_column_dtype(t->seq, 0));
    mr_stream_close(&s);
    return st == MR_OK;
}

static bool is_as_in(const struct truth *t, int64_t position, size_t len, const void *elements)
{
    return position >= 0 && (size_t)position + len <= t->len &&
           memcmp(elements, t->elements + (size_t)position * t->width, len * t->width) == 0;
}

/* ---- what is kept ---- */

struct kept {
    mr_lease *lease;
    mr_batch host;
    mr_device_batch device; /* len 0: it is on the host */
};

struct life {
    const struct truth *truth;
    uint64_t random;
    pthread_mutex_t lock;
    struct kept table[TABLE];
    bool is_over;
    bool may_be_unreadable; /* calls are made to fail */
    long kept, wrong;
};

static unsigned below(uint64_t *random, unsigned n)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*random >> 33) % n;
}

static bool is_right(const struct life *l, const struct kept *k)
{
    const mr_device_batch *d = &k->device;
    if (d->len == 0) return is_as_in(l->truth, k->host.position, k->host.len, k->host.columns[0]);
    void *copy = malloc(d->len * l->truth->width);
    cl_command_queue queue = own_queue_for(d);
    bool is_read = queue && copy && own_read(queue, d, 0, 0, d->len, l->truth->width, copy);
    bool right = is_read ? is_as_in(l->truth, d->position, d->len, copy) : l->may_be_unreadable;
    if (queue) (void)mr_cl_loaded()->clReleaseCommandQueue(queue);
    free(copy);
    return right;
}

/* Lets go of what stands in a place of the table, and puts `k` there. */
static void exchange(struct life *l, unsigned place, struct kept k)
{
    (void)pthread_mutex_lock(&l->lock);
    struct kept there = l->table[place];
    l->table[place] = k;
    (void)pthread_mutex_unlock(&l->lock);
    if (!there.lease) return;
    mr_lease *twice = mr_lease_retain(there.lease);
    mr_lease_release(&there.lease);
    bool right = is_right(l, &there);
    mr_lease_release(&twice);
    (void)pthread_mutex_lock(&l->lock);
    l->wrong += !right;
    (void)pthread_mutex_unlock(&l->lock);
}

static void *drop_at_random(void *user)
{
    struct life *l = user;
    uint64_t random = (uint64_t)(uintptr_t)&random;
    for (bool is_over = false; !is_over;) {
        exchange(l, below(&random, TABLE), (struct kept){.lease = NULL});
        (void)pthread_mutex_lock(&l->lock);
        is_over = l->is_over;
        (void)pthread_mutex_unlock(&l->lock);
        (void)sched_yield();
    }
    return NULL;
}

/* ---- what is done ---- */

static void keep_some(struct life *l, mr_stream *s, bool on_device)
{
    struct kept k = {.lease = NULL};
    mr_status st =
        on_device ? mr_stream_next_device(s, &k.device, NULL) : mr_stream_next(s, &k.host, NULL);
    if (st != MR_OK || k.device.len + k.host.len == 0) return;
    if (!is_right(l, &k)) l->wrong++;
    if (below(&l->random, 3) == 0) return;
    st = on_device ? mr_device_batch_keep(s, &k.device, &k.lease, NULL)
                   : mr_batch_keep(s, &k.host, &k.lease, NULL);
    if (st != MR_OK) return;
    l->kept++;
    exchange(l, below(&l->random, TABLE), k);
}

static void read_some(struct life *l, mr_stream *s)
{
    static unsigned char row[3000 * 8];
    void *columns[] = {row};
    size_t got = 0;
    int64_t at = mr_stream_tell(s);
    mr_status st = mr_stream_read(s, 1 + below(&l->random, 3000), columns, &got, NULL);
    if (st == MR_OK && got && !is_as_in(l->truth, at, got, row)) l->wrong++;
}

/* Another stream goes on where it is; what was kept of the old one stays. */
static void save_and_restore(struct life *l, mr_stream **s, const mr_stream_params *params)
{
    static unsigned char bytes[16384];
    size_t needed = 0;
    mr_stream *next = NULL;
    int64_t at = mr_stream_tell(*s);
    if (mr_stream_save(*s, bytes, sizeof bytes, &needed, NULL) != MR_OK) return;
    if (mr_stream_restore(&next, l->truth->seq, params, bytes, needed, NULL) != MR_OK) return;
    l->wrong += mr_stream_tell(next) != at;
    mr_stream_close(s);
    *s = next;
}

static void live(struct life *l, const mr_stream_params *params)
{
    mr_stream *s = NULL;
    if (mr_stream_open(&s, l->truth->seq, params, NULL) != MR_OK) return;
    for (unsigned left = 1 + below(&l->random, 40); left > 0; left--)
        switch (below(&l->random, 12)) {
        case 0: (void)mr_stream_seek(s, below(&l->random, MOST + 5000), NULL); break;
        case 1: save_and_restore(l, &s, params); break;
        case 2: read_some(l, s); break;
        case 3: (void)mr_stream_give_back(s, NULL); break;
        case 4:
            if (below(&l->random, 6) == 0) mr_stream_interrupt(s);
            break;
        default: keep_some(l, s, below(&l->random, 2));
        }
    mr_stream_close(&s);
}

static mr_stream_params params_of(uint64_t *random, const struct rig *rig)
{
    static const size_t batches[] = {64, 500, 1000, 4096, 9999};
    mr_stream_params params = rig_params(rig, batches[below(random, 5)], 2 + below(random, 2));
    if (rig->engine == MR_ENGINE_OPENCL) params.shape = small_units;
    if (below(random, 4) == 0) params.max_memory_bytes = 600000 + below(random, 3000000);
    return params;
}

static void lives_in_any_order_give_the_elements(void)
{
    static struct truth truth;
    static struct life l;
    pthread_t threads[DROPPERS];
    const int lives = tests_long ? 400 : tests_brief ? 4 : 8;
    mr_seq *first = rig_parse("range(1)"); /* from here on, what is left is counted */
    mr_seq_release(&first);
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        CU_ASSERT_TRUE_FATAL(learn(&truth, texts[t]));
        l = (struct life){.truth = &truth, .random = t + 1, .lock = PTHREAD_MUTEX_INITIALIZER};
        for (int k = 0; k < DROPPERS; k++)
            CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, drop_at_random, &l), 0);
        for (int n = 0; n < lives; n++)
            for (const struct rig *rig = rigs; rig->name; rig++) {
                const mr_stream_params params = params_of(&l.random, rig);
                live(&l, &params);
            }
        (void)pthread_mutex_lock(&l.lock);
        l.is_over = true;
        (void)pthread_mutex_unlock(&l.lock);
        for (int k = 0; k < DROPPERS; k++) (void)pthread_join(threads[k], NULL);
        for (unsigned k = 0; k < TABLE; k++) exchange(&l, k, (struct kept){.lease = NULL});
        if (l.wrong) printf("\n  %s: %ld", texts[t], l.wrong);
        CU_ASSERT_EQUAL(l.wrong, 0);
        CU_ASSERT_TRUE(l.kept > 2 * lives);
        mr_seq_release(&truth.seq);
    }
}

/* ---- calls that fail ---- */

typedef unsigned long ask_for_fault(const char *text, int part);

static ask_for_fault *find_layer(void)
{
    ask_for_fault *found = NULL;
    void *layer = dlopen(MILLRACE_LAYER, RTLD_NOW | RTLD_NOLOAD);
    void *symbol = layer ? dlsym(layer, "layer_ask_for_fault") : NULL;
    memcpy(&found, &symbol, sizeof found);
    return found;
}

/* Prints what is wrong. */
CHILD(keeps_while_calls_fail)
{
    static struct truth truth;
    static struct life l;
    (void)alarm(100);
    if (!learn(&truth, "range(20000) | filter(x % 7 < 3)")) printf("nothing to compare with\n");
    l = (struct life){
        .truth = &truth, .random = 1, .lock = PTHREAD_MUTEX_INITIALIZER, .may_be_unreadable = true};
    mr_stream_params params = rig_params(&rigs[1], 500, 2);
    params.shape = small_units;
    live(&l, &params);
    for (unsigned k = 0; k < TABLE; k++) exchange(&l, k, (struct kept){.lease = NULL});
    mr_makings_settle();
    mr_cl_purge();
    ask_for_fault *ask = find_layer();
    if (!ask) printf("no layer\n");
    for (unsigned nth = 1; ask && nth < 400; nth += tests_long ? 1 : 29)
        for (int persists = 0; persists < 2; persists++) {
            char fault[64];
            size_t before = mr_memory_live_bytes();
            (void)snprintf(fault, sizeof fault, "*:%u:-36%s", nth, persists ? ":persist" : "");
            params.knobs = &rigs[1 + nth % 2].knobs;
            (void)ask(fault, -1);
            live(&l, &params);
            (void)ask("", -1);
            for (unsigned k = 0; k < TABLE; k++) exchange(&l, k, (struct kept){.lease = NULL});
            mr_makings_settle();
            mr_cl_purge();
            /* Where waiting fails for good, memory that a command may still write to is lost. */
            size_t more = persists ? 0 : mr_memory_live_bytes() - before;
            if (l.wrong || mr_cl_live_objects() || more)
                printf("%s: %ld wrong, %ld objects, %zu bytes more\n", fault, l.wrong,
                       mr_cl_live_objects(), more);
            l.wrong = 0;
        }
    if (l.kept == 0) printf("nothing was kept\n");
    mr_seq_release(&truth.seq);
}

static void what_is_kept_outlives_calls_that_fail(void)
{
    const char *environment[] = {
        "OPENCL_LAYERS=" MILLRACE_LAYER,
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0", NULL};
    const struct child_result r = child_run("keeps_while_calls_fail", environment);
    if (r.text[0]) printf("\n%s", r.text);
    CU_ASSERT_EQUAL(r.exit_code, 0);
    CU_ASSERT_STRING_EQUAL(r.text, "");
}

SUITE(lease_life, {"lives_in_any_order_give_the_elements", lives_in_any_order_give_the_elements},
      {"what_is_kept_outlives_calls_that_fail", what_is_kept_outlives_calls_that_fail},
      NOTHING_IS_LEFT_BEHIND);
