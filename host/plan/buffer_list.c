#include "plan/buffer_list.h"

#include <assert.h>
#include <string.h>

#include "plan/kind.h"

enum { SLOT_OVERHEAD_BYTES = 8192 }; /* status words, handles */

void mr_buffers_add(struct mr_buffers *out, const char *what, enum mr_buffer_place place,
                    size_t item_bytes, size_t items)
{
    assert(out->count < MR_MAX_BUFFERS);
    out->rows[out->count++] = (struct mr_buffer_row){
        .what = what, .place = place, .item_bytes = item_bytes, .items = items};
}

void mr_buffers_add_working(struct mr_buffers *out, struct mr_working working)
{
    mr_buffers_add(out, working.what, MR_PLACE_WORKING,
                   working.elems * mr_dtype_size(working.dtype), out->sets * out->items);
    out->rows[out->count - 1].working = working;
}

/* A value has a register of its own and some acts; a check has one. */
size_t mr_most_lanes_bytes(const struct ir_body *body)
{
    enum { LANES_BYTES = 512, ACT_BYTES = 192 };
    return LANES_BYTES + body->count * (MR_LANE_REGISTER_BYTES + 2 * ACT_BYTES) +
           body->check_count * ACT_BYTES;
}

/* A function's words are many where a distribution's kinds are. */
size_t mr_most_params(const struct ir_body *body)
{
    size_t words = body->count;
    for (size_t k = 0; k < body->count; k++)
        if (body->nodes[k].op == IR_WORDS) words += (size_t)body->nodes[k].imm.u64;
    return words;
}

/* A kind that is computed has a program: kernels, or the loops of the host engine. */
static void add_program(struct mr_buffers *out, const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    if (!kind->host) return;
    mr_buffers_add(out, "program", MR_PLACE_PROGRAM, MR_PROGRAM_BYTES, 1);
    mr_buffers_add(out, "numbers of kernels", MR_PLACE_NUMBERS, sizeof(uint64_t),
                   mr_most_params(&s->body));
    /* Before the first unit, after that of each slot, and one that is written while it is read. */
    if (kind->carry_start)
        mr_buffers_add(out, "what units hand on", MR_PLACE_CARRY, mr_carry_bytes(s), s->slots + 2);
    mr_buffers_add(out, "registers of loops", MR_PLACE_LANES, mr_most_lanes_bytes(&s->body), 1);
    mr_buffers_add(out, "scratch of loops", MR_PLACE_SCRATCH,
                   2 * MR_LANE_REGISTER_BYTES + out->scratch_bytes, 1);
}

/* Whether several devices have it once. */
static bool is_shared(enum mr_buffer_place place)
{
    return place == MR_PLACE_STATE || place == MR_PLACE_CHECKPOINTS || place == MR_PLACE_MAPPING ||
           place == MR_PLACE_HOST;
}

static void set_copies(struct mr_buffers *out, const struct mr_segment *s)
{
    for (size_t k = 0; k < out->count; k++) {
        struct mr_buffer_row *row = &out->rows[k];
        row->copies = is_shared(row->place)            ? 1
                      : row->place == MR_PLACE_WORKING ? s->copies - s->others
                                                       : s->copies;
    }
}

/* Kernels of another shape work in memory of another form. */
static void add_others(struct mr_buffers *out, const struct mr_segment *s)
{
    struct mr_segment other;
    struct mr_buffers list;
    mr_segment_on(&other, s, !s->shares_leaves);
    mr_buffers_of(&list, &other);
    for (size_t k = 0; k < list.count; k++) {
        if (list.rows[k].place != MR_PLACE_WORKING) continue;
        assert(out->count < MR_MAX_BUFFERS);
        out->rows[out->count] = list.rows[k];
        out->rows[out->count++].copies = s->others;
    }
}

