#include "ring/runner.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/kind.h"

static mr_status create_slots(struct mr_runner *r, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    const struct mr_engine_class *class = r->engine->class;
    bool is_chunk = s->kind == MR_KIND_CHUNK;
    size_t rows = is_chunk ? mr_chunk_rows(s) : s->rows;
    mr_dtype columns[MR_MAX_COLUMNS];
    for (size_t c = 0; c < s->column_count; c++) columns[c] = s->columns[c].dtype;
    r->slot_rows = s->lead + rows;
    for (unsigned k = 0; k < s->slots; k++)
        MR_TRY(class->slot_create(&r->slots[k], r->engine, is_chunk ? columns : s->stored,
                                  is_chunk ? s->column_count : s->stored_count, s->lead, rows,
                                  is_chunk ? 0 : s->body.check_count, err));
    if (!is_chunk) return MR_OK;
    return class->slot_create(&r->partials, r->engine, s->stored, s->stored_count, 0, s->rows,
                              s->body.check_count, err);
}

static mr_status create_order(struct mr_runner *r, mr_error *err)
{
    r->order = mr_alloc((size_t)r->segment->extent, sizeof *r->order);
    return r->order ? MR_OK : mr_fail_no_memory(err, "a random order");
}

mr_status mr_runner_create(struct mr_runner **out, const struct mr_segment *segment,
                           struct mr_engine *engine, struct mr_control *control, mr_error *err)
{
    struct mr_runner *r = mr_alloc(1, sizeof *r);
    *out = NULL;
    if (!r) return mr_fail_no_memory(err, "a segment");
    r->segment = segment;
    r->engine = engine;
    r->control = control;
    /* A pipe or a callback may block: it is asked only for what the reader waits for. What the host
     * fills waits for the slot's last reader: the next one is to be launched before. */
    bool is_filled = segment->kind == MR_KIND_FEED || segment->kind == MR_KIND_ITERATE;
    r->works_ahead = engine->class->lend != NULL && !segment->is_live && !is_filled;
    r->is_host_read = mr_kind_of(segment->kind)->is_terminal;
    mr_status st = MR_OK;
    for (size_t v = 0; v < segment->view_count && st == MR_OK; v++)
        if (segment->views[v].segment)
            st = mr_runner_create(&r->inputs[v], segment->views[v].segment, engine, control, err);
    bool pulls = segment->kind == MR_KIND_PULL;
    if (st == MR_OK && !pulls) st = create_slots(r, err);
    bool has_program = !pulls && segment->kind != MR_KIND_FEED &&
                       segment->kind != MR_KIND_ITERATE && segment->kind != MR_KIND_CONCAT &&
                       segment->kind != MR_KIND_SHUFFLE;
    if (st == MR_OK && segment->kind == MR_KIND_SHUFFLE) st = create_order(r, err);
    if (st == MR_OK && has_program)
        st = engine->class->program_create(&r->program, engine, segment, err);
    if (st == MR_OK)
        *out = r;
    else
        mr_runner_destroy(&r);
    return st;
}

void mr_runner_destroy(struct mr_runner **runner)
{
    if (!runner || !*runner) return;
    struct mr_runner *r = *runner;
    if (r->current) mr_runner_unmap(r, NULL);
    for (unsigned k = 0; k < MR_MAX_SLOTS; k++) {
        if (!r->slots[k]) continue;
        (void)mr_runner_unplace(r, r->slots[k], NULL);
        r->engine->class->slot_destroy(&r->slots[k], r->engine);
    }
    if (r->partials) r->engine->class->slot_destroy(&r->partials, r->engine);
    if (r->program) r->engine->class->program_destroy(&r->program, r->engine);
    if (r->feed) r->segment->seq->op->feed->close(r->feed);
    mr_iterate_close(&r->iteration);
    mr_free(r->order);
    for (size_t v = 0; v < r->segment->view_count; v++) mr_runner_destroy(&r->inputs[v]);
    mr_free(r);
    *runner = NULL;
}

