/* What poisson and binomial share: a table of kinds where few counts are likely, else rejection. */
#ifndef MR_OPS_COUNTS_H
#define MR_OPS_COUNTS_H

#include "ops/alias.h"

/* Successes of n trials, p <= 1/2. Poisson numbers are those of infinite n. */
struct mr_counts {
    double mean, n, p;
};

bool mr_counts_are_narrow(const struct mr_counts *c);

/* The words of the draws: of those narrow ones if `is_mirrored` of n - k instead of k. */
mr_status mr_counts_make(struct mr_seq *seq, size_t seed_at, const struct mr_counts *c,
                         bool is_mirrored, mr_error *err);

/* The draw, an i64. */
ir_value mr_counts_lower(struct mr_lowering *l, const struct mr_seq *seq, const struct mr_counts *c,
                         ir_value position);

#endif
