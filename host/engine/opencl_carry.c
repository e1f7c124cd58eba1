/* What a unit hands on to the next one: made, saved, loaded. */
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "engine/opencl_slot.h"

mr_status mr_slot_need_carry(struct mr_opencl *e, struct mr_slot *slot, mr_error *err)
{
    if (slot->carry) return MR_OK;
    return mr_buffer_create(e->session, CL_MEM_READ_WRITE, MR_CARRY_BYTES, NULL, "a scan's carry",
                            &slot->carry, err);
}

/* To the host or from it, by way of memory that is rather lost than freed while the driver may
 * still touch it. */
static mr_status move_carry(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                            uint64_t to_host[], const uint64_t from_host[], mr_error *err)
{
    uint64_t *between = mr_alloc(1, MR_CARRY_BYTES);
    if (!between) return mr_fail_no_memory(err, "a state's copy");
    cl_event event;
    const struct mr_command command = mr_chain_next(chain, &event);
    if (from_host) memcpy(between, from_host, MR_CARRY_BYTES);
    mr_status st =
        from_host
            ? mr_buffer_write(e->session, &command, slot->carry, 0, MR_CARRY_BYTES, between, err)
            : mr_buffer_read(e->session, &command, slot->carry, 0, MR_CARRY_BYTES, between, err);
    if (st == MR_OK) st = mr_event_wait(e->session, &event, err);
    if (st != MR_OK) (void)mr_opencl_finish(e, NULL);
    if (st == MR_OK && to_host) memcpy(to_host, between, MR_CARRY_BYTES);
    if (!e->is_unsettled) mr_free(between);
    return st;
}

mr_status mr_slot_carry_save(struct mr_engine *engine, const struct mr_program *program,
                             struct mr_slot *slot, int64_t position, uint64_t words[],
                             mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_chain chain = {.queue = e->session->queue};
    (void)program;
    (void)position;
    mr_chain_before_read(&chain, slot);
    return move_carry(e, slot, &chain, words, NULL, err);
}

mr_status mr_slot_carry_load(struct mr_engine *engine, const struct mr_program *program,
                             struct mr_slot *slot, const uint64_t words[], mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_chain chain = {.queue = e->session->queue};
    (void)program;
    MR_TRY(mr_slot_need_carry(e, slot, err));
    mr_chain_before_write(&chain, slot);
    return move_carry(e, slot, &chain, NULL, words, err);
}
