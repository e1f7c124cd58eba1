#include "plan/fuse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ir/op.h"
#include "plan/apart.h"
#include "plan/cost.h"
#include "plan/kind.h"
#include "plan/lowered.h"

/* Lowering into one segment. `base` comes first, so that an operator's mr_lowering is a planner. */
struct planner {
    struct mr_lowering base;
    struct mr_plan *plan;
    struct mr_segment *segment;
    bool takes_masks; /* a filter here is a mask, */
    bool sees_index;  /* unless a stage above sees the index: then it must compact */
    bool is_draft;    /* only the segment's own body is wanted, not what it reads */
    size_t nodes_below, checks_below; /* of the body before the first mask, or of the state */
    const struct mr_seq *named[MR_MAX_STAGES]; /* already in the segment's name */
    size_t named_count;
    struct mr_lowered_table lowered;
};

static void add_to_name(struct planner *p, const struct mr_seq *seq)
{
    for (size_t k = 0; k < p->named_count; k++)
        if (p->named[k] == seq) return;
    if (p->named_count == MR_MAX_STAGES) return;
    p->named[p->named_count++] = seq;
    char *name = p->segment->name;
    size_t length = strlen(name);
    if (length + strlen(seq->op->name) + 2 > MR_KERNEL_NAME_BYTES) return;
    (void)snprintf(name + length, MR_KERNEL_NAME_BYTES - length, "%s%s", length ? "_" : "",
                   seq->op->name);
}

struct mr_view *mr_segment_add_view(struct mr_segment *s, const struct mr_seq *seq, mr_error *err)
{
    if (s->view_count == MR_MAX_VIEWS) {
        mr_fail(err, MR_E_LIMIT, "%s: more than %d buffers meet in one segment", seq->op->name,
                MR_MAX_VIEWS);
        return NULL;
    }
    struct mr_view *view = &s->views[s->view_count++];
    *view = (struct mr_view){.seq = seq};
    return view;
}

/* Widens a view of the same sequence to reach `offset` too, if that keeps it short. */
static struct mr_view *widened_view(struct mr_segment *s, const struct mr_seq *seq, int64_t offset,
                                    bool is_ahead)
{
    for (size_t k = 0; k < s->view_count; k++) {
        struct mr_view *view = &s->views[k];
        if (view->seq != seq || view->memory) continue;
        int64_t low = offset < view->offset ? offset : view->offset;
        int64_t end = view->offset + view->halo, certain = end - view->ahead;
        int64_t high = offset > end ? offset : end;
        if (high - low > MR_HALO_LIMIT) continue;
        if (offset > certain && !is_ahead) certain = offset;
        view->offset = low;
        view->halo = (uint32_t)(high - low);
        view->ahead = (uint32_t)(high - certain);
        return view;
    }
    return NULL;
}

static void load_columns(struct planner *p, const struct mr_view *view, ir_value position,
                         ir_value *columns)
{
    unsigned number = (unsigned)(view - p->segment->views);
    for (unsigned c = 0; c < view->seq->column_count; c++)
        columns[c] = mr_ir_load(p->base.body, number, c, view->seq->columns[c].dtype, position,
                                p->base.guard != IR_NONE);
}

/* What is behind the end counts for nothing, from here on. */
static void stop_at_end(struct planner *p, const struct mr_view *view, ir_value position)
{
    struct ir_body *b = p->base.body;
    if (view->seq->length.kind == MR_LENGTH_ENDLESS) return;
    ir_value end = mr_ir_end(b, (unsigned)(view - p->segment->views));
    ir_value is_there = mr_ir_binary(b, IR_LT, position, end);
    p->base.exists = mr_ir_both(b, p->base.exists, is_there);
    p->base.guard = mr_ir_both(b, p->base.guard, is_there);
}

