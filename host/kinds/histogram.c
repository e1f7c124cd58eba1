/* A terminal: how many elements lie in each bin of a range. */
#include "plan/kind.h"

/* Sets of bins that work-items count into: as many as caches hold. Each counts in several by turns,
 * so that equal neighbours do not wait for each other; one before a set's bins is for what counts
 * nowhere. Measured under PoCL on two cores (bench/README.md). */
static void shape(struct mr_segment *s)
{
    enum { FEW = 4096 };
    s->hist = s->seq->settings.bins;
    s->bins = s->hist.count + 1;
    s->workers = s->hist.count <= FEW ? 16 : 4;
    s->tables = s->hist.count <= FEW ? 4 : 1;
}

const struct mr_kind_class mr_kind_histogram = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_BINS,
    .shape = shape,
    .unit = mr_unit_of_terminal,
};
