/* Several devices share a stream's units: the same bits, whichever of them fails. The layer makes
 * two devices of two cores. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <millrace/partials.h>

#include "base/hash.h"
#include "base/memory.h"
#include "cl/child.h"
#include "cl/handle.h"
#include "cl/own_context.h"
#include "cl/session.h"
#include "rig.h"
#include "specimen.h"

/* Of every kind of segment, each of 15 units; what hands a state on, and what reads it. */
static const struct specimen pipelines[] = {
    {.text = "range(60000) | map(a: f64(x)*0.5, b: x % 3 == 0)"},
    {.text = "range(60000) | filter(x % 3 == 0) | window(7, max)", .staged_copies = true},
    {.text = "range(60000) | filter(x % 2 == 0) | scan(sum) | filter(x % 3 != 1)"},
    {.text = "range(60000) | filter(x % 2 == 0) | chunk(10, mean)"},
    {.text = "range(60000) | filter(x % 3 != 1) | chunk(7000, sum)"},
    {.text = "chain(fibonacci(mod=7) | take(20000), range(30000)) | map(x + 1)"},
    {.text = "range(60000) | map(x*x) | filter(x % 5 != 1) | var()", .staged_copies = true},
    {.text = "range(60000) | scan(sum) | hist(16, 0, 1e9)"},
    {.text = "zip(range(40000) | scan(sum), range(60000) | filter(x % 3 != 1)) | map(x0 + x1)"},
    {.text = "| map(x*x) | skip(10) | last()"},
    {.text = NULL},
};

static mr_stream_params params_on(const char *device)
{
    return (mr_stream_params){.engine = device ? MR_ENGINE_OPENCL : MR_ENGINE_HOST,
                              .device = device,
                              .shape = device ? "lanes 16/8, group 4, unit 4096, ring 3" : NULL};
}

/* For a consumer that is quicker than a device. */
#define HARD "range(4000000) | map(exp(x*1e-9)*sin(x))"

static bool is_same(const struct specimen_result *a, const struct specimen_result *b)
{
    return a->status == MR_OK && a->elements == b->elements && a->hash == b->hash;
}

static void tell(size_t row, const char *how, const struct specimen_result *r)
{
    printf("%s, %s: %s, %lld elements, %s\n", pipelines[row].text, how, mr_status_name(r->status),
           r->elements, r->status == MR_OK ? "" : r->error.message);
}

/* ---- children: what they print is what is wrong ---- */

static mr_stream *open_text(const char *text, const char *device, size_t batch)
{
    mr_stream_params params = params_on(device);
    mr_stream *s = NULL;
    mr_seq *seq = NULL;
    mr_error err = {0};
    params.batch_elems = batch;
    if (batch == 0) params.shape = NULL;
    if (mr_seq_parse(&seq, text, &err) != MR_OK || mr_stream_open(&s, seq, &params, &err) != MR_OK)
        printf("%s: %s\n", text, err.message);
    mr_seq_release(&seq);
    if (!s) exit(EXIT_FAILURE);
    return s;
}

CHILD(compares_two_devices_with_the_host)
{
    (void)alarm(100);
    for (size_t row = 0; pipelines[row].text; row++) {
        struct specimen_result host = specimen_run(&pipelines[row], params_on(NULL));
        struct specimen_result both = specimen_run(&pipelines[row], params_on("all"));
        struct specimen_result listed = specimen_run(&pipelines[row], params_on("1,0"));
        if (!is_same(&both, &host)) tell(row, "all", &both);
        if (!is_same(&listed, &host)) tell(row, "1,0", &listed);
    }
    mr_cl_purge();
    if (mr_cl_live_objects()) printf("left %ld objects\n", mr_cl_live_objects());
}

typedef unsigned long ask_for_fault(const char *text, int part);

static ask_for_fault *find_layer(void)
{
    ask_for_fault *found = NULL;
    void *layer = dlopen(MILLRACE_LAYER, RTLD_NOW | RTLD_NOLOAD);
    void *symbol = layer ? dlsym(layer, "layer_ask_for_fault") : NULL;
    memcpy(&found, &symbol, sizeof found);
    return found;
}

