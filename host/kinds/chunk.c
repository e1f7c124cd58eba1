/* The aggregate of each `extent` consecutive elements. */
#include "plan/kind.h"

static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    return (mr_unit_of_batches(s, aim) + MR_LEAF - 1) / MR_LEAF * MR_LEAF + MR_LEAF;
}

/* Its slots have the elements that chunks give; leaves have one of their own. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    struct mr_room *slots = &out->rooms[0], *leaves = &out->rooms[out->room_count++];
    *leaves = *slots;
    leaves->what = "partials of leaves";
    leaves->count = 1;
    leaves->lead = 0;
    slots->rows = mr_chunk_rows(s);
    slots->checks = 0;
    slots->column_count = s->column_count;
    for (size_t c = 0; c < s->column_count; c++) slots->dtypes[c] = s->columns[c].dtype;
}

const struct mr_kind_class mr_kind_chunk = {
    .name = "group",
    .reason = "its leaves are merged on the host",
    .aggregates = true,
    .rows = MR_ROWS_LEAVES,
    .unit = unit,
    .buffers = buffers,
};
