/* Runners of one engine go on where those of another stopped. */
#include <string.h>

#include "ring/runner.h"

/* What stands unread in the current slot, into the first slot of the other. */
static mr_status copy_unread(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    size_t unread = mr_runner_unread(from);
    const void *read[MR_MAX_COLUMNS];
    void *written[MR_MAX_STORED] = {NULL};
    if (unread == 0) return MR_OK;
    if (unread > to->slot_rows)
        return mr_fail(err, MR_E_INTERNAL, "%s: a slot cannot take over %zu elements",
                       to->segment->name, unread);
    MR_TRY(mr_runner_map(from, read, err));
    MR_TRY(to->engine->class->map(to->engine, to->slots[0], 0, unread, true, written, err));
    for (size_t c = 0; c < to->segment->column_count; c++)
        memcpy(written[c], read[c], unread * mr_dtype_size(to->segment->columns[c].dtype));
    return to->engine->class->unmap(to->engine, to->slots[0], err);
}

static mr_status copy_carry(struct mr_runner *to, const struct mr_runner *from, mr_error *err)
{
    uint64_t words[2 * MR_MAX_COLUMNS] = {0};
    if (from->segment->kind != MR_KIND_SCAN || !from->last) return MR_OK;
    from->engine->class->carry_save(from->program, from->last, from->next, words);
    return to->engine->class->carry_load(to->engine, to->slots[0], words, err);
}

static mr_status copy(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    for (size_t v = 0; v < from->segment->view_count; v++)
        if (from->inputs[v]) MR_TRY(copy(to->inputs[v], from->inputs[v], err));
    MR_TRY(copy_unread(to, from, err));
    return copy_carry(to, from, err);
}

/* Cannot fail, so that nothing is in two hands. */
static void move(struct mr_runner *to, struct mr_runner *from)
{
    for (size_t v = 0; v < from->segment->view_count; v++)
        if (from->inputs[v]) move(to->inputs[v], from->inputs[v]);
    to->begin = 0;
    to->end = mr_runner_unread(from);
    to->current = to->end ? to->slots[0] : NULL;
    to->last = from->last ? to->slots[0] : NULL;
    to->next = from->next;
    to->origin = from->origin;
    to->given = from->given;
    to->is_exhausted = from->is_exhausted;
    to->dropped = from->dropped;
    to->phantoms = from->phantoms;
    to->is_dropping = from->is_dropping;
    to->failed = from->failed;
    to->error = from->error;
    to->joined = from->joined;
    to->stalls = from->stalls;
    memcpy(to->trees, from->trees, sizeof to->trees);
    to->feed = from->feed;
    to->iteration = from->iteration;
    from->feed = NULL;
    from->iteration = NULL;
}

mr_status mr_runner_take_over(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    MR_TRY(copy(to, from, err));
    move(to, from);
    return MR_OK;
}