mr_status mr_runner_warm(struct mr_runner *r, mr_error *err)
{
    struct mr_launch launch = {.out = r->partials ? r->partials : r->slots[0]};
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

/* A free slot, not that of the last launch if there is another (a scan reads its carry there). */
static struct mr_slot *free_slot(const struct mr_runner *r)
{
    struct mr_slot *found = NULL;
    for (unsigned k = 0; k < MR_MAX_SLOTS; k++)
        if (is_free(r, r->slots[k]) && (!found || found == r->last)) found = r->slots[k];
    return found;
}

mr_status mr_runner_launch_ahead(struct mr_runner *r, mr_error *err)
{
    struct mr_slot *slot;
    while (!r->is_exhausted && r->failed == MR_OK && (slot = free_slot(r))) {
        /* Where dropping ends decides which failures of the units after it count. */
        if (r->segment->kind == MR_KIND_DROP && r->is_dropping && r->queued) return MR_OK;
        MR_TRY(mr_control_check(r->control, err));
        MR_TRY(mr_unit_launch(r, slot, err));
    }
    return MR_OK;
}

struct mr_mapping *mr_runner_window(struct mr_runner *r, const struct mr_slot *slot)
{
    unsigned k = 0;
    while (r->slots[k] != slot) k++;
    return &r->windows[k];
}

mr_status mr_runner_unplace(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    struct mr_mapping *window = mr_runner_window(r, slot);
    if (window->bytes == 0) return MR_OK;
    MR_TRY(r->engine->class->place(r->engine, slot, NULL, 0, err));
    mr_mapping_release(window);
    return MR_OK;
}

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

mr_status mr_runner_pop(struct mr_runner *r, struct mr_unit *unit, struct mr_outcome *outcome,
                        mr_error *err)
{
    enum { STALL_NS = 20000 };
    *unit = (struct mr_unit){0};
    *outcome = (struct mr_outcome){.stop = SIZE_MAX, .failed = SIZE_MAX};
    if (r->queued == 0 && !r->is_exhausted && r->failed == MR_OK) {
        MR_TRY(mr_control_check(r->control, err));
        MR_TRY(mr_unit_launch(r, free_slot(r), err));
    }
    if (r->queued == 0) return MR_OK;
    *unit = r->queue[0];
    r->queued--;
    memmove(r->queue, r->queue + 1, r->queued * sizeof r->queue[0]);
    outcome->rows = unit->count;
    if (unit->is_done) return MR_OK;
    int64_t start = now_ns();
    mr_status st = r->engine->class->wait(r->engine, r->program, unit->slot, outcome, err);
    r->stalls += now_ns() - start > STALL_NS;
    return st;
}

/* Ends the runner here: what was launched beyond is void, and so is a failure met there. */
static void stop_here(struct mr_runner *r)
{
    r->queued = 0;
    r->failed = MR_OK;
    r->is_exhausted = true;
}

/* ---- one unit's rows become elements ---- */

/* Rows that count, [*from, *until) of the unit, by its outcome; ends the runner where it says
 * so. */
static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *o,
                  size_t *from, size_t *until)
{
    const struct mr_segment *s = r->segment;
    size_t rows = o->rows, stop = o->stop;
    *from = 0;
    if (o->failed != SIZE_MAX) {
        size_t good = o->failed > s->reach ? o->failed - s->reach : 0;
        if (s->kind != MR_KIND_COMPACT && rows > good) rows = good;
        stop_here(r);
        if (s->kind != MR_KIND_STOP || stop >= o->failed) mr_unit_fail(r, o, unit->first);
    } else if (s->kind == MR_KIND_STOP && stop != SIZE_MAX) {
        stop_here(r);
    }
    if (s->kind == MR_KIND_STOP && stop < rows) rows = stop;
    if (s->kind == MR_KIND_DROP && r->is_dropping) {
        *from = stop < rows ? stop : rows;
        if (stop < rows) r->is_dropping = false;
    }
    int64_t left = s->length.most - r->given;
    if ((int64_t)(rows - *from) >= left && s->length.kind != MR_LENGTH_ENDLESS) {
        rows = *from + (size_t)left;
        stop_here(r);
    }
    *until = rows;
    r->given += (int64_t)(rows - *from);
}

/* Puts rows [from, until) of a popped unit behind what is left of the current slot. */
static mr_status adopt(struct mr_runner *r, const struct mr_unit *unit, size_t from, size_t until,
                       mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    size_t left = mr_runner_unread(r), rows = until - from;
    if (rows == 0) return MR_OK;
    size_t to = unit->at + from - left - r->phantoms;
    assert(left + r->phantoms <= unit->at + from);
    r->phantoms = 0;
    MR_TRY(mr_runner_unmap(r, err));
    bool is_window = mr_runner_window(r, unit->slot)->bytes;
    if (left && !is_window && rows <= left && r->end + rows <= r->slot_rows &&
        !mr_runner_window(r, r->current)->bytes) {
        MR_TRY(class->copy(r->engine, r->current, r->end, unit->slot, unit->at + from, rows, err));
        r->end += rows;
        return MR_OK;
    }
    if (left && !is_window)
        MR_TRY(class->copy(r->engine, unit->slot, to, r->current, r->begin, left, err));
    r->current = unit->slot;
    r->begin = to;
    r->end = unit->at + until;
    return MR_OK;
}

/* A file may have been cut short since its window was mapped: what is gone counts as not yet read,
 * so that reading it fails as it should. */