/* `reason`: why the plan is cut there; NULL: as its kind says. */
static mr_status read_segment(struct planner *p, const struct mr_seq *seq, ir_value position,
                              const char *reason, ir_value *columns, mr_error *err)
{
    int64_t offset;
    if (!mr_ir_unit_stride(p->base.body, position, &offset)) {
        MR_TRY(mr_body_status(p->base.body, err));
        return mr_fail(err, MR_E_INTERNAL, "%s is read out of order", seq->op->name);
    }
    struct mr_view *view = widened_view(p->segment, seq, offset, p->base.ahead > 0);
    if (!view && p->base.ahead)
        return mr_fail(err, MR_E_LIMIT, "%s is read more than %d elements ahead", seq->op->name,
                       MR_HALO_LIMIT);
    if (p->base.ahead) stop_at_end(p, view, position);
    if (!view) {
        view = mr_segment_add_view(p->segment, seq, err);
        if (!view) return MR_E_LIMIT;
        view->offset = offset;
        if (!p->is_draft) MR_TRY(mr_plan_segment_for(p->plan, seq, reason, &view->segment, err));
        if (!p->is_draft) p->segment->is_live = p->segment->is_live || view->segment->is_live;
    }
    load_columns(p, view, position, columns);
    return mr_body_status(p->base.body, err);
}

/* Bytes of the caller's that are not 0 are true, and 1 from here on. */
static ir_value normalised(struct ir_body *b, ir_value flag)
{
    return mr_ir_binary(b, IR_NE, flag, mr_ir_const_int(b, MR_BOOL, 0));
}

static mr_status read_memory(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err)
{
    struct planner *p = (struct planner *)l;
    struct mr_view *view = NULL;
    for (size_t k = 0; k < p->segment->view_count && !view; k++)
        if (p->segment->views[k].seq == seq) view = &p->segment->views[k];
    if (!view) {
        view = mr_segment_add_view(p->segment, seq, err);
        if (!view) return MR_E_LIMIT;
        view->memory = seq->context;
    }
    load_columns(p, view, position, columns);
    for (unsigned c = 0; c < seq->column_count; c++)
        if (seq->columns[c].dtype == MR_BOOL) columns[c] = normalised(l->body, columns[c]);
    return mr_body_status(l->body, err);
}

bool mr_seq_is_fused(const struct mr_seq *seq)
{
    return mr_kind_of(seq->kind)->is_fused;
}

static bool is_filter(const struct mr_seq *seq)
{
    return mr_kind_of(seq->kind)->is_filter;
}

static bool uses_index(const struct mr_seq *seq)
{
    for (size_t k = 0; k < seq->expr_count; k++)
        if (mr_expr_uses_index(seq->exprs[k])) return true;
    for (size_t k = 0; k < MR_MAX_PARAMS; k++)
        if (seq->args[k].expr && mr_expr_uses_index(seq->args[k].expr)) return true;
    return false;
}

static mr_status lower_here(struct planner *p, const struct mr_seq *seq, ir_value position,
                            ir_value *columns, mr_error *err)
{
    ir_value outer = p->base.position;
    MR_TRY(mr_body_status(p->base.body, err)); /* or `position` may be none */
    p->base.position = position;
    mr_status st = seq->op->lower ? seq->op->lower(&p->base, seq, position, columns, err)
                                  : mr_lower_input(&p->base, seq, position, columns, err);
    p->base.position = outer;
    if (st == MR_OK) add_to_name(p, seq);
    return st == MR_OK ? mr_body_status(p->base.body, err) : st;
}

/* A filter under a reduction or another one: its predicate joins the mask, and code above it runs
 * under it. */
static mr_status lower_as_mask(struct planner *p, const struct mr_seq *seq, ir_value position,
                               ir_value *columns, mr_error *err)
{
    bool counts = p->base.needs_no_values;
    p->base.keep = IR_NONE;
    p->base.needs_no_values = false;
    MR_TRY(lower_here(p, seq, position, columns, err));
    p->base.needs_no_values = counts;
    if (p->base.guard == IR_NONE) {
        p->nodes_below = p->base.body->count;
        p->checks_below = p->base.body->check_count;
    }
    p->segment->keep = mr_ir_both(p->base.body, p->segment->keep, p->base.keep);
    p->base.guard = mr_ir_both(p->base.body, p->base.guard, p->base.keep);
    return MR_OK;
}

