/* The OpenCL engine: every launch only enqueues. Commands that compute go to one queue, which may
 * run them out of order, so that a unit begins while the last threads of the one before still work:
 * a slot remembers the commands that wrote and read it, and each command waits for those before it
 * that concern the same memory. What the host will look at is mapped right behind its unit, unless
 * the host sees it without. Maps that nobody foresaw go to another queue, and so do transfers where
 * memory is not shared. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "cl/tuned.h"
#include "emit/emit.h"
#include "emit/values.h"
#include "engine/engine.h"
#include "engine/lane_recurrence.h"
#include "ir/op.h"

enum {
    READERS = 2, /* units that may read a slot at the same time */
    MAX_AFTER = 3 * MR_MAX_VIEWS + READERS + 4,
    CARRY_BYTES = 16 * MR_MAX_COLUMNS
};

struct opencl_engine {
    struct mr_engine base;
    struct mr_session *session;
    bool staged;
    bool shares_finely; /* nothing is mapped: the host sees slots where they are */
    bool is_unsettled;  /* the driver refuses to wait: what is in flight may never be known */
};

struct mr_slot {
    cl_mem columns[MR_MAX_STORED];
    mr_dtype dtypes[MR_MAX_STORED];
    size_t column_count, lead, rows;
    cl_mem status;
    void *words; /* status, as the host sees it */
    size_t word_count;
    bool status_dirty;       /* some word is no longer as fill_status() leaves it */
    cl_mem carry;            /* SCAN: the state after the unit */
    cl_event written;        /* the last command that changes it, after all that read it before */
    cl_event reads[READERS]; /* the last ones that read it since, each after the one it replaced */
    size_t next_read;
    cl_event transferred; /* the last command on the other queue */
    cl_event mapping;     /* what the host waits for before it looks at `mapped` */
    void *mapped[MR_MAX_STORED];
    void
        *host[MR_MAX_STORED]; /* the columns as the host sees them, or copies; NULL: to be mapped */
    size_t mapped_index, mapped_count;
    bool is_mapped, is_written;
    bool is_filled; /* by the host, unit after unit */
    struct mr_launch launch;
    size_t launch_rows;
};

struct mr_program {
    const struct mr_segment *segment;
    struct mr_source_text source;
    cl_program program;
    cl_kernel kernels[MR_MAX_KERNELS];
    cl_mem params, identity; /* SCAN: the state before the first unit */
    cl_mem spare_carry;
    cl_event last; /* the unit that last used working memory */
    cl_mem scratch[3 * MR_MAX_COLUMNS];
    size_t scratch_count;
    cl_mem memory[MR_MAX_VIEWS][MR_MAX_COLUMNS]; /* the caller's, as buffers */
    struct mr_lanes *lanes;                      /* RECUR: what its arguments are */
    struct mr_recurrence_run terms;
    size_t group_elems;
    bool is_warm; /* each kernel has been compiled for its group size */
};

static struct opencl_engine *self(struct mr_engine *e)
{
    return (struct opencl_engine *)e;
}

/* ---- the order of commands ---- */

/* Commands of which each waits for the one before, and the first for `after`. */
struct chain {
    cl_command_queue queue;
    cl_event after[MAX_AFTER];
    cl_uint after_count;
    cl_event done; /* the last one enqueued; NULL: none yet */
};

static void add_event(struct chain *c, cl_event event)
{
    for (cl_uint k = 0; k < c->after_count; k++)
        if (c->after[k] == event) return;
    if (event) c->after[c->after_count++] = event;
}

static void wait_to_read(struct chain *c, const struct mr_slot *slot)
{
    add_event(c, slot->written);
    add_event(c, slot->transferred);
    add_event(c, slot->reads[slot->next_read]);
}

static void wait_to_write(struct chain *c, const struct mr_slot *slot)
{
    add_event(c, slot->written);
    add_event(c, slot->transferred);
    for (size_t k = 0; k < READERS; k++) add_event(c, slot->reads[k]);
}

/* The next command, which gives *event. */
static struct mr_command next_command(struct chain *c, cl_event *event)
{
    *event = NULL;
    return (struct mr_command){.queue = c->queue,
                               .event = event,
                               .after = c->after_count ? c->after : NULL,
                               .after_count = c->after_count};
}

/* Remembers `event`, taking it over. */
static void replace_event(cl_event *place, cl_event event)
{
    mr_event_release(place);
    *place = event;
}

/* `event` is that of the command just enqueued; NULL: it was not. */
static void take_over(struct chain *c, cl_event event)
{
    if (!event) return;
    replace_event(&c->done, event);
    c->after[0] = event;
    c->after_count = 1;
}

static mr_status share_event(struct opencl_engine *e, cl_event *place, cl_event event,
                             mr_error *err)
{
    MR_TRY(mr_event_retain(e->session, event, err));
    replace_event(place, event);
    return MR_OK;
}

static mr_status is_read_by(struct opencl_engine *e, struct mr_slot *slot, cl_event event,
                            mr_error *err)
{
    for (size_t k = 0; k < READERS; k++)
        if (slot->reads[k] == event) return MR_OK;
    MR_TRY(share_event(e, &slot->reads[slot->next_read], event, err));
    slot->next_read = (slot->next_read + 1) % READERS;
    return MR_OK;
}

