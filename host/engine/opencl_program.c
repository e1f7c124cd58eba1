/* Programs of the OpenCL engine: kernels, and the memory that they work in. */
#include "engine/opencl_program.h"

#include <assert.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "plan/kind.h"

void mr_opencl_program_destroy(struct mr_program **program, struct mr_engine *engine)
{
    (void)engine;
    struct mr_program *p = *program;
    if (!p) return;
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) mr_kernel_release(&p->kernels[k]);
    mr_program_release(&p->program);
    mr_buffer_release(&p->params);
    mr_buffer_release(&p->start);
    mr_buffer_release(&p->spare_carry);
    for (size_t k = 0; k < MR_WORKING_SETS; k++) {
        struct mr_working_set *w = &p->working[k];
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

static mr_status bind_array(struct mr_opencl *e, const void *data, size_t bytes, cl_mem *out,
                            mr_error *err)
{
    static double nothing;
    mr_status st = mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                                    bytes ? bytes : sizeof nothing, bytes ? (void *)data : &nothing,
                                    "the caller's array", out, err);
    if (st == MR_OK || bytes <= e->session->device.max_alloc_bytes) return st;
    static const char hint[] = "chain() smaller arrays, read() a file, or use MR_ENGINE_HOST";
    return mr_error_hint(err, st, "%s", hint);
}

/* The caller's memory as buffers: used in place where the device shares it. */
mr_status mr_opencl_program_bind(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    for (size_t v = 0; v < p->segment->view_count; v++) {
        const struct mr_memory_source *source = p->segment->views[v].memory;
        for (size_t c = 0; source && c < source->column_count; c++) {
            size_t bytes = source->count * mr_dtype_size(source->dtypes[c]);
            if (!p->source.uses_column[v][c]) continue;
            if (source->is_device) {
                cl_mem buffer = source->buffers[c];
                MR_TRY(mr_buffer_check(e->session, buffer, bytes, "the caller's buffer", err));
                MR_TRY(mr_buffer_retain(e->session, buffer, err));
                p->memory[v][c] = buffer;
                continue;
            }
            MR_TRY(bind_array(e, source->data[c], bytes, &p->memory[v][c], err));
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
    return mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                            mr_carry_bytes(p->segment), words, "the state at the start", &p->start,
                            err);
}

size_t mr_opencl_few_items(const struct mr_opencl *e)
{
    unsigned per_unit = e->base.profile.sharing_items;
    return per_unit ? per_unit * (size_t)e->base.parallel : SIZE_MAX;
}

static mr_status add_set(struct mr_opencl *e, struct mr_working_set *w,
                         const struct mr_buffers *list, size_t items, mr_error *err)
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
    size_t items = mr_buffers_share(&list, mr_opencl_few_items(e), &sets);
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
    mr_stepper_open(&p->terms, s, p->lanes);
    return MR_OK;
}

mr_status mr_opencl_program_build(struct mr_program *p, struct mr_engine *engine, mr_error *err)
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

mr_status mr_opencl_program_create(struct mr_program **out, struct mr_engine *engine,
                                   const struct mr_segment *segment, mr_error *err)
{
    static_assert(sizeof(struct mr_program) <= MR_PROGRAM_BYTES, "there is room for it");
    struct mr_program *p = mr_alloc(1, sizeof *p);
    *out = NULL;
    if (!p) return mr_fail_no_memory(err, "a program");
    p->segment = segment;
    mr_status st = describe(mr_opencl_of(engine), p, err);
    if (st == MR_OK)
        *out = p;
    else
        mr_opencl_program_destroy(&p, engine);
    return st;
}