struct mr_masks mr_masks_in(const struct mr_seq *seq)
{
    struct mr_masks masks = {.below = seq};
    bool sees_index = false;
    while (seq->op->is_pointwise && (mr_seq_is_fused(seq) || !sees_index)) {
        if (is_filter(seq) && masks.count++ == 0) masks.kind = seq->kind;
        sees_index = sees_index || uses_index(seq);
        masks.below = seq = seq->inputs[0];
    }
    return masks;
}

const struct mr_seq *mr_state_below(const struct mr_seq *seq)
{
    const struct mr_seq *below = seq;
    while (below->op->role == MR_STAGE && mr_seq_is_fused(below) &&
           (below->op->is_pointwise || !below->op->lower))
        below = below->inputs[0];
    return below != seq && mr_kind_of(below->kind)->walks ? below : NULL;
}

static bool is_viewed(const struct mr_segment *s, const struct mr_seq *seq)
{
    for (size_t k = 0; k < s->view_count; k++)
        if (s->views[k].seq == seq && !s->views[k].memory) return true;
    return false;
}

/* Whether --no-fuse gives this input a buffer of its own: where it is read in order, and not where
 * a mask makes the positions of a reduction's leaves those before a filter. Nor where not all of
 * its elements are needed: in a buffer all are made. */
static bool is_cut_anyway(const struct planner *p, const struct mr_seq *seq, ir_value position)
{
    int64_t offset;
    if (p->plan->fuses || !mr_seq_is_fused(seq)) return false;
    if (!mr_ir_unit_stride(p->base.body, position, &offset)) return false;
    if (is_viewed(p->segment, seq)) return true; /* neighbours of what is read anyway */
    if (p->base.guard != IR_NONE || p->base.needs_no_values) return false;
    if (p->takes_masks && mr_masks_in(seq).count) return false;
    return offset >= 0;
}

/* Once for what reads it more than once. */
static mr_status lower_once(struct planner *p, const struct mr_seq *seq, ir_value position,
                            ir_value *columns, mr_error *err)
{
    struct mr_lowering *l = &p->base;
    struct mr_lowered row = {.key = {seq, position, l->guard, l->exists, l->ahead,
                                     l->needs_no_values, p->takes_masks, p->sees_index}};
    const struct mr_lowered *known = mr_lowered_find(&p->lowered, &row.key);
    if (!known) {
        MR_TRY(lower_here(p, seq, position, columns, err));
        row.guard = l->guard;
        row.exists = l->exists;
        memcpy(row.columns, columns, seq->column_count * sizeof *columns);
        mr_lowered_add(&p->lowered, &row);
        return MR_OK;
    }
    l->guard = known->guard;
    l->exists = known->exists;
    memcpy(columns, known->columns, seq->column_count * sizeof *columns);
    return MR_OK;
}

/* The segment's own state. Where it ends, nothing above it counts. */
static mr_status lower_state(struct planner *p, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err)
{
    struct mr_segment *s = p->segment;
    int64_t offset;
    if (!mr_ir_unit_stride(p->base.body, position, &offset) || offset)
        return mr_fail(err, MR_E_INTERNAL, "%s is read elsewhere than where it is", seq->op->name);
    if (!s->carried_count) {
        p->base.keep = IR_NONE;
        MR_TRY(lower_here(p, seq, position, s->carried, err));
        s->carried_count = seq->column_count;
        s->keep = p->base.keep;
        p->base.guard = mr_ir_both(p->base.body, p->base.guard, s->keep);
        p->nodes_below = p->base.body->count;
    }
    memcpy(columns, s->carried, seq->column_count * sizeof *columns);
    return MR_OK;
}

static mr_status lower_input(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err)
{
    struct planner *p = (struct planner *)l;
    bool takes_masks = p->takes_masks, sees_index = p->sees_index;
    bool pointwise = seq->op->is_pointwise && takes_masks;
    bool is_mask = pointwise && is_filter(seq) && !sees_index;
    if (seq == p->segment->state) return lower_state(p, seq, position, columns, err);
    if (is_cut_anyway(p, seq, position))
        return read_segment(p, seq, position, "each stage by itself, as asked", columns, err);
    if (!mr_seq_is_fused(seq) && !is_mask)
        return read_segment(p, seq, position, NULL, columns, err);
    p->takes_masks = pointwise;
    p->sees_index = sees_index || uses_index(seq);
    mr_status st = is_mask ? lower_as_mask(p, seq, position, columns, err)
                           : lower_once(p, seq, position, columns, err);
    p->takes_masks = takes_masks;
    p->sees_index = sees_index;
    return st;
}

