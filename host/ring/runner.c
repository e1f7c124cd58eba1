#include "ring/runner.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "plan/kind.h"

mr_status mr_runner_warm(struct mr_runner *r, mr_error *err)
{
    struct mr_launch launch = {.out = r->slots[0]};
    struct mr_outcome ignored;
    for (size_t v = 0; v < r->segment->view_count; v++) {
        if (!r->inputs[v]) continue;
        MR_TRY(mr_runner_warm(r->inputs[v], err));
        launch.sources[v].slot = r->inputs[v]->slots[0];
    }
    if (!r->program) return MR_OK;
    const struct mr_engine_class *class = r->engine->class;
    MR_TRY(mr_control_check(r->control, err));
    if (class->program_build) MR_TRY(class->program_build(r->program, r->engine, err));
    MR_TRY(mr_control_check(r->control, err));
    MR_TRY(class->launch(r->engine, r->program, &launch, err));
    return class->wait(r->engine, r->program, launch.out, &ignored, err);
}

mr_status mr_runner_bind(struct mr_runner *r, struct mr_control *control, mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    r->control = control;
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) MR_TRY(mr_runner_bind(r->inputs[v], control, err));
    return r->program && class->program_bind ? class->program_bind(r->program, r->engine, err)
                                             : MR_OK;
}

/* ---- the ring ---- */

static bool is_free(const struct mr_runner *r, const struct mr_slot *slot)
{
    if (!slot || slot == r->current) return false;
    for (unsigned k = 0; k < r->queued; k++)
        if (r->queue[k].slot == slot) return false;
    return true;
}

/* How much a free slot is to be preferred: least that of the last launch (a scan reads its carry
 * there), most one that this thread let go of. Where several threads pull by turns, each then has
 * its own: to write what is in another core's cache took twice as long. */
static unsigned preference(const struct mr_runner *r, unsigned place)
{
    const struct mr_lease *lease = r->leases[place];
    if (r->slots[place] == r->last) return 1;
    if (!lease) return 2;
    return atomic_load_explicit(&lease->home, memory_order_relaxed) == mr_this_thread() ? 3 : 2;
}

static struct mr_slot *free_slot(const struct mr_runner *r)
{
    struct mr_slot *found = NULL;
    unsigned most = 0;
    for (unsigned k = 0; k < MR_MAX_SLOTS; k++) {
        unsigned preferred = is_free(r, r->slots[k]) ? preference(r, k) : 0;
        if (preferred <= most) continue;
        found = r->slots[k];
        most = preferred;
    }
    return found;
}

mr_status mr_runner_launch_ahead(struct mr_runner *r, mr_error *err)
{
    struct mr_slot *slot;
    enum mr_fill how;
    mr_runner_take_back(r);
    while (!r->at.is_exhausted && r->at.failed == MR_OK && (slot = free_slot(r))) {
        if (r->queued && r->kind->may_launch && !r->kind->may_launch(r)) return MR_OK;
        if (r->queued && !mr_pace_allows(r)) return MR_OK;
        MR_TRY(mr_control_check(r->control, err));
        MR_TRY(mr_unit_launch(r, slot, &how, err));
        if (how != MR_FILLED) return MR_OK;
    }
    return MR_OK;
}

struct mr_mapping *mr_runner_mapping(struct mr_runner *r, const struct mr_slot *slot)
{
    unsigned k = 0;
    for (; r->slots[k] != slot; k++) assert(k + 1 < MR_MAX_SLOTS); /* it is in the ring */
    return &r->mappings[k];
}

mr_status mr_runner_unplace(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    struct mr_mapping *mapping = mr_runner_mapping(r, slot);
    const struct mr_engine_class *class = r->engine->class;
    if (mapping->bytes == 0) return MR_OK;
    mr_status st = class->place(r->engine, slot, NULL, 0, err);
    bool may_be_read = st != MR_OK && class->is_unsettled && class->is_unsettled(r->engine);
    if (!may_be_read) mr_mapping_release(mapping);
    return st;
}

/* MR_FILLED: a unit is in the queue, or may be. */
static enum mr_fill what_stops(const struct mr_runner *r)
{
    if (r->queued == 0 && r->at.failed != MR_OK) return MR_FAILED;
    if (r->queued == 0 && r->at.is_exhausted) return MR_ENDED;
    return mr_control_is_paused(r->control) ? MR_PAUSED : MR_FILLED;
}

static mr_status launch_one(struct mr_runner *r, enum mr_fill *how, mr_error *err)
{
    MR_TRY(mr_control_check(r->control, err));
    mr_runner_take_back(r);
    if (r->lends && !free_slot(r)) MR_TRY(mr_runner_add_slot(r, err));
    return mr_unit_launch(r, free_slot(r), how, err);
}

