/* What a runner must remember, as bytes: from where its reader goes on, on whatever engine.
 *
 *     checkpoints  c0        c1          c2           the state before each unit's launch
 *     units        | 0 ..... | 1 ....... | 2 ...      in `current` and in the queue
 *     read so far  ##############            state:   c1, and to pass over what was read behind it
 *
 * Elements that can be reached by their position alone need no checkpoint. A checkpoint has those
 * of its inputs within it, so that one is enough for all that a segment is made of. */
#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "ring/runner.h"

/* ---- memory ---- */

mr_status mr_runner_create_checkpoints(struct mr_runner *r, mr_error *err)
{
    struct mr_buffers buffers;
    mr_buffers_of(&buffers, r->segment);
    const struct mr_buffer_row *row = mr_buffers_at(&buffers, MR_PLACE_CHECKPOINTS);
    if (row->item_bytes == 0) return MR_OK;
    assert(row->items == r->segment->slots + MR_CHECKPOINTS + 1);
    r->checkpoint_size = row->item_bytes;
    r->checkpoint_bytes = mr_alloc(row->items, row->item_bytes);
    if (!r->checkpoint_bytes) return mr_fail_no_memory(err, "what a stream remembers");
    unsigned char *next = r->checkpoint_bytes;
    r->pending.bytes = next;
    for (unsigned k = 0; k < r->segment->slots; k++)
        r->queue[k].checkpoint.bytes = next += r->checkpoint_size;
    for (unsigned k = 0; k < MR_CHECKPOINTS; k++)
        r->checkpoints[k].bytes = next += r->checkpoint_size;
    return MR_OK;
}

/* ---- a runner's own ---- */

static bool reads(const struct mr_runner *r, size_t v)
{
    return r->inputs[v] && (!r->kind->reads || r->kind->reads(r, v));
}

static void put_now(struct mr_runner *r, struct mr_bytes_out *out)
{
    mr_put_number(out, (uint64_t)r->at.next);
    mr_put_number(out, r->at.is_exhausted);
    if (r->kind->save) r->kind->save(r, out);
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (reads(r, v)) mr_runner_save(r->inputs[v], 0, out);
}

/* ---- checkpoints ---- */

static void exchange(struct mr_checkpoint *a, struct mr_checkpoint *b)
{
    struct mr_checkpoint held = *a;
    *a = *b;
    *b = held;
}

static void take_checkpoint(struct mr_runner *r, struct mr_checkpoint *checkpoint)
{
    struct mr_bytes_out out = {.bytes = checkpoint->bytes, .size = r->checkpoint_size};
    put_now(r, &out);
    assert(out.used <= r->checkpoint_size);
    checkpoint->size = out.used;
    checkpoint->hole = out.hole;
    checkpoint->given = r->at.given;
}

void mr_checkpoint_launch(struct mr_runner *r)
{
    if (r->checkpoint_bytes) take_checkpoint(r, &r->pending);
}

void mr_checkpoint_unit(struct mr_runner *r, struct mr_checkpoint *checkpoint)
{
    if (r->checkpoint_bytes) exchange(&r->pending, checkpoint);
}

/* Less than 0 while phantoms are unread. */
static int64_t read_so_far(const struct mr_runner *r)
{
    return r->at.given - (int64_t)mr_runner_unread(r) - (int64_t)r->at.phantoms;
}

static void remove_checkpoint(struct mr_runner *r, unsigned k)
{
    struct mr_checkpoint removed = r->checkpoints[k];
    memmove(&r->checkpoints[k], &r->checkpoints[k + 1],
            (--r->checkpoint_count - k) * sizeof r->checkpoints[0]);
    r->checkpoints[r->checkpoint_count] = removed;
}

/* Those before the last one that has nothing unread before it serve nobody. Where many small units
 * stand in `current`, every second one is enough. */
static void make_room(struct mr_runner *r)
{
    while (r->checkpoint_count > 1 && r->checkpoints[1].given <= read_so_far(r))
        remove_checkpoint(r, 0);
    if (r->checkpoint_count < MR_CHECKPOINTS) return;
    for (unsigned k = 1; k < r->checkpoint_count; k++) remove_checkpoint(r, k);
}

