/* Units on a device: arguments bound, kernels enqueued, outcomes read. Every launch only enqueues;
 * opencl_slot.c knows in what order. */
#include "engine/opencl_unit.h"

#include <assert.h>

#include "cl/buffer.h"
#include "cl/build.h"
#include "engine/opencl_program.h"
#include "plan/kind.h"

/* Positions that have work-items, and how many leaves they are in. */
struct grid {
    int64_t first;
    size_t count, leaves;
};

struct unit_launch {
    struct mr_opencl *e;
    struct mr_program *p;
    const struct mr_launch *launch;
    struct mr_working_set *working;
    cl_mem before; /* what the unit before handed on */
    struct mr_chain chain;
    size_t leaves;
    struct grid grid;
    unsigned round;  /* of the kernel that is launched */
    bool has_waited; /* for the unit before */
};

/* Launches of no positions come before the caller's memory is bound and read nothing: any buffer
 * stands for it. */
static cl_mem column_of(const struct unit_launch *w, const struct mr_kernel_arg *arg)
{
    const struct mr_program *p = w->p;
    if (!p->segment->views[arg->view].memory)
        return w->launch->sources[arg->view].slot->columns[arg->number];
    cl_mem memory = p->memory[arg->view][arg->number];
    return memory ? memory : p->params;
}

static cl_mem buffer_of(const struct unit_launch *w, const struct mr_kernel_arg *arg)
{
    switch (arg->what) {
    case MR_ARG_STATUS: return w->launch->out->status;
    case MR_ARG_COLUMN: return column_of(w, arg);
    case MR_ARG_WORKING: return w->working->buffers[arg->number];
    case MR_ARG_OUT: return w->launch->out->columns[arg->number];
    case MR_ARG_BEFORE: return w->before;
    case MR_ARG_AFTER: return w->launch->out->carry;
    default: return w->p->params;
    }
}

static uint64_t number_of(const struct unit_launch *w, const struct mr_kernel_arg *arg)
{
    const struct mr_launch *launch = w->launch;
    switch (arg->what) {
    case MR_ARG_FIRST: return (uint64_t)launch->first;
    case MR_ARG_COUNT: return launch->count;
    case MR_ARG_AT: return launch->sources[arg->view].index - (uint64_t)launch->first;
    case MR_ARG_END:
        return (uint64_t)launch->first + (uint64_t)w->p->segment->views[arg->view].offset +
               launch->sources[arg->view].count;
    case MR_ARG_TO: return launch->out->lead - (uint64_t)launch->first;
    case MR_ARG_TO_ENTRY: return launch->out->lead;
    case MR_ARG_LEAF_NUMBER: return (uint64_t)mr_leaf_number(w->p->segment->extent, launch->first);
    case MR_ARG_LEAVES: return w->leaves;
    case MR_ARG_ROUND: return w->round;
    default: return arg->bits;
    }
}

static mr_status bind_argument(const struct unit_launch *w, cl_kernel kernel, cl_uint place,
                               const struct mr_kernel_arg *arg, mr_error *err)
{
    struct mr_session *session = w->e->session;
    if (mr_arg_is_buffer(arg)) {
        cl_mem buffer = buffer_of(w, arg);
        return mr_kernel_arg(session, kernel, place, sizeof buffer, &buffer, err);
    }
    if (arg->what == MR_ARG_START)
        return mr_kernel_arg(session, kernel, place, MR_RECURRENCE_NUMBERS * sizeof(uint64_t),
                             w->p->terms.state.words, err);
    uint64_t number = number_of(w, arg);
    uint32_t narrow = (uint32_t)number;
    if (mr_dtype_size(arg->dtype) == sizeof narrow)
        return mr_kernel_arg(session, kernel, place, sizeof narrow, &narrow, err);
    return mr_kernel_arg(session, kernel, place, sizeof number, &number, err);
}

