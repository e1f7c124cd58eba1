/* The aggregate of `extent` consecutive elements, one element apart. */
#include "ring/runner.h"

static void shape(struct mr_segment *s)
{
    s->reach = (uint32_t)(s->extent - 1);
}

/* A work-item has the rows of one tile, for all tiles that it computes one after the other. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->items = mr_window_tiles(s);
    out->sets = 1;
    out->may_share = true;
    for (size_t c = 0; c < s->value_count; c++)
        for (size_t k = 0; k < mr_window_rows_held(s); k++)
            mr_buffers_add_working(out, k ? "folds so far" : "a tile's values",
                                   mr_window_tile_rows(s) * mr_dtype_size(s->stored[c]));
}

static const struct mr_kind_runner runner = {.begins_anywhere = true};

const struct mr_kind_class mr_kind_window = {
    .name = "halo",
    .reason = "neighbours share their work through a buffer",
    .is_one_by_one = true,
    .has_own_positions = true,
    .aggregates = true,
    .runs_along = true,
    .shape = shape,
    .gives_as_many = true,
    .buffers = buffers,
    .runner = &runner,
};
