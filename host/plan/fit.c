/* How much memory a plan takes: units, entries and slots, chosen before anything runs. */
#include <assert.h>

#include "ir/op.h"
#include "plan/kind.h"

enum {
    DEFAULT_BATCH = 65536,
    MAPPING_UNITS = 8,               /* of a file: mapping costs a call each */
    LEAD_MULTIPLE = MR_ALIGNED_ELEMS /* new elements are where vectors are moved whole */
};

static size_t round_up(size_t value, size_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

static bool reads_segments(const struct mr_segment *s)
{
    for (size_t k = 0; k < s->view_count; k++)
        if (s->views[k].segment) return true;
    return false;
}

/* Positions that must be read together. */
static size_t least_positions(const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    if (kind->least_positions) return kind->least_positions(s);
    return kind->takes_leaves ? mr_leaf_extent(s->extent) : 1;
}

/* Elements of a view that must stand together for the reader to make any progress. */
static size_t least_read(const struct mr_segment *reader, const struct mr_view *view)
{
    return (size_t)view->halo + reader->reach + least_positions(reader);
}

static bool delivers_whole_batches(const struct mr_segment *s)
{
    return mr_kind_of(s->kind)->gives_whole_batches && !reads_segments(s);
}

/* Whether its elements may be taken where they are, by an engine that can. */
static bool is_read_in_place(const struct mr_segment *s)
{
    return s->seq->op->feed && s->seq->op->feed->map && s->access == MR_FROM_ANY &&
           s->seq->column_count == 1;
}

size_t mr_unit_of_batches(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    return s->is_live ? aim->batch : round_up(aim->positions, aim->batch);
}

size_t mr_unit_of_chunks(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    return (mr_unit_of_batches(s, aim) + MR_LEAF - 1) / MR_LEAF * MR_LEAF + MR_LEAF;
}

size_t mr_unit_of_terminal(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    enum { TIMES = 16, MOST = 1 << 22 };
    (void)s;
    if (aim->positions > MOST) return aim->positions;
    return aim->positions < MOST / TIMES ? aim->positions * TIMES : MOST;
}

/* Turns of a launch, should each element take as many as it may: a second or two on a CPU; and of
 * the first ones on a device, which are some hundredths of that, and where one work-item walks
 * alone on a GPU, which may take microseconds for a position. */
enum { MOST_TURNS = 1 << 29, FIRST_TURNS = 1 << 22, FIRST_WALKED = 1 << 14 };

/* Whether a work-item may walk longer in a launch than the first one should take. Shorter paths are
 * walked side by side, by as many work-items as a unit has of them. */
static bool walks_far(const struct mr_segment *s)
{
    const int64_t turns = mr_ir_turns(&s->body);
    return mr_kind_of(s->kind)->walks && s->extent > FIRST_WALKED / (turns ? turns : 1);
}

/* Positions of a launch whose elements take turns, or are walked, a turn each; two leaves at
 * least. */
static size_t bounded_by_turns(const struct mr_segment *s, size_t unit, int64_t most)
{
    const int64_t loops = mr_ir_turns(&s->body), turns = loops ? loops : walks_far(s);
    if (turns == 0) return unit;
    size_t leaves = (size_t)(most / turns / MR_LEAF);
    if (leaves < 2) leaves = 2;
    return leaves * MR_LEAF < unit ? leaves * MR_LEAF : unit;
}

/* What a launch computes is delivered when it is done. */
static size_t default_batch(const struct mr_plan *plan)
{
    size_t batch = DEFAULT_BATCH;
    for (size_t k = 0; k < plan->segment_count; k++)
        batch = bounded_by_turns(plan->segments[k], batch, MOST_TURNS);
    return batch;
}

void mr_segment_on(struct mr_segment *out, const struct mr_segment *s, bool shares_leaves)
{
    *out = *s;
    out->shares_leaves = shares_leaves;
    out->copies = 1;
    out->others = 0;
    if (mr_kind_of(s->kind)->shape) mr_kind_of(s->kind)->shape(out);
}

/* A slot has room for what a unit gives on any device. */
static size_t entries_of(const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    struct mr_segment other;
    if (!kind->most_entries) return s->unit;
    size_t entries = kind->most_entries(s);
    if (!s->is_mixed) return entries;
    mr_segment_on(&other, s, !s->shares_leaves);
    return kind->most_entries(&other) > entries ? kind->most_entries(&other) : entries;
}

/* Every device has units in flight, but for those of a segment that hand a state on. */
static void shape_ring(struct mr_segment *s, unsigned slots, const struct mr_plan_limits *limits)
{
    enum { MOST = 16 };
    bool is_chained = mr_kind_of(s->kind)->carry_start;
    s->copies = limits->devices ? limits->devices : 1;
    s->others = limits->others;
    s->slots = is_chained ? slots : slots * s->copies < MOST ? slots * s->copies : MOST;
}

static void shape_segment(struct mr_segment *s, bool is_root, const struct mr_plan *plan,
                          size_t target, size_t mapping_units)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    const struct mr_unit_aim aim = {.positions = target, .batch = plan->batch};
    s->unit = kind->unit ? kind->unit(s, &aim) : mr_unit_of_batches(s, &aim);
    s->unit = bounded_by_turns(s, s->unit, MOST_TURNS);
    s->least_unit = bounded_by_turns(s, s->unit, 0);
    s->first_unit = bounded_by_turns(s, s->unit, walks_far(s) ? FIRST_WALKED : FIRST_TURNS);
    assert(s->least_unit >= least_positions(s)); /* or a unit would never be full */
    assert(s->unit < INT32_MAX / 2);             /* kernels count a unit's positions in 32 bits */
    bool is_whole = delivers_whole_batches(s) && s->unit % plan->batch == 0;
    s->entries = entries_of(s);
    s->end_multiple = is_root && kind->gives_as_many ? plan->batch : 1;
    /* The consumer may keep what it is lent: not that. */
    s->mapped_entries = is_root || !is_read_in_place(s) ? 0 : s->unit * mapping_units;
    if (is_root && !kind->is_terminal) s->lead = is_whole ? 0 : plan->batch - 1;
    s->is_aligned = s->is_aligned && is_root && !kind->is_terminal && !is_whole;
    if (s->is_aligned) s->lead += MR_ALIGNED_ELEMS - 1;
    for (size_t k = 0; k < s->view_count; k++) {
        struct mr_segment *input = s->views[k].segment;
        if (!input) continue;
        int64_t offset = s->views[k].offset;
        size_t least = least_read(s, &s->views[k]), back = offset < 0 ? (size_t)-offset : 0;
        input->lead = least - 1 > back ? least - 1 : back;
        input->looks_back = back > 0;
    }
}

