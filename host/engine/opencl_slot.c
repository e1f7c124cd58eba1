/* Commands that compute go to one queue, which may run them out of order, so that a unit begins
 * while the last threads of the one before still work: a slot remembers the commands that wrote and
 * read it, and each command waits for those before it that concern the same memory. What the host
 * will look at is mapped right behind its unit, unless the host sees it without. Maps that nobody
 * foresaw go to another queue, and so do transfers where memory is not shared. */
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

/* Remembers `event`, taking it over. */
static void replace_event(cl_event *place, cl_event event)
{
    mr_event_release(place);
    *place = event;
}

void mr_chain_add(struct mr_chain *c, cl_event event)
{
    if (!event) return;
    replace_event(&c->done, event);
    c->after[0] = event;
    c->after_count = 1;
}

mr_status mr_event_share(struct mr_opencl *e, cl_event *place, cl_event event, mr_error *err)
{
    MR_TRY(mr_event_retain(e->session, event, err));
    replace_event(place, event);
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
    replace_event(&slot->written, c->done);
    c->done = NULL;
    for (size_t k = 0; k < MR_SLOT_READERS; k++) mr_event_release(&slot->reads[k]);
}

/* What the consumer does with a slot on its own queue is known to that queue alone. */
static mr_status take_back(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
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

/* Waits for all that concerns the slot; the first failure is told. A call that failed may have left
 * commands that no event stands for, so a lost session's queues are waited for as a whole. */
static mr_status settle(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
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

/* Memory of the device, and how the host sees it: the memory itself where it can be, else a copy if
 * there is to be one, else NULL. */
static mr_status create_memory(struct mr_opencl *e, size_t bytes, bool is_copied, const char *what,
                               cl_mem *buffer, void **host, mr_error *err)
{
    if (e->shares_finely)
        return mr_buffer_create_shared(e->session, bytes, what, buffer, host, err);
    cl_mem_flags flags = CL_MEM_READ_WRITE | (is_copied ? 0 : CL_MEM_ALLOC_HOST_PTR);
    MR_TRY(mr_buffer_create(e->session, flags, bytes, NULL, what, buffer, err));
    if (is_copied && !(*host = mr_alloc(bytes, 1))) return mr_fail_no_memory(err, "a host copy");
    return MR_OK;
}

/* Memory that a command may still write to is rather lost than freed. */
static void free_memory(struct mr_opencl *e, cl_mem *buffer, void **host)
{
    mr_buffer_release(buffer);
    if (!e->shares_finely && !e->is_unsettled) mr_free(*host);
    *host = NULL;
}

void mr_slot_destroy(struct mr_slot **slot, struct mr_engine *engine)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    if (!slot || !*slot) return;
    (*slot)->is_kept = false;
    if (mr_session_check(e->session, NULL) == MR_OK) {
        (void)mr_slot_unmap(engine, *slot, NULL);
        (void)settle(e, *slot, NULL);
    }
    mr_event_release(&(*slot)->written);
    for (size_t k = 0; k < MR_SLOT_READERS; k++) mr_event_release(&(*slot)->reads[k]);
    mr_event_release(&(*slot)->transferred);
    mr_event_release(&(*slot)->mapping);
    for (size_t k = 0; k < (*slot)->column_count; k++)
        free_memory(e, &(*slot)->columns[k], &(*slot)->host[k]);
    free_memory(e, &(*slot)->status, &(*slot)->words);
    mr_buffer_release(&(*slot)->carry);
    mr_free(*slot);
    *slot = NULL;
}

static mr_status create_columns(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    for (size_t k = 0; k < slot->column_count; k++) {
        size_t bytes = (slot->lead + slot->rows) * mr_dtype_size(slot->dtypes[k]);
        MR_TRY(create_memory(e, bytes ? bytes : 1, e->staged, "a slot of the ring",
                             &slot->columns[k], &slot->host[k], err));
    }
    return MR_OK;
}

mr_status mr_slot_create(struct mr_slot **out, struct mr_engine *engine, const mr_dtype dtypes[],
                         size_t count, size_t lead, size_t rows, size_t checks, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
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
    MR_TRY(mr_slot_unmap(engine, slot, err));
    MR_TRY(mr_session_check(e->session, err));
    MR_TRY(take_back(e, slot, err));
    MR_TRY(settle(e, slot, err));
    slot->is_filled = false;
    free_memory(e, &slot->columns[0], &slot->host[0]);
    if (count == 0) return MR_OK;
    return mr_buffer_create(e->session, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                            count * mr_dtype_size(slot->dtypes[0]), memory, "a part of a file",
                            &slot->columns[0], err);
}

/* ---- the host's view ---- */

/* Fills slot->mapped with addresses, of the buffers themselves or of their host copies, and
 * slot->mapping with what to wait for before they are looked at: the last command, where nothing
 * is to be mapped. */
static mr_status enqueue_map(struct mr_opencl *e, struct mr_slot *slot, cl_command_queue queue,
                             mr_error *err)
{
    struct mr_chain chain = {.queue = queue};
    mr_status st = MR_OK;
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
        if (slot->host[k] && (e->shares_finely || slot->is_written)) continue;
        cl_event event;
        const struct mr_command command = mr_chain_next(&chain, &event);
        if (slot->host[k])
            st = mr_buffer_read(e->session, &command, slot->columns[k], offset, bytes,
                                slot->mapped[k], err);
        else
            st = mr_buffer_map(e->session, &command, slot->columns[k],
                               slot->is_written ? CL_MAP_WRITE_INVALIDATE_REGION : CL_MAP_READ,
                               offset, bytes, &slot->mapped[k], err);
        mr_chain_add(&chain, event);
    }
    bool is_seen = e->shares_finely && !chain.done && slot->written;
    replace_event(&slot->mapping, chain.done);
    return st == MR_OK && is_seen ? mr_event_share(e, &slot->mapping, slot->written, err) : st;
}