static void add_checkpoint(struct mr_runner *r, struct mr_checkpoint *checkpoint)
{
    make_room(r);
    exchange(checkpoint, &r->checkpoints[r->checkpoint_count++]);
}

void mr_checkpoint_done(struct mr_runner *r, struct mr_checkpoint *checkpoint)
{
    if (!r->checkpoint_bytes || checkpoint->hole) return;
    checkpoint->given = r->at.given;
    add_checkpoint(r, checkpoint);
}

void mr_checkpoint_start(struct mr_runner *r)
{
    if (!r->checkpoint_bytes) return;
    take_checkpoint(r, &r->pending);
    add_checkpoint(r, &r->pending);
}

/* ---- saving and restoring ---- */

/* Whether nothing that was made is unread, so that its own state is where reading goes on. */
static bool is_all_read(const struct mr_runner *r, size_t taken)
{
    return !r->at.is_torn && r->at.failed == MR_OK && r->queued == 0 &&
           mr_runner_unread(r) == taken;
}

/* A terminal cannot pass over what it has folded: its state is that before the unit that comes
 * next, which was waited for, is in the queue, or was to be launched when something failed. */
static const struct mr_checkpoint *next_of_terminal(const struct mr_runner *r,
                                                    const struct mr_checkpoint *last, int64_t read)
{
    if (last->given == read) return last;
    return r->queued ? &r->queue[0].checkpoint : &r->pending;
}

static void put_checkpoint(const struct mr_runner *r, int64_t read, struct mr_bytes_out *out)
{
    unsigned last = 0;
    while (last + 1 < r->checkpoint_count && r->checkpoints[last + 1].given <= read) last++;
    const struct mr_checkpoint *checkpoint = &r->checkpoints[last];
    int64_t given = checkpoint->given;
    if (mr_kind_of(r->segment->kind)->is_terminal) {
        checkpoint = next_of_terminal(r, checkpoint, read);
        given = read;
    }
    mr_put_signed(out, read - given + r->at.dropped);
    mr_put_number(out, (uint64_t)given);
    mr_put_bytes(out, checkpoint->bytes, checkpoint->size);
}

void mr_runner_save(struct mr_runner *r, size_t taken, struct mr_bytes_out *out)
{
    int64_t read = read_so_far(r) + (int64_t)taken;
    struct mr_bytes_out before = *out;
    if (!r->checkpoint_bytes) {
        mr_put_signed(out, read + r->at.dropped);
        return;
    }
    if (is_all_read(r, taken)) {
        mr_put_signed(out, r->at.dropped - (int64_t)r->at.phantoms);
        mr_put_number(out, (uint64_t)r->at.given);
        put_now(r, out);
        if (out->hole == before.hole) return;
        *out = before;
    }
    put_checkpoint(r, read, out);
}

/* Not after the next position, and batches that begin behind what is dropped are aligned to it. */
static int64_t origin_before(const struct mr_runner *r)
{
    int64_t multiple = (int64_t)r->segment->end_multiple;
    if (multiple <= 1) return r->at.next;
    return r->at.next - (multiple - r->at.dropped % multiple) % multiple;
}

/* Reading goes on `ahead` elements behind the checkpoint; less than 0 of them are phantoms. */
static void get_standing(struct mr_runner *r, int64_t ahead, struct mr_bytes_in *in)
{
    bool is_terminal = mr_kind_of(r->segment->kind)->is_terminal;
    int64_t given = mr_get_at_most(in, is_terminal ? INT64_MAX : r->segment->length.most);
    int64_t next = mr_get_at_most(in, INT64_MAX);
    bool is_exhausted = mr_get_at_most(in, 1);
    r->at = (struct mr_standing){.next = next,
                                 .given = given,
                                 .is_exhausted = is_exhausted,
                                 .dropped = ahead > 0 ? ahead : 0,
                                 .phantoms = ahead < 0 ? (size_t)-ahead : 0};
}