/* Binds what the kernel's text declares, and launches it. */
static mr_status run_kernel(struct unit_launch *w, size_t number, size_t items, size_t group,
                            mr_error *err)
{
    const struct mr_kernel_source *source = &w->p->source.kernels[number];
    cl_kernel kernel = w->p->kernels[number];
    for (cl_uint k = 0; k < source->arg_count; k++)
        MR_TRY(bind_argument(w, kernel, k, &source->args[k], err));
    cl_event event;
    const struct mr_command command = mr_chain_next(&w->chain, &event);
    size_t groups = items ? (items + group - 1) / group : 1;
    MR_TRY(mr_kernel_launch(w->e->session, &command, kernel, source->name, groups, group, err));
    mr_chain_add(&w->chain, event);
    return MR_OK;
}

static size_t count_paths(const struct mr_segment *s, const struct grid *grid)
{
    int64_t last = grid->first + (int64_t)grid->count - 1;
    return grid->count ? (size_t)(last / s->extent - grid->first / s->extent + 1) : 0;
}

/* And those that only the reach is in. */
static size_t count_reached_leaves(const struct mr_segment *s, const struct grid *grid)
{
    if (s->reach == 0 || grid->count == 0) return grid->leaves;
    return ((size_t)(grid->first % MR_LEAF) + grid->count - 1 + s->reach) / MR_LEAF + 1;
}

static size_t items_of(const struct unit_launch *w, enum mr_items items)
{
    const struct mr_segment *s = w->p->segment;
    const struct grid *grid = &w->grid;
    size_t leaves = w->p->source.leaves, few = mr_opencl_few_items(w->e);
    size_t width = w->p->source.width;
    if (items == MR_ITEMS_WORKERS) return w->p->source.workers;
    if (items == MR_ITEMS_PATHS) return (count_paths(s, grid) + width - 1) / width;
    if (items == MR_ITEMS_LEAVES) return (grid->leaves + leaves - 1) / leaves;
    if (items == MR_ITEMS_SPANS) return count_reached_leaves(s, grid) * w->p->source.items;
    return grid->leaves < few ? grid->leaves : few;
}

/* Few work-items are spread over all cores. */
static size_t group_of(const struct unit_launch *w, enum mr_items items)
{
    bool is_few = items == MR_ITEMS_WORKERS ||
                  (items == MR_ITEMS_SHARED && mr_opencl_few_items(w->e) != SIZE_MAX);
    return is_few ? 1 : w->p->group_elems;
}

/* One work-item writes the new state while others still read the old one. */
static mr_status take_carry(struct unit_launch *w, mr_error *err)
{
    const struct mr_launch *launch = w->launch;
    w->before = launch->previous ? launch->previous->carry : w->p->start;
    if (launch->previous && launch->previous == launch->out) {
        launch->out->carry = w->p->spare_carry;
        w->p->spare_carry = w->before;
    }
    return mr_slot_need_carry(w->e, launch->out, mr_carry_bytes(w->p->segment), err);
}

/* The first kernel that looks at what the unit before leaves waits for it, and those behind wait
 * for that kernel. It may read that late: only units after this one write there again. */
static void wait_for_carry(struct unit_launch *w, const struct mr_kernel_source *kernel)
{
    bool looks =
        kernel->has_before && (!kernel->has_before_in_leaf || w->launch->first % MR_LEAF != 0);
    if (!looks || w->has_waited || !w->launch->previous) return;
    w->has_waited = true;
    mr_chain_before_read(&w->chain, w->launch->previous);
}

static bool has_status(const struct mr_segment *s)
{
    return s->body.check_count || mr_kind_of(s->kind)->has_status;
}

