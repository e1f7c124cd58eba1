/* Several devices share a stream's units: the same bits, dealt by speed, in batches that may be
 * lent and kept. What happens when one fails is in several_loss_test.c. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <millrace/device.h>

#include "base/hash.h"
#include "cl/handle.h"
#include "cl/own_context.h"
#include "cl/session.h"
#include "plan/kind.h"
#include "suite.h"
#include "two_devices.h"

/* ---- children: what they print is what is wrong ---- */

static void compare_rows(enum device_shapes shapes)
{
    int shared = 0;
    (void)alarm(100);
    for (size_t row = 0; two_device_rows[row].text; row++) {
        struct specimen_result host = run_row(row, shapes, NULL);
        struct specimen_result all = run_row(row, shapes, "all");
        struct specimen_result listed = run_row(row, shapes, "1,0");
        if (!is_same(&all, &host)) tell_row(row, "all", &all);
        if (!is_same(&listed, &host)) tell_row(row, "1,0", &listed);
        if (all.device_count != 2) printf("%zu devices\n", all.device_count);
        shared += all.devices[0].units > 0 && all.devices[1].units > 0;
    }
    if (shared < 5) printf("only %d rows shared\n", shared);
    mr_cl_purge();
    if (mr_cl_live_objects()) printf("left %ld objects\n", mr_cl_live_objects());
}

CHILD(compares_two_devices_with_the_host)
{
    compare_rows(CPU_SHAPES);
}

CHILD(compares_two_devices_in_the_shape_of_a_gpu)
{
    compare_rows(GPU_SHAPES);
}

CHILD(compares_devices_of_two_shapes)
{
    compare_rows(OWN_SHAPES);
}

/* In rows behind a callback a range stands for it. */
static char *explain_row(size_t row)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    const char *text = two_device_rows[row].text;
    char whole[256], *explained = NULL;
    mr_seq *seq = NULL;
    mr_error err = {0};
    (void)snprintf(whole, sizeof whole, "%s%s", text[0] == '|' ? "range(3000) " : "", text);
    if (mr_seq_parse(&seq, whole, &err) || mr_explain(&explained, seq, &params, 0, &err))
        printf("%s: %s\n", whole, err.message);
    mr_seq_release(&seq);
    return explained;
}

CHILD(looks_for_rows_of_every_kind)
{
    bool has_kind[MR_KIND_COUNT] = {false};
    child_has_file();
    for (size_t row = 0; two_device_rows[row].text; row++) {
        char *text = explain_row(row);
        for (size_t k = 0; k < MR_KIND_COUNT && text; k++) {
            char named[64];
            (void)snprintf(named, sizeof named, " (%s)\n", mr_kind_names[k]);
            has_kind[k] = has_kind[k] || strstr(text, named);
        }
        mr_text_free(&text);
    }
    for (size_t k = 0; k < MR_KIND_COUNT; k++)
        if (!has_kind[k]) printf("no row has a segment of kind %s\n", mr_kind_names[k]);
}

/* The first lines of which explain() says the shapes. */
CHILD(explains_devices_of_two_shapes)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = "all"};
    mr_seq *seq = NULL;
    char *text = NULL;
    mr_error err;
    if (mr_seq_parse(&seq, "range(1e9) | filter(x % 7 == 2)", &err) ||
        mr_explain(&text, seq, &params, 0, &err))
        printf("%s\n", err.message);
    for (const char *line = text; line; line = strstr(line + 1, "shape: "))
        if (strncmp(line, "shape: ", 7) == 0)
            printf("%.*s\n", (int)(strchr(line, '(') - line), line);
    mr_text_free(&text);
    mr_seq_release(&seq);
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

