/* A terminal's value: the whole sequence folded, as one row (or, for a histogram, its bins). */
#ifndef MR_STREAM_REDUCTION_H
#define MR_STREAM_REDUCTION_H

#include "stream/runner.h"

struct mr_reduction {
    void *columns[MR_MAX_COLUMNS]; /* owned, `rows` elements each */
    size_t rows;
};

/* Runs the root runner (kind REDUCE) to its end. Blocks. */
mr_status mr_reduction_run(struct mr_reduction *out, struct mr_runner *root, mr_error *err);
void mr_reduction_free(struct mr_reduction *reduction);

#endif
