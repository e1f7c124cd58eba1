#include "plan/buffer_list.h"

#include <assert.h>
#include <string.h>

#include "plan/kind.h"

enum {
    SLOT_OVERHEAD_BYTES = 8192, /* status words, carries, handles */
    LANE_REGISTER_BYTES = 8 * MR_LEAF,
    SPARE_REGISTERS = 8 /* scratch of the host engine's kinds */
};

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

void mr_buffers_add_lanes(struct mr_buffers *out, const struct mr_segment *s)
{
    out->has_lanes = true;
    mr_buffers_add(out, "registers of loops", MR_PLACE_HOST, LANE_REGISTER_BYTES,
                   s->body.count + SPARE_REGISTERS);
}

void mr_buffers_add_walk(struct mr_buffers *out, const struct mr_segment *s)
{
    mr_buffers_add(out, "registers of a walk", MR_PLACE_LANES, LANE_REGISTER_BYTES,
                   s->body.count + SPARE_REGISTERS);
    mr_buffers_add(out, "variables of a leaf", MR_PLACE_LANES, MR_WALK_ROOM_BYTES,
                   s->carried_count + 1);
}

/* The words that functions read: a distribution of many kinds has many. */
static size_t words_in(const struct ir_body *b)
{
    size_t words = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->nodes[k].op == IR_WORDS) words += (size_t)b->nodes[k].imm.u64;
    return words;
}

void mr_buffers_of(struct mr_buffers *out, const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    const size_t node_bytes = sizeof *s->body.nodes + sizeof(uint64_t);
    *out = (struct mr_buffers){.has_slots = true, .copies = s->copies};
    struct mr_room *slots = &out->slots;
    *slots = (struct mr_room){.what = "slots",
                              .count = s->slots,
                              .lead = s->lead,
                              .entries = s->entries,
                              .column_count = s->stored_count,
                              .checks = s->body.check_count};
    memcpy(slots->dtypes, s->stored, s->stored_count * sizeof s->stored[0]);
    mr_buffers_add(out, "description", MR_PLACE_HOST, sizeof *s, 1);
    mr_buffers_add(out, "nodes of its body", MR_PLACE_HOST, node_bytes, s->body.capacity);
    mr_buffers_add(out, "words of functions", MR_PLACE_WORDS, sizeof(uint64_t), words_in(&s->body));
    mr_buffers_add(out, "checkpoints", MR_PLACE_CHECKPOINTS, s->checkpoint_bytes,
                   s->slots + MR_CHECKPOINTS + 1);
    if (kind->buffers) kind->buffers(s, out);
    if (!out->has_lanes)
        mr_buffers_add(out, "registers of loops", MR_PLACE_LANES, LANE_REGISTER_BYTES,
                       s->body.count + SPARE_REGISTERS);
    if (out->has_slots)
        mr_buffers_add(out, "status and handles", MR_PLACE_SLOT, SLOT_OVERHEAD_BYTES, slots->count);
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

size_t mr_buffers_working_bytes(const struct mr_buffers *b)
{
    size_t bytes = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->rows[k].place == MR_PLACE_WORKING) bytes += b->rows[k].item_bytes * b->rows[k].items;
    return bytes;
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
static bool choose_owners(struct mr_buffer_line *line, enum mr_buffer_place place, bool on_device,
                          bool staged)
{
    switch (place) {
    case MR_PLACE_WORKING: line->on_device = true; break;
    case MR_PLACE_SLOT:
        line->on_device = true;
        line->on_host = staged;
        break;
    case MR_PLACE_MAPPING: line->on_device = !staged; break;
    case MR_PLACE_WORDS: line->on_host = line->on_device = true; break;
    case MR_PLACE_LANES: line->on_host = !on_device; break;
    default: line->on_host = true;
    }
    if (!on_device) {
        line->on_host = place != MR_PLACE_MAPPING;
        line->on_device = false;
    }
    return line->on_host || line->on_device;
}

/* Whether several devices have it once. */
static bool is_shared(enum mr_buffer_place place)
{
    return place == MR_PLACE_CHECKPOINTS || place == MR_PLACE_MAPPING;
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
        line.count *= is_shared(place) ? 1 : b->copies;
        if (line.count * line.bytes == 0) continue;
        if (choose_owners(&line, place, on_device, staged)) out[lines++] = line;
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