/* Whether a position alone does not say all that its runner must know to go on from there. */
static bool needs_checkpoints(const struct mr_segment *s)
{
    if (!mr_kind_of(s->kind)->is_terminal) return s->access == MR_FROM_START;
    if (!mr_kind_of(s->kind)->host) return true; /* its inputs' positions are not its own */
    for (size_t k = 0; k < s->view_count; k++)
        if (s->views[k].segment && s->views[k].segment->checkpoint_bytes) return true;
    return false;
}

/* What ring/checkpoint.c writes: two numbers and its own state; so much of each input, too. */
static size_t checkpoint_bytes(const struct mr_segment *s)
{
    enum { NUMBER_BYTES = 10 };
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    size_t bytes = 2 * NUMBER_BYTES;
    if (!needs_checkpoints(s)) return 0;
    if (kind->state_bytes) bytes += kind->state_bytes(s);
    for (size_t k = 0; k < s->view_count; k++)
        if (s->views[k].segment) bytes += 2 * NUMBER_BYTES + s->views[k].segment->checkpoint_bytes;
    return bytes;
}

static void shape_plan(struct mr_plan *plan, const struct mr_plan_limits *limits, size_t target,
                       size_t mapping_units)
{
    plan->host_bytes = sizeof *plan;
    plan->device_bytes = 0;
    for (size_t k = plan->segment_count; k-- > 0;) plan->segments[k]->lead = 0;
    for (size_t k = plan->segment_count; k-- > 0;) {
        struct mr_segment *s = plan->segments[k];
        size_t lead = s->lead;
        bool is_root = k + 1 == plan->segment_count;
        shape_ring(s, is_root ? plan->ring : 2, limits);
        s->is_aligned = !limits->on_device;
        shape_segment(s, is_root, plan, target, mapping_units);
        s->lead = round_up(lead > s->lead ? lead : s->lead, LEAD_MULTIPLE);
    }
    for (size_t k = 0; k < plan->segment_count; k++) {
        struct mr_buffers buffers;
        plan->segments[k]->checkpoint_bytes = checkpoint_bytes(plan->segments[k]);
        mr_buffers_of(&buffers, plan->segments[k]);
        struct mr_bytes bytes = mr_buffers_bytes(&buffers, limits->on_device, limits->staged);
        plan->host_bytes += bytes.host;
        plan->device_bytes += bytes.device;
    }
}

static mr_status check_limits(const struct mr_plan_limits *limits, mr_error *err)
{
    if (limits->batch > MR_MAX_BATCH_ELEMS)
        return mr_error_hint(err,
                             mr_fail(err, MR_E_VALUE,
                                     "a batch of %zu elements is above the limit of %d",
                                     limits->batch, MR_MAX_BATCH_ELEMS),
                             "use a smaller batch_elems");
    if (limits->ring && (limits->ring < MR_MIN_RING_SLOTS || limits->ring > MR_MAX_RING_SLOTS))
        return mr_error_hint(err,
                             mr_fail(err, MR_E_VALUE, "a ring of %u slots is outside [%d, %d]",
                                     limits->ring, MR_MIN_RING_SLOTS, MR_MAX_RING_SLOTS),
                             "0 in ring_slots has the number chosen");
    return MR_OK;
}

mr_status mr_plan_fit(struct mr_plan *plan, const struct mr_plan_limits *limits, mr_error *err)
{
    MR_TRY(check_limits(limits, err));
    const struct mr_profile *profile = limits->profile;
    if (!profile) profile = &mr_profiles[limits->on_device ? MR_PROFILE_CPU : MR_PROFILE_HOST];
    plan->batch = limits->batch ? limits->batch : default_batch(plan);
    plan->ring = limits->ring ? limits->ring : profile->ring;
    size_t most = limits->max_memory_bytes ? limits->max_memory_bytes : SIZE_MAX;
    for (size_t k = 0; k < plan->segment_count; k++) {
        struct mr_segment *s = plan->segments[k];
        s->shares_leaves = mr_profile_shares_leaves(profile);
        s->is_mixed = limits->others > 0;
        if (mr_kind_of(s->kind)->shape) mr_kind_of(s->kind)->shape(s);
    }
    size_t target = profile->unit;
    if (limits->most_unit && limits->most_unit < target) target = limits->most_unit;
    for (size_t mapping_units = MAPPING_UNITS;;) {
        shape_plan(plan, limits, target, mapping_units);
        plan->target = target;
        if (plan->host_bytes + plan->device_bytes <= most) return MR_OK;
        if (mapping_units > 1)
            mapping_units /= 2;
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
