/* Where a sequence is cut into segments, and where these end. */
#include "plan/plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/apart.h"
#include "plan/cost.h"
#include "plan/fuse.h"
#include "plan/kind.h"

/* Filters one above the other, or maps above one, can be masks of one segment. */
static bool may_mask(const struct mr_plan *plan, const struct mr_seq *seq)
{
    return plan->fuses && mr_masks_in(seq).count > mr_kind_of(seq->kind)->is_filter;
}

/* Positions that the body of its segment is evaluated at. */
static struct mr_length domain_of(const struct mr_seq *seq)
{
    bool has_own = seq->op->role == MR_SOURCE || mr_kind_of(seq->kind)->has_own_positions;
    return has_own ? seq->length : seq->inputs[0]->length;
}

static struct mr_segment *segment_create(const struct mr_seq *seq, const char *reason,
                                         enum mr_kind segment_kind)
{
    struct mr_segment *s = mr_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->kind = segment_kind;
    s->seq = seq;
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    s->reason = reason && !kind->reason_stands ? reason : kind->reason;
    s->keep = IR_NONE;
    s->length = seq->length;
    s->domain = domain_of(seq);
    s->access = seq->access;
    s->is_live = seq->is_live;
    s->aggregate = seq->aggregate;
    s->extent = seq->settings.extent;
    s->column_count = seq->column_count;
    memcpy(s->columns, seq->columns, sizeof s->columns);
    for (size_t c = 0; c < s->column_count; c++) s->column_numbers[c] = (uint8_t)c;
    return s;
}

static void segment_destroy(struct mr_segment **segment)
{
    if (!*segment) return;
    mr_body_free(&(*segment)->body);
    mr_free(*segment);
    *segment = NULL;
}

void mr_segment_store_entries(struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    s->stored_count = s->column_count;
    for (size_t c = 0; c < s->column_count; c++) s->stored[c] = s->columns[c].dtype;
    if (kind->store) kind->store(s);
    assert(s->stored_count <= MR_MAX_STORED);
}

/* A filter makes its values twice, to pack those that survive, unless that takes more than a few
 * operations: then it keeps them aside. Under PoCL, with polynomials of f64, both take the same CPU
 * time at 10 operations; to keep them takes 0.92x at 14, 0.75x at 26. */
static mr_status weigh_values(struct mr_segment *s, mr_error *err)
{
    enum { MOST = 12 };
    unsigned cost;
    MR_TRY(mr_cost_of_values(&cost, s, err));
    s->saves_values = cost > MOST;
    return MR_OK;
}

static mr_status append_segment(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    if (plan->segment_count == plan->segment_capacity) {
        size_t capacity = plan->segment_capacity ? 2 * plan->segment_capacity : 8;
        struct mr_segment **grown = mr_resize(plan->segments, capacity, sizeof *grown);
        if (!grown) return mr_fail_no_memory(err, "the plan");
        plan->segments = grown;
        plan->segment_capacity = capacity;
    }
    plan->segments[plan->segment_count++] = s;
    s->number = (unsigned)plan->segment_count;
    return MR_OK;
}

static mr_status fill_segment(struct mr_plan *plan, struct mr_segment *s, mr_error *err);

static mr_status set_apart(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    struct mr_segment *apart;
    mr_status st = mr_segment_set_apart(&apart, s, err);
    if (st == MR_OK && apart) st = append_segment(plan, apart, err);
    if (st != MR_OK) segment_destroy(&apart);
    return st;
}

/* The sequence itself, as a segment that gives what it is after each element. */
static mr_status join_itself(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    struct mr_view *view = mr_segment_add_view(s, s->seq, err);
    if (!view) return MR_E_LIMIT;
    struct mr_segment *state = segment_create(s->seq, NULL, mr_kind_of(s->kind)->joined);
    if (!state) return mr_fail_no_memory(err, "the plan");
    state->length = s->seq->inputs[0]->length;
    mr_status st = fill_segment(plan, state, err);
    if (st == MR_OK) st = append_segment(plan, state, err);
    if (st != MR_OK) {
        segment_destroy(&state);
        return st;
    }
    view->segment = state;
    s->is_live = s->is_live || state->is_live;
    (void)snprintf(s->name, sizeof s->name, "%s", s->seq->op->name);
    return MR_OK;
}