/* MR_FILLED: one is in the queue. */
static mr_status launch_some(struct mr_runner *r, enum mr_fill *how, mr_error *err)
{
    *how = what_stops(r);
    if (*how == MR_FILLED && r->works_ahead) {
        MR_TRY(mr_runner_launch_ahead(r, err));
        *how = what_stops(r);
    }
    return *how == MR_FILLED && r->queued == 0 ? launch_one(r, how, err) : MR_OK;
}

mr_status mr_runner_pop(struct mr_runner *r, struct mr_unit *unit, struct mr_outcome *outcome,
                        enum mr_fill *how, mr_error *err)
{
    enum { STALL_NS = 20000 };
    *outcome = (struct mr_outcome){.stop = SIZE_MAX, .failed = SIZE_MAX};
    MR_TRY(launch_some(r, how, err));
    if (*how != MR_FILLED) return MR_OK;
    *unit = r->queue[0];
    r->queued--;
    memmove(r->queue, r->queue + 1, r->queued * sizeof r->queue[0]);
    struct mr_checkpoint *checkpoint = &r->queue[r->queued].checkpoint;
    *checkpoint = unit->checkpoint;
    r->at.is_torn = true;
    mr_checkpoint_done(r, checkpoint); /* also where waiting fails: it left the queue */
    outcome->entries = unit->count;
    if (!unit->is_done) {
        int64_t start = mr_now_ns();
        MR_TRY(r->engine->class->wait(r->engine, r->program, unit->slot, outcome, err));
        r->control->stalls += mr_now_ns() - start > STALL_NS;
        mr_pace_done(r, unit, start);
    }
    return r->kind->settle ? r->kind->settle(r, unit, err) : MR_OK;
}

/* Ends the runner here: what was launched beyond is void, and so is a failure met there. */
static void stop_here(struct mr_runner *r)
{
    r->queued = 0;
    r->at.failed = MR_OK;
    r->at.is_exhausted = true;
}

/* ---- one unit's entries become elements ---- */

/* The entries of a unit that count, by its outcome; ends the runner where it says so. */
static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *o,
                  struct mr_entries *entries)
{
    const struct mr_segment *s = r->segment;
    bool fails = o->failed != SIZE_MAX;
    *entries = (struct mr_entries){.until = o->entries, .ends = fails};
    if (fails && !r->kind->packs) {
        size_t good = o->failed > s->reach ? o->failed - s->reach : 0;
        if (entries->until > good) entries->until = good;
    }
    if (r->kind->judge) r->kind->judge(r, unit, o, entries);
    if (entries->ends) stop_here(r);
    if (fails && !entries->excuses) mr_unit_fail(r, o, unit->first);
    int64_t left = s->length.most > r->at.given ? s->length.most - r->at.given : 0;
    if ((int64_t)(entries->until - entries->from) < left || s->length.kind == MR_LENGTH_ENDLESS)
        return;
    entries->until = entries->from + (size_t)left;
    stop_here(r);
}

/* Whether new entries, of which the first is at index `at` of their slot, are copied behind what is
 * left of the current one, and not that in front of them: where it is more, or where slots of whole
 * batches have no room in front, and a batch is made in several units. */
static bool goes_behind(struct mr_runner *r, size_t at, size_t entries)
{
    size_t left = mr_runner_unread(r);
    bool has_room = r->end + entries <= r->slot_entries;
    assert(has_room || left <= at);
    if (left > at) return true;
    return !r->kept && entries <= left && has_room && !mr_runner_mapping(r, r->current)->bytes;
}

/* Puts entries [from, until) of a popped unit behind what is left of the current slot. */
static mr_status adopt(struct mr_runner *r, const struct mr_unit *unit, size_t from, size_t until,
                       mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    size_t left = mr_runner_unread(r), entries = until - from, first = unit->at + from;
    if (entries == 0) return MR_OK;
    MR_TRY(mr_runner_unmap(r, err));
    bool is_mapping = mr_runner_mapping(r, unit->slot)->bytes;
    if (left && !is_mapping && goes_behind(r, first, entries)) {
        MR_TRY(class->copy(r->engine, r->current, r->end, unit->slot, first, entries, err));
        r->end += entries;
        r->at.given += (int64_t)entries;
        return MR_OK;
    }
    assert(left + r->at.phantoms <= first);
    size_t to = first - left - r->at.phantoms;
    if (left && !is_mapping)
        MR_TRY(class->copy(r->engine, unit->slot, to, r->current, r->begin, left, err));
    mr_lease_leave(&r->kept);
    r->at.phantoms = 0;
    r->current = unit->slot;
    r->begin = to;
    r->end = unit->at + until;
    r->at.given += (int64_t)entries;
    return MR_OK;
}

/* A file may have been cut short since it was mapped: what is gone counts as not yet read,
 * so that reading it fails as it should. */
