#include "plan/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/kind.h"

/* Lowering into one segment. `base` comes first, so that an operator's mr_lowering is a planner. */
struct planner {
    struct mr_lowering base;
    struct mr_plan *plan;
    struct mr_segment *segment;
    bool masks_filters; /* between a reduction or a filter and what feeds it: filters are masks */
    bool index_used;    /* by a stage above, so a filter here must compact */
    bool is_trial;      /* only the segment's own body is wanted, not what it reads */
    size_t below, checks_below; /* nodes and checks of the body before the first mask */
    const struct mr_seq *named[MR_MAX_STAGES]; /* already in the segment's name */
    size_t named_count;
};

static mr_status segment_for(struct mr_plan *plan, const struct mr_seq *seq, const char *reason,
                             struct mr_segment **out, mr_error *err);

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

static struct mr_view *add_view(struct mr_segment *s, const struct mr_seq *seq, mr_error *err)
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
    struct mr_view *view = widened_view(p->segment, seq, offset, p->base.looks_ahead);
    if (!view && p->base.looks_ahead)
        return mr_fail(err, MR_E_LIMIT, "%s is read more than %d elements ahead", seq->op->name,
                       MR_HALO_LIMIT);
    if (p->base.looks_ahead) stop_at_end(p, view, position);
    if (!view) {
        view = add_view(p->segment, seq, err);
        if (!view) return MR_E_LIMIT;
        view->offset = offset;
        if (!p->is_trial) MR_TRY(segment_for(p->plan, seq, reason, &view->segment, err));
        if (!p->is_trial) p->segment->is_live = p->segment->is_live || view->segment->is_live;
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
        view = add_view(p->segment, seq, err);
        if (!view) return MR_E_LIMIT;
        view->memory = seq->context;
    }
    load_columns(p, view, position, columns);
    for (unsigned c = 0; c < seq->column_count; c++)
        if (seq->columns[c].dtype == MR_BOOL) columns[c] = normalised(l->body, columns[c]);
    return mr_body_status(l->body, err);
}

static bool is_fused(const struct mr_seq *seq)
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
        p->below = p->base.body->count;
        p->checks_below = p->base.body->check_count;
    }
    p->segment->keep = mr_ir_both(p->base.body, p->segment->keep, p->base.keep);
    p->base.guard = mr_ir_both(p->base.body, p->base.guard, p->base.keep);
    return MR_OK;
}

/* What a reduction of `seq`, or a filter in it, runs over once the filters right below are masks;
 * *filters counts those. */
static const struct mr_seq *below_masks(const struct mr_seq *seq, unsigned *filters)
{
    bool index_used = false;
    *filters = 0;
    while (seq->op->is_pointwise && (is_fused(seq) || !index_used)) {
        *filters += is_filter(seq);
        index_used = index_used || uses_index(seq);
        seq = seq->inputs[0];
    }
    return seq;
}

static bool has_mask(const struct mr_seq *seq)
{
    unsigned filters;
    (void)below_masks(seq, &filters);
    return filters > 0;
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
    if (p->plan->fuses || !is_fused(seq)) return false;
    if (!mr_ir_unit_stride(p->base.body, position, &offset)) return false;
    if (is_viewed(p->segment, seq)) return true; /* neighbours of what is read anyway */
    if (p->base.guard != IR_NONE || p->base.needs_no_values) return false;
    if (p->masks_filters && has_mask(seq)) return false;
    return offset >= 0;
}

static mr_status lower_input(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err)
{
    struct planner *p = (struct planner *)l;
    bool masks = p->masks_filters, index_used = p->index_used;
    bool pointwise = seq->op->is_pointwise && masks;
    bool is_mask = pointwise && is_filter(seq) && !index_used;
    if (is_cut_anyway(p, seq, position))
        return read_segment(p, seq, position, "each stage by itself, as asked", columns, err);
    if (!is_fused(seq) && !is_mask) return read_segment(p, seq, position, NULL, columns, err);
    p->masks_filters = pointwise;
    p->index_used = index_used || uses_index(seq);
    mr_status st = is_mask ? lower_as_mask(p, seq, position, columns, err)
                           : lower_here(p, seq, position, columns, err);
    p->masks_filters = masks;
    p->index_used = index_used;
    return st;
}

