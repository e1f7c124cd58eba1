#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cl/handle.h"
#include "cl/own_context.h"
#include "cl/session.h"
#include "stream/making.h"

const struct rig rigs[] = {
    {.name = "host", .engine = MR_ENGINE_HOST},
    {.name = "opencl", .engine = MR_ENGINE_OPENCL},
    {.name = "staged", .engine = MR_ENGINE_OPENCL, .knobs = {.staged_copies = true}},
    {.name = "relay", .engine = MR_ENGINE_AUTO, .knobs = {.device_at_unit = 3}},
    {.name = "brief", .engine = MR_ENGINE_AUTO, .knobs = {.device_at_unit = 3, .is_brief = true}},
    {.name = NULL}};

static const struct mr_knobs *find_knobs(struct mr_knobs wanted)
{
    static struct mr_knobs known[64];
    static size_t count;
    for (size_t k = 0; k < count; k++)
        if (known[k].staged_copies == wanted.staged_copies &&
            known[k].device_at_unit == wanted.device_at_unit &&
            known[k].is_brief == wanted.is_brief)
            return &known[k];
    if (count == sizeof known / sizeof known[0]) abort(); /* also where no suite runs */
    known[count] = wanted;
    return &known[count++];
}

const struct mr_knobs *rig_knobs(bool staged_copies, unsigned device_at_unit)
{
    return find_knobs(
        (struct mr_knobs){.staged_copies = staged_copies, .device_at_unit = device_at_unit});
}

const struct mr_knobs *rig_brief_knobs(bool staged_copies, unsigned device_at_unit)
{
    return find_knobs((struct mr_knobs){
        .staged_copies = staged_copies, .device_at_unit = device_at_unit, .is_brief = true});
}

mr_stream_params rig_at_hand(mr_stream_params params)
{
    if (!tests_host) return params;
    params.engine = MR_ENGINE_HOST;
    params.shape = NULL;
    return params;
}

mr_stream_params rig_params(const struct rig *rig, size_t batch, unsigned ring)
{
    return rig_at_hand((mr_stream_params){
        .engine = rig->engine, .knobs = &rig->knobs, .batch_elems = batch, .ring_slots = ring});
}

mr_stream_params rig_own_params(const struct own_context *o, size_t batch, bool staged_copies)
{
    return (mr_stream_params){.context = o->context,
                              .queue = o->queue,
                              .batch_elems = batch,
                              .ring_slots = 3,
                              .knobs = rig_knobs(staged_copies, 0)};
}

/* ---- leaks ---- */

static bool is_watching;
static size_t bytes_before;
static long objects_before;

size_t rig_live_bytes(void)
{
    mr_makings_settle();
    return mr_memory_live_bytes();
}

void rig_watch(void)
{
    if (is_watching) return;
    mr_makings_settle(); /* of streams that were closed before */
    mr_cl_purge();
    bytes_before = mr_memory_live_bytes();
    objects_before = mr_cl_live_objects();
    is_watching = true;
}

void rig_fail_allocations(rig_pulls *pulls, const mr_seq *seq, const mr_stream_params *params,
                          uint64_t step)
{
    mr_error err;
    CU_ASSERT_EQUAL(pulls(seq, params, &err), MR_OK);
    mr_makings_settle();
    mr_cl_purge();
    size_t before = mr_memory_live_bytes();
    uint64_t nth = 1;
    for (bool did = true; did && nth < 5000; nth += step) {
        mr_memory_fail_at(nth, 0);
        mr_status st = pulls(seq, params, &err);
        did = mr_memory_did_fail();
        mr_memory_fail_at(0, 0);
        mr_makings_settle();
        mr_cl_purge();
        CU_ASSERT_TRUE(st == MR_OK || st == MR_E_NO_MEMORY || err.call[0]);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
    }
    CU_ASSERT_TRUE(nth > 15 && nth < 5000);
}