/* Every call of one device from the nth on fails. */
static void lose(ask_for_fault *ask, size_t row, int part, unsigned long nth,
                 const struct specimen_result *good)
{
    char how[64];
    (void)snprintf(how, sizeof how, "*:%lu:-5:persist", nth);
    (void)alarm(60); /* ends what hangs */
    (void)ask(how, part);
    struct specimen_result r = specimen_run(&pipelines[row], params_on("all"));
    (void)ask(NULL, -1);
    bool names = r.status != MR_OK && r.error.device[0];
    (void)snprintf(how + strlen(how), sizeof how - strlen(how), " of part %d", part);
    if (!names && !is_same(&r, good)) tell(row, how, &r);
    if (names && tests_long) tell(row, how, &r);
}

CHILD(loses_a_device_anywhere)
{
    bool is_long = getenv("MILLRACE_TEST_LONG") != NULL;
    const unsigned long values = is_long ? 28 : 4;
    for (size_t row = 0; pipelines[row].text; row++) {
        struct specimen_result good = specimen_run(&pipelines[row], params_on("all"));
        ask_for_fault *ask = find_layer();
        int part = (int)(row % 2);
        if (!ask) printf("no layer\n");
        if (!ask) return;
        (void)ask("*:0:0", part);
        (void)specimen_run(&pipelines[row], params_on("all"));
        unsigned long calls = ask(NULL, -1);
        if (calls < 50) printf("only %lu calls of a part\n", calls);
        for (unsigned long k = 0; k < values; k++)
            lose(ask, row, part, 1 + (k * calls + row * calls / 8) / values, &good);
    }
    mr_cl_purge();
    if (mr_cl_live_objects()) printf("left %ld objects\n", mr_cl_live_objects());
}

/* The second half of a terminal's positions, as bytes; *size 0: it failed, and names no device. */
static void *make_part(const char *text, const char *device, size_t *size)
{
    mr_stream_params params = params_on(device);
    int64_t from, until;
    void *bytes = NULL;
    mr_seq *seq = NULL;
    mr_error err = {0};
    params.batch_elems = 500;
    *size = 0;
    if (mr_seq_parse(&seq, text, &err) != MR_OK ||
        mr_partial_range(&from, &until, seq, 1, 2, &err) != MR_OK ||
        mr_reduce_partial(&bytes, size, seq, &params, from, until, &err) != MR_OK)
        printf("%s: %s%s\n", text, err.message, err.device[0] ? " (named)" : "");
    mr_seq_release(&seq);
    return bytes;
}

CHILD(loses_a_device_within_a_part)
{
    static const char *const texts[] = {
        "range(60000) | map(x*x) | filter(x % 5 != 1) | var()",
        "range(60000) | filter(x % 7 == 2) | map(1.0/x) | filter(x < 0.01) | last()",
        "range(60000) | filter(x % 3 == 0) | hist(7, 0, 60000)",
        "range(60000) | filter(x % 3 == 1) | map(x % 1000) | filter(x > 990) | argmax()",
    };
    enum { VALUES = 6 };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        size_t size, got;
        void *good = make_part(texts[t], NULL, &size), *part = make_part(texts[t], "all", &got);
        if (got != size || memcmp(part, good, size) != 0) printf("%s: others\n", texts[t]);
        mr_partial_free(&part);
        ask_for_fault *ask = find_layer();
        (void)ask("*:0:0", 1);
        part = make_part(texts[t], "all", &got);
        unsigned long calls = ask(NULL, -1);
        mr_partial_free(&part);
        for (unsigned long k = VALUES / 2; k < VALUES; k++) {
            char how[64];
            (void)snprintf(how, sizeof how, "*:%lu:-5:persist", 1 + k * calls / VALUES);
            (void)ask(how, 1);
            part = make_part(texts[t], "all", &got);
            (void)ask(NULL, -1);
            if (got != size || memcmp(part, good, size) != 0) printf("%s, %s\n", texts[t], how);
            mr_partial_free(&part);
        }
        mr_partial_free(&good);
    }
}

