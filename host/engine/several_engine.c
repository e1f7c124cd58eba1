#include "engine/several_engine.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/several_deal.h"
#include "plan/kind.h"

struct mr_program {
    const struct mr_segment *segment;
    struct mr_program *of[MR_MAX_DEVICES]; /* NULL: no unit of it goes there */
    bool is_chained;                       /* its units hand a state on */
};

/* Whether it was MR_OK; else what it failed with is in err, and the member may be lost. */
#define ON(e, member, done)                                                                        \
    do {                                                                                           \
        mr_error on_why = {.status = MR_OK};                                                       \
        mr_error *why = &on_why;                                                                   \
        mr_status on_status = (done);                                                              \
        MR_TRY(mr_member_result((e), (member), on_status, &on_why, err));                          \
    } while (0)

static struct mr_engine *engine_of(struct mr_several *e, unsigned member)
{
    return e->members[member].engine;
}

/* ---- programs ---- */

static mr_members members_of(const struct mr_several *e, const struct mr_program *p)
{
    return p->is_chained ? 1U << mr_member_first(e) : mr_members_left(e);
}

static void program_destroy(struct mr_program **program, struct mr_engine *engine)
{
    struct mr_several *e = mr_several_of(engine);
    struct mr_program *p = *program;
    if (!p) return;
    for (unsigned m = 0; m < e->count; m++)
        if (p->of[m]) engine_of(e, m)->class->program_destroy(&p->of[m], engine_of(e, m));
    mr_free(p);
    *program = NULL;
}

static mr_status create_parts(struct mr_several *e, struct mr_program *p, mr_error *err)
{
    for (unsigned m = 0; m < e->count; m++)
        if (members_of(e, p) >> m & 1)
            ON(e, m, e->class->program_create(&p->of[m], engine_of(e, m), p->segment, why));
    return MR_OK;
}

static mr_status program_create(struct mr_program **out, struct mr_engine *engine,
                                const struct mr_segment *segment, mr_error *err)
{
    struct mr_program *p = mr_alloc(1, sizeof *p);
    *out = NULL;
    if (!p) return mr_fail_no_memory(err, "a program");
    p->segment = segment;
    p->is_chained = mr_kind_of(segment->kind)->carry_start;
    mr_status st = create_parts(mr_several_of(engine), p, err);
    if (st == MR_OK)
        *out = p;
    else
        program_destroy(&p, engine);
    return st;
}

static mr_status program_build(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    for (unsigned m = 0; m < e->count && e->class->program_build; m++)
        if (p->of[m]) ON(e, m, e->class->program_build(p->of[m], engine_of(e, m), why));
    return MR_OK;
}

static mr_status program_bind(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    for (unsigned m = 0; m < e->count && e->class->program_bind; m++)
        if (p->of[m]) ON(e, m, e->class->program_bind(p->of[m], engine_of(e, m), why));
    return MR_OK;
}

/* ---- slots ---- */

static mr_status slot_create(struct mr_slot **out, struct mr_engine *engine,
                             const mr_dtype dtypes[], size_t count, size_t lead, size_t rows,
                             size_t checks, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    struct mr_slot *slot = *out = mr_alloc(1, sizeof *slot);
    if (!slot) return mr_fail_no_memory(err, "a slot");
    *slot = (struct mr_slot){.column_count = count,
                             .lead = lead,
                             .rows = rows,
                             .checks = checks,
                             .home = mr_member_first(e)};
    memcpy(slot->dtypes, dtypes, count * sizeof *dtypes);
    (void)pthread_mutex_lock(&e->lock);
    slot->next = e->slots;
    e->slots = slot;
    (void)pthread_mutex_unlock(&e->lock);
    return MR_OK;
}

static void slot_destroy(struct mr_slot **slot, struct mr_engine *engine)
{
    struct mr_several *e = mr_several_of(engine);
    if (!slot || !*slot) return;
    (void)pthread_mutex_lock(&e->lock);
    struct mr_slot **at = &e->slots;
    while (*at != *slot) at = &(*at)->next;
    *at = (*slot)->next;
    (void)pthread_mutex_unlock(&e->lock);
    for (unsigned m = 0; m < e->count; m++)
        if ((*slot)->of[m]) engine_of(e, m)->class->slot_destroy(&(*slot)->of[m], engine_of(e, m));
    mr_free(*slot);
    *slot = NULL;
}

