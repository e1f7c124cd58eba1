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

/* Of the words that functions read: a distribution's kinds may be many. */
static size_t words_in(const struct ir_body *b)
{
    size_t words = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->nodes[k].op == IR_WORDS) words += b->nodes[k].imm.u64;
    return words;
}

void mr_buffers_of(struct mr_buffers *out, const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    const size_t node_bytes = sizeof *s->body.nodes + sizeof(uint64_t);
    *out = (struct mr_buffers){.room_count = 1};
    struct mr_room *slots = &out->rooms[0];
    *slots = (struct mr_room){.what = "slots",
                              .count = s->slots,
                              .lead = s->lead,
                              .rows = s->rows,
                              .column_count = s->stored_count,
                              .checks = s->body.check_count};
    memcpy(slots->dtypes, s->stored, s->stored_count * sizeof s->stored[0]);
    mr_buffers_add(out, "its description", MR_PLACE_HOST, sizeof *s, 1);
    mr_buffers_add(out, "its body", MR_PLACE_HOST, node_bytes, s->body.capacity);
    mr_buffers_add(out, "words of functions", MR_PLACE_WORDS, sizeof(uint64_t), words_in(&s->body));
    if (kind->buffers) kind->buffers(s, out);
    slots->rows += s->tail;
    if (!out->has_lanes)
        mr_buffers_add(out, "registers of loops", MR_PLACE_LANES, LANE_REGISTER_BYTES,
                       s->body.count + SPARE_REGISTERS);
    for (size_t k = 0; k < out->room_count; k++)
        mr_buffers_add(out, "status and handles of slots", MR_PLACE_SLOT, SLOT_OVERHEAD_BYTES,
                       out->rooms[k].count);
}

size_t mr_buffers_share(const struct mr_buffers *b, size_t workers, unsigned *sets)
{
    size_t items = b->may_share && workers < b->items ? workers : b->items;
    *sets = MR_WORKING_SETS;
    while (*sets > 1 && *sets * items > b->sets * b->items) --*sets;
    return items;
}

size_t mr_buffers_working_bytes(const struct mr_buffers *b)
{
    size_t bytes = 0;
    for (size_t k = 0; k < b->count; k++)
        if (b->rows[k].place == MR_PLACE_WORKING) bytes += b->rows[k].item_bytes * b->rows[k].items;
    return bytes;
}

static size_t room_bytes(const struct mr_room *room)
{
    size_t width = 0;
    for (size_t c = 0; c < room->column_count; c++) width += mr_dtype_size(room->dtypes[c]);
    return room->count * (room->lead + room->rows) * width;
}

struct mr_bytes mr_buffers_bytes(const struct mr_buffers *b, bool on_device, bool staged)
{
    size_t places[MR_PLACE_COUNT] = {0};
    for (size_t k = 0; k < b->room_count; k++) places[MR_PLACE_SLOT] += room_bytes(&b->rooms[k]);
    for (size_t k = 0; k < b->count; k++)
        places[b->rows[k].place] += b->rows[k].item_bytes * b->rows[k].items;
    size_t engine = places[MR_PLACE_SLOT] + places[MR_PLACE_WORKING];
    size_t host = places[MR_PLACE_HOST] + places[MR_PLACE_WORDS];
    if (!on_device) return (struct mr_bytes){.host = host + engine + places[MR_PLACE_LANES]};
    engine += places[MR_PLACE_WORDS];
    if (staged)
        host += places[MR_PLACE_SLOT];
    else
        engine += places[MR_PLACE_MAPPING];
    return (struct mr_bytes){.host = host, .device = engine};
}
