/* A terminal: one aggregate of everything. */
#include "plan/kind.h"

const struct mr_kind_class mr_kind_reduce = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_LEAVES,
    .unit = mr_unit_of_terminal,
};
