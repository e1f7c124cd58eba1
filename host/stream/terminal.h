/* A terminal apart from the segment that folds: what is needed to make its result of what was
 * folded, here or by others. */
#ifndef MR_STREAM_TERMINAL_H
#define MR_STREAM_TERMINAL_H

#include <millrace/stream.h>

#include "plan/plan.h"
#include "ring/leaves.h"

struct mr_terminal {
    const struct mr_seq *seq; /* NULL: only its name is known */
    char name[32];
    enum mr_aggregate aggregate;
    int64_t ddof;
    size_t bins;      /* a column's, without one for what counts nowhere; 0: none */
    double low, high; /* a histogram's first edge and last */
    size_t column_count;
    struct mr_column columns[MR_MAX_COLUMNS];
    mr_dtype values[MR_MAX_COLUMNS]; /* what is folded for each */
};

void mr_terminal_of(struct mr_terminal *out, const struct mr_segment *s);

/* Entries that the memory of a result needs: its bins while they are added up, or one. */
size_t mr_terminal_entries(const struct mr_terminal *t);

/* Adds what is in other bins of a column to `bins`. */
void mr_terminal_add_bins(const struct mr_terminal *t, uint64_t bins[], const uint64_t others[]);

/* The result in entry 0 of `columns`, of trees of everything. *sums (or NULL) tells whether a sum
 * wrapped, if the aggregate does. */
mr_status mr_terminal_finish(const struct mr_terminal *t, const struct mr_leaves *leaves,
                             void *const columns[], mr_sums *sums, mr_error *err);

/* The same of bins, which stand in the columns; *entries is how many the result has. */
mr_status mr_terminal_finish_bins(const struct mr_terminal *t, void *const columns[],
                                  size_t *entries, mr_error *err);

mr_status mr_terminal_fail_empty(const struct mr_terminal *t, mr_error *err);

#endif
