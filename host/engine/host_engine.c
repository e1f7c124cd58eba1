#include "engine/host_engine.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/constant.h"
#include "ir/op.h"
#include "plan/kind.h"

/* ---- programs ---- */

bool mr_host_evaluate(struct mr_program *p, const struct mr_launch *launch, size_t done,
                      size_t count, struct mr_outcome *out)
{
    size_t check;
    if (!mr_lanes_evaluate(p->lanes, launch->first + (int64_t)done, count, p->inputs)) {
        mr_host_end(launch, done);
        return false;
    }
    size_t lane = mr_lanes_failed(p->lanes, &check);
    if (lane == SIZE_MAX || done + lane >= out->failed) return true;
    out->failed = done + lane;
    out->check = check;
    return true;
}

const uint8_t *mr_host_keep(const struct mr_program *p)
{
    return p->segment->keep == IR_NONE ? NULL : mr_lanes_value(p->lanes, p->segment->keep);
}

const void *mr_host_lanes(const struct mr_program *p, size_t column, mr_dtype dtype, void *scratch,
                          size_t count)
{
    ir_value value = p->segment->values[column];
    mr_dtype own = mr_ir_dtype(&p->segment->body, value);
    const void *lanes = mr_lanes_value(p->lanes, value);
    if (own == dtype) return lanes;
    mr_lane_cast(dtype, own)(scratch, lanes, NULL, NULL, mr_lane_multiple(count));
    return scratch;
}

/* Memory that only a device can reach has no host address. */
static mr_status check_views(const struct mr_segment *s, mr_error *err)
{
    for (size_t k = 0; k < s->view_count; k++) {
        const struct mr_memory_source *memory = s->views[k].memory;
        if (!memory || !memory->is_device) continue;
        mr_status st =
            mr_fail(err, MR_E_NO_DEVICE, "%s: the host engine cannot read OpenCL buffers",
                    s->views[k].seq->op->name);
        return mr_error_hint(err, st, "open the stream with MR_ENGINE_OPENCL");
    }
    return MR_OK;
}

static mr_status create_rooms(struct mr_program *p, mr_error *err)
{
    struct mr_buffers listed;
    mr_buffers_of(&listed, p->segment);
    const struct mr_buffer_row *scratch = mr_buffers_at(&listed, MR_PLACE_SCRATCH);
    const struct mr_buffer_row *own = mr_buffers_at(&listed, MR_PLACE_OWN);
    p->scratch = mr_alloc(scratch->items, scratch->item_bytes);
    if (own) p->own = mr_alloc(own->items, own->item_bytes);
    return p->scratch && (p->own || !own) ? MR_OK : mr_fail_no_memory(err, "a program");
}

static void host_program_destroy(struct mr_program **program, struct mr_engine *e)
{
    (void)e;
    if (!program || !*program) return;
    mr_lanes_destroy(&(*program)->lanes);
    mr_lanes_destroy(&(*program)->walker);
    mr_free((*program)->own);
    mr_free((*program)->scratch);
    mr_free(*program);
    *program = NULL;
}

static mr_status create_lanes(struct mr_program *p, mr_error *err)
{
    const struct mr_segment *s = p->segment;
    ir_value roots[MR_MAX_COLUMNS + 1];
    memcpy(roots, s->values, s->value_count * sizeof roots[0]);
    roots[s->value_count] = s->keep;
    MR_TRY(mr_lanes_create(&p->lanes, &s->body, roots, s->value_count + 1, err));
    if (!mr_kind_of(s->kind)->walks) return MR_OK;
    return mr_lanes_create_for_one(&p->walker, &s->body, s->carried, s->carried_count, err);
}

