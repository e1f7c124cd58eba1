/* How much memory a plan takes: units, rows and slots, chosen before anything runs. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/plan.h"

enum {
    DEFAULT_BATCH = 65536,
    MOST_BATCH = 1 << 24,
    REDUCE_UNIT = 1 << 22,      /* nothing but partials is stored */
    WINDOW_UNITS = 8,           /* of a file: mapping costs a call each */
    LEAD_STEP = 16,             /* new elements are where vectors are moved whole */
    SLOT_OVERHEAD_BYTES = 8192, /* status words, carries, handles */
    LANE_REGISTER_BYTES = 8 * MR_LEAF
};

static size_t round_up(size_t value, size_t step)
{
    return (value + step - 1) / step * step;
}

static bool reads_segments(const struct mr_segment *s)
{
    for (size_t k = 0; k < s->view_count; k++)
        if (s->views[k].segment) return true;
    return false;
}

/* Elements of a view that must stand together for the reader to make any progress. */
static size_t least_run(const struct mr_segment *reader, const struct mr_view *view)
{
    bool whole_leaves = reader->kind == MR_KIND_REDUCE || reader->kind == MR_KIND_CHUNK;
    if (reader->kind == MR_KIND_SHUFFLE) return (size_t)reader->extent;
    return (size_t)view->halo + reader->reach + (whole_leaves ? mr_leaf_extent(reader) : 1);
}

static bool delivers_whole_units(const struct mr_segment *s)
{
    return (s->kind == MR_KIND_FUSED || s->kind == MR_KIND_RECUR) && !reads_segments(s);
}

/* An element for each position, and what is left of a batch is copied to the next slot. */
static bool delivers_as_many(const struct mr_segment *s)
{
    return (s->kind == MR_KIND_FUSED && reads_segments(s)) || s->kind == MR_KIND_WINDOW ||
           s->kind == MR_KIND_SCAN;
}

static size_t leaves_in(const struct mr_segment *s)
{
    size_t leaves = s->unit / MR_LEAF + 2;
    if (s->kind == MR_KIND_CHUNK && s->extent < (int64_t)s->unit)
        leaves += s->unit / (size_t)s->extent + 1;
    return leaves;
}

/* Whether its elements may be taken where they are, by an engine that can. */
static bool is_read_in_place(const struct mr_segment *s)
{
    return s->kind == MR_KIND_FEED && s->seq->op->feed->map && s->access == MR_FROM_ANY &&
           s->stored_count == 1;
}

static void shape_segment(struct mr_segment *s, bool is_root, const struct mr_plan *plan,
                          size_t target, size_t window_units)
{
    /* A scan walks its slot twice, the second time in the caches if they have room. */
    size_t aim = s->kind == MR_KIND_SCAN ? target / 2 : target;
    size_t unit =
        s->is_live || s->kind == MR_KIND_ITERATE ? plan->batch : round_up(aim, plan->batch);
    s->slots = is_root ? plan->ring : 2;
    if (s->kind == MR_KIND_SHUFFLE && (size_t)s->extent > unit) unit = (size_t)s->extent;
    s->unit = unit;
    s->rows = unit;
    s->step = is_root && delivers_as_many(s) ? plan->batch : 1;
    /* The consumer may keep what it is lent: not that. */
    s->window = is_root || !is_read_in_place(s) ? 0 : unit * window_units;
    if (s->kind == MR_KIND_REDUCE) {
        s->unit = target * 16;
        if (s->unit > REDUCE_UNIT) s->unit = REDUCE_UNIT;
        s->rows = mr_has_bins(s->aggregate) ? mr_bin_rows(s) : leaves_in(s);
    }
    if (s->kind == MR_KIND_CHUNK) {
        s->unit = round_up(unit, MR_LEAF) + MR_LEAF;
        s->rows = leaves_in(s);
    }
    if (is_root && s->kind != MR_KIND_REDUCE)
        s->lead = delivers_whole_units(s) ? 0 : plan->batch - 1;
    for (size_t k = 0; k < s->view_count; k++) {
        struct mr_segment *input = s->views[k].segment;
        if (!input) continue;
        size_t run = least_run(s, &s->views[k]);
        input->lead = run - 1;
    }
}

static size_t row_bytes(const mr_dtype dtypes[], size_t count)
{
    size_t bytes = 0;
    for (size_t k = 0; k < count; k++) bytes += mr_dtype_size(dtypes[k]);
    return bytes;
}

size_t mr_segment_working_bytes(const struct mr_segment *s)
{
    size_t width = row_bytes(s->stored, s->stored_count);
    size_t leaves = s->unit / MR_LEAF + 2;
    if (s->kind == MR_KIND_COMPACT)
        return MR_WORKING_SETS * leaves *
               (sizeof(uint32_t) + MR_LEAF * (1 + (s->saves_values ? width : 0)));
    if (s->kind == MR_KIND_WINDOW)
        return mr_window_tiles(s) * mr_window_tile_rows(s) * mr_window_rows_held(s) * width;
    if (s->kind == MR_KIND_SCAN)
        return MR_WORKING_SETS * leaves * sizeof(uint64_t) * s->stored_count;
    return 0;
}