/* Makes sure that it has one on the member. */
static mr_status need_slot(struct mr_several *e, struct mr_slot *s, unsigned m, mr_error *err)
{
    if (s->of[m]) return MR_OK;
    ON(e, m,
       e->class->slot_create(&s->of[m], engine_of(e, m), s->dtypes, s->column_count, s->lead,
                             s->rows, s->checks, why));
    return MR_OK;
}

/* Its elements are on this member from now on, and nowhere else. */
static void settle_on(struct mr_slot *s, unsigned m)
{
    s->home = m;
    s->holders = 1U << m;
    s->is_in_flight = false;
}

static mr_status unmap_on(struct mr_several *e, struct mr_slot *s, unsigned m, mr_error *err)
{
    ON(e, m, e->class->unmap(engine_of(e, m), s->of[m], why));
    return MR_OK;
}

static mr_status map_on(struct mr_several *e, struct mr_slot *s, unsigned m, size_t index,
                        size_t count, bool to_write, void *columns[], mr_error *err)
{
    ON(e, m, e->class->map(engine_of(e, m), s->of[m], index, count, to_write, columns, why));
    return MR_OK;
}

/* From one member's slot to another's, through the host. */
static mr_status copy_across(struct mr_several *e, struct mr_slot *to, unsigned to_member,
                             size_t to_index, struct mr_slot *from, size_t from_index, size_t count,
                             mr_error *err)
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

static mr_status copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                      struct mr_slot *from, size_t from_index, size_t count, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    unsigned m = to->holders ? to->home : from->home;
    MR_TRY(need_slot(e, to, m, err));
    if (from->holders >> m & 1)
        ON(e, m,
           e->class->copy(engine_of(e, m), to->of[m], to_index, from->of[m], from_index, count,
                          why));
    else
        MR_TRY(copy_across(e, to, m, to_index, from, from_index, count, err));
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

static mr_status map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                     bool to_write, void *columns[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    if (to_write) settle_on(slot, member_to_fill(e, slot, count));
    MR_TRY(need_slot(e, slot, slot->home, err));
    return map_on(e, slot, slot->home, index, count, to_write, columns, err);
}

static mr_status unmap(struct mr_engine *engine, struct mr_slot *slot, mr_error *err)
{
    return slot->of[slot->home] ? unmap_on(mr_several_of(engine), slot, slot->home, err) : MR_OK;
}

/* A file's pages are there for all of them. */
static mr_status place(struct mr_engine *engine, struct mr_slot *slot, void *memory, size_t count,
                       mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    mr_members all = count ? mr_members_left(e) : 0;
    for (unsigned m = 0; m < e->count; m++) {
        if (all >> m & 1) MR_TRY(need_slot(e, slot, m, err));
        bool is_meant = count ? all >> m & 1 : slot->is_placed && slot->of[m];
        if (is_meant) ON(e, m, e->class->place(engine_of(e, m), slot->of[m], memory, count, why));
    }
    slot->is_placed = count > 0;
    settle_on(slot, mr_member_first(e));
    slot->holders = all;
    return MR_OK;
}

static void keep(struct mr_engine *engine, struct mr_slot *slot, bool is_kept)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    if (e->class->keep) e->class->keep(engine_of(e, m), slot->of[m], is_kept);
}

static mr_status lend(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                      mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    ON(e, m, e->class->lend(engine_of(e, m), slot->of[m], out, why));
    return MR_OK;
}

/* ---- units ---- */

static mr_status bring(struct mr_several *e, const struct mr_source *source, unsigned m,
                       mr_error *err)
{
    struct mr_slot *s = source->slot;
    MR_TRY(need_slot(e, s, m, err));
    if (s->holders >> m & 1 || s->holders == 0) return MR_OK;
    MR_TRY(copy_across(e, s, m, source->index, s, source->index, source->count, err));
    s->holders |= 1U << m;
    return MR_OK;
}

