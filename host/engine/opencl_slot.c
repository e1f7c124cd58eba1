/* Commands that compute go to one queue, which may run them out of order, so that a unit begins
 * while the last threads of the one before still work: a slot remembers the commands that wrote and
 * read it, and each command waits for those before it that concern the same memory. What the host
 * will look at is mapped right behind its unit, unless the host sees it without. Maps that nobody
 * foresaw go to another queue, and so do transfers where memory is not shared (opencl_view.c). */
#include "engine/opencl_slot.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "emit/emit.h"

/* ---- the order of commands ---- */

void mr_chain_after(struct mr_chain *c, cl_event event)
{
    for (cl_uint k = 0; k < c->after_count; k++)
        if (c->after[k] == event) return;
    if (event) c->after[c->after_count++] = event;
}

void mr_chain_before_read(struct mr_chain *c, const struct mr_slot *slot)
{
    mr_chain_after(c, slot->written);
    mr_chain_after(c, slot->transferred);
    mr_chain_after(c, slot->reads[slot->next_read]);
}

void mr_chain_before_write(struct mr_chain *c, const struct mr_slot *slot)
{
    mr_chain_after(c, slot->written);
    mr_chain_after(c, slot->transferred);
    for (size_t k = 0; k < MR_SLOT_READERS; k++) mr_chain_after(c, slot->reads[k]);
}

struct mr_command mr_chain_next(struct mr_chain *c, cl_event *event)
{
    *event = NULL;
    return (struct mr_command){.queue = c->queue,
                               .event = event,
                               .after = c->after_count ? c->after : NULL,
                               .after_count = c->after_count};
}

void mr_event_replace(cl_event *place, cl_event event)
{
    mr_event_release(place);
    *place = event;
}

void mr_chain_add(struct mr_chain *c, cl_event event)
{
    if (!event) return;
    mr_event_replace(&c->done, event);
    c->after[0] = event;
    c->after_count = 1;
}

mr_status mr_event_share(struct mr_opencl *e, cl_event *place, cl_event event, mr_error *err)
{
    MR_TRY(mr_event_retain(e->session, event, err));
    mr_event_replace(place, event);
    return MR_OK;
}

mr_status mr_slot_read_by(struct mr_opencl *e, struct mr_slot *slot, cl_event event, mr_error *err)
{
    for (size_t k = 0; k < MR_SLOT_READERS; k++)
        if (slot->reads[k] == event) return MR_OK;
    MR_TRY(mr_event_share(e, &slot->reads[slot->next_read], event, err));
    slot->next_read = (slot->next_read + 1) % MR_SLOT_READERS;
    return MR_OK;
}

void mr_slot_written_by(struct mr_slot *slot, struct mr_chain *c)
{
    mr_event_replace(&slot->written, c->done);
    c->done = NULL;
    for (size_t k = 0; k < MR_SLOT_READERS; k++) mr_event_release(&slot->reads[k]);
}

mr_status mr_slot_take_back(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    bool is_lent = slot->is_lent && e->session->is_foreign;
    slot->is_lent = false;
    return is_lent ? mr_queue_finish(e->session, e->session->queue, err) : MR_OK;
}

static mr_status finish_queue(struct mr_opencl *e, cl_command_queue queue, mr_error *err)
{
    mr_status st = mr_queue_finish(e->session, queue, err);
    if (st != MR_OK && mr_queue_finish(e->session, queue, NULL) != MR_OK) e->is_unsettled = true;
    return st;
}

mr_status mr_opencl_finish(struct mr_opencl *e, mr_error *err)
{
    mr_status st = finish_queue(e, e->session->queue, err);
    mr_status transfers = finish_queue(e, e->session->transfers, st == MR_OK ? err : NULL);
    return st == MR_OK ? transfers : st;
}

/* A call that failed may have left commands that no event stands for, so a lost session's queues
 * are waited for as a whole. */
mr_status mr_slot_settle(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    mr_status st = mr_event_wait(e->session, &slot->written, err);
    for (size_t k = 0; k < MR_SLOT_READERS; k++) {
        mr_status read = mr_event_wait(e->session, &slot->reads[k], st == MR_OK ? err : NULL);
        if (st == MR_OK) st = read;
    }
    mr_status sent = mr_event_wait(e->session, &slot->transferred, st == MR_OK ? err : NULL);
    if (st == MR_OK) st = sent;
    if (!e->session->is_lost) return st;
    mr_status finished = mr_opencl_finish(e, st == MR_OK ? err : NULL);
    return st == MR_OK ? finished : st;
}

/* ---- making and unmaking ---- */

mr_status mr_slot_fill_status(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    static const uint32_t none = UINT32_MAX;
    slot->status_dirty = false;
    if (e->shares_finely) {
        MR_TRY(mr_event_wait(e->session, &slot->written, err));
        memset(slot->words, 0xff, slot->word_count * sizeof none);
        return MR_OK;
    }
    struct mr_chain chain = {.queue = e->session->queue};
    cl_event event;
    mr_chain_before_write(&chain, slot);
    const struct mr_command command = mr_chain_next(&chain, &event);
    MR_TRY(mr_buffer_fill(e->session, &command, slot->status, &none, sizeof none, 0,
                          slot->word_count * sizeof none, err));
    mr_chain_add(&chain, event);
    mr_slot_written_by(slot, &chain);
    /* A map on the other queue may wait for it. */
    return mr_queue_flush(e->session, chain.queue, err);
}

