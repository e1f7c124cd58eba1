/* A terminal: an exact sum, in bins that are numbers of fixed point (ir/exact.h). */
#include "ir/exact.h"
#include "plan/kind.h"

static void shape(struct mr_segment *s)
{
    enum { WORKERS = 16 };
    s->bins = MR_EXACT_BINS;
    s->workers = WORKERS;
    s->tables = 1;
}

const struct mr_kind_class mr_kind_superaccumulator = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_BINS,
    .shape = shape,
    .unit = mr_unit_of_terminal,
};