/* Four times as slow: about a quarter of what the other one gets. */
CHILD(deals_units_by_speed)
{
    static const char text[] = "range(500000) | map(x*x)";
    mr_stream *host = open_text(text, NULL, 4096), *both = open_text(text, "all", 4096);
    mr_device_use uses[2] = {{.units = 0}};
    size_t count = 0;
    mr_batch expected = {.len = 1}, batch;
    while (expected.len) {
        if (mr_stream_next(host, &expected, NULL) || mr_stream_next(both, &batch, NULL) ||
            batch.len != expected.len) {
            printf("%zu elements at %lld\n", batch.len, (long long)expected.position);
            break;
        }
        if (expected.len &&
            memcmp(batch.columns[0], expected.columns[0], expected.len * sizeof(int64_t)) != 0)
            printf("others at %lld\n", (long long)expected.position);
    }
    (void)mr_stream_devices(both, uses, 2, &count, NULL);
    const int64_t fast = uses[0].units, slow = uses[1].units;
    if (count != 2 || fast < 2 * slow || fast > 8 * slow || fast + slow < 100)
        printf("%lld and %lld units\n", (long long)fast, (long long)slow);
    mr_stream_close(&host);
    mr_stream_close(&both);
}

/* Of more than there is room for. */
CHILD(takes_the_first_sixteen)
{
    enum { ROW = 6 };
    struct specimen_result host = run_row(ROW, CPU_SHAPES, NULL);
    struct specimen_result all = run_row(ROW, CPU_SHAPES, "all");
    mr_stream *s = open_text(two_device_rows[ROW].text, "all", 4096);
    mr_stats stats;
    size_t count = 0;
    mr_stream_stats(s, &stats);
    (void)mr_stream_devices(s, NULL, 0, &count, NULL);
    printf("%s %zu, %.37s\n", is_same(&all, &host) ? "same" : "others", count, stats.reason);
    mr_stream_close(&s);
}

/* ---- and their parent ---- */

static void check(const char *body, const char *expected)
{
    check_child(body, expected, TWO_PARTS, NULL);
}

static void rows_have_segments_of_every_kind(void)
{
    check("looks_for_rows_of_every_kind", "");
}

static void two_devices_give_the_bits_of_the_host(void)
{
    check("compares_two_devices_with_the_host", "");
    check("compares_two_devices_in_the_shape_of_a_gpu", "");
}

/* As a CPU and a GPU with memory of its own. */
static void devices_of_two_shapes_give_the_bits_of_the_host(void)
{
    check_child("compares_devices_of_two_shapes", "", TWO_PARTS, "MILLRACE_LAYER_GPU_PART=1:own");
}

static void each_device_has_its_own_shape(void)
{
    check_child("explains_devices_of_two_shapes",
                "shape: lanes 16/8, group 4, unit 4194304, ring 3 \n"
                "shape: lanes 4/2, span 4/2, group 64, unit 4194304, ring 3 \n",
                TWO_PARTS, "MILLRACE_LAYER_GPU_PART=1:own");
}

static void units_are_dealt_to_both(void)
{
    check("deals_units_to_both", "");
}

static void a_slow_device_gets_fewer_units(void)
{
    check_child("deals_units_by_speed", "", TWO_PARTS, "MILLRACE_LAYER_SLOW=5000000,20000000");
}

static void of_all_the_first_sixteen_share_a_stream(void)
{
    check_child("takes_the_first_sixteen", "same 16, of 18 devices the first 16, the limit\n",
                "MILLRACE_LAYER_SPLIT=1x9", NULL);
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

SUITE(several, {"rows_have_segments_of_every_kind", rows_have_segments_of_every_kind},
      {"two_devices_give_the_bits_of_the_host", two_devices_give_the_bits_of_the_host},
      {"devices_of_two_shapes_give_the_bits_of_the_host",
       devices_of_two_shapes_give_the_bits_of_the_host},
      {"each_device_has_its_own_shape", each_device_has_its_own_shape},
      {"units_are_dealt_to_both", units_are_dealt_to_both},
      {"a_slow_device_gets_fewer_units", a_slow_device_gets_fewer_units},
      {"of_all_the_first_sixteen_share_a_stream", of_all_the_first_sixteen_share_a_stream},
      {"batches_are_lent_where_they_were_made", batches_are_lent_where_they_were_made},
      {"kept_batches_stay", kept_batches_stay});