static mr_status run_kernels(struct unit_launch *w, mr_error *err)
{
    if (mr_kind_of(w->p->segment->kind)->carry_start) MR_TRY(take_carry(w, err));
    if (w->p->lanes && w->launch->count) mr_stepper_seek(&w->p->terms, w->launch->first);
    for (size_t k = 0; k < w->p->source.kernel_count; k++) {
        const struct mr_kernel_source *kernel = &w->p->source.kernels[k];
        const size_t items = items_of(w, kernel->items), group = group_of(w, kernel->items);
        wait_for_carry(w, kernel);
        for (w->round = 0; w->round < kernel->rounds; w->round++)
            MR_TRY(run_kernel(w, k, items, group, err));
    }
    return MR_OK;
}

static mr_status run_unit(struct unit_launch *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    MR_TRY(run_kernels(w, err));
    if (!has_status(w->p->segment) || w->e->shares_finely) return MR_OK;
    MR_TRY(mr_slot_need_words(w->e, out, &w->chain, err));
    cl_event event;
    const struct mr_command command = mr_chain_next(&w->chain, &event);
    MR_TRY(mr_buffer_read(w->e->session, &command, out->status, 0,
                          out->word_count * sizeof(uint32_t), out->words, err));
    mr_chain_add(&w->chain, event);
    return MR_OK;
}

/* That of the unit; an empty one, the first of all, has that of a whole one, whose work-items find
 * nothing to do: no later grid is larger (loses-grids in cl/quirk.c). */
static struct grid grid_of(const struct mr_segment *s, const struct mr_launch *launch)
{
    struct grid grid = {.first = launch->first, .count = launch->count};
    if (launch->count == 0) grid = (struct grid){.count = s->unit};
    grid.leaves = mr_leaves_at(s, grid.first, grid.count);
    return grid;
}

static size_t entries_of(const struct unit_launch *w)
{
    const struct mr_segment *s = w->p->segment;
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    const size_t count = w->launch->count;
    const size_t entries = kind->entries ? kind->entries(s, w->launch->first, count) : count;
    assert(entries <= s->entries);
    return entries;
}

/* Entries that the host can have mapped before the unit is done; 0: none. Survivors will be about
 * as many as the unit before had: data and count come together, and what is missing then is read
 * once more. Where others are to be carried over in front, a map would be in the way, a copy is
 * not. */
static size_t entries_ahead(const struct unit_launch *w)
{
    enum { MARGIN = 64 };
    size_t entries = w->launch->out->launch_entries, like_before = w->p->entries_seen;
    if (!w->e->staged && w->launch->has_lead) return 0;
    if (!mr_kind_of(w->p->segment->kind)->tells_entries) return entries;
    if (!w->e->staged || like_before == 0) return 0;
    like_before += like_before / MARGIN + MARGIN;
    return like_before < entries ? like_before : entries;
}

static mr_status remember_unit(struct unit_launch *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    out->launch = *w->launch;
    out->launch_entries = entries_of(w);
    cl_event done = w->chain.done;
    if (w->working->count) MR_TRY(mr_event_share(w->e, &w->working->last, done, err));
    w->p->next_set = (w->p->next_set + 1) % w->p->set_count;
    for (size_t v = 0; v < w->p->segment->view_count; v++)
        if (w->launch->sources[v].slot)
            MR_TRY(mr_slot_read_by(w->e, w->launch->sources[v].slot, done, err));
    mr_slot_written_by(out, &w->chain);
    if (w->launch->is_read_next && entries_ahead(w))
        MR_TRY(mr_slot_map_ahead(w->e, out, entries_ahead(w), err));
    for (size_t v = 0; v < w->p->segment->view_count; v++) {
        const struct mr_source *source = &w->launch->sources[v];
        if (source->slot && source->is_last)
            MR_TRY(mr_slot_map_for_filling(w->e, source->slot, err));
    }
    return mr_queue_flush(w->e->session, w->e->session->queue, err);
}

