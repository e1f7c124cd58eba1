/* What the host sees of slots, and fills. Where memory is not shared a slot has a copy on the host:
 * of its entries those are seen that were read since it was written, side by side. What is carried
 * over to the next slot for the host goes from copy to copy, with no command, and is the host's own
 * then, until somebody on the device asks for it:
 *
 *     on the device    [ lead        | new entries of the unit          ]
 *     on the host      [        own, | read behind the unit     |    ]
 *                               |----------- seen --------------|
 */
#include "engine/opencl_slot.h"

#include <assert.h>
#include <string.h>

#include "cl/buffer.h"

/* ---- copies ---- */

struct span {
    size_t index, count;
};

/* What is to be read of the entries to be mapped, to be seen as well: all are side by side. */
static struct span look(struct mr_slot *slot)
{
    size_t end = slot->mapped_index + slot->mapped_count;
    size_t seen_end = slot->seen_index + slot->seen_count;
    bool goes_on = slot->seen_count && slot->mapped_index >= slot->seen_index &&
                   slot->mapped_index <= seen_end;
    if (!goes_on) {
        slot->seen_index = seen_end = slot->mapped_index;
        slot->seen_count = 0;
    }
    const struct span unseen = {seen_end, end > seen_end ? end - seen_end : 0};
    slot->seen_count += unseen.count;
    return unseen;
}

static bool is_seen(const struct mr_slot *slot, size_t index, size_t count)
{
    return index >= slot->seen_index && index + count <= slot->seen_index + slot->seen_count;
}

bool mr_slot_has_copies(const struct mr_slot *to, size_t to_index, const struct mr_slot *from,
                        size_t from_index, size_t count)
{
    return from != to && to->seen_count && is_seen(from, from_index, count) &&
           to_index + count >= to->seen_index && to_index <= to->seen_index + to->seen_count;
}

/* From the first of both to the last of both. */
static void extend(size_t *index, size_t *count, size_t at, size_t more)
{
    size_t end = *index + *count;
    if (*count == 0 || at + more > end) end = at + more;
    if (*count == 0 || at < *index) *index = at;
    *count = end - *index;
}

mr_status mr_slot_copy_copies(struct mr_opencl *e, struct mr_slot *to, size_t to_index,
                              struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    MR_TRY(mr_event_wait(e->session, &from->mapping, err));
    MR_TRY(mr_event_wait(e->session, &to->mapping, err));
    for (size_t k = 0; k < to->column_count; k++) {
        size_t width = mr_dtype_size(to->dtypes[k]);
        memcpy((char *)to->host[k] + to_index * width,
               (const char *)from->host[k] + from_index * width, count * width);
    }
    extend(&to->seen_index, &to->seen_count, to_index, count);
    extend(&to->own_index, &to->own_count, to_index, count);
    return MR_OK;
}

mr_status mr_slot_send_own(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    struct mr_chain chain = {.queue = e->session->transfers};
    mr_status st = MR_OK;
    if (slot->own_count == 0) return MR_OK;
    mr_chain_before_write(&chain, slot);
    for (size_t k = 0; k < slot->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(slot->dtypes[k]);
        cl_event event;
        const struct mr_command command = mr_chain_next(&chain, &event);
        st = mr_buffer_write(e->session, &command, slot->columns[k], slot->own_index * width,
                             slot->own_count * width,
                             (char *)slot->host[k] + slot->own_index * width, err);
        mr_chain_add(&chain, event);
    }
    slot->own_count = 0;
    mr_event_replace(&slot->transferred, chain.done);
    return st == MR_OK ? mr_event_wait(e->session, &slot->transferred, err) : st;
}

/* ---- maps ---- */

/* Fills slot->mapped with addresses, of the buffers themselves or of their host copies, and
 * slot->mapping with what to wait for before they are looked at: the last command, where nothing
 * is to be mapped. */
static mr_status enqueue_map(struct mr_opencl *e, struct mr_slot *slot, cl_command_queue queue,
                             mr_error *err)
{
    struct mr_chain chain = {.queue = queue};
    const struct span unseen = e->staged && !slot->is_written ? look(slot) : (struct span){0};
    mr_status st = mr_slot_need_copies(e, slot, &chain, err);
    memset(slot->mapped, 0, sizeof slot->mapped);
    slot->is_mapped = true;
    if (slot->is_written)
        mr_chain_before_write(&chain, slot);
    else
        mr_chain_before_read(&chain, slot);
    for (size_t k = 0; k < slot->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(slot->dtypes[k]);
        size_t offset = slot->mapped_index * width, bytes = slot->mapped_count * width;
        if (slot->host[k]) slot->mapped[k] = (char *)slot->host[k] + offset;
        if (slot->host[k] && unseen.count == 0) continue;
        cl_event event;
        const struct mr_command command = mr_chain_next(&chain, &event);
        if (slot->host[k])
            st = mr_buffer_read(e->session, &command, slot->columns[k], unseen.index * width,
                                unseen.count * width, (char *)slot->host[k] + unseen.index * width,
                                err);
        else
            st = mr_buffer_map(e->session, &command, slot->columns[k],
                               slot->is_written ? CL_MAP_WRITE_INVALIDATE_REGION : CL_MAP_READ,
                               offset, bytes, &slot->mapped[k], err);
        mr_chain_add(&chain, event);
    }
    bool is_seen = e->shares_finely && !chain.done && slot->written;
    mr_event_replace(&slot->mapping, chain.done);
    return st == MR_OK && is_seen ? mr_event_share(e, &slot->mapping, slot->written, err) : st;
}

