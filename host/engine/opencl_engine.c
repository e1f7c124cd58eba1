/* The OpenCL engine: programs and launches. Every launch only enqueues; opencl_slot.c knows in what
 * order. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "cl/selftest.h"
#include "cl/tuned.h"
#include "emit/emit.h"
#include "engine/engine.h"
#include "engine/knobs.h"
#include "engine/lane_recurrence.h"
#include "engine/opencl_slot.h"
#include "ir/op.h"
#include "plan/kind.h"

/* What a unit writes on the way: a set of its own, so that it may begin while the one before still
 * works. */
struct working {
    cl_mem buffers[MR_MAX_BUFFERS];
    size_t count;
    cl_event last; /* the unit that last used it */
};

struct mr_program {
    const struct mr_segment *segment;
    struct mr_source_text source;
    cl_program program;
    cl_kernel kernels[MR_MAX_KERNELS];
    cl_mem params, identity; /* SCAN: the state before the first unit */
    cl_mem spare_carry;
    struct working working[MR_WORKING_SETS];
    size_t set_count, turn;                      /* whose turn it is */
    cl_mem memory[MR_MAX_VIEWS][MR_MAX_COLUMNS]; /* the caller's, as buffers, once bound */
    struct mr_lanes *lanes;                      /* RECUR: what its arguments are */
    struct mr_recurrence_run terms;
    size_t group_elems;
    bool is_warm; /* each kernel has been compiled for its group size */
};

/* ---- programs ---- */

static void program_destroy(struct mr_program **program, struct mr_engine *engine)
{
    (void)engine;
    struct mr_program *p = *program;
    if (!p) return;
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) mr_kernel_release(&p->kernels[k]);
    mr_program_release(&p->program);
    mr_buffer_release(&p->params);
    mr_buffer_release(&p->identity);
    mr_buffer_release(&p->spare_carry);
    for (size_t k = 0; k < MR_WORKING_SETS; k++) {
        struct working *w = &p->working[k];
        mr_event_release(&w->last);
        while (w->count > 0) mr_buffer_release(&w->buffers[--w->count]);
    }
    for (size_t v = 0; v < p->segment->view_count; v++)
        for (size_t c = 0; c < MR_MAX_COLUMNS; c++) mr_buffer_release(&p->memory[v][c]);
    mr_source_text_free(&p->source);
    mr_lanes_destroy(&p->lanes);
    mr_free(p);
    *program = NULL;
}

/* The caller's memory as buffers: used in place where the device shares it. */
static mr_status program_bind(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    static double nothing;
    for (size_t v = 0; v < p->segment->view_count; v++) {
        const struct mr_memory_source *source = p->segment->views[v].memory;
        for (size_t c = 0; source && c < source->column_count; c++) {
            size_t bytes = source->count * mr_dtype_size(source->dtypes[c]);
            if (!p->source.uses_column[v][c]) continue;
            if (source->is_device) {
                cl_mem buffer = source->buffers[c];
                MR_TRY(mr_buffer_check(e->session, buffer, bytes, "the caller's buffer", err));
                MR_TRY(mr_buffer_retain(buffer, err));
                p->memory[v][c] = buffer;
                continue;
            }
            void *data = (void *)source->data[c];
            MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                                    bytes ? bytes : sizeof nothing, bytes ? data : &nothing,
                                    "the caller's array", &p->memory[v][c], err));
        }
    }
    return MR_OK;
}

static mr_status create_start(struct mr_opencl *e, struct mr_program *p, mr_error *err)
{
    uint64_t words[MR_CARRY_WORDS] = {0};
    const struct mr_kind_class *kind = mr_kind_of(p->segment->kind);
    if (!kind->carry_start) return MR_OK;
    kind->carry_start(p->segment, words);
    return mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, sizeof words,
                            words, "the state at the start", &p->identity, err);
}

/* On a CPU (vectors are lanes) a few work-items that share a unit keep all cores busy. */
static size_t few_items(const struct mr_opencl *e)
{
    return e->base.profile.width_64 == 1 ? SIZE_MAX : 4 * (size_t)e->base.parallel;
}

static mr_status add_set(struct mr_opencl *e, struct working *w, const struct mr_buffers *list,
                         size_t items, mr_error *err)
{
    for (size_t k = 0; k < list->count; k++) {
        const struct mr_buffer_row *row = &list->rows[k];
        if (row->place != MR_PLACE_WORKING) continue;
        MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_WRITE, items * row->item_bytes, NULL,
                                row->what, &w->buffers[w->count], err));
        w->count++;
    }
    return MR_OK;
}