/* Takes over what the chain ends with. */
static void is_written_by(struct mr_slot *slot, struct chain *c)
{
    replace_event(&slot->written, c->done);
    c->done = NULL;
    for (size_t k = 0; k < READERS; k++) mr_event_release(&slot->reads[k]);
}

/* Waits for all that concerns the slot; the first failure is told. */
static mr_status settle(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    mr_status st = mr_event_wait(e->session, &slot->written, err);
    for (size_t k = 0; k < READERS; k++) {
        mr_status read = mr_event_wait(e->session, &slot->reads[k], st == MR_OK ? err : NULL);
        if (st == MR_OK) st = read;
    }
    mr_status sent = mr_event_wait(e->session, &slot->transferred, st == MR_OK ? err : NULL);
    return st == MR_OK ? sent : st;
}

/* ---- slots ---- */

static mr_status fill_status(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    static const uint32_t none = UINT32_MAX;
    slot->status_dirty = false;
    if (e->shares_finely) {
        MR_TRY(mr_event_wait(e->session, &slot->written, err));
        memset(slot->words, 0xff, slot->word_count * sizeof none);
        return MR_OK;
    }
    struct chain chain = {.queue = e->session->queue};
    cl_event event;
    wait_to_write(&chain, slot);
    const struct mr_command command = next_command(&chain, &event);
    MR_TRY(mr_buffer_fill(e->session, &command, slot->status, &none, sizeof none, 0,
                          slot->word_count * sizeof none, err));
    take_over(&chain, event);
    is_written_by(slot, &chain);
    /* A map on the other queue may wait for it. */
    return mr_queue_flush(e->session, chain.queue, err);
}

/* Memory of the device, and how the host sees it: the memory itself where it can be, else a copy if
 * there is to be one, else NULL. */
static mr_status create_memory(struct opencl_engine *e, size_t bytes, bool is_copied,
                               const char *what, cl_mem *buffer, void **host, mr_error *err)
{
    if (e->shares_finely)
        return mr_buffer_create_shared(e->session, bytes, what, buffer, host, err);
    cl_mem_flags flags = CL_MEM_READ_WRITE | (is_copied ? 0 : CL_MEM_ALLOC_HOST_PTR);
    MR_TRY(mr_buffer_create(e->session, flags, bytes, NULL, what, buffer, err));
    if (is_copied && !(*host = mr_alloc(bytes, 1))) return mr_fail_no_memory(err, "a host copy");
    return MR_OK;
}

/* Memory that a command may still write to is rather lost than freed. */
static void free_memory(struct opencl_engine *e, cl_mem *buffer, void **host)
{
    mr_buffer_release(buffer);
    if (!e->shares_finely && !e->is_unsettled) mr_free(*host);
    *host = NULL;
}

static mr_status unmap_rows(struct mr_engine *engine, struct mr_slot *slot, mr_error *err);

static void slot_destroy(struct mr_slot **slot, struct mr_engine *engine)
{
    struct opencl_engine *e = self(engine);
    if (!slot || !*slot) return;
    if (mr_session_check(e->session, NULL) == MR_OK) {
        (void)unmap_rows(engine, *slot, NULL);
        (void)settle(e, *slot, NULL);
    }
    mr_event_release(&(*slot)->written);
    for (size_t k = 0; k < READERS; k++) mr_event_release(&(*slot)->reads[k]);
    mr_event_release(&(*slot)->transferred);
    mr_event_release(&(*slot)->mapping);
    for (size_t k = 0; k < (*slot)->column_count; k++)
        free_memory(e, &(*slot)->columns[k], &(*slot)->host[k]);
    free_memory(e, &(*slot)->status, &(*slot)->words);
    mr_buffer_release(&(*slot)->carry);
    mr_free(*slot);
    *slot = NULL;
}

static mr_status create_columns(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    for (size_t k = 0; k < slot->column_count; k++) {
        size_t bytes = (slot->lead + slot->rows) * mr_dtype_size(slot->dtypes[k]);
        MR_TRY(create_memory(e, bytes ? bytes : 1, e->staged, "a slot of the ring",
                             &slot->columns[k], &slot->host[k], err));
    }
    return MR_OK;
}

static mr_status slot_create(struct mr_slot **out, struct mr_engine *engine,
                             const mr_dtype dtypes[], size_t count, size_t lead, size_t rows,
                             size_t checks, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    struct mr_slot *slot = mr_alloc(1, sizeof *slot);
    *out = NULL;
    if (!slot) return mr_fail_no_memory(err, "a slot");
    slot->column_count = count;
    memcpy(slot->dtypes, dtypes, count * sizeof *dtypes);
    slot->lead = lead;
    slot->rows = rows;
    slot->word_count = MR_STATUS_CHECKS + checks;
    mr_status st = create_columns(e, slot, err);
    if (st == MR_OK)
        st = create_memory(e, slot->word_count * sizeof(uint32_t), true, "a slot's status",
                           &slot->status, &slot->words, err);
    if (st == MR_OK) st = fill_status(e, slot, err);
    if (st == MR_OK)
        *out = slot;
    else
        slot_destroy(&slot, engine);
    return st;
}

