/* A running aggregate. */
#include "plan/kind.h"

/* It walks its slot twice, the second time in the caches if they have room. */
static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    const struct mr_unit_aim half = {.positions = aim->positions / 2, .batch = aim->batch};
    return mr_unit_of_batches(s, &half);
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->items = mr_leaves_in(s);
    out->sets = MR_WORKING_SETS;
    for (size_t c = 0; c < s->value_count; c++)
        mr_buffers_add_working(out, "totals of leaves", sizeof(uint64_t));
}

const struct mr_kind_class mr_kind_scan = {
    .name = "carry",
    .reason = "each element needs the sum of those before",
    .is_one_by_one = true,
    .aggregates = true,
    .runs_along = true,
    .gives_as_many = true,
    .unit = unit,
    .buffers = buffers,
};