/* Where memory is shared, mapping moves nothing: it comes right behind the unit, so that it does
 * not wait for those launched after it. Elsewhere it is a transfer that the next unit overlaps. */
mr_status mr_slot_map_ahead(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    slot->mapped_index = slot->lead;
    slot->mapped_count = slot->launch_rows;
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
    slot->mapped_count = slot->rows;
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
        replace_event(&slot->transferred, chain.done);
    else
        mr_slot_written_by(slot, &chain);
    return st == MR_OK ? mr_queue_flush(e->session, chain.queue, err) : st;
}

/* Whether a launch has begun to map these rows. */
static bool is_mapped_ahead(const struct mr_slot *slot, size_t index, size_t count, bool to_write)
{
    return slot->is_mapped && to_write == slot->is_written && index >= slot->mapped_index &&
           index + count <= slot->mapped_index + slot->mapped_count;
}

mr_status mr_slot_map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                      bool to_write, void *columns[], mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_session_check(e->session, err));
    for (size_t k = 0; k < slot->column_count; k++) columns[k] = NULL;
    if (count == 0) return MR_OK;
    mr_status st = MR_OK;
    assert(!slot->is_kept || is_mapped_ahead(slot, index, count, to_write));
    if (!is_mapped_ahead(slot, index, count, to_write)) {
        MR_TRY(mr_slot_unmap(engine, slot, err));
        if (to_write) MR_TRY(take_back(e, slot, err));
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
        (void)mr_slot_unmap(engine, slot, NULL);
        return st;
    }
    for (size_t k = 0; k < slot->column_count; k++)
        columns[k] =
            (char *)slot->mapped[k] + (index - slot->mapped_index) * mr_dtype_size(slot->dtypes[k]);
    return MR_OK;
}

/* ---- between slots and beyond ---- */

mr_status mr_slot_copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                       struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    /* Where the host reads slot after slot, what it carries over does not wait for the kernels that
     * were launched meanwhile. */
    bool is_for_host = e->staged && from->launch.is_read_next;
    struct mr_chain chain = {.queue = is_for_host ? e->session->transfers : e->session->queue};
    mr_status st = MR_OK;
    MR_TRY(mr_slot_unmap(engine, to, err));
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
    MR_TRY(mr_event_wait(mr_opencl_of(engine)->session, &slot->transferred, err));
    for (size_t k = 0; k < slot->column_count; k++) out->buffers[k] = slot->columns[k];
    slot->is_lent = true;
    out->event = slot->written;
    return MR_OK;
}
