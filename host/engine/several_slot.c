#include "engine/several_slot.h"

#include <string.h>

#include "base/memory.h"

mr_status mr_several_slot_create(struct mr_slot **out, struct mr_engine *engine,
                                 const mr_dtype dtypes[], size_t count, size_t lead, size_t entries,
                                 size_t checks, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    struct mr_slot *slot = *out = mr_alloc(1, sizeof *slot);
    if (!slot) return mr_fail_no_memory(err, "a slot");
    *slot = (struct mr_slot){.column_count = count,
                             .lead = lead,
                             .entries = entries,
                             .checks = checks,
                             .home = mr_member_first(e)};
    memcpy(slot->dtypes, dtypes, count * sizeof *dtypes);
    (void)pthread_mutex_lock(&e->lock);
    slot->next = e->slots;
    e->slots = slot;
    (void)pthread_mutex_unlock(&e->lock);
    return MR_OK;
}

void mr_several_slot_destroy(struct mr_slot **slot, struct mr_engine *engine)
{
    struct mr_several *e = mr_several_of(engine);
    if (!slot || !*slot) return;
    (void)pthread_mutex_lock(&e->lock);
    struct mr_slot **at = &e->slots;
    while (*at != *slot) at = &(*at)->next;
    *at = (*slot)->next;
    (void)pthread_mutex_unlock(&e->lock);
    for (unsigned m = 0; m < e->count; m++)
        if ((*slot)->of[m])
            mr_member_engine(e, m)->class->slot_destroy(&(*slot)->of[m], mr_member_engine(e, m));
    mr_free(*slot);
    *slot = NULL;
}

mr_status mr_several_need_slot(struct mr_several *e, struct mr_slot *s, unsigned m, mr_error *err)
{
    if (s->of[m]) return MR_OK;
    MR_ON_MEMBER(e, m,
                 e->class->slot_create(&s->of[m], mr_member_engine(e, m), s->dtypes,
                                       s->column_count, s->lead, s->entries, s->checks, why));
    return MR_OK;
}

void mr_several_settle(struct mr_slot *s, unsigned m)
{
    s->home = m;
    s->holders = 1U << m;
    s->is_in_flight = false;
}

static mr_status unmap_on(struct mr_several *e, struct mr_slot *s, unsigned m, mr_error *err)
{
    MR_ON_MEMBER(e, m, e->class->unmap(mr_member_engine(e, m), s->of[m], why));
    return MR_OK;
}

static mr_status map_on(struct mr_several *e, struct mr_slot *s, unsigned m, size_t index,
                        size_t count, bool to_write, void *columns[], mr_error *err)
{
    MR_ON_MEMBER(
        e, m,
        e->class->map(mr_member_engine(e, m), s->of[m], index, count, to_write, columns, why));
    return MR_OK;
}

mr_status mr_several_copy_across(struct mr_several *e, struct mr_slot *to, unsigned to_member,
                                 size_t to_index, struct mr_slot *from, size_t from_index,
                                 size_t count, mr_error *err)
{
    void *read[MR_MAX_STORED], *written[MR_MAX_STORED];
    const unsigned m = from->home;
    MR_TRY(map_on(e, from, m, from_index, count, false, read, err));
    mr_status st = map_on(e, to, to_member, to_index, count, true, written, err);
    for (size_t c = 0; c < to->column_count && st == MR_OK && count; c++)
        memcpy(written[c], read[c], count * mr_dtype_size(to->dtypes[c]));
    mr_status unmapped = st == MR_OK ? unmap_on(e, to, to_member, err) : MR_OK;
    mr_status closed = unmap_on(e, from, m, st == MR_OK && unmapped == MR_OK ? err : NULL);
    return st != MR_OK ? st : unmapped != MR_OK ? unmapped : closed;
}

mr_status mr_several_copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                          struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    unsigned m = to->holders ? to->home : from->home;
    MR_TRY(mr_several_need_slot(e, to, m, err));
    if (from->holders >> m & 1)
        MR_ON_MEMBER(e, m,
                     e->class->copy(mr_member_engine(e, m), to->of[m], to_index, from->of[m],
                                    from_index, count, why));
    else
        MR_TRY(mr_several_copy_across(e, to, m, to_index, from, from_index, count, err));
    to->home = m;
    to->holders = 1U << m;
    return MR_OK;
}

/* Who gets elements that the host makes. */
static unsigned member_to_fill(struct mr_several *e, const struct mr_slot *s, size_t count)
{
    if (s->is_for_first) return mr_member_first(e);
    mr_members_observe(e);
    return mr_member_for(e, mr_members_left(e), count);
}

mr_status mr_several_map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                         bool to_write, void *columns[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    if (to_write) mr_several_settle(slot, member_to_fill(e, slot, count));
    MR_TRY(mr_several_need_slot(e, slot, slot->home, err));
    return map_on(e, slot, slot->home, index, count, to_write, columns, err);
}

mr_status mr_several_unmap(struct mr_engine *engine, struct mr_slot *slot, mr_error *err)
{
    return slot->of[slot->home] ? unmap_on(mr_several_of(engine), slot, slot->home, err) : MR_OK;
}

static mr_status place_on(struct mr_several *e, struct mr_slot *s, unsigned m, void *memory,
                          size_t count, mr_error *err)
{
    if (count) MR_TRY(mr_several_need_slot(e, s, m, err));
    MR_ON_MEMBER(e, m, e->class->place(mr_member_engine(e, m), s->of[m], memory, count, why));
    return MR_OK;
}

/* A file's pages are there for all of them; where one fails, for none. */
mr_status mr_several_place(struct mr_engine *engine, struct mr_slot *slot, void *memory,
                           size_t count, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    mr_members all = count ? mr_members_left(e) : 0;
    mr_status st = MR_OK;
    for (unsigned m = 0; m < e->count; m++) {
        bool is_meant = count ? st == MR_OK && all >> m & 1 : slot->is_placed && slot->of[m];
        if (!is_meant) continue;
        mr_status placed = place_on(e, slot, m, memory, count, st == MR_OK ? err : NULL);
        if (st == MR_OK) st = placed;
    }
    slot->is_placed = count > 0;
    mr_several_settle(slot, mr_member_first(e));
    slot->holders = all;
    if (st != MR_OK && count) (void)mr_several_place(engine, slot, NULL, 0, NULL);
    return st;
}

void mr_several_keep(struct mr_engine *engine, struct mr_slot *slot, bool is_kept)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    if (e->class->keep) e->class->keep(mr_member_engine(e, m), slot->of[m], is_kept);
}

mr_status mr_several_lend(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                          mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    MR_ON_MEMBER(e, m, e->class->lend(mr_member_engine(e, m), slot->of[m], out, why));
    return MR_OK;
}
