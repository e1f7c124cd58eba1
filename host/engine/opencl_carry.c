/* What a unit hands on to the next one: made, saved, loaded. */
#include <string.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "engine/opencl_program.h"
#include "engine/opencl_slot.h"
#include "plan/kind.h"

mr_status mr_slot_need_carry(struct mr_opencl *e, struct mr_slot *slot, size_t bytes, mr_error *err)
{
    if (slot->carry) return MR_OK;
    return mr_buffer_create(e->session, CL_MEM_READ_WRITE, bytes, NULL, "what a unit hands on",
                            &slot->carry, err);
}

/* Between the host and memory that is rather lost than freed while the driver may still touch
 * it. */
struct carry_copy {
    uint64_t *words;
    size_t bytes;
    bool is_to_host;
};

static mr_status move_carry(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                            const struct carry_copy *copy, mr_error *err)
{
    cl_event event;
    const struct mr_command command = mr_chain_next(chain, &event);
    mr_status st =
        copy->is_to_host
            ? mr_buffer_read(e->session, &command, slot->carry, 0, copy->bytes, copy->words, err)
            : mr_buffer_write(e->session, &command, slot->carry, 0, copy->bytes, copy->words, err);
    if (st == MR_OK) st = mr_event_wait(e->session, &event, err);
    if (st != MR_OK) (void)mr_opencl_finish(e, NULL);
    return st;
}

mr_status mr_slot_carry_save(struct mr_engine *engine, const struct mr_program *program,
                             struct mr_slot *slot, int64_t position, uint64_t words[],
                             mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_chain chain = {.queue = e->session->queue};
    struct carry_copy copy = {.bytes = mr_carry_bytes(program->segment), .is_to_host = true};
    (void)position;
    copy.words = mr_alloc(1, copy.bytes);
    if (!copy.words) return mr_fail_no_memory(err, "a state's copy");
    mr_chain_before_read(&chain, slot);
    mr_status st = move_carry(e, slot, &chain, &copy, err);
    if (st == MR_OK) memcpy(words, copy.words, mr_carry_words(program->segment) * sizeof(uint64_t));
    if (!e->is_unsettled) mr_free(copy.words);
    return st;
}

mr_status mr_slot_carry_load(struct mr_engine *engine, struct mr_program *program,
                             struct mr_slot *slot, const uint64_t words[], mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    struct mr_chain chain = {.queue = e->session->queue};
    struct carry_copy copy = {.bytes = mr_carry_bytes(program->segment)};
    MR_TRY(mr_slot_need_carry(e, slot, copy.bytes, err));
    copy.words = mr_alloc(1, copy.bytes);
    if (!copy.words) return mr_fail_no_memory(err, "a state's copy");
    memcpy(copy.words, words, mr_carry_words(program->segment) * sizeof(uint64_t));
    mr_chain_before_write(&chain, slot);
    mr_status st = move_carry(e, slot, &chain, &copy, err);
    if (!e->is_unsettled) mr_free(copy.words);
    return st;
}