static mr_status place_rows(struct mr_engine *engine, struct mr_slot *slot, void *memory,
                            size_t count, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    MR_TRY(unmap_rows(engine, slot, err));
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(settle(e, slot, err));
    slot->is_filled = false;
    free_memory(e, &slot->columns[0], &slot->host[0]);
    if (count == 0) return MR_OK;
    return mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                            count * mr_dtype_size(slot->dtypes[0]), memory, "a part of a file",
                            &slot->columns[0], err);
}

/* ---- programs ---- */

static void program_destroy(struct mr_program **program, struct mr_engine *engine)
{
    (void)engine;
    struct mr_program *p = *program;
    if (!p) return;
    mr_event_release(&p->last);
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) mr_kernel_release(&p->kernels[k]);
    mr_program_release(&p->program);
    mr_buffer_release(&p->params);
    mr_buffer_release(&p->identity);
    mr_buffer_release(&p->spare_carry);
    for (size_t k = 0; k < p->scratch_count; k++) mr_buffer_release(&p->scratch[k]);
    for (size_t v = 0; v < p->segment->view_count; v++)
        for (size_t c = 0; c < MR_MAX_COLUMNS; c++) mr_buffer_release(&p->memory[v][c]);
    mr_source_text_free(&p->source);
    mr_lanes_destroy(&p->lanes);
    mr_free(p);
    *program = NULL;
}

/* The caller's memory as buffers: used in place where the device shares it. */
static mr_status bind_memory(struct opencl_engine *e, struct mr_program *p, mr_error *err)
{
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

static mr_status add_scratch(struct opencl_engine *e, struct mr_program *p, size_t bytes,
                             mr_error *err)
{
    cl_mem *buffer = &p->scratch[p->scratch_count];
    MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_WRITE, bytes, NULL, "working memory", buffer,
                            err));
    p->scratch_count++;
    return MR_OK;
}

static size_t leaves_of_unit(const struct mr_segment *s)
{
    return s->unit / MR_LEAF + 2;
}

static mr_status scan_identity(struct opencl_engine *e, struct mr_program *p, mr_error *err)
{
    uint64_t words[2 * MR_MAX_COLUMNS] = {0};
    for (size_t c = 0; c < p->segment->value_count; c++) {
        mr_dtype dtype = mr_ir_dtype(&p->segment->body, p->segment->values[c]);
        mr_scalar identity = mr_fold_identity(p->segment->aggregate, dtype);
        uint64_t bits = identity.u64;
        if (dtype == MR_F32) {
            float narrow = (float)identity.f64;
            uint32_t word;
            memcpy(&word, &narrow, sizeof word);
            bits = word;
        }
        words[2 * c] = words[2 * c + 1] = bits;
    }
    MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, CARRY_BYTES, words,
                            "a scan's start", &p->identity, err));
    for (size_t c = 0; c < p->segment->value_count; c++)
        MR_TRY(add_scratch(e, p, leaves_of_unit(p->segment) * 8, err));
    return MR_OK;
}

static mr_status create_scratch(struct opencl_engine *e, struct mr_program *p, mr_error *err)
{
    const struct mr_segment *s = p->segment;
    if (s->kind == MR_KIND_SCAN) return scan_identity(e, p, err);
    if (s->kind == MR_KIND_COMPACT)
        MR_TRY(add_scratch(e, p, leaves_of_unit(s) * sizeof(uint32_t), err));
    bool is_window = s->kind == MR_KIND_WINDOW;
    size_t rows_held = is_window ? mr_window_rows_held(s) : 1;
    for (size_t c = 0; (is_window || s->kind == MR_KIND_COMPACT) && c < s->value_count; c++) {
        size_t rows =
            is_window ? mr_window_tiles(s) * mr_window_tile_rows(s) : leaves_of_unit(s) * MR_LEAF;
        for (size_t k = 0; k < rows_held; k++)
            MR_TRY(add_scratch(e, p, rows * mr_dtype_size(s->stored[c]), err));
    }
    return MR_OK;
}

/* A kernel that takes many registers may bear smaller groups only. */
static mr_status create_kernels(struct opencl_engine *e, struct mr_program *p, mr_error *err)
{
    p->group_elems = e->base.profile.group_elems;
    for (size_t k = 0; k < p->source.kernel_count; k++) {
        size_t most;
        MR_TRY(mr_kernel_create(e->session, p->program, p->source.kernels[k], &p->kernels[k], err));
        MR_TRY(mr_kernel_max_group(e->session, p->kernels[k], &most, err));
        while (p->group_elems > 1 && p->group_elems > most) p->group_elems /= 2;
    }
    return MR_OK;
}