static mr_status host_program_create(struct mr_program **out, struct mr_engine *e,
                                     const struct mr_segment *segment, mr_error *err)
{
    *out = NULL;
    MR_TRY(check_views(segment, err));
    static_assert(sizeof(struct mr_program) <= MR_PROGRAM_BYTES, "there is room for it");
    struct mr_program *p = mr_alloc(1, sizeof *p);
    if (!p) return mr_fail_no_memory(err, "a program");
    p->segment = segment;
    p->kind = mr_kind_of(segment->kind)->host;
    assert(p->kind);

    mr_status st = create_lanes(p, err);
    if (st == MR_OK) st = create_rooms(p, err);
    if (st == MR_OK && p->kind->open) p->kind->open(p);
    if (st == MR_OK)
        *out = p;
    else
        host_program_destroy(&p, e);
    return st;
}

/* ---- slots ---- */

static void host_slot_destroy(struct mr_slot **slot, struct mr_engine *e)
{
    (void)e;
    if (!slot || !*slot) return;
    for (size_t c = 0; c < (*slot)->column_count; c++) mr_free((*slot)->columns[c]);
    mr_free(*slot);
    *slot = NULL;
}

static mr_status host_slot_create(struct mr_slot **out, struct mr_engine *e,
                                  const mr_dtype dtypes[], size_t count, size_t lead,
                                  size_t entries, size_t checks, mr_error *err)
{
    (void)checks;
    *out = NULL;
    struct mr_slot *slot = mr_alloc(1, sizeof *slot);
    if (!slot) return mr_fail_no_memory(err, "a slot");
    slot->lead = slot->first = lead;
    slot->column_count = count;
    for (size_t c = 0; c < count; c++) {
        slot->dtypes[c] = dtypes[c];
        slot->columns[c] = mr_alloc(lead + entries, mr_dtype_size(dtypes[c]));
        if (slot->columns[c]) continue;
        host_slot_destroy(&slot, e);
        return mr_fail_no_memory(err, "a slot");
    }
    *out = slot;
    return MR_OK;
}

/* ---- units ---- */

static void bind_input(struct mr_lanes_input *input, const struct mr_view *view,
                       const struct mr_launch *launch, const struct mr_source *source)
{
    if (!source->slot) {
        *input = (struct mr_lanes_input){.count = view->memory->count};
        memcpy(input->columns, view->memory->data, sizeof input->columns);
        return;
    }
    const struct mr_slot *slot = source->slot;
    input->first = (int64_t)((uint64_t)launch->first + (uint64_t)view->offset);
    input->count = source->count;
    for (size_t c = 0; c < slot->column_count && c < MR_MAX_COLUMNS; c++)
        input->columns[c] = slot->columns[c] + source->index * mr_dtype_size(slot->dtypes[c]);
}

static void begin_time(struct mr_program *p, const struct mr_launch *launch)
{
    mr_lanes_begin(p->lanes, launch->abandons, launch->abandon_user);
    if (p->walker) mr_lanes_begin(p->walker, launch->abandons, launch->abandon_user);
}

static mr_status host_launch(struct mr_engine *e, struct mr_program *p,
                             const struct mr_launch *launch, mr_error *err)
{
    (void)e;
    (void)err;
    for (size_t k = 0; k < p->segment->view_count; k++)
        bind_input(&p->inputs[k], &p->segment->views[k], launch, &launch->sources[k]);
    mr_lanes_ignore(p->lanes, launch->ignored);
    struct mr_outcome *out = &launch->out->outcome;
    launch->out->first = launch->out->lead - launch->back;
    launch->out->computed = launch->count;
    *out = (struct mr_outcome){.entries = launch->count, .stop = SIZE_MAX, .failed = SIZE_MAX};
    begin_time(p, launch);
    p->kind->run(p, launch, out);
    /* What was evaluated for positions that are left to the next launch. */
    bool is_beyond = launch->out->computed < launch->count && out->failed != SIZE_MAX &&
                     out->failed >= launch->out->computed + p->segment->reach;
    if (is_beyond) out->failed = SIZE_MAX;
    return MR_OK;
}

static size_t host_computed(const struct mr_slot *slot)
{
    return slot->computed;
}

static mr_status host_wait(struct mr_engine *e, struct mr_program *p, struct mr_slot *slot,
                           struct mr_outcome *out, mr_error *err)
{
    (void)e;
    (void)p;
    (void)err;
    *out = slot->outcome;
    return MR_OK;
}