/* Of the words that functions read: a distribution's kinds may be many. */
static size_t words_bytes(const struct ir_body *b)
{
    size_t words = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->nodes[k].op == IR_WORDS) words += b->nodes[k].imm.u64;
    return words * sizeof(uint64_t);
}

static void add_bytes(struct mr_plan *plan, const struct mr_segment *s,
                      const struct mr_plan_limits *limits)
{
    size_t width = row_bytes(s->stored, s->stored_count);
    size_t slots = s->kind == MR_KIND_CHUNK ? 1 : s->slots;
    bool has_windows = limits->on_device && !limits->staged && s->window > s->rows;
    size_t rows = has_windows ? s->window : s->rows;
    size_t bytes = slots * ((s->lead + rows) * width + SLOT_OVERHEAD_BYTES);
    size_t host = sizeof *s + s->body.capacity * (sizeof *s->body.nodes + 8);
    host += words_bytes(&s->body); /* the sequence's own, or the kernel's numbers */
    if (s->kind == MR_KIND_CHUNK)
        for (size_t c = 0; c < s->column_count; c++)
            bytes += s->slots * (s->lead + mr_chunk_rows(s)) * mr_dtype_size(s->columns[c].dtype);
    if (s->seq->op->feed) host += s->seq->op->feed->scratch_bytes;
    if (s->kind == MR_KIND_SHUFFLE) host += (size_t)s->extent * sizeof(uint32_t);
    if (s->kind == MR_KIND_ITERATE || (s->kind == MR_KIND_RECUR && limits->on_device))
        host += (s->body.count + 8) * LANE_REGISTER_BYTES;
    if (limits->on_device) {
        plan->device_bytes += bytes + mr_segment_working_bytes(s) + words_bytes(&s->body);
        if (limits->staged) host += bytes;
    } else {
        host += bytes + mr_segment_working_bytes(s) + (s->body.count + 8) * LANE_REGISTER_BYTES;
    }
    plan->host_bytes += host;
}

static void shape_plan(struct mr_plan *plan, const struct mr_plan_limits *limits, size_t target,
                       size_t window_units)
{
    plan->host_bytes = sizeof *plan;
    plan->device_bytes = 0;
    for (size_t k = plan->segment_count; k-- > 0;) plan->segments[k]->lead = 0;
    for (size_t k = plan->segment_count; k-- > 0;) {
        struct mr_segment *s = plan->segments[k];
        size_t lead = s->lead;
        shape_segment(s, k + 1 == plan->segment_count, plan, target, window_units);
        s->lead = round_up(lead > s->lead ? lead : s->lead, LEAD_STEP);
    }
    for (size_t k = 0; k < plan->segment_count; k++) add_bytes(plan, plan->segments[k], limits);
}

static mr_status check_limits(const struct mr_plan_limits *limits, mr_error *err)
{
    if (limits->batch > MOST_BATCH)
        return mr_error_hint(err,
                             mr_fail(err, MR_E_VALUE,
                                     "a batch of %zu elements is above the limit of %d",
                                     limits->batch, MOST_BATCH),
                             "use a smaller batch_elems");
    if (limits->ring == 1 || limits->ring > 16)
        return mr_error_hint(
            err, mr_fail(err, MR_E_VALUE, "a ring of %u slots is outside [2, 16]", limits->ring),
            "0 in ring_slots has the number chosen");
    return MR_OK;
}

mr_status mr_plan_fit(struct mr_plan *plan, const struct mr_plan_limits *limits, mr_error *err)
{
    MR_TRY(check_limits(limits, err));
    const struct mr_profile *profile = limits->profile;
    if (!profile) profile = &mr_profiles[limits->on_device ? MR_PROFILE_CPU : MR_PROFILE_HOST];
    plan->batch = limits->batch ? limits->batch : DEFAULT_BATCH;
    plan->ring = limits->ring ? limits->ring : profile->ring;
    size_t most = limits->max_memory_bytes ? limits->max_memory_bytes : SIZE_MAX;
    size_t target = profile->unit;
    if (limits->most_unit && limits->most_unit < target) target = limits->most_unit;
    for (size_t window_units = WINDOW_UNITS;;) {
        shape_plan(plan, limits, target, window_units);
        plan->target = target;
        if (plan->host_bytes + plan->device_bytes <= most) return MR_OK;
        if (window_units > 1)
            window_units /= 2;
        else if (target > 4 * MR_LEAF)
            target /= 2;
        else if (!limits->batch && plan->batch > 4 * MR_LEAF)
            plan->batch /= 2;
        else if (!limits->ring && plan->ring > 2)
            plan->ring--;
        else
            break;
    }
    size_t least = plan->host_bytes + plan->device_bytes;
    mr_status st = mr_fail(err, MR_E_BUDGET,
                           "the pipeline needs at least %zu bytes, %zu more than the limit of %zu",
                           least, least - most, most);
    return mr_error_hint(err, st,
                         "allow %zu KiB (max_memory_bytes), or use a smaller batch_elems or "
                         "ring_slots",
                         (least + 1023) / 1024);
}