/* The one that is lost is told of, with what it failed with; when all are, that is the failure. */
CHILD(tells_who_was_lost)
{
    mr_device_use uses[4];
    size_t count = 0;
    mr_batch batch;
    mr_error err = {0};
    for (int both = 0; both < 2; both++) {
        mr_stream *s = open_text(HARD " | filter(x > 0.1)", "0,1", 0);
        ask_for_fault *ask = find_layer();
        mr_status st = MR_OK;
        batch.len = 1;
        (void)ask("clFlush:1:-36:persist", both ? -1 : 1);
        while (st == MR_OK && batch.len) st = mr_stream_next(s, &batch, &err);
        (void)ask(NULL, -1);
        if (mr_stream_devices(s, uses, 4, &count, NULL) != MR_OK || count != 2) printf("count\n");
        printf("%s", mr_status_name(st));
        for (size_t k = 0; k < count; k++)
            printf(" %zu:%s:%s", k, uses[k].is_lost ? "lost" : "kept",
                   strstr(uses[k].reason, "CL_INVALID_COMMAND_QUEUE") ? "code" : "");
        printf(" %s\n", st != MR_OK && strchr("01", err.device[0]) ? "named" : "");
        mr_stream_close(&s);
    }
}

/* Read as a consumer may, on a queue of its own in the batch's context. */
static uint64_t hash_lent(const mr_device_batch *b)
{
    static int64_t elements[1 << 16];
    cl_command_queue queue = own_queue_for(b);
    if (!own_read(queue, b, 0, 0, b->len, sizeof elements[0], elements))
        printf("a batch cannot be read\n");
    (void)mr_cl_loaded()->clReleaseCommandQueue(queue);
    return mr_hash_bytes(MR_HASH_SEED, elements, b->len * sizeof elements[0]);
}

/* What is lent is on the device that made it. */
CHILD(lends_batches_of_both_devices)
{
    mr_stream *host = open_text("range(200000) | filter(x % 3 != 1)", NULL, 4096);
    mr_stream *both = open_text("range(200000) | filter(x % 3 != 1)", "all", 4096);
    mr_device_batch lent = {.len = 1};
    mr_batch batch;
    while (lent.len) {
        if (mr_stream_next(host, &batch, NULL) || mr_stream_next_device(both, &lent, NULL))
            printf("failed\n");
        if (batch.len != lent.len) printf("%zu, %zu\n", batch.len, lent.len);
        if (lent.len && hash_lent(&lent) != mr_hash_bytes(MR_HASH_SEED, batch.columns[0],
                                                          batch.len * sizeof(int64_t)))
            printf("others from %lld on\n", (long long)lent.position);
    }
    mr_stream_close(&host);
    mr_stream_close(&both);
}

/* What is kept stays, on whichever device it is, also when that is lost and when the stream is
 * closed. */
CHILD(keeps_batches_of_both_devices)
{
    enum { KEPT = 12, BATCH = 65536 };
    mr_lease *leases[KEPT];
    mr_batch batches[KEPT], batch;
    mr_stream *host = open_text(HARD " | filter(x > 0.1)", NULL, BATCH);
    mr_stream *both = open_text(HARD " | filter(x > 0.1)", "all", BATCH);
    for (int k = 0; k < KEPT; k++) {
        if (k == KEPT / 2) (void)find_layer()("clFlush:1:-36:persist", 1);
        if (mr_stream_next(both, &batches[k], NULL) ||
            mr_batch_keep(both, &batches[k], &leases[k], NULL))
            printf("batch %d failed\n", k);
    }
    mr_stream_close(&both);
    for (int k = 0; k < KEPT; k++) {
        if (mr_stream_next(host, &batch, NULL) != MR_OK || batch.len != batches[k].len ||
            memcmp(batch.columns[0], batches[k].columns[0], batch.len * sizeof(double)) != 0)
            printf("batch %d differs\n", k);
        mr_lease_release(&leases[k]);
    }
    mr_stream_close(&host);
}

/* The same where they are lent to a consumer there. */
CHILD(keeps_device_batches_of_both_devices)
{
    enum { KEPT = 12, BATCH = 4096 };
    static const char text[] = "range(200000) | map(x*x) | filter(x % 3 != 1)";
    mr_lease *leases[KEPT];
    mr_device_batch batches[KEPT];
    mr_batch batch;
    mr_stream *host = open_text(text, NULL, BATCH), *both = open_text(text, "all", BATCH);
    for (int k = 0; k < KEPT; k++) {
        if (k == KEPT / 2) (void)find_layer()("clFlush:1:-36:persist", 1);
        if (mr_stream_next_device(both, &batches[k], NULL) ||
            mr_device_batch_keep(both, &batches[k], &leases[k], NULL))
            printf("batch %d failed\n", k);
    }
    mr_stream_close(&both);
    for (int k = 0; k < KEPT; k++) {
        if (mr_stream_next(host, &batch, NULL) != MR_OK || batch.len != batches[k].len ||
            hash_lent(&batches[k]) !=
                mr_hash_bytes(MR_HASH_SEED, batch.columns[0], batch.len * sizeof(int64_t)))
            printf("batch %d differs\n", k);
        mr_lease_release(&leases[k]);
    }
    mr_stream_close(&host);
}