static mr_status prepare(struct opencl_engine *e, struct mr_program *p, mr_error *err)
{
    MR_TRY(mr_emit_segment(&p->source, p->segment, &e->base.profile, err));
    MR_TRY(
        mr_program_text_build(e->session, mr_strbuf_text(&p->source.text), "-w", &p->program, err));
    MR_TRY(create_kernels(e, p, err));
    uint64_t nothing = 0;
    bool any = p->source.param_count > 0;
    MR_TRY(mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                            any ? p->source.param_count * sizeof nothing : sizeof nothing,
                            any ? p->source.params : &nothing, "the pipeline's numbers", &p->params,
                            err));
    MR_TRY(bind_memory(e, p, err));
    MR_TRY(create_scratch(e, p, err));
    const struct mr_segment *s = p->segment;
    if (s->kind != MR_KIND_RECUR) return MR_OK;
    MR_TRY(mr_lanes_create(&p->lanes, &s->body, s->values, s->value_count, err));
    mr_recurrence_open(&p->terms, s, p->lanes);
    return MR_OK;
}

static mr_status program_create(struct mr_program **out, struct mr_engine *engine,
                                const struct mr_segment *segment, mr_error *err)
{
    struct mr_program *p = mr_alloc(1, sizeof *p);
    *out = NULL;
    if (!p) return mr_fail_no_memory(err, "a program");
    p->segment = segment;
    mr_status st = prepare(self(engine), p, err);
    if (st == MR_OK)
        *out = p;
    else
        program_destroy(&p, engine);
    return st;
}

/* ---- arguments ---- */

/* Sets arguments one after the other; keeps the first failure. */
struct arguments {
    struct opencl_engine *e;
    cl_kernel kernel;
    cl_uint next;
    mr_status status;
    mr_error *err;
};

static void set_bytes(struct arguments *a, size_t bytes, const void *value)
{
    if (a->status == MR_OK)
        a->status = mr_kernel_arg(a->e->session, a->kernel, a->next++, bytes, value, a->err);
}

static void set_buffer(struct arguments *a, cl_mem buffer)
{
    set_bytes(a, sizeof buffer, &buffer);
}

static void set_long(struct arguments *a, int64_t value)
{
    set_bytes(a, sizeof value, &value);
}

static void set_outputs(struct arguments *a, const struct mr_slot *out)
{
    for (size_t k = 0; k < out->column_count; k++) set_buffer(a, out->columns[k]);
}

static void set_scratch(struct arguments *a, const struct mr_program *p, size_t from, size_t count)
{
    for (size_t k = from; k < from + count; k++) set_buffer(a, p->scratch[k]);
}

/* Those every skeleton begins with (emit.h). */
static void set_common(struct arguments *a, const struct mr_program *p,
                       const struct mr_launch *launch)
{
    set_buffer(a, p->params);
    set_long(a, launch->first);
    set_long(a, (int64_t)launch->count);
    set_buffer(a, launch->out->status);
    for (size_t v = 0; v < p->segment->view_count; v++) {
        const struct mr_view *view = &p->segment->views[v];
        bool used = false;
        for (size_t c = 0; c < view->seq->column_count; c++) {
            if (!p->source.uses_column[v][c]) continue;
            used = true;
            set_buffer(a, view->memory ? p->memory[v][c] : launch->sources[v].slot->columns[c]);
        }
        if (used && view->memory)
            set_long(a, view->memory->count ? (int64_t)view->memory->count - 1 : 0);
        else if (used)
            set_long(a, (int64_t)launch->sources[v].index - launch->first);
    }
}

/* ---- launches ---- */

struct wave {
    struct opencl_engine *e;
    struct mr_program *p;
    const struct mr_launch *launch;
    struct chain chain;
    size_t leaves;
};

static mr_status run_kernel(struct wave *w, size_t number, size_t items, size_t group,
                            mr_error *err)
{
    cl_event event;
    const struct mr_command command = next_command(&w->chain, &event);
    size_t groups = items ? (items + group - 1) / group : 1;
    MR_TRY(mr_kernel_launch(w->e->session, &command, w->p->kernels[number],
                            w->p->source.kernels[number], groups, group, err));
    take_over(&w->chain, event);
    return MR_OK;
}

static struct arguments begin(struct wave *w, size_t number, mr_error *err)
{
    return (struct arguments){.e = w->e, .kernel = w->p->kernels[number], .err = err};
}

/* Work-items that share a unit: each begins with work of its own, or works in memory of its own.
 * On a CPU (vectors are lanes) a few of them keep all cores busy. */
static mr_status run_shared(struct wave *w, size_t number, mr_error *err)
{
    size_t few = 4 * (size_t)w->e->base.parallel;
    if (w->e->base.profile.width_64 == 1)
        return run_kernel(w, number, w->leaves, w->p->group_elems, err);
    return run_kernel(w, number, w->leaves < few ? w->leaves : few, 1, err);
}

/* FUSED, STOP, DROP, RECUR, WINDOW: one kernel that stores. */
static mr_status run_stored(struct wave *w, mr_error *err)
{
    struct arguments a = begin(w, 0, err);
    set_common(&a, w->p, w->launch);
    set_long(&a, (int64_t)w->launch->out->lead - w->launch->first);
    if (w->p->segment->kind == MR_KIND_RECUR) {
        mr_recurrence_seek(&w->p->terms, w->launch->first);
        set_bytes(&a, MR_RECURRENCE_NUMBERS * sizeof(uint64_t), w->p->terms.state.words);
    }
    set_scratch(&a, w->p, 0, w->p->scratch_count);
    set_outputs(&a, w->launch->out);
    MR_TRY(a.status);
    bool is_shared = w->p->segment->kind == MR_KIND_RECUR || w->p->segment->kind == MR_KIND_WINDOW;
    return is_shared ? run_shared(w, 0, err) : run_kernel(w, 0, w->leaves, w->p->group_elems, err);
}