void mr_slot_destroy(struct mr_slot **slot, struct mr_engine *engine)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    if (!slot || !*slot) return;
    (*slot)->is_kept = false;
    if (mr_session_check(e->session, NULL) == MR_OK) {
        (void)mr_slot_unmap(engine, *slot, NULL);
        (void)mr_slot_settle(e, *slot, NULL);
    }
    mr_event_release(&(*slot)->written);
    for (size_t k = 0; k < MR_SLOT_READERS; k++) mr_event_release(&(*slot)->reads[k]);
    mr_event_release(&(*slot)->transferred);
    mr_event_release(&(*slot)->mapping);
    mr_slot_free_memory(e, *slot);
    mr_buffer_release(&(*slot)->carry);
    mr_free(*slot);
    *slot = NULL;
}

mr_status mr_slot_create(struct mr_slot **out, struct mr_engine *engine, const mr_dtype dtypes[],
                         size_t count, size_t lead, size_t entries, size_t checks, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_slot *slot = mr_alloc(1, sizeof *slot);
    *out = NULL;
    if (!slot) return mr_fail_no_memory(err, "a slot");
    slot->column_count = count;
    memcpy(slot->dtypes, dtypes, count * sizeof *dtypes);
    slot->lead = lead;
    slot->entries = entries;
    slot->word_count = MR_STATUS_CHECKS + checks;
    mr_status st = mr_slot_create_columns(e, slot, err);
    if (st == MR_OK) st = mr_slot_create_status(e, slot, err);
    if (st == MR_OK) st = mr_slot_fill_status(e, slot, err);
    if (st == MR_OK)
        *out = slot;
    else
        mr_slot_destroy(&slot, engine);
    return st;
}

mr_status mr_slot_place(struct mr_engine *engine, struct mr_slot *slot, void *memory, size_t count,
                        mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_session_check(e->session, err));
    mr_status st = mr_slot_unmap(engine, slot, err);
    mr_status taken = mr_slot_take_back(e, slot, st == MR_OK ? err : NULL);
    if (st == MR_OK) st = taken;
    mr_status settled = mr_slot_settle(e, slot, st == MR_OK ? err : NULL);
    if (st == MR_OK) st = settled;
    slot->is_filled = false;
    mr_buffer_release(&slot->columns[0]);
    slot->host[0] = NULL;
    if (st != MR_OK || count == 0) return st;
    return mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                            count * mr_dtype_size(slot->dtypes[0]), memory, "a part of a file",
                            &slot->columns[0], err);
}

/* ---- between slots and beyond ---- */

/* Where the host reads slot after slot, what it carries over does not wait for kernels that were
 * launched meanwhile. */
static mr_status copy_on_device(struct mr_opencl *e, struct mr_slot *to, size_t to_index,
                                struct mr_slot *from, size_t from_index, size_t count,
                                mr_error *err)
{
    bool is_for_host = e->staged && from->launch.is_read_next;
    struct mr_chain chain = {.queue = is_for_host ? e->session->transfers : e->session->queue};
    mr_status st = MR_OK;
    mr_chain_before_write(&chain, to);
    if (from != to) mr_chain_before_read(&chain, from);
    for (size_t k = 0; k < to->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(to->dtypes[k]);
        cl_event event;
        const struct mr_command command = mr_chain_next(&chain, &event);
        st = mr_buffer_copy(e->session, &command, from->columns[k], from_index * width,
                            to->columns[k], to_index * width, count * width, err);
        mr_chain_add(&chain, event);
    }
    if (st == MR_OK && from != to) st = mr_slot_read_by(e, from, chain.done, err);
    if (st == MR_OK) mr_slot_written_by(to, &chain);
    mr_event_release(&chain.done);
    return st == MR_OK ? mr_queue_flush(e->session, chain.queue, err) : st;
}

mr_status mr_slot_copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                       struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_slot_unmap(engine, to, err));
    if (e->staged && mr_slot_has_copies(to, to_index, from, from_index, count))
        return mr_slot_copy_copies(e, to, to_index, from, from_index, count, err);
    MR_TRY(mr_slot_send_own(e, from, err));
    MR_TRY(mr_slot_send_own(e, to, err));
    to->seen_count = 0;
    return copy_on_device(e, to, to_index, from, from_index, count, err);
}

void mr_slot_keep(struct mr_engine *engine, struct mr_slot *slot, bool is_kept)
{
    (void)engine;
    slot->is_kept = is_kept;
}

mr_status mr_slot_lend(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                       mr_error *err)
{
    /* Filled by the host: the consumer is given one event, that of the queue that computes. */
    MR_TRY(mr_slot_unmap(engine, slot, err));
    MR_TRY(mr_slot_send_own(mr_opencl_of(engine), slot, err));
    MR_TRY(mr_event_wait(mr_opencl_of(engine)->session, &slot->transferred, err));
    for (size_t k = 0; k < slot->column_count; k++) out->buffers[k] = slot->columns[k];
    slot->is_lent = true;
    out->event = slot->written;
    return MR_OK;
}