mr_status mr_runner_restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    int64_t ahead = mr_get_signed(in);
    in->is_bad = in->is_bad || ahead < -(int64_t)r->segment->lead;
    if (in->is_bad) return MR_OK;
    MR_TRY(mr_runner_seek(r, r->checkpoint_bytes || ahead < 0 ? 0 : ahead, err));
    r->at.phantoms = ahead < 0 ? (size_t)-ahead : 0;
    if (!r->checkpoint_bytes) return MR_OK;
    get_standing(r, ahead, in);
    if (r->kind->restore) MR_TRY(r->kind->restore(r, in, err));
    r->at.origin = origin_before(r);
    for (size_t v = 0; v < r->segment->view_count && !in->is_bad; v++)
        if (reads(r, v)) MR_TRY(mr_runner_restore(r->inputs[v], in, err));
    r->checkpoint_count = 0;
    mr_checkpoint_start(r);
    return MR_OK;
}

/* ---- from one engine to another ---- */

/* What stands unread in the current slot, to the begin of the other's first one. */
static mr_status copy_unread(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    size_t unread = mr_runner_unread(from);
    const void *read[MR_MAX_COLUMNS];
    void *written[MR_MAX_STORED] = {NULL};
    if (unread == 0) return MR_OK;
    if (unread > to->slot_entries)
        return mr_fail(err, MR_E_INTERNAL, "%s: a slot cannot take over %zu elements",
                       to->segment->name, unread);
    MR_TRY(mr_runner_map(from, read, err));
    MR_TRY(to->engine->class->map(to->engine, to->slots[0], 0, unread, true, written, err));
    for (size_t c = 0; c < to->segment->column_count; c++)
        memcpy(written[c], read[c], unread * mr_dtype_size(to->segment->columns[c].dtype));
    to->current = to->slots[0];
    to->end = unread;
    return to->engine->class->unmap(to->engine, to->slots[0], err);
}

static mr_status copy_own(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    struct mr_bytes_out out = {.bytes = NULL};
    if (!from->kind->save) return MR_OK;
    from->kind->save(from, &out);
    out = (struct mr_bytes_out){.bytes = mr_alloc(1, out.used), .size = out.used};
    if (!out.bytes) return mr_fail_no_memory(err, "what a stream remembers");
    from->kind->save(from, &out);
    assert(out.hole == 0); /* nothing is in flight */
    struct mr_bytes_in in = {.bytes = out.bytes, .size = out.used};
    mr_status st = to->kind->restore(to, &in, err);
    mr_free(out.bytes);
    return st;
}

static void copy_checkpoints(struct mr_runner *to, const struct mr_runner *from)
{
    assert(to->checkpoint_size == from->checkpoint_size);
    to->checkpoint_count = from->checkpoint_count;
    for (unsigned k = 0; k < to->checkpoint_count; k++) {
        unsigned char *bytes = to->checkpoints[k].bytes;
        to->checkpoints[k] = from->checkpoints[k];
        to->checkpoints[k].bytes = bytes;
        memcpy(bytes, from->checkpoints[k].bytes, from->checkpoints[k].size);
    }
}

static mr_status copy(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    assert(from->queued == 0 && to->queued == 0 && !to->current);
    for (size_t v = 0; v < from->segment->view_count; v++)
        if (from->inputs[v]) MR_TRY(copy(to->inputs[v], from->inputs[v], err));
    MR_TRY(copy_unread(to, from, err));
    to->at = from->at;
    if (!from->kind->move) MR_TRY(copy_own(to, from, err));
    copy_checkpoints(to, from);
    return MR_OK;
}

/* Cannot fail, so that nothing is in two hands. */
static void move(struct mr_runner *to, struct mr_runner *from)
{
    for (size_t v = 0; v < from->segment->view_count; v++)
        if (from->inputs[v]) move(to->inputs[v], from->inputs[v]);
    if (to->kind->move) to->kind->move(to, from);
}

mr_status mr_runner_take_over(struct mr_runner *to, struct mr_runner *from, mr_error *err)
{
    MR_TRY(copy(to, from, err));
    move(to, from);
    return MR_OK;
}