static mr_status run_compact(struct wave *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    struct arguments a = begin(w, 0, err);
    set_common(&a, w->p, w->launch);
    set_scratch(&a, w->p, 0, w->p->scratch_count);
    MR_TRY(a.status);
    MR_TRY(run_kernel(w, 0, w->leaves, w->p->group_elems, err));
    a = begin(w, 1, err);
    uint32_t leaves = (uint32_t)w->leaves;
    set_buffer(&a, w->p->scratch[0]);
    set_bytes(&a, sizeof leaves, &leaves);
    set_buffer(&a, out->status);
    set_long(&a, (int64_t)out->lead);
    set_scratch(&a, w->p, 1, w->p->scratch_count - 1);
    set_outputs(&a, out);
    MR_TRY(a.status);
    return run_shared(w, 1, err);
}

static mr_status need_carry(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    if (slot->carry) return MR_OK;
    return mr_buffer_create(e->session, CL_MEM_READ_WRITE, CARRY_BYTES, NULL, "a scan's carry",
                            &slot->carry, err);
}

static mr_status run_scan(struct wave *w, mr_error *err)
{
    const struct mr_launch *launch = w->launch;
    struct mr_slot *out = launch->out;
    size_t values = w->p->segment->value_count;
    cl_mem before = launch->previous ? launch->previous->carry : w->p->identity;
    if (launch->previous == out) {
        /* One work-item writes the new state while others still read the old one. */
        out->carry = w->p->spare_carry;
        w->p->spare_carry = before;
    }
    MR_TRY(need_carry(w->e, out, err));
    struct arguments a = begin(w, 0, err);
    set_common(&a, w->p, launch);
    set_long(&a, (int64_t)out->lead - launch->first);
    set_buffer(&a, before);
    set_scratch(&a, w->p, 0, values);
    set_outputs(&a, out);
    MR_TRY(a.status);
    size_t rows = mr_scan_rows(w->p->segment, &w->e->base.profile);
    MR_TRY(run_kernel(w, 0, (w->leaves + rows - 1) / rows, w->p->group_elems, err));
    a = begin(w, 1, err);
    set_long(&a, launch->first);
    set_long(&a, (int64_t)launch->count);
    set_buffer(&a, before);
    set_buffer(&a, out->carry);
    set_long(&a, (int64_t)out->lead - launch->first);
    set_scratch(&a, w->p, 0, values);
    set_outputs(&a, out);
    MR_TRY(a.status);
    return run_shared(w, 1, err);
}

static mr_status run_reduce(struct wave *w, mr_error *err)
{
    const struct mr_segment *s = w->p->segment;
    bool chunks = s->extent != INT64_MAX;
    struct arguments a = begin(w, 0, err);
    set_common(&a, w->p, w->launch);
    set_long(&a, mr_leaf_number(s, w->launch->first));
    set_long(&a, chunks ? s->extent : 0);
    set_long(&a, chunks ? mr_leaves_per_chunk(s) : 1);
    set_long(&a, (int64_t)w->leaves);
    set_long(&a, (int64_t)w->launch->out->lead);
    set_outputs(&a, w->launch->out);
    MR_TRY(a.status);
    return run_kernel(w, 0, w->leaves, w->p->group_elems, err);
}

static mr_status run_bins(struct wave *w, mr_error *err)
{
    const struct mr_segment *s = w->p->segment;
    struct arguments a = begin(w, 0, err);
    set_common(&a, w->p, w->launch);
    if (s->aggregate == MR_HIST) {
        set_bytes(&a, sizeof s->low, &s->low);
        set_bytes(&a, sizeof s->scale, &s->scale);
        set_bytes(&a, sizeof s->high, &s->high);
    }
    set_long(&a, s->bins);
    set_long(&a, (int64_t)s->workers);
    set_long(&a, (int64_t)w->launch->out->lead);
    set_outputs(&a, w->launch->out);
    MR_TRY(a.status);
    return run_kernel(w, 0, s->workers, 1, err);
}

static bool has_status(const struct mr_segment *s)
{
    return s->body.check_count || s->kind == MR_KIND_STOP || s->kind == MR_KIND_DROP ||
           s->kind == MR_KIND_COMPACT;
}

static mr_status run_unit(struct wave *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    switch (w->p->segment->kind) {
    case MR_KIND_COMPACT: MR_TRY(run_compact(w, err)); break;
    case MR_KIND_SCAN: MR_TRY(run_scan(w, err)); break;
    case MR_KIND_CHUNK: MR_TRY(run_reduce(w, err)); break;
    case MR_KIND_REDUCE:
        MR_TRY(mr_has_bins(w->p->segment->aggregate) ? run_bins(w, err) : run_reduce(w, err));
        break;
    default: MR_TRY(run_stored(w, err)); break;
    }
    if (!has_status(w->p->segment) || w->e->shares_finely) return MR_OK;
    cl_event event;
    const struct mr_command command = next_command(&w->chain, &event);
    MR_TRY(mr_buffer_read(w->e->session, &command, out->status, 0,
                          out->word_count * sizeof(uint32_t), out->words, err));
    take_over(&w->chain, event);
    return MR_OK;
}