/* Its values become what its aggregate takes. */
static void aggregate_values(struct mr_segment *s)
{
    const struct mr_settings *settings = &s->seq->settings;
    const struct mr_aggregate_class *class = mr_aggregate_of(s->aggregate);
    bool runs = mr_kind_of(s->kind)->runs_along || settings->is_narrow;
    enum mr_aggregate narrow = settings->is_narrow ? class->fold : s->aggregate;
    for (size_t c = 0; c < s->value_count; c++) {
        ir_value x = s->values[c];
        mr_dtype running = mr_running_dtype(narrow, mr_ir_dtype(&s->body, x));
        s->values[c] =
            runs ? mr_ir_cast(&s->body, running, x) : class->value(&s->body, x, settings);
    }
}

/* The columns of its slots. */
static void store_rows(struct mr_segment *s)
{
    enum mr_kind_rows rows = mr_kind_of(s->kind)->rows;
    s->stored_count = 0;
    if (rows == MR_ROWS_ELEMENTS)
        for (size_t c = 0; c < s->column_count; c++)
            s->stored[s->stored_count++] = s->columns[c].dtype;
    if (rows == MR_ROWS_BINS)
        for (size_t c = 0; c < s->value_count; c++) s->stored[s->stored_count++] = MR_U64;
    if (rows != MR_ROWS_LEAVES) return;
    s->stored[s->stored_count++] = MR_I64;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype partials[3];
        size_t count =
            mr_partial_dtypes(s->aggregate, mr_ir_dtype(&s->body, s->values[c]), partials);
        for (size_t k = 0; k < count; k++) s->stored[s->stored_count++] = partials[k];
    }
}

/* What a node costs, in operations; SLOW: a division or root of floats; DEAR: more than to store
 * its value and load it again. */
static unsigned cost_of(const struct ir_body *b, const struct ir_node *n)
{
    enum { SLOW = 8, DEAR = 100 };
    int64_t offset;
    switch (n->op) {
    case IR_CONST:
    case IR_PARAM:
    case IR_WORDS:
    case IR_END:
    case IR_INDEX: return 0;
    case IR_LOAD: return mr_ir_unit_stride(b, n->args[0], &offset) ? 1 : DEAR;
    case IR_SQRT: return SLOW;
    case IR_DIV: return mr_dtype_is_float(n->dtype) ? SLOW : DEAR;
    case IR_REM:
    case IR_LOOP:
    case IR_CALL: return DEAR;
    default: return 1;
    }
}

/* COMPACT makes its values twice unless that takes more than some operations. */
static mr_status weigh_values(struct mr_segment *s, mr_error *err)
{
    enum { MOST = 12 };
    const struct ir_body *b = &s->body;
    bool *needed = mr_alloc(b->count + 1, sizeof *needed);
    unsigned cost = 0;
    if (!needed) return mr_fail_no_memory(err, "the plan");
    for (size_t c = 0; c < s->value_count; c++) needed[s->values[c]] = true;
    /* Operands stand before what uses them. */
    for (size_t k = b->count; k-- > 0;) {
        if (!needed[k]) continue;
        cost += cost_of(b, &b->nodes[k]);
        for (int a = 0; a < 3; a++)
            if (b->nodes[k].args[a] != IR_NONE) needed[b->nodes[k].args[a]] = true;
    }
    s->saves_values = cost > MOST;
    mr_free(needed);
    return MR_OK;
}

/* What stands above a mask is computed for all, also for those that it drops: not if that is dear
 * beside what a segment of its own costs, nor if it may fail, since errors count its elements. */
static bool is_worth_joining(const struct planner *p)
{
    enum { MOST = 24 };
    const struct ir_body *b = p->base.body;
    unsigned cost = 0;
    for (size_t k = p->below; k < b->count; k++) cost += cost_of(b, &b->nodes[k]);
    return cost <= MOST && b->check_count == p->checks_below;
}

/* Writes the segment's body: the operator's own code, or its input's columns for those that
 * aggregate. With `is_worth`, on trial: whether what it joins should be. */
