/* A device of two fails, at any call: the stream goes on with the other one, to the same bits. When
 * both do, it ends with an error that names a device. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <millrace/partials.h>

#include "cl/handle.h"
#include "cl/session.h"
#include "suite.h"
#include "two_devices.h"

/* ---- children: what they print is what is wrong ---- */

/* Every call from the nth on, that concerns the part (-1: any), fails. */
struct loss {
    size_t row;
    enum device_shapes shapes;
    int part;
    unsigned long nth;
    int code;
};

/* How many ended how. */
static struct {
    int survived, told; /* told: and the stream says which device it lost */
    int failed;         /* with an error that names the device */
} tally;

static bool is_of_part(const char *label, int part)
{
    char start[16];
    (void)snprintf(start, sizeof start, "%d: ", part);
    return !strncmp(label, start, strlen(start));
}

/* Of a source that is asked for each element once what it gave a lost device is gone: a stream over
 * it that was opened, and is pulled. */
static bool may_fail(const struct loss *loss, const struct specimen_result *r)
{
    const struct specimen *s = &two_device_rows[loss->row];
    return s->text[0] == '|' && !s->is_seekable && r->device_count == 2;
}

/* Whatever the stream says of its devices is true; it has one where the other was lost before it
 * could be chosen. */
static bool tells_truth(const struct loss *loss, const struct specimen_result *r)
{
    if (r->device_count == 0) return true;
    const mr_device_use *lost = &r->devices[loss->part], *other = &r->devices[1 - loss->part];
    tally.told += lost->is_lost;
    return r->device_count == 2 && !other->is_lost && is_of_part(lost->device, loss->part) &&
           (!lost->is_lost || strstr(lost->reason, "failed: CL_"));
}

static bool is_right(const struct loss *loss, const struct specimen_result *r,
                     const struct specimen_result *good)
{
    if (r->status != MR_OK) {
        tally.failed++;
        return may_fail(loss, r) && is_of_part(r->error.device, loss->part) && r->error.call[0];
    }
    tally.survived++;
    return is_same(r, good) && tells_truth(loss, r);
}

static struct specimen_result run_with(const struct loss *loss, char how[static 64])
{
    ask_for_fault *ask = find_layer();
    (void)snprintf(how, 64, "*:%lu:%d:persist", loss->nth, loss->code);
    (void)alarm(60); /* ends what hangs */
    (void)ask(how, loss->part);
    struct specimen_result r = run_row(loss->row, loss->shapes, "all");
    (void)ask(NULL, -1);
    size_t used = strlen(how);
    (void)snprintf(how + used, 64 - used, " of part %d, shapes %d", loss->part, (int)loss->shapes);
    return r;
}

static unsigned long count_calls(size_t row, enum device_shapes shapes, int part)
{
    ask_for_fault *ask = find_layer();
    (void)ask("*:0:0", part);
    (void)run_row(row, shapes, "all");
    return ask(NULL, -1);
}

/* Other codes and other calls in each row: those that mean too little memory, and those that do
 * not. */
static int code_of(unsigned long k)
{
    static const int codes[] = {-5, -36, -4, -59};
    return codes[k % 4];
}

static unsigned long place_of(unsigned long k, unsigned long values, size_t row,
                              unsigned long calls)
{
    return 1 + (k * calls + row % 8 * calls / 8) / values;
}

static void lose_one(size_t row, enum device_shapes shapes, unsigned long values)
{
    const struct specimen_result good = run_row(row, shapes, "all");
    const unsigned long calls[2] = {count_calls(row, shapes, 0), count_calls(row, shapes, 1)};
    if (good.status != MR_OK || calls[0] < 50 || calls[1] < 50) tell_row(row, "as it is", &good);
    for (unsigned long k = 0; k < values; k++) {
        const int part = (int)(row + k) % 2;
        const struct loss loss = {row, shapes, part, place_of(k, values, row, calls[part]),
                                  code_of(row + k / 2)};
        char how[64];
        const struct specimen_result r = run_with(&loss, how);
        if (!is_right(&loss, &r, &good)) tell_row(row, how, &r);
    }
}

static void end_losses(void)
{
    if (child_is_long())
        (void)fprintf(stderr,
                      "%d losses survived, %d of a device that the stream tells; %d failed\n",
                      tally.survived, tally.told, tally.failed);
    if (tally.told == 0) printf("no loss was told\n");
    mr_cl_purge();
    if (mr_cl_live_objects()) printf("left %ld objects\n", mr_cl_live_objects());
}

CHILD(loses_a_device_anywhere)
{
    for (size_t row = 0; two_device_rows[row].text; row++) {
        lose_one(row, CPU_SHAPES, child_is_long() ? 28 : 3);
        lose_one(row, GPU_SHAPES, child_is_long() ? 28 : 2);
    }
    end_losses();
}

