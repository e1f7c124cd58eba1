/* One unit of work: what it reads, what it is launched with, what its failure says. */
#include <assert.h>
#include <inttypes.h>

#include "ir/op.h"
#include "plan/kind.h"
#include "ring/runner.h"

/* What any() and all() of a live source count may decide before a leaf is full; counts are added in
 * any parts. */
static bool wants_whole_leaves(const struct mr_segment *s)
{
    bool is_prompt = s->is_live && mr_aggregate_of(s->aggregate)->is_prompt;
    return mr_kind_of(s->kind)->takes_leaves && !is_prompt;
}

/* Where the last whole leaf that fits into [first, end) ends; `first` begins a leaf. */
static int64_t last_leaf_end(const struct mr_segment *s, int64_t first, int64_t end)
{
    int64_t chunk = mr_kind_of(s->kind)->has_chunks ? end / s->extent * s->extent : 0;
    int64_t leaf_end = chunk + (end - chunk) / MR_LEAF * MR_LEAF;
    return leaf_end < first ? first : leaf_end;
}

/* Waits until an input has what one position needs, or a whole leaf; *positions is how many it can
 * serve, *is_end whether it will never serve more. */
static mr_status positions_served(struct mr_runner *r, size_t v, size_t *positions, bool *is_end,
                                  enum mr_fill *how, mr_error *err)
{
    struct mr_runner *input = r->inputs[v];
    size_t around = (size_t)r->segment->views[v].halo + r->segment->reach;
    size_t need =
        around + (wants_whole_leaves(r->segment) ? mr_leaf_extent(r->segment->extent) : 1);
    *positions = 0;
    MR_TRY(mr_runner_fill(input, need, how, err));
    if (*how == MR_PAUSED) return MR_OK;
    size_t unread = mr_runner_unread(input);
    *is_end = *how != MR_FILLED || (input->at.is_exhausted && input->queued == 0);
    if (*is_end && input->at.failed == MR_OK) around -= r->segment->views[v].ahead;
    *positions = unread > around ? unread - around : 0;
    return MR_OK;
}

/* The positions of the next unit. */
struct next_unit {
    size_t count;
    bool is_end;                     /* there are no more behind them: */
    bool is_domain_end;              /* those of the segment end, where elements may go on, */
    const struct mr_runner *failing; /* or an input ends, this one because it failed */
    bool is_paused;
};

static mr_status serve(struct mr_runner *r, int64_t left, struct next_unit *next, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    *next = (struct next_unit){.count = left < (int64_t)r->pace ? (size_t)left : r->pace};
    next->is_end = next->is_domain_end = left <= (int64_t)r->pace;
    for (size_t v = 0; v < s->view_count && next->count; v++) {
        size_t positions;
        bool input_ends;
        enum mr_fill how;
        if (!r->inputs[v]) continue;
        MR_TRY(positions_served(r, v, &positions, &input_ends, &how, err));
        next->is_paused = how == MR_PAUSED;
        if (next->is_paused) return MR_OK;
        if (positions < next->count || (positions == next->count && !next->is_end)) {
            next->is_end = input_ends;
            next->is_domain_end = false;
            next->failing = input_ends && r->inputs[v]->at.failed != MR_OK ? r->inputs[v] : NULL;
        }
        if (positions < next->count) next->count = positions;
    }
    return MR_OK;
}

static bool fails_behind(const struct mr_segment *s, const struct next_unit *next)
{
    return next->failing || (next->is_domain_end && mr_length_goes_on(s->domain));
}

/* The last leaf may be shorter. As a chunk it is delivered only if nothing fails behind it. */
static bool may_end_inside_leaf(const struct mr_segment *s, const struct next_unit *next)
{
    return next->is_end && !(mr_kind_of(s->kind)->has_chunks && fails_behind(s, next));
}