static mr_status join_inputs(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    const char *reason = mr_kind_of(s->kind)->input_reason;
    if (mr_kind_of(s->kind)->joins_itself) return join_itself(plan, s, err);
    for (size_t k = 0; k < s->seq->input_count; k++) {
        struct mr_view *view = mr_segment_add_view(s, s->seq->inputs[k], err);
        if (!view) return MR_E_LIMIT;
        MR_TRY(mr_plan_segment_for(plan, s->seq->inputs[k], reason, &view->segment, err));
        s->is_live = s->is_live || view->segment->is_live;
    }
    (void)snprintf(s->name, sizeof s->name, "%s", s->seq->op->name);
    return MR_OK;
}

static mr_status fill_segment(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    if (kind->shape) kind->shape(s);
    assert(s->aggregate != MR_NO_AGGREGATE || !kind->aggregates);
    switch (kind->inputs) {
    case MR_INPUTS_JOINED: MR_TRY(join_inputs(plan, s, err)); break;
    case MR_INPUTS_NONE: (void)snprintf(s->name, sizeof s->name, "%s", s->seq->op->name); break;
    case MR_INPUTS_LOWERED:
        MR_TRY(mr_segment_fuse(plan, s, NULL, err));
        if (kind->walks && plan->fuses) MR_TRY(set_apart(plan, s, err));
        break;
    }
    mr_segment_store_entries(s);
    return MR_OK;
}

/* A stage that only ends its input sooner (take) gets no segment of its own, which would copy: the
 * segment of its input ends sooner. Unless the input's elements depend on how many there are, as
 * those of a shuffle. */
static const struct mr_seq *past_ends(const struct mr_plan *plan, const struct mr_seq *seq)
{
    const struct mr_seq *below = seq;
    while (below->op->role == MR_STAGE && mr_seq_is_fused(below) && !below->op->lower)
        below = below->inputs[0];
    bool is_cut =
        (!mr_seq_is_fused(below) && !mr_kind_of(below->kind)->is_whole) || may_mask(plan, below);
    return plan->fuses && is_cut ? below : seq;
}

/* Gives no more than its first `most` elements. */
static void end_at(struct mr_segment *s, int64_t most)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    s->length = mr_length_take(s->length, most);
    if (kind->is_one_by_one) s->domain = mr_length_take(s->domain, most);
    if (kind->has_chunks && most <= INT64_MAX / s->extent)
        s->domain = mr_length_take(s->domain, most * s->extent);
}

static void end_like(struct mr_segment *s, const struct mr_seq *seq)
{
    size_t length = strlen(s->name);
    s->length = seq->length;
    end_at(s, seq->length.most);
    (void)snprintf(s->name + length, sizeof s->name - length, "_%s", seq->op->name);
}

void mr_plan_end_at_readers(struct mr_plan *plan)
{
    for (size_t k = plan->segment_count; k-- > 0;) {
        const struct mr_segment *s = plan->segments[k];
        bool reads_all = mr_kind_of(s->kind)->inputs == MR_INPUTS_JOINED;
        for (size_t v = 0; v < s->view_count && !reads_all; v++) {
            const struct mr_view *view = &s->views[v];
            int64_t most = s->domain.most, behind = (int64_t)view->halo + s->reach;
            bool is_limited = s->domain.kind == MR_LENGTH_KNOWN || most < INT64_MAX;
            if (!view->segment || mr_kind_of(view->segment->kind)->is_whole || !is_limited ||
                most > INT64_MAX - behind || view->offset > INT64_MAX - behind - most)
                continue;
            most += behind + view->offset;
            end_at(view->segment, most > 0 ? most : 0);
        }
    }
}

/* What a segment is besides its own operator: filters above each other, or what stands above a
 * state. */
struct contents {
    enum mr_kind kind;
    bool has_masks;
    const struct mr_seq *state;
};

static struct mr_segment *create_of(const struct mr_seq *seq, const char *reason,
                                    const struct contents *contents)
{
    struct mr_segment *s = segment_create(seq, reason, contents->kind);
    if (!s) return NULL;
    s->has_masks = contents->has_masks;
    s->state = contents->state;
    if (!s->state) return s;
    s->extent = s->state->settings.extent;
    s->domain = domain_of(s->state);
    if (seq->length.kind != MR_LENGTH_ENDLESS) end_at(s, seq->length.most);
    return s;
}