static mr_status write_body(struct mr_plan *plan, struct mr_segment *s, bool *is_worth,
                            mr_error *err)
{
    const struct mr_seq *seq = s->seq;
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    struct planner p = {.base = {.body = &s->body,
                                 .guard = IR_NONE,
                                 .position = IR_NONE,
                                 .keep = IR_NONE,
                                 .exists = IR_NONE,
                                 .input = lower_input,
                                 .memory = read_memory},
                        .plan = plan,
                        .segment = s,
                        .is_trial = is_worth != NULL};
    ir_value position = mr_ir_index(&s->body);
    enum mr_partials partials = mr_aggregate_of(s->aggregate)->partials;
    bool reduces = kind->is_terminal && partials != MR_PARTIALS_PLACE;
    unsigned filters;
    p.masks_filters = reduces || s->joins;
    p.base.needs_no_values = kind->is_terminal && partials == MR_PARTIALS_COUNT;
    p.index_used = s->joins && uses_index(seq);
    if (p.masks_filters) s->domain = below_masks(reduces ? seq->inputs[0] : seq, &filters)->length;
    MR_TRY(lower_here(&p, seq, position, s->values, err));
    if (!kind->is_terminal && !is_fused(seq)) s->keep = mr_ir_both(&s->body, s->keep, p.base.keep);
    bool has_own_columns = seq->op->role == MR_SOURCE || is_fused(seq);
    s->value_count = kind->value_count ? kind->value_count(s)
                     : has_own_columns ? seq->column_count
                                       : seq->inputs[0]->column_count;
    if (kind->aggregates) aggregate_values(s);
    if (is_worth) *is_worth = is_worth_joining(&p);
    return mr_body_status(&s->body, err);
}

static mr_status join_inputs(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    const char *reason = mr_kind_of(s->kind)->input_reason;
    for (size_t k = 0; k < s->seq->input_count; k++) {
        struct mr_view *view = add_view(s, s->seq->inputs[k], err);
        if (!view) return MR_E_LIMIT;
        MR_TRY(segment_for(plan, s->seq->inputs[k], reason, &view->segment, err));
        s->is_live = s->is_live || view->segment->is_live;
    }
    (void)snprintf(s->name, sizeof s->name, "%s", s->seq->op->name);
    return MR_OK;
}

/* Filters one above the other, or maps above one, are one filter. */
static bool may_join(const struct mr_plan *plan, const struct mr_seq *seq)
{
    unsigned filters;
    (void)below_masks(seq, &filters);
    return plan->fuses && filters > is_filter(seq);
}

static struct mr_segment *segment_create(const struct mr_seq *seq, const char *reason, bool joins)
{
    struct mr_segment *s = mr_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->kind = joins ? MR_KIND_COMPACT : seq->kind;
    s->joins = joins;
    s->seq = seq;
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    s->reason = reason && !kind->keeps_reason ? reason : kind->reason;
    s->keep = IR_NONE;
    s->length = seq->length;
    s->domain = seq->op->role == MR_SOURCE || mr_kind_of(seq->kind)->has_own_positions
                    ? seq->length
                    : seq->inputs[0]->length;
    s->access = seq->access;
    s->is_live = seq->is_live;
    s->aggregate = seq->aggregate;
    s->extent = seq->settings.extent;
    s->column_count = seq->column_count;
    memcpy(s->columns, seq->columns, sizeof s->columns);
    return s;
}

static void segment_destroy(struct mr_segment **segment)
{
    if (!*segment) return;
    mr_body_free(&(*segment)->body);
    mr_free(*segment);
    *segment = NULL;
}

static mr_status fill_segment(struct mr_plan *plan, struct mr_segment *s, mr_error *err)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    if (kind->shape) kind->shape(s);
    switch (kind->inputs) {
    case MR_INPUTS_JOINED: MR_TRY(join_inputs(plan, s, err)); break;
    case MR_INPUTS_NONE: (void)snprintf(s->name, sizeof s->name, "%s", s->seq->op->name); break;
    case MR_INPUTS_LOWERED:
        MR_TRY(write_body(plan, s, NULL, err));
        if (kind->is_filter) MR_TRY(weigh_values(s, err));
        break;
    }
    store_rows(s);
    return MR_OK;
}