static mr_status launch_on(struct mr_several *e, struct mr_program *p,
                           const struct mr_launch *launch, unsigned m, mr_error *err)
{
    struct mr_launch own = *launch;
    struct mr_slot *previous = p->is_chained ? launch->previous : NULL;
    MR_TRY(need_slot(e, launch->out, m, err));
    own.out = launch->out->of[m];
    own.previous = previous ? previous->of[m] : NULL;
    for (size_t v = 0; v < p->segment->view_count; v++) {
        if (!launch->sources[v].slot) continue;
        MR_TRY(bring(e, &launch->sources[v], m, err));
        own.sources[v].slot = launch->sources[v].slot->of[m];
    }
    ON(e, m, e->class->launch(engine_of(e, m), p->of[m], &own, why));
    return MR_OK;
}

/* Where what it reads is; where that is several places, or everywhere, it is dealt. */
static unsigned member_to_launch(struct mr_several *e, const struct mr_program *p,
                                 const struct mr_launch *launch)
{
    mr_members among = mr_members_left(e);
    size_t most = 0;
    unsigned nearest = mr_member_first(e);
    if (p->is_chained) return nearest;
    for (size_t v = 0; v < p->segment->view_count; v++) {
        const struct mr_slot *s = launch->sources[v].slot;
        if (!s) continue;
        among &= s->holders;
        if (launch->sources[v].count < most) continue;
        most = launch->sources[v].count;
        nearest = s->home;
    }
    return among ? mr_member_for(e, among, launch->count) : nearest;
}

/* No positions: everybody makes itself ready. */
static mr_status warm(struct mr_several *e, struct mr_program *p, const struct mr_launch *launch,
                      mr_error *err)
{
    struct mr_outcome ignored;
    for (unsigned m = 0; m < e->count; m++) {
        if (!p->of[m] || e->members[m].is_lost) continue;
        MR_TRY(launch_on(e, p, launch, m, err));
        ON(e, m, e->class->wait(engine_of(e, m), p->of[m], launch->out->of[m], &ignored, why));
        launch->out->home = m;
    }
    return MR_OK;
}

static mr_status launch(struct mr_engine *engine, struct mr_program *p,
                        const struct mr_launch *launch, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    struct mr_slot *out = launch->out;
    if (launch->count == 0) return warm(e, p, launch, err);
    for (size_t v = 0; v < p->segment->view_count; v++)
        if (launch->sources[v].slot && p->is_chained) launch->sources[v].slot->is_for_first = true;
    mr_members_observe(e);
    const unsigned m = member_to_launch(e, p, launch);
    MR_TRY(launch_on(e, p, launch, m, err));
    settle_on(out, m);
    out->is_in_flight = true;
    out->count = launch->count;
    e->members[m].units++;
    e->members[m].positions += (int64_t)launch->count;
    return MR_OK;
}

static mr_status wait(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                      struct mr_outcome *out, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    ON(e, m, e->class->wait(engine_of(e, m), p ? p->of[m] : NULL, slot->of[m], out, why));
    mr_members_observe(e);
    return MR_OK;
}

