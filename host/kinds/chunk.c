/* The aggregate of each `extent` consecutive elements, no more than a leaf has: whoever computes a
 * unit folds whole chunks and finishes them. */
#include <assert.h>

#include "emit/column.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"
#include "ring/runner.h"

/* Chunks before a failed check are complete. */
static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_entries *entries)
{
    (void)unit;
    if (outcome->failed == SIZE_MAX) return;
    entries->until = outcome->failed / (size_t)r->segment->extent;
}

static const struct mr_kind_runner runner = {.packs = true, .judge = judge};

/* ---- on a device ---- */

static unsigned chunks_in_turn(const struct mr_segment *s, const struct mr_profile *profile)
{
    (void)profile;
    return (unsigned)(MR_LEAF / s->extent);
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton chunks = {
        .files = {"skeleton/chunk.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}},
        .marks = mr_leaves_marks,
        .tests = mr_leaves_tests,
        .lists = mr_leaves_lists,
        .leaves = chunks_in_turn,
        .takes_in_turn = true,
        .walks_leaves = true,
    };
    return s->shares_leaves ? mr_leaves_skeleton(s) : &chunks;
}

/* ---- on the host ---- */

static void store_counts(struct mr_slot *slot, size_t column, size_t entry, size_t count,
                         size_t extent)
{
    int64_t *counts = mr_host_entry(slot, column, entry);
    for (size_t at = 0; at < count; at += extent)
        *counts++ = (int64_t)(count - at < extent ? count - at : extent);
}

/* Chunks of one column of the last evaluation: all are folded, then each is finished. */
static void store_chunks(struct mr_program *p, struct mr_slot *slot, size_t column, size_t entry,
                         size_t count)
{
    const struct mr_segment *s = p->segment;
    const struct mr_aggregate_class *class = mr_aggregate_of(s->aggregate);
    const mr_dtype dtype = mr_ir_dtype(&s->body, s->values[column]), to = slot->dtypes[column];
    const size_t extent = (size_t)s->extent, size = mr_dtype_size(dtype);
    unsigned char *totals = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    unsigned char *out = mr_host_entry(slot, column, entry);
    const unsigned char *lanes = mr_host_lanes(p, column, dtype, p->scratch, count);
    mr_fold_loops(class->fold, dtype)->trees(totals, lanes, count, extent);
    for (size_t at = 0; at < count; at += extent) {
        const size_t n = count - at < extent ? count - at : extent;
        struct mr_partial total = {.count = (int64_t)n, .a = mr_lane_get(totals, dtype)};
        mr_scalar value;
        if (mr_sums_beyond(s->aggregate, dtype))
            total.b.i64 = mr_fold_above(dtype, lanes + at * size, n);
        (void)class->finish(&total, dtype, 0, &value);
        mr_lane_put(out, to, value);
        totals += size;
        out += mr_dtype_size(to);
    }
}

/* As many whole chunks as fit in a leaf are evaluated at once. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    const size_t extent = (size_t)s->extent, most = MR_LEAF / extent * extent;
    const bool counts = mr_partials_of(s->aggregate)->needs_no_values;
    assert(launch->first % s->extent == 0 && s->keep == IR_NONE);
    size_t entries = 0;
    for (size_t done = 0, count; mr_host_leaf(p, launch, done); done += count) {
        count = launch->count - done < most ? launch->count - done : most;
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        for (size_t c = 0; c < s->value_count; c++)
            if (counts)
                store_counts(launch->out, c, entries, count, extent);
            else
                store_chunks(p, launch->out, c, entries, count);
        entries += (count + extent - 1) / extent;
    }
    out->entries = entries;
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_chunk = {
    .reason = "an element is made of several positions",
    .aggregates = true,
    .takes_leaves = true,
    .has_chunks = true,
    .entries = mr_leaves_at,
    .most_entries = mr_leaves_in,
    .unit = mr_unit_of_chunks,
    .buffers = mr_leaves_buffers,
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
};
