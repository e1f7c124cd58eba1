/* How a runner is made and let go of, with its slots, its state and those that it reads. */
#include "ring/runner.h"

#include "base/memory.h"
#include "plan/kind.h"

static mr_status create_slots(struct mr_runner *r, mr_error *err)
{
    struct mr_buffers buffers;
    mr_buffers_of(&buffers, r->segment);
    if (!buffers.has_slots) return MR_OK;
    const struct mr_room *room = &buffers.slots;
    r->slot_entries = room->lead + room->entries;
    r->slot_count = room->count;
    r->slot_bytes = mr_buffers_slot_bytes(room, !r->engine->shares_memory) * r->segment->copies;
    for (unsigned k = 0; k < room->count; k++) MR_TRY(mr_runner_create_slot(r, &r->slots[k], err));
    return MR_OK;
}

mr_status mr_runner_create_slot(const struct mr_runner *r, struct mr_slot **out, mr_error *err)
{
    struct mr_buffers buffers;
    mr_buffers_of(&buffers, r->segment);
    const struct mr_room *room = &buffers.slots;
    return r->engine->class->slot_create(out, r->engine, room->dtypes, room->column_count,
                                         room->lead, room->entries, room->checks, err);
}

const size_t mr_runner_bytes = sizeof(struct mr_runner);

static mr_status create_state(struct mr_runner *r, mr_error *err)
{
    struct mr_buffers buffers;
    mr_buffers_of(&buffers, r->segment);
    const struct mr_buffer_row *row = mr_buffers_at(&buffers, MR_PLACE_STATE);
    if (row && !(r->state = mr_alloc(row->items, row->item_bytes)))
        return mr_fail_no_memory(err, "a segment");
    return MR_OK;
}

static mr_status create_parts(struct mr_runner *r, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    for (size_t v = 0; v < s->view_count; v++)
        if (s->views[v].segment)
            MR_TRY(
                mr_runner_create(&r->inputs[v], s->views[v].segment, r->engine, r->control, err));
    MR_TRY(create_slots(r, err));
    MR_TRY(create_state(r, err));
    MR_TRY(mr_runner_create_checkpoints(r, err));
    if (!mr_kind_of(s->kind)->host) return MR_OK;
    return r->engine->class->program_create(&r->program, r->engine, s, err);
}

mr_status mr_runner_create(struct mr_runner **out, const struct mr_segment *segment,
                           struct mr_engine *engine, struct mr_control *control, mr_error *err)
{
    static const struct mr_kind_runner plain;
    struct mr_runner *r = mr_alloc(1, sizeof *r);
    *out = NULL;
    if (!r) return mr_fail_no_memory(err, "a segment");
    r->segment = segment;
    r->kind = mr_kind_of(segment->kind)->runner;
    if (!r->kind) r->kind = &plain;
    r->engine = engine;
    r->control = control;
    /* A pipe or a callback may block: it is asked only for what the reader waits for. */
    r->works_ahead = engine->class->lend != NULL && !segment->is_live && !r->kind->is_filled;
    r->is_host_read = mr_kind_of(segment->kind)->is_terminal;
    mr_pace_start(r);
    mr_status st = create_parts(r, err);
    if (st == MR_OK)
        *out = r;
    else
        mr_runner_destroy(&r);
    return st;
}

static void release_own(struct mr_runner *r)
{
    if (r->current) mr_runner_unmap(r, NULL);
    mr_lease_leave(&r->kept);
    for (unsigned k = 0; k < MR_MAX_SLOTS; k++) {
        if (!r->slots[k]) continue;
        (void)mr_runner_unplace(r, r->slots[k], NULL);
        if (r->leases[k]) r->leases[k]->slot = r->slots[k];
        if (r->leases[k])
            mr_lease_destroy(&r->leases[k]);
        else
            r->engine->class->slot_destroy(&r->slots[k], r->engine);
        r->slots[k] = NULL;
    }
    if (r->program) r->engine->class->program_destroy(&r->program, r->engine);
}

void mr_runner_release(struct mr_runner *r)
{
    release_own(r);
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) mr_runner_release(r->inputs[v]);
}

void mr_runner_destroy(struct mr_runner **runner)
{
    if (!runner || !*runner) return;
    struct mr_runner *r = *runner;
    release_own(r);
    if (r->state && r->kind->close) r->kind->close(r);
    mr_free(r->state);
    mr_free(r->checkpoint_bytes);
    for (size_t v = 0; v < r->segment->view_count; v++) mr_runner_destroy(&r->inputs[v]);
    mr_free(r);
    *runner = NULL;
}