static void give_back_what_is_gone(struct mr_runner *r)
{
    const struct mr_mapping *window = r->current ? mr_runner_window(r, r->current) : NULL;
    if (!window || window->bytes == 0) return;
    size_t end = mr_mapping_left(window) / mr_dtype_size(r->segment->stored[0]);
    if (end < r->begin) end = r->begin;
    if (end >= r->end) return;
    r->next -= (int64_t)(r->end - end);
    r->given -= (int64_t)(r->end - end);
    r->end = end;
    r->is_exhausted = false;
}

/* MR_FILLED: another unit may be had. */
static enum mr_fill what_stops(const struct mr_runner *r)
{
    if (r->queued == 0 && r->failed != MR_OK) return MR_FAILED;
    if (r->queued == 0 && r->is_exhausted) return MR_ENDED;
    return mr_control_is_paused(r->control) ? MR_PAUSED : MR_FILLED;
}

static mr_status fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err)
{
    give_back_what_is_gone(r);
    *how = MR_FILLED;
    while (mr_runner_unread(r) < need) {
        struct mr_unit unit;
        struct mr_outcome outcome;
        size_t from, until;
        if ((*how = what_stops(r)) != MR_FILLED) return MR_OK;
        if (r->works_ahead) MR_TRY(mr_runner_launch_ahead(r, err));
        MR_TRY(mr_runner_pop(r, &unit, &outcome, err));
        if (!unit.slot) continue;
        judge(r, &unit, &outcome, &from, &until);
        MR_TRY(adopt(r, &unit, from, until, err));
        if (r->works_ahead) MR_TRY(mr_runner_launch_ahead(r, err));
    }
    return MR_OK;
}

mr_status mr_runner_fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err)
{
    while (r->dropped > 0) {
        MR_TRY(fill(r, 1, how, err));
        if (*how != MR_FILLED) return MR_OK;
        size_t unread = mr_runner_unread(r);
        if ((int64_t)unread > r->dropped) unread = (size_t)r->dropped;
        r->begin += unread;
        r->dropped -= (int64_t)unread;
    }
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
    return r->engine->class->unmap(r->engine, r->current, err);
}

/* ---- positions ---- */

/* Whether its element n is made of its inputs' from n on, so that it can begin there even where
 * they cannot: what stands before is not computed then, and cannot fail. */
static bool begins_anywhere(const struct mr_segment *s)
{
    return s->access != MR_FROM_START || s->kind == MR_KIND_FUSED || s->kind == MR_KIND_WINDOW;
}

static mr_status seek_inputs(struct mr_runner *r, int64_t position, mr_error *err)
{
    for (size_t v = 0; v < r->segment->view_count; v++) {
        struct mr_runner *input = r->inputs[v];
        if (!input) continue;
        int64_t offset = r->segment->views[v].offset;
        int64_t to = offset > INT64_MAX - position ? INT64_MAX : position + offset;
        int64_t first = to < 0 ? 0 : to;
        bool direct = begins_anywhere(input->segment);
        MR_TRY(mr_runner_seek(input, direct ? first : 0, err));
        if (!direct) input->dropped = first;
        input->phantoms = (size_t)(first - to);
    }
    return MR_OK;
}

static mr_status seek_joined(struct mr_runner *r, int64_t position, mr_error *err)
{
    r->joined = 0;
    for (size_t v = 0; v < r->segment->view_count; v++)
        MR_TRY(mr_runner_seek(r->inputs[v], 0, err));
    while (r->joined < r->segment->view_count) {
        struct mr_length length = r->segment->views[r->joined].seq->length;
        if (position == 0) return MR_OK;
        if (length.kind != MR_LENGTH_KNOWN || position < length.most)
            return mr_runner_seek(r->inputs[r->joined], position, err);
        position -= length.most;
        r->joined++;
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
    r->queued = 0;
    r->current = r->last = NULL;
    r->begin = r->end = 0;
    r->is_exhausted = s->length.kind == MR_LENGTH_KNOWN && position >= s->length.most;
    /* A window of a shuffle is made whole. */
    r->dropped = s->kind == MR_KIND_SHUFFLE ? position % s->extent : 0;
    r->next = r->given = r->origin = position -= r->dropped;
    r->phantoms = 0;
    r->is_dropping = s->kind == MR_KIND_DROP;
    r->failed = MR_OK;
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++)
        mr_tree_start(&r->trees[c], s->aggregate,
                      c < s->value_count ? mr_ir_dtype(&s->body, s->values[c]) : MR_I64);
    if (s->kind == MR_KIND_FEED && r->feed && s->access == MR_FROM_START) {
        s->seq->op->feed->close(r->feed);
        r->feed = NULL;
    }
    mr_iterate_close(&r->iteration);
    if (s->kind == MR_KIND_CONCAT) return seek_joined(r, position, err);
    return seek_inputs(r, position, err);
}
