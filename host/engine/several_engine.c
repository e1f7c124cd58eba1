#include "engine/several_engine.h"

#include <stdio.h>

#include "base/memory.h"
#include "engine/several_slot.h"
#include "plan/kind.h"

struct mr_program {
    const struct mr_segment *segment;
    struct mr_segment
        *shapes; /* where devices differ: it without shared leaves, and with; or NULL */
    struct mr_program *of[MR_MAX_DEVICES]; /* NULL: no unit of it goes there */
    bool is_chained;                       /* its units hand a state on */
};

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
        if (p->of[m])
            mr_member_engine(e, m)->class->program_destroy(&p->of[m], mr_member_engine(e, m));
    mr_free(p->shapes);
    mr_free(p);
    *program = NULL;
}

static mr_status make_shapes(struct mr_program *p, mr_error *err)
{
    if (!p->segment->is_mixed) return MR_OK;
    p->shapes = mr_alloc(2, sizeof *p->shapes);
    if (!p->shapes) return mr_fail_no_memory(err, "a program");
    for (int shares = 0; shares < 2; shares++)
        mr_segment_on(&p->shapes[shares], p->segment, shares);
    return MR_OK;
}

/* Lanes and groups are of the member's own shape anyway. */
static const struct mr_segment *segment_for(const struct mr_program *p, struct mr_engine *engine)
{
    return p->shapes ? &p->shapes[mr_profile_shares_leaves(&engine->profile)] : p->segment;
}

static mr_status create_parts(struct mr_several *e, struct mr_program *p, mr_error *err)
{
    MR_TRY(make_shapes(p, err));
    for (unsigned m = 0; m < e->count; m++) {
        struct mr_engine *engine = mr_member_engine(e, m);
        if (members_of(e, p) >> m & 1)
            MR_ON_MEMBER(e, m,
                         e->class->program_create(&p->of[m], engine, segment_for(p, engine), why));
    }
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
        if (p->of[m])
            MR_ON_MEMBER(e, m, e->class->program_build(p->of[m], mr_member_engine(e, m), why));
    return MR_OK;
}

static mr_status program_bind(struct mr_program *p, struct mr_engine *engine, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    for (unsigned m = 0; m < e->count && e->class->program_bind; m++)
        if (p->of[m])
            MR_ON_MEMBER(e, m, e->class->program_bind(p->of[m], mr_member_engine(e, m), why));
    return MR_OK;
}

/* ---- units ---- */

static mr_status bring(struct mr_several *e, const struct mr_source *source, unsigned m,
                       mr_error *err)
{
    struct mr_slot *s = source->slot;
    MR_TRY(mr_several_need_slot(e, s, m, err));
    if (s->holders >> m & 1 || s->holders == 0) return MR_OK;
    MR_TRY(mr_several_copy_across(e, s, m, source->index, s, source->index, source->count, err));
    s->holders |= 1U << m;
    return MR_OK;
}