CHILD(loses_one_of_two_shapes)
{
    for (size_t row = 0; two_device_rows[row].text; row++)
        lose_one(row, OWN_SHAPES, child_is_long() ? 28 : 2);
    end_losses();
}

/* The calls that look for devices are of none. */
static bool names_device(const mr_error *e)
{
    return e->device[0] || !strcmp(e->call, "clGetPlatformIDs") ||
           !strcmp(e->call, "clGetDeviceIDs");
}

CHILD(loses_all_devices)
{
    const unsigned long values = child_is_long() ? 28 : 2;
    int failed = 0;
    for (size_t row = 0; two_device_rows[row].text; row++) {
        const struct specimen_result good = run_row(row, CPU_SHAPES, "all");
        const unsigned long calls = count_calls(row, CPU_SHAPES, -1);
        for (unsigned long k = 0; k < values; k++) {
            const struct loss loss = {row, CPU_SHAPES, -1, place_of(k, values, row, calls),
                                      code_of(row + k)};
            char how[64];
            const struct specimen_result r = run_with(&loss, how);
            /* Late calls may be of a stream that is at its end. */
            bool is_told = r.status != MR_OK && names_device(&r.error);
            failed += is_told;
            if (!is_told && !is_same(&r, &good)) tell_row(row, how, &r);
        }
    }
    if (child_is_long()) (void)fprintf(stderr, "%d runs without devices failed\n", failed);
    if (failed < 10) printf("only %d failed\n", failed);
}

/* The second half of a terminal's positions, as bytes; *size 0: it failed, and names no device. */
static void *make_part(const char *text, const char *device, const char *shape, size_t *size)
{
    const mr_stream_params params = {.engine = device ? MR_ENGINE_OPENCL : MR_ENGINE_HOST,
                                     .device = device,
                                     .batch_elems = 500,
                                     .shape = shape};
    int64_t from, until;
    void *bytes = NULL;
    mr_seq *seq = NULL;
    mr_error err = {0};
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
        "range(700000) | map(x*x) | filter(x % 5 != 1) | var()",
        "range(700000) | map(x*x) | filter(x % 5 != 1) | std()",
        "range(60000) | filter(x % 7 == 2) | map(1.0/x) | filter(x < 0.01) | last()",
        "range(700000) | filter(x % 3 == 0) | hist(7, 0, 60000)",
        "range(60000) | filter(x % 3 == 1) | map(x % 1000) | filter(x > 990) | argmax()",
    };
    enum { VALUES = 6 };
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        size_t size, got;
        const char *shape = t % 2 ? GPU_SHAPE : CPU_SHAPE;
        void *good = make_part(texts[t], NULL, NULL, &size);
        void *part = make_part(texts[t], "all", shape, &got);
        if (got != size || memcmp(part, good, size) != 0) printf("%s: others\n", texts[t]);
        mr_partial_free(&part);
        ask_for_fault *ask = find_layer();
        (void)ask("*:0:0", 1);
        part = make_part(texts[t], "all", shape, &got);
        unsigned long calls = ask(NULL, -1);
        mr_partial_free(&part);
        for (unsigned long k = VALUES / 2; k < VALUES; k++) {
            char how[64];
            (void)snprintf(how, sizeof how, "*:%lu:-5:persist", 1 + k * calls / VALUES);
            (void)ask(how, 1);
            part = make_part(texts[t], "all", shape, &got);
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

/* ---- and their parent ---- */

static void a_device_may_be_lost_at_any_call(void)
{
    check_child("loses_a_device_anywhere", "", TWO_PARTS, NULL);
}

static void so_may_one_of_another_shape(void)
{
    check_child("loses_one_of_two_shapes", "", TWO_PARTS, "MILLRACE_LAYER_GPU_PART=1:own");
}

static void who_loses_all_devices_is_told_of_one(void)
{
    check_child("loses_all_devices", "", TWO_PARTS, NULL);
}

static void a_part_outlives_a_device(void)
{
    check_child("loses_a_device_within_a_part", "", TWO_PARTS, NULL);
}

static void a_lost_device_is_told_of(void)
{
    check_child("tells_who_was_lost",
                "ok 0:kept: 1:lost:code \n"
                "opencl 0:lost:code 1:lost:code named\n",
                TWO_PARTS, NULL);
}

SUITE(several_loss, {"a_device_may_be_lost_at_any_call", a_device_may_be_lost_at_any_call},
      {"so_may_one_of_another_shape", so_may_one_of_another_shape},
      {"who_loses_all_devices_is_told_of_one", who_loses_all_devices_is_told_of_one},
      {"a_part_outlives_a_device", a_part_outlives_a_device},
      {"a_lost_device_is_told_of", a_lost_device_is_told_of});