mr_status mr_opencl_launch(struct mr_engine *engine, struct mr_program *p,
                           const struct mr_launch *launch, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct unit_launch w = {.e = e,
                            .p = p,
                            .launch = launch,
                            .working = &p->working[p->next_set],
                            .chain = {.queue = e->session->queue},
                            .leaves = mr_leaves_at(p->segment, launch->first, launch->count),
                            .grid = grid_of(p->segment, launch)};
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(mr_slot_unmap(engine, launch->out, err));
    if (launch->out->status_dirty) MR_TRY(mr_slot_fill_status(e, launch->out, err));
    for (size_t v = 0; v < p->segment->view_count; v++)
        if (launch->sources[v].slot) {
            MR_TRY(mr_slot_send_own(e, launch->sources[v].slot, err));
            mr_chain_before_read(&w.chain, launch->sources[v].slot);
        }
    mr_chain_before_write(&w.chain, launch->out);
    mr_chain_after(&w.chain, w.working->last);
    launch->out->is_filled = false;
    launch->out->seen_count = launch->out->own_count = 0;
    /* Until somebody waits for this unit; nobody may, when the stream ends before it. */
    launch->out->status_dirty = has_status(p->segment);
    bool compiles = !p->is_warm;
    if (compiles) MR_TRY(mr_build_begin(mr_strbuf_text(&p->source.text), err));
    mr_status st = run_unit(&w, err);
    if (st == MR_OK && compiles) {
        cl_event event = w.chain.done;
        st = mr_event_retain(e->session, event, err);
        if (st == MR_OK) st = mr_event_wait(e->session, &event, err);
        p->is_warm = st == MR_OK;
        if (p->is_warm) mr_strbuf_free(&p->source.text);
    }
    if (compiles) mr_build_end();
    if (st == MR_OK) st = remember_unit(&w, err);
    mr_event_release(&w.chain.done);
    return st;
}

static bool is_ignored(const struct mr_segment *s, const struct mr_slot *slot, size_t check,
                       size_t stop)
{
    const struct mr_seq *blame = s->body.checks[check].blame;
    if (slot->launch.ignored && blame == slot->launch.ignored) return true;
    return mr_kind_of(s->kind)->asks_until_stop && blame == s->seq &&
           ((const uint32_t *)slot->words)[MR_STATUS_CHECKS + check] > stop;
}

bool mr_opencl_is_done(struct mr_engine *engine, const struct mr_slot *slot)
{
    (void)engine;
    return mr_event_is_over(slot->written);
}

mr_status mr_opencl_wait(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                         struct mr_outcome *out, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    const uint32_t *words = slot->words;
    *out =
        (struct mr_outcome){.entries = slot->launch_entries, .stop = SIZE_MAX, .failed = SIZE_MAX};
    MR_TRY(mr_session_check(e->session, err));
    /* Complete only after the unit, so that the host need not be woken twice. */
    bool is_behind = slot->is_mapped;
    mr_status st = mr_event_wait(e->session, is_behind ? &slot->mapping : &slot->written, err);
    /* The kernel's own failure says more than that of what came behind it. */
    if (st != MR_OK && is_behind) MR_TRY(mr_event_wait(e->session, &slot->written, err));
    MR_TRY(st);
    if (!p || !has_status(p->segment)) return MR_OK;
    slot->status_dirty = false;
    if (mr_kind_of(p->segment->kind)->tells_entries)
        out->entries = p->entries_seen = words[MR_STATUS_ENTRIES];
    if (words[MR_STATUS_STOP] != UINT32_MAX) out->stop = words[MR_STATUS_STOP];
    for (size_t k = MR_STATUS_CHECKS; k < slot->word_count; k++) {
        if (words[k] == UINT32_MAX) continue;
        slot->status_dirty = true;
        if (words[k] >= out->failed ||
            is_ignored(p->segment, slot, k - MR_STATUS_CHECKS, out->stop))
            continue;
        out->failed = words[k];
        out->check = k - MR_STATUS_CHECKS;
    }
    slot->status_dirty = slot->status_dirty || out->stop != SIZE_MAX;
    return MR_OK;
}