void mr_buffers_of(struct mr_buffers *out, const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    const size_t node_bytes = sizeof *s->body.nodes + sizeof(uint64_t);
    *out = (struct mr_buffers){.has_slots = true};
    struct mr_room *slots = &out->slots;
    *slots = (struct mr_room){.what = "slots",
                              .count = s->slots,
                              .copies = s->copies,
                              .lead = s->lead,
                              .entries = s->entries,
                              .column_count = s->stored_count,
                              .checks = s->body.check_count};
    memcpy(slots->dtypes, s->stored, s->stored_count * sizeof s->stored[0]);
    mr_buffers_add(out, "description", MR_PLACE_HOST, sizeof *s, s->is_mixed ? 3 : 1);
    mr_buffers_add(out, "nodes of its body", MR_PLACE_HOST, node_bytes, s->body.capacity);
    mr_buffers_add(out, "runner", MR_PLACE_HOST, mr_runner_bytes, 1);
    mr_buffers_add(out, "checkpoints", MR_PLACE_CHECKPOINTS, s->checkpoint_bytes,
                   s->slots + MR_CHECKPOINTS + 1);
    if (kind->buffers) kind->buffers(s, out);
    add_program(out, s);
    if (out->has_slots)
        mr_buffers_add(out, "status and handles", MR_PLACE_SLOT, SLOT_OVERHEAD_BYTES, slots->count);
    set_copies(out, s);
    if (s->others) add_others(out, s);
}

size_t mr_buffers_share(const struct mr_buffers *b, size_t workers, unsigned *sets)
{
    size_t items = b->may_share && workers < b->items ? workers : b->items;
    *sets = MR_WORKING_SETS;
    while (*sets > 1 && *sets * items > b->sets * b->items) --*sets;
    return items;
}

const struct mr_buffer_row *mr_buffers_at(const struct mr_buffers *b, enum mr_buffer_place place)
{
    for (size_t k = 0; k < b->count; k++)
        if (b->rows[k].place == place) return &b->rows[k];
    return NULL;
}

static size_t slot_bytes(const struct mr_room *room)
{
    size_t width = 0;
    for (size_t c = 0; c < room->column_count; c++) width += mr_dtype_size(room->dtypes[c]);
    return (room->lead + room->entries) * width;
}

size_t mr_buffers_slot_bytes(const struct mr_room *room, bool staged)
{
    return slot_bytes(room) * (staged ? 2 : 1) + SLOT_OVERHEAD_BYTES;
}

/* Whether what has this place is allocated at all, and by whom. */
static bool choose_owners(struct mr_buffer_line *line, const struct mr_buffers *b,
                          enum mr_buffer_place place, bool on_device, bool staged)
{
    switch (place) {
    case MR_PLACE_WORKING:
    case MR_PLACE_CARRY: line->on_device = on_device; break;
    case MR_PLACE_NUMBERS: line->on_host = line->on_device = on_device; break;
    case MR_PLACE_SLOT:
        line->on_device = on_device;
        line->on_host = !on_device || staged;
        break;
    case MR_PLACE_MAPPING: line->on_device = on_device && !staged; break;
    case MR_PLACE_LANES: line->on_host = !on_device || b->has_lanes; break;
    case MR_PLACE_SCRATCH:
    case MR_PLACE_OWN: line->on_host = !on_device; break;
    default: line->on_host = true;
    }
    return line->on_host || line->on_device;
}

size_t mr_buffers_lines(struct mr_buffer_line out[MR_MAX_BUFFER_LINES], const struct mr_buffers *b,
                        bool on_device, bool staged)
{
    size_t lines = 0;
    for (size_t k = 0; k < b->has_slots + b->count; k++) {
        const struct mr_room *room = k < b->has_slots ? &b->slots : NULL;
        const struct mr_buffer_row *row = room ? NULL : &b->rows[k - b->has_slots];
        enum mr_buffer_place place = room ? MR_PLACE_SLOT : row->place;
        struct mr_buffer_line line = {.what = room ? room->what : row->what,
                                      .count = room ? room->count : row->items,
                                      .bytes = room ? slot_bytes(room) : row->item_bytes};
        line.count *= room ? room->copies : row->copies;
        if (line.count * line.bytes == 0) continue;
        if (choose_owners(&line, b, place, on_device, staged)) out[lines++] = line;
    }
    return lines;
}

struct mr_bytes mr_buffers_bytes(const struct mr_buffers *b, bool on_device, bool staged)
{
    struct mr_buffer_line lines[MR_MAX_BUFFER_LINES];
    struct mr_bytes bytes = {0};
    size_t count = mr_buffers_lines(lines, b, on_device, staged);
    for (size_t k = 0; k < count; k++) {
        size_t all = lines[k].count * lines[k].bytes;
        if (lines[k].on_host) bytes.host += all;
        if (lines[k].on_device) bytes.device += all;
    }
    return bytes;
}