/* A stage that only ends its input sooner (take) is left to the segment that the input needs anyway
 * and is none that copies. Not if the input's length decides what its elements are. */
static const struct mr_seq *below_ends(const struct mr_plan *plan, const struct mr_seq *seq)
{
    const struct mr_seq *below = seq;
    while (below->op->role == MR_STAGE && is_fused(below) && !below->op->lower)
        below = below->inputs[0];
    bool is_cut = (!is_fused(below) && !mr_kind_of(below->kind)->is_whole) || may_join(plan, below);
    return plan->fuses && is_cut ? below : seq;
}

/* Gives no more than its first `most` elements. */
static void end_sooner(struct mr_segment *s, int64_t most)
{
    s->length = mr_length_take(s->length, most);
    if (mr_kind_of(s->kind)->is_one_by_one) s->domain = mr_length_take(s->domain, most);
}

static void end_as_in(struct mr_segment *s, const struct mr_seq *seq)
{
    size_t length = strlen(s->name);
    s->length = seq->length;
    end_sooner(s, seq->length.most);
    (void)snprintf(s->name + length, sizeof s->name - length, "_%s", seq->op->name);
}

/* Segments compute what their readers ask for, and not the rest of a unit or of an endless
 * sequence. */
static void end_where_readers_do(struct mr_plan *plan)
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
            end_sooner(view->segment, most > 0 ? most : 0);
        }
    }
}

/* Whether the filters and maps in `seq` are one segment. What fails on trial fails again, or is too
 * much for one. */
static mr_status decide_joining(struct mr_plan *plan, const struct mr_seq *seq, bool *joins,
                                mr_error *err)
{
    *joins = may_join(plan, seq);
    if (!*joins) return MR_OK;
    struct mr_segment *trial = segment_create(seq, NULL, true);
    if (!trial) return mr_fail_no_memory(err, "the plan");
    mr_status st = write_body(plan, trial, joins, err);
    segment_destroy(&trial);
    if (st == MR_OK || st == MR_E_NO_MEMORY) return st;
    *joins = false;
    return MR_OK;
}

/* Makes the segment that computes `seq`, after those it reads. */
static mr_status segment_for(struct mr_plan *plan, const struct mr_seq *seq, const char *reason,
                             struct mr_segment **out, mr_error *err)
{
    const struct mr_seq *below = below_ends(plan, seq);
    bool joins;
    MR_TRY(decide_joining(plan, below, &joins, err));
    struct mr_segment *s = segment_create(below, reason, joins);
    if (!s) return mr_fail_no_memory(err, "the plan");
    mr_status st = fill_segment(plan, s, err);
    if (st == MR_OK && below != seq) end_as_in(s, seq);
    if (st == MR_OK && plan->segment_count == plan->segment_capacity) {
        size_t capacity = plan->segment_capacity ? 2 * plan->segment_capacity : 8;
        struct mr_segment **grown = mr_resize(plan->segments, capacity, sizeof *grown);
        if (grown) {
            plan->segments = grown;
            plan->segment_capacity = capacity;
        } else {
            mr_fail_no_memory(err, "the plan");
            st = MR_E_NO_MEMORY;
        }
    }
    if (st != MR_OK) {
        segment_destroy(&s);
        return st;
    }
    plan->segments[plan->segment_count++] = s;
    s->number = (unsigned)plan->segment_count;
    *out = s;
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
    store_rows(root);
}

mr_status mr_plan_create(struct mr_plan **out, const struct mr_seq *seq, bool fuses, mr_error *err)
{
    struct mr_plan *plan = mr_alloc(1, sizeof *plan);
    struct mr_segment *root;
    *out = NULL;
    if (!plan) return mr_fail_no_memory(err, "the plan");
    plan->seq = mr_seq_ref((struct mr_seq *)seq);
    plan->fuses = fuses;
    mr_status st = segment_for(plan, seq, "the end of the pipeline", &root, err);
    if (st == MR_OK) {
        end_where_readers_do(plan);
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
