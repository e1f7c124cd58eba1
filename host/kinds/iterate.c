/* A map applied to its own result, on the host. */
#include <string.h>

#include "base/memory.h"
#include "engine/lane_loops.h"
#include "engine/lanes.h"
#include "ring/runner.h"

/* The element before is what the operator's code starts from. */
static void shape(struct mr_segment *s)
{
    struct ir_body *b = &s->body;
    s->values[0] = mr_ir_load(b, 0, 0, s->columns[0].dtype, mr_ir_index(b), false);
}

static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    (void)s;
    return aim->batch;
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add_lanes(out, s);
}

struct iteration {
    struct mr_lanes *lanes;
    uint64_t x; /* the element before position `next`, as it is stored */
};

static mr_status open(struct mr_runner *r, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    struct iteration *it = r->state = mr_alloc(1, sizeof *it);
    if (!it) return mr_fail_no_memory(err, "an iteration");
    return mr_lanes_create(&it->lanes, &s->body, s->values, s->value_count, err);
}

static void close(struct mr_runner *r)
{
    struct iteration *it = r->state;
    if (it) mr_lanes_destroy(&it->lanes);
    mr_free(it);
}

/* Makes x the element at `position`. False when a check failed: it does not exist. */
static bool step(struct iteration *it, const struct mr_segment *s, int64_t position,
                 struct mr_outcome *outcome)
{
    mr_dtype dtype = s->stored[0];
    if (position == 0) {
        mr_lane_put(&it->x, dtype, s->body.nodes[s->values[1]].imm);
        return true;
    }
    const struct mr_lanes_input before = {.columns = {&it->x}, .first = position - 1, .count = 1};
    mr_lanes_run(it->lanes, position - 1, 1, &before);
    if (mr_lanes_failed(it->lanes, &outcome->check) != SIZE_MAX) return false;
    memcpy(&it->x, mr_lanes_value(it->lanes, s->values[0]), mr_dtype_size(dtype));
    return true;
}

static size_t fill(struct mr_runner *r, size_t count, void *column)
{
    struct iteration *it = r->state;
    const struct mr_segment *s = r->segment;
    struct mr_outcome outcome = {.failed = 0};
    size_t size = mr_dtype_size(s->stored[0]);
    for (size_t got = 0; got < count; got++) {
        int64_t position = r->at.next + (int64_t)got;
        if (!step(it, s, position, &outcome)) {
            mr_unit_fail(r, &outcome, position);
            return got;
        }
        memcpy((unsigned char *)column + got * size, &it->x, size);
    }
    return count;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    int64_t left = s->length.most - r->at.next;
    size_t count = left < (int64_t)s->unit ? (size_t)left : s->unit;
    void *columns[MR_MAX_STORED] = {NULL};
    r->at.is_exhausted = count == 0;
    if (count == 0) return MR_OK;
    MR_TRY(r->engine->class->map(r->engine, slot, s->lead, count, true, columns, err));
    r->is_torn = true;
    size_t got = fill(r, count, columns[0]);
    MR_TRY(r->engine->class->unmap(r->engine, slot, err));
    if (got) mr_unit_enqueue(r, slot, r->at.next, got, s->lead, true);
    r->at.next += (int64_t)got;
    return MR_OK;
}

static size_t state_bytes(const struct mr_segment *s)
{
    (void)s;
    return sizeof(uint64_t);
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct iteration *it = r->state;
    mr_put_word(out, it->x);
}

static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct iteration *it = r->state;
    (void)err;
    it->x = mr_get_word(in);
    return MR_OK;
}

static const struct mr_kind_runner runner = {
    .has_no_program = true,
    .is_filled = true,
    .open = open,
    .close = close,
    .launch = launch,
    .state_bytes = state_bytes,
    .save = save,
    .restore = restore,
};

const struct mr_kind_class mr_kind_iterate = {
    .name = "iterate",
    .reason = "sequential by nature: each element is made from the one before, on the host",
    .keeps_reason = true,
    .shape = shape,
    .unit = unit,
    .buffers = buffers,
    .runner = &runner,
};