static size_t count_leaves(const struct mr_segment *s, const struct mr_launch *launch)
{
    int64_t end = launch->first + (int64_t)launch->count;
    if (launch->count == 0) return 0;
    if (s->kind == MR_KIND_REDUCE || s->kind == MR_KIND_CHUNK) {
        int64_t first = mr_leaf_number(s, launch->first), last = mr_leaf_number(s, end - 1);
        return (size_t)(last - first + 1);
    }
    return (size_t)((end - 1) / MR_LEAF - launch->first / MR_LEAF + 1);
}

/* Fills slot->mapped with addresses, of the buffers themselves or of their host copies, and
 * slot->mapping with what to wait for before they are looked at: the last command, where nothing
 * is to be mapped. */
static mr_status enqueue_map(struct opencl_engine *e, struct mr_slot *slot, cl_command_queue queue,
                             mr_error *err)
{
    struct chain chain = {.queue = queue};
    mr_status st = MR_OK;
    memset(slot->mapped, 0, sizeof slot->mapped);
    slot->is_mapped = true;
    (slot->is_written ? wait_to_write : wait_to_read)(&chain, slot);
    for (size_t k = 0; k < slot->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(slot->dtypes[k]);
        size_t offset = slot->mapped_index * width, bytes = slot->mapped_count * width;
        if (slot->host[k]) slot->mapped[k] = (char *)slot->host[k] + offset;
        if (slot->host[k] && (e->shares_finely || slot->is_written)) continue;
        cl_event event;
        const struct mr_command command = next_command(&chain, &event);
        if (slot->host[k])
            st = mr_buffer_read(e->session, &command, slot->columns[k], offset, bytes,
                                slot->mapped[k], err);
        else
            st = mr_buffer_map(e->session, &command, slot->columns[k],
                               slot->is_written ? CL_MAP_WRITE_INVALIDATE_REGION : CL_MAP_READ,
                               offset, bytes, &slot->mapped[k], err);
        take_over(&chain, event);
    }
    bool is_seen = e->shares_finely && !chain.done && slot->written;
    replace_event(&slot->mapping, chain.done);
    return st == MR_OK && is_seen ? share_event(e, &slot->mapping, slot->written, err) : st;
}

/* Where memory is shared, mapping moves nothing: it comes right behind the unit, so that it does
 * not wait for those launched after it. Elsewhere it is a transfer that the next unit overlaps. */
static mr_status map_ahead(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    slot->mapped_index = slot->lead;
    slot->mapped_count = slot->launch_rows;
    slot->is_written = false;
    MR_TRY(enqueue_map(e, slot, e->staged ? e->session->transfers : e->session->queue, err));
    return e->staged ? mr_queue_flush(e->session, e->session->transfers, err) : MR_OK;
}

/* Nobody reads the slot after this launch: its next filling need not wait for a command more. */
static mr_status map_for_filling(struct opencl_engine *e, struct mr_slot *slot, mr_error *err)
{
    if (e->staged || e->shares_finely || !slot->is_filled) return MR_OK;
    slot->mapped_index = slot->lead;
    slot->mapped_count = slot->rows;
    slot->is_written = true;
    return enqueue_map(e, slot, e->session->queue, err);
}

static mr_status remember_unit(struct wave *w, mr_error *err)
{
    struct mr_slot *out = w->launch->out;
    out->launch = *w->launch;
    out->launch_rows = w->p->segment->kind == MR_KIND_REDUCE || w->p->segment->kind == MR_KIND_CHUNK
                           ? w->leaves
                           : w->launch->count;
    if (w->p->segment->kind == MR_KIND_REDUCE && mr_has_bins(w->p->segment->aggregate))
        out->launch_rows = mr_bin_rows(w->p->segment);
    cl_event done = w->chain.done;
    if (w->p->scratch_count) MR_TRY(share_event(w->e, &w->p->last, done, err));
    for (size_t v = 0; v < w->p->segment->view_count; v++)
        if (w->launch->sources[v].slot)
            MR_TRY(is_read_by(w->e, w->launch->sources[v].slot, done, err));
    is_written_by(out, &w->chain);
    bool knows_rows = w->p->segment->kind != MR_KIND_COMPACT && out->launch_rows;
    if (w->launch->is_read_next && knows_rows) MR_TRY(map_ahead(w->e, out, err));
    for (size_t v = 0; v < w->p->segment->view_count; v++) {
        const struct mr_source *source = &w->launch->sources[v];
        if (source->slot && source->is_last) MR_TRY(map_for_filling(w->e, source->slot, err));
    }
    return mr_queue_flush(w->e->session, w->e->session->queue, err);
}

