/* What a slot has on the device, and what the host has of it where it does not see it there: copies
 * in memory that the driver pins, so that they are made beside what computes, or else in ordinary
 * memory. The host's are made when it first looks: a slot that only kernels read has none. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "engine/opencl_slot.h"

/* ---- the host's side ---- */

/* Once refused it is not asked for again. Stats of a stream on one device say so. */
static void give_up_pinning(struct mr_opencl *e, const mr_error *why)
{
    char before[sizeof e->base.reason];
    memcpy(before, e->base.reason, sizeof before);
    e->pins = false;
    (void)snprintf(e->base.reason, sizeof e->base.reason, "%.60s; its copies are not pinned: %s %s",
                   before, why->call, mr_cl_code_name(why->cl_code));
}

/* Content and address are valid once the chain is. */
static mr_status create_host_side(struct mr_opencl *e, struct mr_host_side *side, size_t bytes,
                                  struct mr_chain *chain, const char *what, mr_error *err)
{
    if (e->pins) {
        mr_error why;
        cl_event event;
        const struct mr_command command = mr_chain_next(chain, &event);
        mr_status st = mr_buffer_create_pinned(e->session, &command, bytes, what, &side->pinned,
                                               &side->memory, &why);
        mr_chain_add(chain, event);
        if (st == MR_OK) return MR_OK;
        give_up_pinning(e, &why);
    }
    side->memory = mr_alloc(bytes, 1);
    return side->memory ? MR_OK : mr_fail_no_memory(err, what);
}

static void unpin(struct mr_opencl *e, struct mr_host_side *side)
{
    const struct mr_command command = {.queue = e->session->transfers};
    if (mr_session_check(e->session, NULL) == MR_OK) {
        (void)mr_buffer_unmap(e->session, &command, side->pinned, &side->memory, NULL);
        (void)mr_queue_flush(e->session, command.queue, NULL);
    }
    mr_buffer_release(&side->pinned);
}

/* Memory that a command may still write to is rather lost than freed. */
static void destroy_host_side(struct mr_opencl *e, struct mr_host_side *side)
{
    if (e->is_unsettled)
        mr_buffer_lose(&side->pinned);
    else if (side->pinned)
        unpin(e, side);
    else
        mr_free(side->memory);
    side->memory = NULL;
}

/* ---- columns and status ---- */

static size_t column_bytes(const struct mr_slot *slot, size_t column)
{
    size_t bytes = (slot->lead + slot->entries) * mr_dtype_size(slot->dtypes[column]);
    return bytes ? bytes : 1;
}

/* *host is where the host sees it, if it does. */
static mr_status create_device_side(struct mr_opencl *e, size_t bytes, cl_mem_flags flags,
                                    const char *what, cl_mem *buffer, void **host, mr_error *err)
{
    if (e->shares_finely)
        return mr_buffer_create_shared(e->session, bytes, what, buffer, host, err);
    return mr_buffer_create(e->session, CL_MEM_READ_WRITE | flags, bytes, NULL, what, buffer, err);
}

mr_status mr_slot_create_columns(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    for (size_t k = 0; k < slot->column_count; k++)
        MR_TRY(create_device_side(e, column_bytes(slot, k), e->staged ? 0 : CL_MEM_ALLOC_HOST_PTR,
                                  "a slot of the ring", &slot->columns[k], &slot->host[k], err));
    return MR_OK;
}

mr_status mr_slot_create_status(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    return create_device_side(e, slot->word_count * sizeof(uint32_t), 0, "a slot's status",
                              &slot->status, &slot->words, err);
}

/* Side by side, each at a line of the cache. */
mr_status mr_slot_need_copies(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                              mr_error *err)
{
    enum { LINE_BYTES = 64 };
    if (!e->staged || slot->copies.memory) return MR_OK;
    size_t at[MR_MAX_STORED] = {0}, bytes = 0;
    for (size_t k = 0; k < slot->column_count; k++) {
        at[k] = bytes;
        bytes += (column_bytes(slot, k) + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    }
    if (bytes == 0) return MR_OK;
    MR_TRY(create_host_side(e, &slot->copies, bytes, chain, "a slot's copy on the host", err));
    for (size_t k = 0; k < slot->column_count; k++)
        slot->host[k] = (char *)slot->copies.memory + at[k];
    return MR_OK;
}

mr_status mr_slot_need_words(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                             mr_error *err)
{
    if (slot->words) return MR_OK;
    MR_TRY(create_host_side(e, &slot->word_copies, slot->word_count * sizeof(uint32_t), chain,
                            "a slot's status on the host", err));
    slot->words = slot->word_copies.memory;
    return MR_OK;
}

void mr_slot_free_memory(struct mr_opencl *e, struct mr_slot *slot)
{
    for (size_t k = 0; k < slot->column_count; k++) {
        mr_buffer_release(&slot->columns[k]);
        slot->host[k] = NULL;
    }
    mr_buffer_release(&slot->status);
    slot->words = NULL;
    destroy_host_side(e, &slot->copies);
    destroy_host_side(e, &slot->word_copies);
}