static mr_status host_copy(struct mr_engine *e, struct mr_slot *to, size_t to_index,
                           struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    (void)e;
    (void)err;
    if (!count) return MR_OK;
    for (size_t c = 0; c < to->column_count; c++) {
        size_t size = mr_dtype_size(to->dtypes[c]);
        memcpy(to->columns[c] + to_index * size, from->columns[c] + from_index * size,
               count * size);
    }
    return MR_OK;
}

static mr_status host_map(struct mr_engine *e, struct mr_slot *slot, size_t index, size_t count,
                          bool to_write, void *columns[], mr_error *err)
{
    (void)e;
    (void)count;
    (void)to_write;
    (void)err;
    for (size_t c = 0; c < slot->column_count; c++)
        columns[c] = slot->columns[c] + index * mr_dtype_size(slot->dtypes[c]);
    return MR_OK;
}

static mr_status host_unmap(struct mr_engine *e, struct mr_slot *slot, mr_error *err)
{
    (void)e;
    (void)slot;
    (void)err;
    return MR_OK;
}

static mr_status host_carry_save(struct mr_engine *e, const struct mr_program *p,
                                 struct mr_slot *slot, int64_t position, uint64_t words[],
                                 mr_error *err)
{
    const struct mr_segment *s = p->segment;
    (void)e;
    (void)err;
    if (p->kind->carry_save) {
        p->kind->carry_save(p, position, words);
        return MR_OK;
    }
    for (size_t c = 0; c < s->carried_count; c++) {
        mr_dtype dtype = mr_ir_dtype(&s->body, s->carried[c]);
        struct mr_carry carry = slot->carries[c];
        if (p->kind->carry_before) carry = p->kind->carry_before(s, c, carry, position);
        words[2 * c] = mr_scalar_word(dtype, carry.before);
        words[2 * c + 1] = mr_scalar_word(dtype, carry.within);
    }
    return MR_OK;
}

static mr_status host_carry_load(struct mr_engine *e, struct mr_program *p, struct mr_slot *slot,
                                 const uint64_t words[], mr_error *err)
{
    (void)e;
    (void)err;
    if (p->kind->carry_load) {
        p->kind->carry_load(p, words);
        return MR_OK;
    }
    for (size_t c = 0; c < p->segment->carried_count; c++) {
        mr_dtype dtype = mr_ir_dtype(&p->segment->body, p->segment->carried[c]);
        slot->carries[c] = (struct mr_carry){mr_scalar_of_word(dtype, words[2 * c]),
                                             mr_scalar_of_word(dtype, words[2 * c + 1])};
    }
    return MR_OK;
}

static mr_status host_finish(struct mr_engine *e, mr_error *err)
{
    (void)e;
    (void)err;
    return MR_OK;
}

static void host_destroy(struct mr_engine **e)
{
    if (!e || !*e) return;
    mr_free(*e);
    *e = NULL;
}

static const struct mr_engine_class host_class = {
    .name = "host",
    .program_create = host_program_create,
    .program_destroy = host_program_destroy,
    .slot_create = host_slot_create,
    .slot_destroy = host_slot_destroy,
    .launch = host_launch,
    .computed = host_computed,
    .wait = host_wait,
    .copy = host_copy,
    .map = host_map,
    .unmap = host_unmap,
    .lend = NULL,
    .carry_save = host_carry_save,
    .carry_load = host_carry_load,
    .finish = host_finish,
    .destroy = host_destroy,
};

mr_status mr_host_engine_create(struct mr_engine **out, mr_error *err)
{
    *out = mr_alloc(1, sizeof **out);
    if (!*out) return mr_fail_no_memory(err, "the host engine");
    **out = (struct mr_engine){.class = &host_class,
                               .shares_memory = true,
                               .parallel = 1,
                               .profile = mr_profiles[MR_PROFILE_HOST]};
    return MR_OK;
}