static mr_status launch_unit(struct mr_engine *engine, struct mr_program *p,
                             const struct mr_launch *launch, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    struct wave w = {.e = e,
                     .p = p,
                     .launch = launch,
                     .chain = {.queue = e->session->queue},
                     .leaves = count_leaves(p->segment, launch)};
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(unmap_rows(engine, launch->out, err));
    if (launch->out->status_dirty) MR_TRY(fill_status(e, launch->out, err));
    for (size_t v = 0; v < p->segment->view_count; v++)
        if (launch->sources[v].slot) wait_to_read(&w.chain, launch->sources[v].slot);
    wait_to_write(&w.chain, launch->out);
    /* A scan's carry too: the unit that leaves it is the last one. */
    add_event(&w.chain, p->last);
    launch->out->is_filled = false;
    /* Until somebody waits for this unit; nobody may, when the stream ends before it. */
    launch->out->status_dirty = has_status(p->segment);
    bool compiles = !p->is_warm;
    if (compiles) mr_build_lock();
    mr_status st = run_unit(&w, err);
    if (st == MR_OK && compiles) {
        cl_event event = w.chain.done;
        st = mr_event_retain(e->session, event, err);
        if (st == MR_OK) st = mr_event_wait(e->session, &event, err);
        p->is_warm = st == MR_OK;
    }
    if (compiles) mr_build_unlock();
    if (st == MR_OK) st = remember_unit(&w, err);
    mr_event_release(&w.chain.done);
    return st;
}

/* DROP: from the first kept element on nobody asks the predicate, so that it cannot fail there. */
static bool is_ignored(const struct mr_segment *s, const struct mr_slot *slot, size_t check,
                       size_t stop)
{
    const struct mr_seq *blame = s->body.checks[check].blame;
    if (slot->launch.ignored && blame == slot->launch.ignored) return true;
    return s->kind == MR_KIND_DROP && blame == s->seq &&
           ((const uint32_t *)slot->words)[MR_STATUS_CHECKS + check] > stop;
}

