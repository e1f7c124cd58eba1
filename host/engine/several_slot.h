/* Slots of several devices: which member holds the elements, and how they come to another. */
#ifndef MR_ENGINE_SEVERAL_SLOT_H
#define MR_ENGINE_SEVERAL_SLOT_H

#include "engine/several_deal.h"

static inline struct mr_engine *mr_member_engine(struct mr_several *e, unsigned member)
{
    return e->members[member].engine;
}

/* Whether it was MR_OK; else what it failed with is in err, and the member may be lost. */
#define MR_ON_MEMBER(e, member, done)                                                              \
    do {                                                                                           \
        mr_error on_why = {.status = MR_OK};                                                       \
        mr_error *why = &on_why;                                                                   \
        mr_status on_status = (done);                                                              \
        MR_TRY(mr_member_result((e), (member), on_status, &on_why, err));                          \
    } while (0)

/* Makes sure that the slot has one on the member. */
mr_status mr_several_need_slot(struct mr_several *e, struct mr_slot *s, unsigned m, mr_error *err);

/* Its elements are on this member from now on, and nowhere else. */
void mr_several_settle(struct mr_slot *s, unsigned m);

/* From one member's slot to another's, through the host. */
mr_status mr_several_copy_across(struct mr_several *e, struct mr_slot *to, unsigned to_member,
                                 size_t to_index, struct mr_slot *from, size_t from_index,
                                 size_t count, mr_error *err);

/* Those of struct mr_engine_class. */
mr_status mr_several_slot_create(struct mr_slot **out, struct mr_engine *engine,
                                 const mr_dtype dtypes[], size_t count, size_t lead, size_t entries,
                                 size_t checks, mr_error *err);
void mr_several_slot_destroy(struct mr_slot **slot, struct mr_engine *engine);
mr_status mr_several_place(struct mr_engine *engine, struct mr_slot *slot, void *memory,
                           size_t count, mr_error *err);
mr_status mr_several_copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                          struct mr_slot *from, size_t from_index, size_t count, mr_error *err);
mr_status mr_several_map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                         bool to_write, void *columns[], mr_error *err);
mr_status mr_several_unmap(struct mr_engine *engine, struct mr_slot *slot, mr_error *err);
void mr_several_keep(struct mr_engine *engine, struct mr_slot *slot, bool is_kept);
mr_status mr_several_lend(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                          mr_error *err);

#endif