static mr_status create_working(struct mr_opencl *e, struct mr_program *p, mr_error *err)
{
    struct mr_buffers list;
    unsigned sets;
    mr_buffers_of(&list, p->segment);
    size_t items = mr_buffers_share(&list, few_items(e), &sets);
    p->set_count = sets;
    for (size_t k = 0; k < sets; k++) MR_TRY(add_set(e, &p->working[k], &list, items, err));
    return create_start(e, p, err);
}

/* A kernel that takes many registers may bear smaller groups only. */
static mr_status create_kernels(struct mr_opencl *e, struct mr_program *p, mr_error *err)
{
    p->group_elems = e->base.profile.group_elems;
    for (size_t k = 0; k < p->source.kernel_count; k++) {
        size_t most;
        MR_TRY(mr_kernel_create(e->session, p->program, p->source.kernels[k].name, &p->kernels[k],
                                err));
        MR_TRY(mr_kernel_max_group(e->session, p->kernels[k], &most, err));
        while (p->group_elems > 1 && p->group_elems > most) p->group_elems /= 2;
    }
    return MR_OK;
}

/* Whatever it needs of the sequence: nobody may look there while kernels are built. */
static mr_status describe(struct mr_opencl *e, struct mr_program *p, mr_error *err)
{
    const struct mr_segment *s = p->segment;
    MR_TRY(mr_emit_segment(&p->source, s, &e->base.profile, err));
    if (!p->source.takes_start) return MR_OK;
    MR_TRY(mr_lanes_create(&p->lanes, &s->body, s->values, s->value_count, err));
    mr_recurrence_open(&p->terms, s, p->lanes);
    return MR_OK;
}

static mr_status program_build(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(
        mr_program_text_build(e->session, mr_strbuf_text(&p->source.text), "-w", &p->program, err));
    MR_TRY(create_kernels(e, p, err));
    uint64_t nothing = 0;
    bool any = p->source.param_count > 0;
    MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                            any ? p->source.param_count * sizeof nothing : sizeof nothing,
                            any ? p->source.params : &nothing, "the pipeline's numbers", &p->params,
                            err));
    return create_working(e, p, err);
}

static mr_status program_create(struct mr_program **out, struct mr_engine *engine,
                                const struct mr_segment *segment, mr_error *err)
{
    struct mr_program *p = mr_alloc(1, sizeof *p);
    *out = NULL;
    if (!p) return mr_fail_no_memory(err, "a program");
    p->segment = segment;
    mr_status st = describe(mr_opencl_of(engine), p, err);
    if (st == MR_OK)
        *out = p;
    else
        program_destroy(&p, engine);
    return st;
}

/* ---- launches ---- */

struct wave {
    struct mr_opencl *e;
    struct mr_program *p;
    const struct mr_launch *launch;
    struct working *working;
    cl_mem before; /* SCAN: the state before the unit */
    struct mr_chain chain;
    size_t leaves;
};

/* Launches of no positions come before the caller's memory is bound and read nothing: any buffer
 * stands for it. */
static cl_mem column_of(const struct wave *w, const struct mr_kernel_arg *arg)
{
    const struct mr_program *p = w->p;
    if (!p->segment->views[arg->view].memory)
        return w->launch->sources[arg->view].slot->columns[arg->number];
    cl_mem memory = p->memory[arg->view][arg->number];
    return memory ? memory : p->params;
}

static cl_mem buffer_of(const struct wave *w, const struct mr_kernel_arg *arg)
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

static uint64_t number_of(const struct wave *w, const struct mr_kernel_arg *arg)
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
    case MR_ARG_TO_ROW: return launch->out->lead;
    case MR_ARG_LEAF_NUMBER: return (uint64_t)mr_leaf_number(w->p->segment, launch->first);
    case MR_ARG_LEAVES: return w->leaves;
    default: return arg->bits;
    }
}