static void read_input(struct mr_runner *r, size_t v, struct mr_launch *launch)
{
    struct mr_runner *input = r->inputs[v];
    launch->sources[v] = (struct mr_source){
        .slot = input->current, .index = input->begin, .count = mr_runner_unread(input)};
}

/* Where positions end and elements would go on. */
static void fail_beyond(struct mr_runner *r)
{
    r->at.failed =
        mr_op_fail(r->segment->seq, NULL, &r->at.error, MR_E_LIMIT,
                   "element %" PRId64 " would need a position of 2^63-1 or more", r->at.next);
    mr_error_hint(&r->at.error, r->at.failed, "end the sequence before, with take(n)");
    r->at.error.element = r->at.next;
}

static void count_unit(struct mr_runner *r, size_t count)
{
    mr_control_count_unit(r->control, mr_segment_is_source(r->segment) ? (int64_t)count : 0);
}

/* Units end where batches do, so that no rest of a batch is copied to the next slot. Where slots
 * have no room for one in front, a unit that begins within a batch only completes it, right
 * behind. */
static size_t end_with_batch(const struct mr_runner *r, size_t count, bool is_end)
{
    const struct mr_segment *s = r->segment;
    size_t over = (size_t)((r->at.next - r->at.origin) % (int64_t)s->end_multiple);
    size_t missing = s->end_multiple - over;
    if (s->lead == 0) return over && missing < count ? missing : count;
    return count == r->pace && count > s->end_multiple && !is_end ? count - over : count;
}

/* There are no more positions. */
static enum mr_fill end_here(struct mr_runner *r, const struct next_unit *next)
{
    if (next->failing) mr_runner_fail_like(r, next->failing);
    if (next->is_domain_end && mr_length_goes_on(r->segment->domain)) fail_beyond(r);
    r->at.is_exhausted = true;
    return r->at.failed == MR_OK ? MR_ENDED : MR_FAILED;
}

/* The runner is torn from here on until what comes of it is in the queue. */
static void take_inputs(struct mr_runner *r, struct mr_launch *launch)
{
    for (size_t v = 0; v < r->segment->view_count; v++) {
        if (!r->inputs[v]) continue;
        read_input(r, v, launch);
        r->inputs[v]->begin += launch->count;
        launch->sources[v].is_last = mr_runner_unread(r->inputs[v]) == 0;
    }
    r->at.is_torn = true;
    r->at.next += (int64_t)launch->count;
}

/* Prepares a launch over the inputs, which it consumes. */
static mr_status prepare(struct mr_runner *r, struct mr_launch *launch, enum mr_fill *how,
                         mr_error *err)
{
    const struct mr_segment *s = r->segment;
    const int64_t first = r->at.next, positions = mr_length_positions(s->domain);
    struct next_unit next;
    assert(r->at.origin <= first);
    MR_TRY(serve(r, first < positions ? positions - first : 0, &next, err));
    *how = MR_PAUSED;
    if (next.is_paused) return MR_OK;
    size_t count = next.count;
    if (wants_whole_leaves(s) && !may_end_inside_leaf(s, &next))
        count = (size_t)(last_leaf_end(s, first, first + (int64_t)count) - first);
    count = end_with_batch(r, count, next.is_end);
    assert(count <= s->unit);
    launch->first = first;
    launch->count = count;
    *how = count ? MR_FILLED : end_here(r, &next);
    if (count) take_inputs(r, launch);
    return MR_OK;
}

/* What a launch that ended early left is there for the next one. */
static void give_back(struct mr_runner *r, struct mr_launch *launch, size_t computed)
{
    size_t rest = launch->count - computed;
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) r->inputs[v]->begin -= rest;
    r->at.next -= (int64_t)rest;
    launch->count = computed;
    if (computed == 0) r->at.is_torn = false;
}

/* Launches it; launch->count is how many of the positions it computes: fewer if that took long, and
 * 0 if nothing came of it, for the moment. */
