/* Element n is an expression of its inputs' elements, stored as it is. */
#include "ring/runner.h"

static const struct mr_kind_runner runner = {.begins_anywhere = true};

const struct mr_kind_class mr_kind_fused = {
    .name = "map",
    .reason = "the end of the pipeline",
    .is_fused = true,
    .is_one_by_one = true,
    .has_own_positions = true,
    .gives_as_many = true,
    .gives_whole_batches = true,
    .runner = &runner,
};