static mr_status wait_unit(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                           struct mr_outcome *out, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    const uint32_t *words = slot->words;
    *out = (struct mr_outcome){.rows = slot->launch_rows, .stop = SIZE_MAX, .failed = SIZE_MAX};
    MR_TRY(mr_session_check(e->session, err));
    /* Behind it in the same queue, so that the host need not be woken twice. */
    bool is_behind = slot->is_mapped && !e->staged;
    mr_status st = mr_event_wait(e->session, is_behind ? &slot->mapping : &slot->written, err);
    /* The kernel's own failure says more than that of what came behind it. */
    if (st != MR_OK && is_behind) MR_TRY(mr_event_wait(e->session, &slot->written, err));
    MR_TRY(st);
    if (!p || !has_status(p->segment)) return MR_OK;
    slot->status_dirty = false;
    if (p->segment->kind == MR_KIND_COMPACT) out->rows = words[MR_STATUS_ROWS];
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

/* ---- moving ---- */

static mr_status copy_rows(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                           struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    struct chain chain = {.queue = e->session->queue};
    mr_status st = MR_OK;
    MR_TRY(unmap_rows(engine, to, err));
    wait_to_write(&chain, to);
    if (from != to) wait_to_read(&chain, from);
    for (size_t k = 0; k < to->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(to->dtypes[k]);
        cl_event event;
        const struct mr_command command = next_command(&chain, &event);
        st = mr_buffer_copy(e->session, &command, from->columns[k], from_index * width,
                            to->columns[k], to_index * width, count * width, err);
        take_over(&chain, event);
    }
    if (st == MR_OK && from != to) st = is_read_by(e, from, chain.done, err);
    if (st == MR_OK) is_written_by(to, &chain);
    mr_event_release(&chain.done);
    return st == MR_OK ? mr_queue_flush(e->session, e->session->queue, err) : st;
}

static mr_status unmap_rows(struct mr_engine *engine, struct mr_slot *slot, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    struct chain chain = {.queue = e->staged ? e->session->transfers : e->session->queue};
    mr_status st = MR_OK;
    if (!slot->is_mapped) return MR_OK;
    slot->is_mapped = false;
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(mr_event_wait(e->session, &slot->mapping, err));
    wait_to_write(&chain, slot);
    for (size_t k = 0; k < slot->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(slot->dtypes[k]);
        if (slot->host[k] && (e->shares_finely || !slot->is_written)) continue;
        cl_event event;
        const struct mr_command command = next_command(&chain, &event);
        if (slot->host[k])
            st = mr_buffer_write(e->session, &command, slot->columns[k], slot->mapped_index * width,
                                 slot->mapped_count * width, slot->mapped[k], err);
        else
            st = mr_buffer_unmap(e->session, &command, slot->columns[k], &slot->mapped[k], err);
        take_over(&chain, event);
    }
    if (!chain.done) return st;
    if (e->staged)
        replace_event(&slot->transferred, chain.done);
    else
        is_written_by(slot, &chain);
    return st == MR_OK ? mr_queue_flush(e->session, chain.queue, err) : st;
}

/* Whether a launch has begun to map these rows. */
static bool is_mapped_ahead(const struct mr_slot *slot, size_t index, size_t count, bool to_write)
{
    return slot->is_mapped && to_write == slot->is_written && index >= slot->mapped_index &&
           index + count <= slot->mapped_index + slot->mapped_count;
}

static mr_status map_rows(struct mr_engine *engine, struct mr_slot *slot, size_t index,
                          size_t count, bool to_write, void *columns[], mr_error *err)
{
    struct opencl_engine *e = self(engine);
    MR_TRY(mr_session_check(e->session, err));
    for (size_t k = 0; k < slot->column_count; k++) columns[k] = NULL;
    if (count == 0) return MR_OK;
    mr_status st = MR_OK;
    if (!is_mapped_ahead(slot, index, count, to_write)) {
        MR_TRY(unmap_rows(engine, slot, err));
        if (e->staged && to_write) MR_TRY(mr_event_wait(e->session, &slot->transferred, err));
        if (e->shares_finely && to_write) MR_TRY(settle(e, slot, err));
        slot->mapped_index = index;
        slot->mapped_count = count;
        slot->is_written = to_write;
        slot->is_filled = slot->is_filled || to_write;
        if (!slot->columns[0]) MR_TRY(create_columns(e, slot, err));
        st = enqueue_map(e, slot, e->session->transfers, err);
    }
    if (st == MR_OK) st = mr_event_wait(e->session, &slot->mapping, err);
    if (st != MR_OK) {
        slot->is_written = false; /* nothing to send */
        (void)unmap_rows(engine, slot, NULL);
        return st;
    }
    for (size_t k = 0; k < slot->column_count; k++)
        columns[k] =
            (char *)slot->mapped[k] + (index - slot->mapped_index) * mr_dtype_size(slot->dtypes[k]);
    return MR_OK;
}

static mr_status lend_slot(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                           mr_error *err)
{
    /* Filled by the host: the consumer is given one event, that of the queue that computes. */
    MR_TRY(unmap_rows(engine, slot, err));
    MR_TRY(mr_event_wait(self(engine)->session, &slot->transferred, err));
    for (size_t k = 0; k < slot->column_count; k++) out->buffers[k] = slot->columns[k];
    out->event = slot->written;
    return MR_OK;
}

static mr_status carry_load(struct mr_engine *engine, struct mr_slot *slot, const uint64_t words[],
                            mr_error *err)
{
    struct opencl_engine *e = self(engine);
    struct chain chain = {.queue = e->session->queue};
    cl_event event;
    MR_TRY(need_carry(e, slot, err));
    wait_to_write(&chain, slot);
    const struct mr_command command = next_command(&chain, &event);
    MR_TRY(mr_buffer_write(e->session, &command, slot->carry, 0, CARRY_BYTES, words, err));
    return mr_event_wait(e->session, &event, err);
}

static mr_status finish_queue(struct opencl_engine *e, cl_command_queue queue, mr_error *err)
{
    mr_status st = mr_queue_finish(e->session, queue, err);
    if (st != MR_OK && mr_queue_finish(e->session, queue, NULL) != MR_OK) e->is_unsettled = true;
    return st;
}

static mr_status finish(struct mr_engine *engine, mr_error *err)
{
    struct opencl_engine *e = self(engine);
    MR_TRY(mr_session_check(e->session, err));
    mr_status st = finish_queue(e, e->session->queue, err);
    mr_status transfers = finish_queue(e, e->session->transfers, st == MR_OK ? err : NULL);
    return st == MR_OK ? transfers : st;
}

static void destroy(struct mr_engine **engine)
{
    if (!engine || !*engine) return;
    mr_session_close(&self(*engine)->session);
    mr_free(*engine);
    *engine = NULL;
}

static const struct mr_engine_class opencl_class = {
    .name = "opencl",
    .program_create = program_create,
    .program_destroy = program_destroy,
    .slot_create = slot_create,
    .slot_destroy = slot_destroy,
    .place = place_rows,
    .launch = launch_unit,
    .wait = wait_unit,
    .copy = copy_rows,
    .map = map_rows,
    .unmap = unmap_rows,
    .lend = lend_slot,
    .carry_load = carry_load,
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
static mr_status choose_shape(struct opencl_engine *e, const mr_stream_params *params,
                              mr_error *err)
{
    mr_device_profile(&e->base.profile, &e->session->device, NULL);
    e->base.profile.native_math = params->native_math;
    return params->shape ? mr_profile_parse(&e->base.profile, params->shape, err) : MR_OK;
}

mr_status mr_opencl_engine_create(struct mr_engine **out, const mr_stream_params *params,
                                  bool needs_fp64, mr_error *err)
{
    struct opencl_engine *e = mr_alloc(1, sizeof *e);
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
    e->staged = !device->shares_memory || params->staged_copies;
    e->shares_finely = !e->staged && device->shares_finely;
    e->base.shares_memory = !e->staged;
    /* Drivers of other devices pin what they read, which a file's pages may not bear. */
    e->base.reads_in_place = !e->staged && (device->type & CL_DEVICE_TYPE_CPU);
    e->base.parallel = device->compute_units;
    (void)snprintf(e->base.device, sizeof e->base.device, "%s", device->name);
    (void)snprintf(e->base.reason, sizeof e->base.reason, "%s", device->reason);
    *out = &e->base;
    return MR_OK;
}