static mr_status compute(struct mr_runner *r, struct mr_launch *launch, enum mr_fill *how,
                         mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    launch->abandons = mr_control_abandons;
    launch->abandon_user = r->control;
    launch->is_brief = r->control->is_brief;
    MR_TRY(class->launch(r->engine, r->program, launch, err));
    if (class->computed) give_back(r, launch, class->computed(launch->out));
    *how = launch->count ? MR_FILLED : MR_PAUSED;
    if (launch->count) count_unit(r, launch->count);
    return MR_OK;
}

void mr_unit_enqueue(struct mr_runner *r, struct mr_slot *slot, int64_t first, size_t count,
                     size_t at, bool is_done)
{
    assert(r->queued < r->slot_count);
    struct mr_unit *unit = &r->queue[r->queued++];
    *unit = (struct mr_unit){.slot = slot,
                             .first = first,
                             .count = count,
                             .at = at,
                             .is_done = is_done,
                             .checkpoint = unit->checkpoint};
    mr_checkpoint_unit(r, &unit->checkpoint);
    if (!is_done) mr_pace_launch(r, unit);
    r->last = slot;
    r->at.is_torn = false;
    /* What a program computed of it was counted when that was. */
    if (is_done && !r->program) count_unit(r, count);
}

/* Where units are not launched ahead, it is known what is carried over in front of this one's
 * entries: these are put where batches, which begin with that, begin at a boundary. */
static size_t entries_back(const struct mr_runner *r)
{
    size_t over = mr_runner_unread(r) % MR_ALIGNED_ELEMS;
    return r->segment->is_aligned && over ? MR_ALIGNED_ELEMS - over : 0;
}

mr_status mr_unit_launch_program(struct mr_runner *r, struct mr_slot *slot,
                                 const struct mr_seq *ignored, enum mr_fill *how, mr_error *err)
{
    struct mr_launch launch = {.out = slot,
                               .previous = r->last,
                               .back = entries_back(r),
                               .ignored = ignored,
                               .is_read_next = r->is_host_read,
                               .has_lead = r->segment->lead > 0};
    MR_TRY(prepare(r, &launch, how, err));
    if (*how == MR_FILLED) MR_TRY(compute(r, &launch, how, err));
    if (*how == MR_FILLED)
        mr_unit_enqueue(r, slot, launch.first, launch.count, r->segment->lead - launch.back, false);
    return MR_OK;
}

mr_status mr_unit_launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how,
                         mr_error *err)
{
    assert(slot && slot != r->current);
    mr_checkpoint_launch(r);
    if (r->kind->launch)
        MR_TRY(r->kind->launch(r, slot, how, err));
    else
        MR_TRY(mr_unit_launch_program(r, slot, NULL, how, err));
    assert(*how != MR_FILLED || r->queued > 0);
    assert(*how != MR_ENDED || (r->at.is_exhausted && r->at.failed == MR_OK));
    assert(*how != MR_FAILED || r->at.failed != MR_OK);
    return MR_OK;
}

/* ---- failures ---- */

void mr_unit_fail(struct mr_runner *r, const struct mr_outcome *outcome, int64_t first)
{
    const struct ir_body *b = &r->segment->body;
    const struct ir_check *check = &b->checks[outcome->check];
    const struct mr_seq *blame = check->blame;
    const char *name = blame->op->name;
    int64_t element = mr_ir_number_at(b, check->position, first + (int64_t)outcome->failed);
    if (check->status == MR_E_DIVISION) {
        mr_fail(&r->at.error, check->status, "%s: division by zero at element %" PRId64, name,
                element);
        mr_error_hint(&r->at.error, check->status,
                      "guard it, as in (d == 0 ? 0 : x / d), or filter those elements out before");
    } else {
        blame->op->fail(blame, check->status, element, &r->at.error);
    }
    mr_op_blame(blame, check->status, &r->at.error);
    r->at.error.element = element;
    r->at.failed = check->status;
}