static mr_status carry_save(struct mr_engine *engine, const struct mr_program *p,
                            struct mr_slot *slot, int64_t position, uint64_t words[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    ON(e, m, e->class->carry_save(engine_of(e, m), p->of[m], slot->of[m], position, words, why));
    return MR_OK;
}

static mr_status carry_load(struct mr_engine *engine, const struct mr_program *p,
                            struct mr_slot *slot, const uint64_t words[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = mr_member_first(e);
    MR_TRY(need_slot(e, slot, m, err));
    slot->home = m;
    ON(e, m, e->class->carry_load(engine_of(e, m), p->of[m], slot->of[m], words, why));
    return MR_OK;
}

/* ---- the engine ---- */

static bool goes_on(struct mr_engine *engine)
{
    struct mr_several *e = mr_several_of(engine);
    bool has_news = e->has_news;
    e->has_news = false;
    return has_news && mr_members_left(e) != 0;
}

static size_t tell(const struct mr_engine *engine, mr_device_use out[], size_t size)
{
    const struct mr_several *e = (const struct mr_several *)engine;
    for (unsigned k = 0; k < e->count && k < size; k++) {
        const struct mr_member *m = &e->members[k];
        out[k] =
            (mr_device_use){.units = m->units, .positions = m->positions, .is_lost = m->is_lost};
        (void)snprintf(out[k].device, sizeof out[k].device, "%s", m->label);
        (void)snprintf(out[k].reason, sizeof out[k].reason, "%s", m->why);
    }
    return e->count;
}

/* Those that were lost may never answer. */
static mr_status finish(struct mr_engine *engine, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    mr_status first = MR_OK;
    for (unsigned m = 0; m < e->count; m++) {
        if (e->members[m].is_lost) continue;
        mr_status st = e->class->finish(engine_of(e, m), first == MR_OK ? err : NULL);
        if (first == MR_OK) first = st;
    }
    return first;
}

static void destroy(struct mr_engine **engine)
{
    if (!engine || !*engine) return;
    struct mr_several *e = mr_several_of(*engine);
    for (unsigned m = 0; m < e->count; m++)
        if (engine_of(e, m)) engine_of(e, m)->class->destroy(&e->members[m].engine);
    (void)pthread_mutex_destroy(&e->lock);
    mr_free(e);
    *engine = NULL;
}

static const struct mr_engine_class several_class = {
    .name = "opencl",
    .program_create = program_create,
    .program_build = program_build,
    .program_bind = program_bind,
    .program_destroy = program_destroy,
    .slot_create = slot_create,
    .slot_destroy = slot_destroy,
    .place = place,
    .launch = launch,
    .wait = wait,
    .copy = copy,
    .map = map,
    .unmap = unmap,
    .keep = keep,
    .lend = lend,
    .carry_save = carry_save,
    .carry_load = carry_load,
    .goes_on = goes_on,
    .tell = tell,
    .finish = finish,
    .destroy = destroy,
};

/* What all of them can, and the shape of the first. */
static void describe(struct mr_several *e)
{
    struct mr_engine *base = &e->base;
    size_t used = 0;
    *base = (struct mr_engine){.class = &several_class,
                               .shares_memory = true,
                               .reads_in_place = true,
                               .has_fp64 = true,
                               .devices = e->count};
    for (unsigned k = 0; k < e->count; k++) {
        const struct mr_engine *engine = e->members[k].engine;
        used += (size_t)snprintf(base->device + used, sizeof base->device - used, "%s%s",
                                 k ? ", " : "", e->members[k].label);
        if (used >= sizeof base->device) used = sizeof base->device - 1;
        if (!engine) continue;
        base->shares_memory = base->shares_memory && engine->shares_memory;
        base->reads_in_place = base->reads_in_place && engine->reads_in_place;
        base->has_fp64 = base->has_fp64 && engine->has_fp64;
        base->parallel += engine->parallel;
    }
    base->profile = e->members[mr_member_first(e)].engine->profile;
    (void)snprintf(base->reason, sizeof base->reason, "%u devices, by name", e->count);
}

mr_status mr_several_engine_create(struct mr_engine **out, struct mr_candidate candidates[],
                                   size_t count, mr_error *err)
{
    struct mr_several *e = mr_alloc(1, sizeof *e);
    *out = NULL;
    if (!e) return mr_fail_no_memory(err, "the engine");
    (void)pthread_mutex_init(&e->lock, NULL);
    e->count = (unsigned)count;
    for (unsigned k = 0; k < e->count; k++) {
        struct mr_member *m = &e->members[k];
        m->engine = candidates[k].engine;
        if (m->engine) e->class = m->engine->class;
        m->is_lost = m->engine == NULL;
        (void)snprintf(m->label, sizeof m->label, "%s", candidates[k].label);
        if (m->is_lost) (void)snprintf(m->why, sizeof m->why, "%.159s", candidates[k].why.message);
    }
    describe(e);
    for (unsigned k = 0; k < e->count; k++)
        if (e->members[k].is_lost)
            (void)snprintf(e->base.reason, sizeof e->base.reason, "without %.50s: %.95s",
                           e->members[k].label, e->members[k].why);
    *out = &e->base;
    return MR_OK;
}