/* Where memory is shared, mapping moves nothing: it comes right behind the unit, so that it does
 * not wait for those launched after it. Elsewhere it is a transfer that the next unit overlaps. */
mr_status mr_slot_map_ahead(struct mr_opencl *e, struct mr_slot *slot, size_t entries,
                            mr_error *err)
{
    slot->mapped_index = slot->lead;
    slot->mapped_count = entries;
    slot->is_written = false;
    if (!e->staged) return enqueue_map(e, slot, e->session->queue, err);
    MR_TRY(mr_queue_flush(e->session, e->session->queue, err));
    MR_TRY(enqueue_map(e, slot, e->session->transfers, err));
    return mr_queue_flush(e->session, e->session->transfers, err);
}

mr_status mr_slot_map_for_filling(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    if (e->staged || e->shares_finely || !slot->is_filled) return MR_OK;
    slot->mapped_index = slot->lead;
    slot->mapped_count = slot->entries;
    slot->is_written = true;
    return enqueue_map(e, slot, e->session->queue, err);
}

mr_status mr_slot_unmap(struct mr_engine *engine, struct mr_slot *slot, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_chain chain = {.queue = e->staged ? e->session->transfers : e->session->queue};
    mr_status st = MR_OK;
    if (!slot->is_mapped || slot->is_kept) return MR_OK;
    slot->is_mapped = false;
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(mr_event_wait(e->session, &slot->mapping, err));
    mr_chain_before_write(&chain, slot);
    for (size_t k = 0; k < slot->column_count && st == MR_OK; k++) {
        size_t width = mr_dtype_size(slot->dtypes[k]);
        if (slot->host[k] && (e->shares_finely || !slot->is_written)) continue;
        cl_event event;
        const struct mr_command command = mr_chain_next(&chain, &event);
        if (slot->host[k])
            st = mr_buffer_write(e->session, &command, slot->columns[k], slot->mapped_index * width,
                                 slot->mapped_count * width, slot->mapped[k], err);
        else
            st = mr_buffer_unmap(e->session, &command, slot->columns[k], &slot->mapped[k], err);
        mr_chain_add(&chain, event);
    }
    if (!chain.done) return st;
    if (e->staged)
        mr_event_replace(&slot->transferred, chain.done);
    else
        mr_slot_written_by(slot, &chain);
    return st == MR_OK ? mr_queue_flush(e->session, chain.queue, err) : st;
}

/* Whether a launch has begun to map these entries. */
static bool is_mapped_ahead(const struct mr_slot *slot, size_t index, size_t count, bool to_write)
{
    return slot->is_mapped && to_write == slot->is_written && index >= slot->mapped_index &&
           index + count <= slot->mapped_index + slot->mapped_count;
}

/* What the host writes it sends once it unmaps. */
static mr_status prepare_filling(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    MR_TRY(mr_slot_send_own(e, slot, err));
    slot->seen_count = 0;
    return mr_event_wait(e->session, &slot->transferred, err);
}

mr_status mr_slot_map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                      bool to_write, void *columns[], mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_session_check(e->session, err));
    for (size_t k = 0; k < slot->column_count; k++) columns[k] = NULL;
    if (count == 0) return MR_OK;
    mr_status st = MR_OK;
    assert(!slot->is_kept || !slot->is_mapped || is_mapped_ahead(slot, index, count, to_write));
    if (!is_mapped_ahead(slot, index, count, to_write)) {
        MR_TRY(mr_slot_unmap(engine, slot, err));
        if (to_write) MR_TRY(mr_slot_take_back(e, slot, err));
        if (e->staged && to_write) MR_TRY(prepare_filling(e, slot, err));
        if (e->shares_finely && to_write) MR_TRY(mr_slot_settle(e, slot, err));
        slot->mapped_index = index;
        slot->mapped_count = count;
        slot->is_written = to_write;
        slot->is_filled = slot->is_filled || to_write;
        if (!slot->columns[0]) MR_TRY(mr_slot_create_columns(e, slot, err));
        st = enqueue_map(e, slot, e->session->transfers, err);
    }
    if (st == MR_OK) st = mr_event_wait(e->session, &slot->mapping, err);
    if (st != MR_OK) {
        slot->is_written = false; /* nothing to send */
        slot->seen_count = 0;
        (void)mr_slot_unmap(engine, slot, NULL);
        return st;
    }
    for (size_t k = 0; k < slot->column_count; k++)
        columns[k] =
            (char *)slot->mapped[k] + (index - slot->mapped_index) * mr_dtype_size(slot->dtypes[k]);
    return MR_OK;
}