void nothing_is_left_behind(void)
{
    CU_ASSERT_TRUE(is_watching);
    mr_makings_settle();
    mr_cl_purge();
    CU_ASSERT_EQUAL(mr_cl_live_objects(), objects_before);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), bytes_before);
    is_watching = false;
}

/* ---- sequences and streams ---- */

static void must(mr_status st, const mr_error *err, const char *what)
{
    if (st != MR_OK) printf("\n%s: %s; %s", what, err->message, err->hint);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
}

mr_seq *rig_parse(const char *text)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    rig_watch();
    must(mr_seq_parse(&seq, text, &err), &err, text);
    return seq;
}

mr_seq *rig_pipe(const mr_seq *input, const char *stages)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    must(mr_seq_pipe(&seq, input, stages, &err), &err, stages);
    return seq;
}

mr_stream *rig_open(const mr_seq *seq, const mr_stream_params *params)
{
    mr_stream *s = NULL;
    mr_error err = {0};
    const mr_stream_params at_hand = rig_at_hand(params ? *params : (mr_stream_params){0});
    must(mr_stream_open(&s, seq, &at_hand, &err), &err, "open");
    return s;
}

mr_stream *rig_open_text(const char *text, const mr_stream_params *params)
{
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, params);
    mr_seq_release(&seq);
    return s;
}

/* ---- the source that counts ---- */

static int fill_counting(void *user, int64_t first, size_t count, void *const columns[],
                         size_t *got)
{
    struct counting *c = user;
    int64_t *out = columns[0];
    c->calls++;
    if (first + (int64_t)count > c->asked) c->asked = first + (int64_t)count;
    int64_t end = first + (int64_t)count;
    if (c->length && end > c->length) end = c->length;
    bool fails = c->fails_at && end > c->fails_at;
    if (fails) end = c->fails_at;
    for (int64_t n = first; n < end; n++) out[n - first] = n;
    *got = end > first ? (size_t)(end - first) : 0;
    return fails ? 7 : 0;
}

mr_seq *rig_count(struct counting *counting)
{
    const mr_callback_params params = {.fill = fill_counting,
                                       .user = counting,
                                       .column_count = 1,
                                       .dtypes = {MR_I64},
                                       .restartable = true};
    mr_seq *seq = NULL;
    mr_error err = {0};
    rig_watch();
    must(mr_seq_from_callback(&seq, &params, &err), &err, "callback");
    return seq;
}

/* ---- pulling ---- */

int64_t rig_same(int64_t n)
{
    return n;
}

int64_t rig_doubled(int64_t n)
{
    return 2 * n;
}

/* The first element that is not as it should be, or -1. */
static int64_t first_wrong(const mr_batch *batch, mr_dtype dtype, int64_t (*value)(int64_t n))
{
    for (size_t k = 0; k < batch->len; k++) {
        int64_t x = dtype == MR_BOOL  ? ((const uint8_t *)batch->columns[0])[k]
                    : dtype == MR_I32 ? ((const int32_t *)batch->columns[0])[k]
                                      : ((const int64_t *)batch->columns[0])[k];
        if (x != value(batch->position + (int64_t)k)) return batch->position + (int64_t)k;
    }
    return -1;
}

int64_t rig_drain(mr_stream *s, int64_t most, int64_t (*value)(int64_t n), mr_status *st,
                  mr_error *err)
{
    int64_t count = 0;
    mr_error ignored;
    if (!err) err = &ignored;
    *err = (mr_error){0};
    while (count < most) {
        mr_batch batch;
        int64_t from = mr_stream_tell(s);
        *st = mr_stream_next(s, &batch, err);
        if (*st != MR_OK || batch.len == 0) break;
        CU_ASSERT_EQUAL(batch.position, from);
        CU_ASSERT_EQUAL(mr_stream_tell(s), from + (int64_t)batch.len);
        int64_t wrong = first_wrong(&batch, MR_I64, value);
        if (wrong >= 0) printf("\nelement %lld is wrong", (long long)wrong);
        CU_ASSERT_EQUAL(wrong, -1);
        count += (int64_t)batch.len;
    }
    return count;
}