/* Its values become what its aggregate takes. */
static void aggregate_values(struct mr_segment *s)
{
    const struct mr_settings *settings = &s->seq->settings;
    const struct mr_aggregate_class *class = mr_aggregate_of(s->aggregate);
    bool is_running = mr_kind_of(s->kind)->is_running || settings->is_narrow;
    enum mr_aggregate narrow = settings->is_narrow ? class->fold : s->aggregate;
    for (size_t c = 0; c < s->value_count; c++) {
        ir_value x = s->values[c];
        mr_dtype running = mr_running_dtype(narrow, mr_ir_dtype(&s->body, x));
        s->values[c] =
            is_running ? mr_ir_cast(&s->body, running, x) : class->value(&s->body, x, settings);
    }
}

/* What stands above a mask is computed for all, also for those that it drops: not if that is dear
 * beside what a segment of its own costs, nor if it may fail, since errors count its elements. */
static bool are_masks_worth_it(const struct planner *p)
{
    enum { MOST = 24 };
    const struct ir_body *b = p->base.body;
    return mr_cost_from(b, p->nodes_below) <= MOST && b->check_count == p->checks_below;
}

/* The last positions of an endless sequence have none ahead to look at. */
static void look_ahead(struct mr_length *domain, int64_t most)
{
    if (domain->kind != MR_LENGTH_ENDLESS) return;
    domain->reach = domain->reach > most ? domain->reach - most : 0;
}

mr_status mr_segment_fuse(struct mr_plan *plan, struct mr_segment *s, bool *is_worth, mr_error *err)
{
    const struct mr_seq *seq = s->seq;
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    struct planner p = {.base = {.body = &s->body,
                                 .guard = IR_NONE,
                                 .position = IR_NONE,
                                 .keep = IR_NONE,
                                 .exists = IR_NONE,
                                 .input = lower_input,
                                 .is_fused = mr_seq_is_fused,
                                 .memory = read_memory},
                        .plan = plan,
                        .segment = s,
                        .is_draft = is_worth != NULL};
    ir_value position = mr_ir_index(&s->body);
    const struct mr_partials_class *partials = mr_partials_of(s->aggregate);
    bool reduces = kind->is_terminal && !partials->has_place;
    p.takes_masks = reduces || s->has_masks;
    p.base.needs_no_values = kind->is_terminal && partials->needs_no_values;
    p.sees_index = s->has_masks && uses_index(seq);
    if (p.takes_masks) s->domain = mr_masks_in(reduces ? seq->inputs[0] : seq).below->length;
    mr_status st = lower_here(&p, seq, position, s->values, err);
    mr_lowered_free(&p.lowered);
    if (st != MR_OK) return st;
    look_ahead(&s->domain, p.base.most_ahead);
    if (!kind->is_terminal && !mr_seq_is_fused(seq))
        s->keep = mr_ir_both(&s->body, s->keep, p.base.keep);
    bool has_own_columns = seq->op->role == MR_SOURCE || mr_seq_is_fused(seq);
    s->value_count = kind->value_count ? kind->value_count(s)
                     : has_own_columns ? seq->column_count
                                       : seq->inputs[0]->column_count;
    if (kind->aggregates) aggregate_values(s);
    if (is_worth)
        *is_worth = s->state ? mr_walks_cheaply(&s->body, p.nodes_below) : are_masks_worth_it(&p);
    if (kind->carry_start && !s->state) {
        s->carried_count = s->value_count;
        memcpy(s->carried, s->values, sizeof s->carried);
    }
    assert(s->value_count <= MR_MAX_COLUMNS);
    return mr_body_status(&s->body, err);
}