static mr_status bind_argument(const struct wave *w, cl_kernel kernel, cl_uint place,
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
static mr_status run_kernel(struct wave *w, size_t number, size_t items, size_t group,
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

static size_t items_of(const struct wave *w, enum mr_items items)
{
    size_t leaves = w->p->source.leaves, few = few_items(w->e);
    if (items == MR_ITEMS_WORKERS) return w->p->segment->workers;
    if (items == MR_ITEMS_LEAVES) return (w->leaves + leaves - 1) / leaves;
    return w->leaves < few ? w->leaves : few;
}

/* Few work-items are spread over all cores. */
static size_t group_of(const struct wave *w, enum mr_items items)
{
    bool is_few =
        items == MR_ITEMS_WORKERS || (items == MR_ITEMS_SHARED && few_items(w->e) != SIZE_MAX);
    return is_few ? 1 : w->p->group_elems;
}

/* One work-item writes the new state while others still read the old one. */
static mr_status take_carry(struct wave *w, mr_error *err)
{
    const struct mr_launch *launch = w->launch;
    w->before = launch->previous ? launch->previous->carry : w->p->identity;
    if (launch->previous && launch->previous == launch->out) {
        launch->out->carry = w->p->spare_carry;
        w->p->spare_carry = w->before;
    }
    return mr_slot_need_carry(w->e, launch->out, err);
}

/* What the unit before leaves is needed by the first kernel inside a leaf only, else by the second.
 * Nobody writes it before it was read: who would comes after that unit. */
static bool needs_carry(const struct wave *w, size_t number)
{
    return w->launch->previous && number == (w->launch->first % MR_LEAF == 0);
}

static bool has_status(const struct mr_segment *s)
{
    return s->body.check_count || mr_kind_of(s->kind)->has_status;
}

static mr_status run_kernels(struct wave *w, mr_error *err)
{
    bool has_carry = mr_kind_of(w->p->segment->kind)->carry_start;
    if (has_carry) MR_TRY(take_carry(w, err));
    if (w->p->lanes && w->launch->count) mr_recurrence_seek(&w->p->terms, w->launch->first);
    for (size_t k = 0; k < w->p->source.kernel_count; k++) {
        enum mr_items items = w->p->source.kernels[k].items;
        if (has_carry && needs_carry(w, k)) mr_chain_before_read(&w->chain, w->launch->previous);
        MR_TRY(run_kernel(w, k, items_of(w, items), group_of(w, items), err));
    }
    return MR_OK;
}

static mr_status run_unit(struct wave *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    MR_TRY(run_kernels(w, err));
    if (!has_status(w->p->segment) || w->e->shares_finely) return MR_OK;
    cl_event event;
    const struct mr_command command = mr_chain_next(&w->chain, &event);
    MR_TRY(mr_buffer_read(w->e->session, &command, out->status, 0,
                          out->word_count * sizeof(uint32_t), out->words, err));
    mr_chain_add(&w->chain, event);
    return MR_OK;
}

static size_t count_leaves(const struct mr_segment *s, const struct mr_launch *launch)
{
    int64_t end = launch->first + (int64_t)launch->count;
    if (launch->count == 0) return 0;
    if (mr_kind_of(s->kind)->rows != MR_ROWS_ELEMENTS) {
        int64_t first = mr_leaf_number(s, launch->first), last = mr_leaf_number(s, end - 1);
        return (size_t)(last - first + 1);
    }
    return (size_t)((end - 1) / MR_LEAF - launch->first / MR_LEAF + 1);
}

static mr_status remember_unit(struct wave *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    out->launch = *w->launch;
    switch (mr_kind_of(w->p->segment->kind)->rows) {
    case MR_ROWS_LEAVES: out->launch_rows = w->leaves; break;
    case MR_ROWS_BINS: out->launch_rows = mr_bin_rows(w->p->segment); break;
    default: out->launch_rows = w->launch->count; break;
    }
    cl_event done = w->chain.done;
    if (w->working->count) MR_TRY(mr_event_share(w->e, &w->working->last, done, err));
    w->p->turn = (w->p->turn + 1) % w->p->set_count;
    for (size_t v = 0; v < w->p->segment->view_count; v++)
        if (w->launch->sources[v].slot)
            MR_TRY(mr_slot_read_by(w->e, w->launch->sources[v].slot, done, err));
    mr_slot_written_by(out, &w->chain);
    bool knows_rows = !mr_kind_of(w->p->segment->kind)->tells_rows && out->launch_rows;
    if (w->launch->is_read_next && knows_rows) MR_TRY(mr_slot_map_ahead(w->e, out, err));
    for (size_t v = 0; v < w->p->segment->view_count; v++) {
        const struct mr_source *source = &w->launch->sources[v];
        if (source->slot && source->is_last)
            MR_TRY(mr_slot_map_for_filling(w->e, source->slot, err));
    }
    return mr_queue_flush(w->e->session, w->e->session->queue, err);
}

static mr_status launch_unit(struct mr_engine *engine, struct mr_program *p,
                             const struct mr_launch *launch, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct wave w = {.e = e,
                     .p = p,
                     .launch = launch,
                     .working = &p->working[p->turn],
                     .chain = {.queue = e->session->queue},
                     .leaves = count_leaves(p->segment, launch)};
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(mr_slot_unmap(engine, launch->out, err));
    if (launch->out->status_dirty) MR_TRY(mr_slot_fill_status(e, launch->out, err));
    for (size_t v = 0; v < p->segment->view_count; v++)
        if (launch->sources[v].slot) mr_chain_before_read(&w.chain, launch->sources[v].slot);
    mr_chain_before_write(&w.chain, launch->out);
    mr_chain_after(&w.chain, w.working->last);
    launch->out->is_filled = false;
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

static mr_status wait_unit(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                           struct mr_outcome *out, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    const uint32_t *words = slot->words;
    *out = (struct mr_outcome){.rows = slot->launch_rows, .stop = SIZE_MAX, .failed = SIZE_MAX};
    MR_TRY(mr_session_check(e->session, err));
    /* Complete only after the unit, so that the host need not be woken twice. */
    bool is_behind = slot->is_mapped && !e->staged;
    mr_status st = mr_event_wait(e->session, is_behind ? &slot->mapping : &slot->written, err);
    /* The kernel's own failure says more than that of what came behind it. */
    if (st != MR_OK && is_behind) MR_TRY(mr_event_wait(e->session, &slot->written, err));
    MR_TRY(st);
    if (!p || !has_status(p->segment)) return MR_OK;
    slot->status_dirty = false;
    if (mr_kind_of(p->segment->kind)->tells_rows) out->rows = words[MR_STATUS_ROWS];
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

/* ---- the end ---- */

static mr_status finish_queue(struct mr_opencl *e, cl_command_queue queue, mr_error *err)
{
    mr_status st = mr_queue_finish(e->session, queue, err);
    if (st != MR_OK && mr_queue_finish(e->session, queue, NULL) != MR_OK) e->is_unsettled = true;
    return st;
}

static mr_status finish(struct mr_engine *engine, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_session_check(e->session, err));
    mr_status st = finish_queue(e, e->session->queue, err);
    mr_status transfers = finish_queue(e, e->session->transfers, st == MR_OK ? err : NULL);
    return st == MR_OK ? transfers : st;
}

static void destroy(struct mr_engine **engine)
{
    if (!engine || !*engine) return;
    mr_session_close(&mr_opencl_of(*engine)->session);
    mr_free(*engine);
    *engine = NULL;
}

static const struct mr_engine_class opencl_class = {
    .name = "opencl",
    .program_create = program_create,
    .program_build = program_build,
    .program_bind = program_bind,
    .program_destroy = program_destroy,
    .slot_create = mr_slot_create,
    .slot_destroy = mr_slot_destroy,
    .place = mr_slot_place,
    .launch = launch_unit,
    .wait = wait_unit,
    .copy = mr_slot_copy,
    .map = mr_slot_map,
    .unmap = mr_slot_unmap,
    .lend = mr_slot_lend,
    .carry_save = mr_slot_carry_save,
    .carry_load = mr_slot_carry_load,
    .finish = finish,
    .destroy = destroy,
};

mr_status mr_opencl_engine_check(mr_error *err)
{
    mr_error local;
    if (!err) err = &local;
    return mr_cl(err) ? MR_OK : err->status;
}

/* The caller's, or the device's. */
static mr_status choose_shape(struct mr_opencl *e, const mr_stream_params *params, mr_error *err)
{
    mr_device_profile(&e->base.profile, &e->session->device, NULL);
    e->base.profile.native_math = params->native_math;
    return params->shape ? mr_profile_parse(&e->base.profile, params->shape, err) : MR_OK;
}

void mr_opencl_engine_put_trial(const struct mr_engine *e, const char *reason)
{
    mr_device_put_trial(&((const struct mr_opencl *)e)->session->device, reason);
}

mr_status mr_opencl_engine_create(struct mr_engine **out, const mr_stream_params *params,
                                  bool needs_fp64, mr_error *err)
{
    struct mr_opencl *e = mr_alloc(1, sizeof *e);
    *out = NULL;
    if (!e) return mr_fail_no_memory(err, "the engine");
    e->base.class = &opencl_class;
    mr_status st = mr_session_open(&e->session, params, needs_fp64, err);
    if (st == MR_OK) st = choose_shape(e, params, err);
    if (st != MR_OK) {
        mr_session_close(&e->session);
        mr_free(e);
        return st;
    }
    const struct mr_device *device = &e->session->device;
    e->staged = !device->shares_memory || mr_params_stage_copies(params);
    e->shares_finely = !e->staged && device->shares_finely;
    e->base.shares_memory = !e->staged;
    /* Drivers of other devices pin what they read, which a file's pages may not bear. */
    e->base.reads_in_place = !e->staged && !params->no_map && (device->type & CL_DEVICE_TYPE_CPU);
    e->base.has_fp64 = device->has_fp64;
    e->base.needs_trial = !mr_device_is_tried(device);
    e->base.parallel = device->compute_units;
    (void)snprintf(e->base.device, sizeof e->base.device, "%s", device->name);
    (void)snprintf(e->base.reason, sizeof e->base.reason, "%s", device->reason);
    *out = &e->base;
    return MR_OK;
}
