/* The aggregate of each `extent` consecutive elements, more than a leaf has (those of fewer are
 * made by kinds/chunk.c): leaves reduced by the engine, their trees finished here, one element a
 * chunk. A chunk may be longer than any unit. */
#include "base/memory.h"
#include "engine/host_engine.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"
#include "ring/leaves.h"
#include "ring/runner.h"

/* Chunks that one unit can complete. */
static size_t chunks_in(const struct mr_segment *s)
{
    return (s->extent < (int64_t)s->unit ? s->unit / (size_t)s->extent : 0) + 2;
}

static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    return (mr_unit_of_batches(s, aim) + MR_LEAF - 1) / MR_LEAF * MR_LEAF + MR_LEAF;
}

/* Its slots have the elements that chunks give; leaves have one of their own. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    struct mr_room *slots = &out->rooms[0], *leaves = &out->rooms[out->room_count++];
    *leaves = *slots;
    leaves->what = "partials of leaves";
    leaves->count = 1;
    leaves->lead = 0;
    slots->entries = chunks_in(s);
    slots->checks = 0;
    slots->column_count = s->column_count;
    for (size_t c = 0; c < s->column_count; c++) slots->dtypes[c] = s->columns[c].dtype;
    mr_leaves_buffers(s, out);
}

struct chunks {
    struct mr_leaves leaves;  /* of the chunk that has not ended */
    struct mr_slot *partials; /* of one unit */
};

static mr_status open(struct mr_runner *r, mr_error *err)
{
    struct chunks *c = r->state = mr_alloc(1, sizeof *c);
    if (!c) return mr_fail_no_memory(err, "a segment");
    struct mr_buffers buffers;
    mr_buffers_of(&buffers, r->segment);
    const struct mr_room *room = &buffers.rooms[1];
    return r->engine->class->slot_create(&c->partials, r->engine, room->dtypes, room->column_count,
                                         room->lead, room->entries, room->checks, err);
}

static void close(struct mr_runner *r)
{
    struct chunks *c = r->state;
    if (c && c->partials) r->engine->class->slot_destroy(&c->partials, r->engine);
    mr_free(c);
}

static struct mr_slot *warm(const struct mr_runner *r)
{
    const struct chunks *c = r->state;
    return c->partials;
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    struct chunks *c = r->state;
    mr_leaves_start(&c->leaves, r->segment, 0);
    return mr_runner_seek_inputs(r, position, err);
}

static void end_chunk(struct mr_runner *r, void *const out[], size_t entry)
{
    const struct mr_segment *s = r->segment;
    struct chunks *chunks = r->state;
    for (size_t c = 0; c < s->column_count; c++) {
        mr_scalar value = {.u64 = 0};
        (void)mr_tree_value(&chunks->leaves.trees[c], 0, &value);
        mr_scalar_write(s->columns[c].dtype, out[c], entry, value);
    }
    mr_leaves_start(&chunks->leaves, s, 0);
}

/* Adds the leaves of one unit; *entries counts the chunks that ended. */
static mr_status add_unit(struct mr_runner *r, const struct mr_launch *launch,
                          const struct mr_outcome *outcome, void *const out[], size_t *entries,
                          mr_error *err)
{
    const struct mr_segment *s = r->segment;
    struct chunks *chunks = r->state;
    void *columns[MR_MAX_STORED];
    int64_t number = mr_leaf_number(s->extent, launch->first),
            per_chunk = mr_leaves_per_chunk(s->extent);
    int64_t good = outcome->failed == SIZE_MAX ? (int64_t)launch->count : (int64_t)outcome->failed;
    MR_TRY(r->engine->class->map(r->engine, chunks->partials, 0, outcome->entries, false, columns,
                                 err));
    for (size_t entry = 0; entry < outcome->entries; entry++, number++) {
        int64_t leaf_end = mr_leaf_first(s->extent, number + 1);
        if (leaf_end > launch->first + good && outcome->failed != SIZE_MAX) break;
        mr_leaves_add(&chunks->leaves, columns, entry, 0);
        if ((number + 1) % per_chunk == 0 && leaf_end <= launch->first + good)
            end_chunk(r, out, (*entries)++);
    }
    return r->engine->class->unmap(r->engine, chunks->partials, err);
}

static mr_status run_units(struct mr_runner *r, void *const out[], size_t *entries, mr_error *err)
{
    struct chunks *chunks = r->state;
    while (*entries == 0 && !r->at.is_exhausted && r->failed == MR_OK &&
           !mr_control_is_paused(r->control)) {
        struct mr_launch launch = {.out = chunks->partials};
        struct mr_outcome outcome;
        struct mr_unit timed = {.slot = chunks->partials};
        MR_TRY(mr_control_check(r->control, err));
        MR_TRY(mr_unit_prepare(r, &launch, err));
        if (launch.count == 0) break;
        MR_TRY(mr_unit_compute(r, &launch, err));
        if (launch.count == 0) continue;
        timed.count = launch.count;
        mr_pace_launch(r, &timed);
        MR_TRY(r->engine->class->wait(r->engine, r->program, chunks->partials, &outcome, err));
        mr_pace_done(r, &timed, timed.launched_ns);
        MR_TRY(add_unit(r, &launch, &outcome, out, entries, err));
        r->is_torn = *entries > 0; /* until they are in the queue */
        if (outcome.failed != SIZE_MAX) mr_unit_fail(r, &outcome, launch.first);
    }
    bool has_rest = r->at.is_exhausted && r->failed == MR_OK && chunks->leaves.trees[0].end;
    if (has_rest) end_chunk(r, out, (*entries)++);
    return MR_OK;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    void *out[MR_MAX_STORED] = {0};
    size_t entries = 0;
    MR_TRY(r->engine->class->map(r->engine, slot, s->lead, chunks_in(s), true, out, err));
    mr_status st = run_units(r, out, &entries, err);
    mr_status unmapped = r->engine->class->unmap(r->engine, slot, st == MR_OK ? err : NULL);
    if (st != MR_OK) return st;
    MR_TRY(unmapped);
    if (entries) mr_unit_enqueue(r, slot, r->at.next, entries, s->lead, true);
    return MR_OK;
}

static size_t state_bytes(const struct mr_segment *s)
{
    return mr_leaves_bytes(s, mr_leaves_per_chunk(s->extent));
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct chunks *c = r->state;
    mr_leaves_put(&c->leaves, out);
}

static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct chunks *c = r->state;
    (void)err;
    mr_leaves_get(&c->leaves, mr_leaves_per_chunk(r->segment->extent), in);
    return MR_OK;
}

static const struct mr_kind_runner runner = {
    .open = open,
    .close = close,
    .warm = warm,
    .seek = seek,
    .launch = launch,
    .save = save,
    .restore = restore,
};

const struct mr_kind_class mr_kind_merge = {
    .name = "group",
    .reason = "its leaves are merged on the host",
    .aggregates = true,
    .entries = MR_ENTRIES_LEAVES,
    .unit = unit,
    .buffers = buffers,
    .state_bytes = state_bytes,
    .runner = &runner,
    .host = &mr_host_leaves,
    .skeleton = mr_leaves_skeleton,
};