static void give_back_what_is_gone(struct mr_runner *r)
{
    const struct mr_mapping *mapping =
        r->current && !r->kept ? mr_runner_mapping(r, r->current) : NULL;
    if (!mapping || mapping->bytes == 0) return;
    size_t end = mr_mapping_left(mapping) / mr_dtype_size(r->segment->stored[0]);
    if (end < r->begin) end = r->begin;
    if (end >= r->end) return;
    r->at.next -= (int64_t)(r->end - end);
    r->at.given -= (int64_t)(r->end - end);
    r->end = end;
    r->at.is_exhausted = false;
}

static mr_status fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err)
{
    give_back_what_is_gone(r);
    *how = MR_FILLED;
    while (mr_runner_unread(r) < need) {
        struct mr_unit unit;
        struct mr_outcome outcome;
        struct mr_entries entries;
        MR_TRY(mr_runner_pop(r, &unit, &outcome, how, err));
        if (*how != MR_FILLED) return MR_OK;
        judge(r, &unit, &outcome, &entries);
        MR_TRY(adopt(r, &unit, entries.from, entries.until, err));
        r->at.is_torn = false;
        if (r->works_ahead) MR_TRY(mr_runner_launch_ahead(r, err));
    }
    return MR_OK;
}

/* Whether so many elements stand in one slot: there is room in front of new ones for what is left
 * of those before, or nothing is left where a batch begins, or no new ones come. */
static bool stands_together(const struct mr_runner *r, size_t need)
{
    const struct mr_segment *s = r->segment;
    const int64_t read = r->at.given - (int64_t)mr_runner_unread(r) - r->at.origin;
    if (need <= s->lead + 1) return true;
    if (r->queued == 0 && (r->at.is_exhausted || r->at.failed != MR_OK)) return true;
    return read >= 0 && need <= s->end_multiple - (size_t)read % s->end_multiple;
}

mr_status mr_runner_fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err)
{
    while (r->at.dropped > 0) {
        MR_TRY(fill(r, 1, how, err));
        if (*how != MR_FILLED) return MR_OK;
        size_t unread = mr_runner_unread(r);
        if ((int64_t)unread > r->at.dropped) unread = (size_t)r->at.dropped;
        r->begin += unread;
        r->at.dropped -= (int64_t)unread;
    }
    assert(stands_together(r, need));
    return fill(r, need, how, err);
}

mr_status mr_runner_map(struct mr_runner *r, const void *columns[], mr_error *err)
{
    r->is_host_read = true;
    if (!r->is_mapped) {
        MR_TRY(r->engine->class->map(r->engine, r->current, r->begin, mr_runner_unread(r), false,
                                     r->columns, err));
        r->is_mapped = true;
        r->mapped = r->begin;
    }
    for (size_t c = 0; c < r->segment->column_count; c++)
        columns[c] = (const char *)r->columns[c] +
                     (r->begin - r->mapped) * mr_dtype_size(r->segment->columns[c].dtype);
    return MR_OK;
}

mr_status mr_runner_unmap(struct mr_runner *r, mr_error *err)
{
    if (!r->is_mapped) return MR_OK;
    r->is_mapped = false;
    if (r->kept) return MR_OK;
    return r->engine->class->unmap(r->engine, r->current, err);
}

/* ---- positions ---- */

mr_status mr_runner_seek_inputs(struct mr_runner *r, int64_t position, mr_error *err)
{
    for (size_t v = 0; v < r->segment->view_count; v++) {
        struct mr_runner *input = r->inputs[v];
        if (!input) continue;
        int64_t offset = r->segment->views[v].offset;
        int64_t to = offset > INT64_MAX - position ? INT64_MAX : position + offset;
        bool direct = input->segment->access != MR_FROM_START || input->kind->begins_anywhere;
        int64_t first = to < 0 ? 0 : to;
        MR_TRY(mr_runner_seek(input, direct ? first : 0, err));
        if (!direct) input->at.dropped = first;
        input->at.phantoms = (size_t)(first - to);
    }
    return MR_OK;
}

mr_status mr_runner_seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    for (unsigned k = 0; k < r->queued; k++)
        if (!r->queue[k].is_done) {
            struct mr_outcome ignored;
            MR_TRY(r->engine->class->wait(r->engine, r->program, r->queue[k].slot, &ignored, err));
        }
    MR_TRY(mr_runner_unmap(r, err));
    r->at = (struct mr_standing){.next = position,
                                 .given = position,
                                 .origin = position,
                                 .is_exhausted = !mr_kind_of(s->kind)->is_terminal &&
                                                 s->length.kind == MR_LENGTH_KNOWN &&
                                                 position >= s->length.most};
    r->queued = r->checkpoint_count = 0;
    mr_lease_leave(&r->kept);
    r->current = r->last = NULL;
    r->begin = r->end = 0;
    MR_TRY((r->kind->seek ? r->kind->seek : mr_runner_seek_inputs)(r, position, err));
    mr_checkpoint_start(r);
    return MR_OK;
}