/* Both are given units where the consumer is quicker than one. */
CHILD(deals_units_to_both)
{
    mr_stream *s = open_text(HARD " | filter(x > 0.1) | sum()", "all", 4096);
    mr_device_use uses[2];
    size_t count = 0;
    mr_batch batch;
    if (mr_stream_next(s, &batch, NULL) != MR_OK) printf("failed\n");
    if (mr_stream_devices(s, uses, 2, &count, NULL) != MR_OK) printf("no devices\n");
    for (size_t k = 0; k < count; k++)
        if (uses[k].units < 2) printf("%s: %d units\n", uses[k].device, (int)uses[k].units);
    mr_stream_close(&s);
}

/* Of more than there is room for. */
CHILD(takes_the_first_sixteen)
{
    struct specimen few = {.text = "range(60000) | map(x*x) | filter(x % 5 != 1) | sum()"};
    struct specimen_result host = specimen_run(&few, params_on(NULL));
    struct specimen_result all = specimen_run(&few, params_on("all"));
    mr_stream *s = open_text(few.text, "all", 4096);
    mr_stats stats;
    size_t count = 0;
    mr_stream_stats(s, &stats);
    (void)mr_stream_devices(s, NULL, 0, &count, NULL);
    printf("%s %zu, %.37s\n", is_same(&all, &host) ? "same" : "others", count, stats.reason);
    mr_stream_close(&s);
}

/* ---- and their parent ---- */

static void check_split(const char *body, const char *expected, const char *split)
{
    const char *environment[] = {
        "OPENCL_LAYERS=" MILLRACE_LAYER, split,
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0",
        tests_long ? "MILLRACE_TEST_LONG=1" : NULL, NULL};
    struct child_result r = child_run(body, environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, expected);
    if (r.exit_code || strcmp(r.text, expected) != 0)
        printf("\n%s: exit code %d: %s", body, r.exit_code, r.text);
}

static void check(const char *body, const char *expected)
{
    check_split(body, expected, "MILLRACE_LAYER_SPLIT=1");
}

static void two_devices_give_the_bits_of_the_host(void)
{
    check("compares_two_devices_with_the_host", "");
}

static void units_are_dealt_to_both(void)
{
    check("deals_units_to_both", "");
}

static void of_all_the_first_sixteen_share_a_stream(void)
{
    check_split("takes_the_first_sixteen", "same 16, of 18 devices the first 16, the limit\n",
                "MILLRACE_LAYER_SPLIT=1x9");
}

static void batches_are_lent_where_they_were_made(void)
{
    check("lends_batches_of_both_devices", "");
}

static void kept_batches_stay(void)
{
    check("keeps_batches_of_both_devices", "");
    check("keeps_device_batches_of_both_devices", "");
}

static void a_device_may_be_lost_at_any_call(void)
{
    check("loses_a_device_anywhere", "");
}

static void a_part_outlives_a_device(void)
{
    check("loses_a_device_within_a_part", "");
}

static void a_lost_device_is_told_of(void)
{
    check("tells_who_was_lost", "ok 0:kept: 1:lost:code \n"
                                "opencl 0:lost:code 1:lost:code named\n");
}

SUITE(several, {"two_devices_give_the_bits_of_the_host", two_devices_give_the_bits_of_the_host},
      {"units_are_dealt_to_both", units_are_dealt_to_both},
      {"of_all_the_first_sixteen_share_a_stream", of_all_the_first_sixteen_share_a_stream},
      {"batches_are_lent_where_they_were_made", batches_are_lent_where_they_were_made},
      {"kept_batches_stay", kept_batches_stay},
      {"a_device_may_be_lost_at_any_call", a_device_may_be_lost_at_any_call},
      {"a_part_outlives_a_device", a_part_outlives_a_device},
      {"a_lost_device_is_told_of", a_lost_device_is_told_of});