static mr_status launch_on(struct mr_several *e, struct mr_program *p,
                           const struct mr_launch *launch, unsigned m, mr_error *err)
{
    struct mr_launch own = *launch;
    struct mr_slot *previous = p->is_chained ? launch->previous : NULL;
    MR_TRY(mr_several_need_slot(e, launch->out, m, err));
    own.out = launch->out->of[m];
    own.previous = previous ? previous->of[m] : NULL;
    for (size_t v = 0; v < p->segment->view_count; v++) {
        if (!launch->sources[v].slot) continue;
        MR_TRY(bring(e, &launch->sources[v], m, err));
        own.sources[v].slot = launch->sources[v].slot->of[m];
    }
    MR_ON_MEMBER(e, m, e->class->launch(mr_member_engine(e, m), p->of[m], &own, why));
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

/* The last ones may have been lost where nobody was told, as slots were let go of. */
static mr_status check_members(struct mr_several *e, mr_error *err)
{
    const struct mr_member *last = &e->members[mr_member_first(e)];
    if (mr_members_left(e)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_OPENCL, "%s", last->why);
    if (err) (void)snprintf(err->device, sizeof err->device, "%s", last->label);
    return mr_error_hint(err, st,
                         "see whether the drivers work elsewhere; MR_ENGINE_HOST does "
                         "without them");
}

/* No positions: everybody makes itself ready. */
static mr_status warm(struct mr_several *e, struct mr_program *p, const struct mr_launch *launch,
                      mr_error *err)
{
    struct mr_outcome ignored;
    MR_TRY(check_members(e, err));
    for (unsigned m = 0; m < e->count; m++) {
        if (!p->of[m] || e->members[m].is_lost) continue;
        MR_TRY(launch_on(e, p, launch, m, err));
        MR_ON_MEMBER(
            e, m,
            e->class->wait(mr_member_engine(e, m), p->of[m], launch->out->of[m], &ignored, why));
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
    mr_several_settle(out, m);
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
    MR_ON_MEMBER(
        e, m, e->class->wait(mr_member_engine(e, m), p ? p->of[m] : NULL, slot->of[m], out, why));
    mr_members_observe(e);
    return MR_OK;
}

static mr_status carry_save(struct mr_engine *engine, const struct mr_program *p,
                            struct mr_slot *slot, int64_t position, uint64_t words[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = slot->home;
    MR_ON_MEMBER(
        e, m,
        e->class->carry_save(mr_member_engine(e, m), p->of[m], slot->of[m], position, words, why));
    return MR_OK;
}

static mr_status carry_load(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                            const uint64_t words[], mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    const unsigned m = mr_member_first(e);
    MR_TRY(mr_several_need_slot(e, slot, m, err));
    slot->home = m;
    MR_ON_MEMBER(e, m,
                 e->class->carry_load(mr_member_engine(e, m), p->of[m], slot->of[m], words, why));
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

static bool is_unsettled(const struct mr_engine *engine)
{
    const struct mr_several *e = (const struct mr_several *)engine;
    for (unsigned m = 0; m < e->count; m++) {
        const struct mr_engine *member = e->members[m].engine;
        if (member && e->class->is_unsettled && e->class->is_unsettled(member)) return true;
    }
    return false;
}

/* Those that were lost may never answer. */
static mr_status finish(struct mr_engine *engine, mr_error *err)
{
    struct mr_several *e = mr_several_of(engine);
    mr_status first = MR_OK;
    for (unsigned m = 0; m < e->count; m++) {
        if (e->members[m].is_lost) continue;
        mr_status st = e->class->finish(mr_member_engine(e, m), first == MR_OK ? err : NULL);
        if (first == MR_OK) first = st;
    }
    return first;
}

static void destroy(struct mr_engine **engine)
{
    if (!engine || !*engine) return;
    struct mr_several *e = mr_several_of(*engine);
    for (unsigned m = 0; m < e->count; m++)
        if (mr_member_engine(e, m)) mr_member_engine(e, m)->class->destroy(&e->members[m].engine);
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
    .slot_create = mr_several_slot_create,
    .slot_destroy = mr_several_slot_destroy,
    .place = mr_several_place,
    .launch = launch,
    .wait = wait,
    .copy = mr_several_copy,
    .map = mr_several_map,
    .unmap = mr_several_unmap,
    .keep = mr_several_keep,
    .lend = mr_several_lend,
    .carry_save = carry_save,
    .carry_load = carry_load,
    .goes_on = goes_on,
    .tell = tell,
    .is_unsettled = is_unsettled,
    .finish = finish,
    .destroy = destroy,
};

/* The shape of the first with units for all. Those that could not be opened have no other. */
static void join_shapes(struct mr_several *e)
{
    struct mr_engine *base = &e->base;
    base->profile = e->members[mr_member_first(e)].engine->profile;
    for (unsigned k = 0; k < e->count; k++)
        if (e->members[k].engine)
            base->other_shapes += !mr_profile_join(&base->profile, &e->members[k].engine->profile);
}

/* What all of them can. */
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
    join_shapes(e);
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