/* Whether it is worth it. What fails as a draft fails again, or is too much for one. */
static mr_status try_contents(struct mr_plan *plan, const struct mr_seq *seq,
                              const struct contents *contents, bool *is_worth, mr_error *err)
{
    struct mr_segment *draft = create_of(seq, NULL, contents);
    *is_worth = false;
    if (!draft) return mr_fail_no_memory(err, "the plan");
    mr_status st = mr_segment_fuse(plan, draft, is_worth, err);
    segment_destroy(&draft);
    if (st == MR_OK || st == MR_E_NO_MEMORY) return st;
    *is_worth = false;
    return MR_OK;
}

static mr_status decide_contents(struct mr_plan *plan, const struct mr_seq *seq,
                                 struct contents *out, mr_error *err)
{
    const struct mr_seq *state = plan->fuses ? mr_state_below(seq) : NULL;
    const struct contents alone = {.kind = seq->kind};
    bool is_worth = true;
    *out = alone;
    if (state)
        *out = (struct contents){.kind = state->kind, .state = state};
    else if (may_mask(plan, seq))
        *out = (struct contents){.kind = mr_masks_in(seq).kind, .has_masks = true};
    else
        return MR_OK;
    MR_TRY(try_contents(plan, seq, out, &is_worth, err));
    if (!is_worth) *out = alone;
    return MR_OK;
}

mr_status mr_plan_segment_for(struct mr_plan *plan, const struct mr_seq *seq, const char *reason,
                              struct mr_segment **out, mr_error *err)
{
    const struct mr_seq *below = past_ends(plan, seq);
    struct contents contents;
    MR_TRY(decide_contents(plan, below, &contents, err));
    struct mr_segment *s = create_of(below, reason, &contents);
    if (!s) return mr_fail_no_memory(err, "the plan");
    mr_status st = fill_segment(plan, s, err);
    if (st == MR_OK && below != seq) end_like(s, seq);
    if (st == MR_OK) st = append_segment(plan, s, err);
    if (st == MR_OK)
        *out = s;
    else
        segment_destroy(&s);
    return st;
}

/* From the last segment on, so that each has lost its unread columns before it says which it reads
 * itself, and before its values are weighed. */
static mr_status drop_unread(struct mr_plan *plan, mr_error *err)
{
    for (size_t k = plan->segment_count; k-- > 0;) {
        struct mr_segment *s = plan->segments[k];
        MR_TRY(mr_segment_drop_unread(s, err));
        if (mr_kind_of(s->kind)->is_filter) MR_TRY(weigh_values(s, err));
    }
    return MR_OK;
}

void mr_plan_watch_sums(struct mr_plan *plan)
{
    struct mr_segment *root = plan->segments[plan->segment_count - 1];
    enum mr_aggregate watched = mr_aggregate_of(root->aggregate)->watched;
    bool has_integers = false;
    for (size_t c = 0; c < root->column_count; c++)
        has_integers = has_integers || mr_dtype_is_integer(root->columns[c].dtype);
    if (!mr_kind_of(root->kind)->is_terminal || watched == MR_NO_AGGREGATE || !has_integers) return;
    root->aggregate = watched;
    mr_segment_store_entries(root);
}

mr_status mr_plan_create(struct mr_plan **out, const struct mr_seq *seq, bool fuses, mr_error *err)
{
    struct mr_plan *plan = mr_alloc(1, sizeof *plan);
    struct mr_segment *root;
    *out = NULL;
    if (!plan) return mr_fail_no_memory(err, "the plan");
    plan->seq = mr_seq_ref((struct mr_seq *)seq);
    plan->fuses = fuses;
    mr_status st = mr_plan_segment_for(plan, seq, "the end of the pipeline", &root, err);
    if (st == MR_OK) st = drop_unread(plan, err);
    if (st == MR_OK) {
        mr_plan_end_at_readers(plan);
        *out = plan;
    } else {
        mr_plan_destroy(&plan);
    }
    return st;
}

void mr_plan_destroy(struct mr_plan **plan)
{
    if (!plan || !*plan) return;
    for (size_t k = 0; k < (*plan)->segment_count; k++) segment_destroy(&(*plan)->segments[k]);
    mr_free((*plan)->segments);
    mr_seq_unref(&(*plan)->seq);
    mr_free(*plan);
    *plan = NULL;
}
