/* Keeps the elements for which a predicate holds, packed. */
#include "ring/runner.h"

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->items = mr_leaves_in(s);
    out->sets = MR_WORKING_SETS;
    mr_buffers_add_working(out, "counts of survivors", sizeof(uint32_t));
    mr_buffers_add_working(out, "who survives", MR_LEAF); /* a byte a vector of 8 lanes or fewer */
    for (size_t c = 0; s->saves_values && c < s->value_count; c++)
        mr_buffers_add_working(out, "dear values", MR_LEAF * mr_dtype_size(s->stored[c]));
}

static const struct mr_kind_runner runner = {.packs = true};

const struct mr_kind_class mr_kind_compact = {
    .name = "compact",
    .reason = "how many elements survive is known only afterwards",
    .is_filter = true,
    .buffers = buffers,
    .runner = &runner,
};
