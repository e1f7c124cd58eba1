/* Aggregates: what reductions, scans, windows and chunks compute. One table serves them all. */
#ifndef MR_IR_AGGREGATE_H
#define MR_IR_AGGREGATE_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

/* One row an aggregate: constant, name, whether it is a fold of its elements by an associative
 * operation with an identity (and so can scan). */
#define MR_AGGREGATE_TABLE(ROW)                                                                    \
    ROW(MR_SUM, "sum", true)                                                                       \
    ROW(MR_PROD, "prod", true)                                                                     \
    ROW(MR_MIN, "min", true)                                                                       \
    ROW(MR_MAX, "max", true)                                                                       \
    ROW(MR_COUNT, "count", false)                                                                  \
    ROW(MR_MEAN, "mean", false)                                                                    \
    ROW(MR_VAR, "var", false)                                                                      \
    ROW(MR_STD, "std", false)                                                                      \
    ROW(MR_ANY, "any", false)                                                                      \
    ROW(MR_ALL, "all", false)                                                                      \
    ROW(MR_ARGMIN, "argmin", false)                                                                \
    ROW(MR_ARGMAX, "argmax", false)                                                                \
    ROW(MR_FIRST, "first", false)                                                                  \
    ROW(MR_LAST, "last", false)                                                                    \
    ROW(MR_HIST, "hist", false)                                                                    \
    ROW(MR_EXACT_SUM, "exact sum", false)                                                          \
    ROW(MR_EXACT_MEAN, "exact mean", false)                                                        \
    ROW(MR_WATCHED_SUM, "sum", false) /* tells whether it wrapped */

enum mr_aggregate {
#define MR_AGGREGATE_ENUM(constant, name, is_fold) constant,
    MR_AGGREGATE_TABLE(MR_AGGREGATE_ENUM)
#undef MR_AGGREGATE_ENUM
        MR_AGGREGATE_COUNT
};

const char *mr_aggregate_name(enum mr_aggregate aggregate);

/* Exact sums are superaccumulators: ir/exact.h. */
static inline bool mr_is_exact(enum mr_aggregate aggregate)
{
    return aggregate == MR_EXACT_SUM || aggregate == MR_EXACT_MEAN;
}

/* Whether a sum is kept beyond the 64 bits of its integers, as a second partial. */
bool mr_sums_beyond(enum mr_aggregate aggregate, mr_dtype dtype);

/* Aggregates kept as one array of u64 bins a column, to which any element may add in any order;
 * the others keep partials of leaves. */
static inline bool mr_has_bins(enum mr_aggregate aggregate)
{
    return aggregate == MR_HIST || mr_is_exact(aggregate);
}

/* The dtype a sum or product of these accumulates in and gives: the widest of its family,
 * so that only 2^64 wraps; f32 accumulates in f64. min and max keep theirs. */
mr_dtype mr_wide_dtype(mr_dtype dtype);

/* As above for a fold that runs along its elements (scan, window): f32 stays f32. */
mr_dtype mr_running_dtype(enum mr_aggregate aggregate, mr_dtype dtype);

/* The result's dtype of a terminal or chunk. */
mr_dtype mr_aggregate_dtype(enum mr_aggregate aggregate, mr_dtype dtype);

/* x such that x op y = y for every y: 0, 1, the largest, the smallest. For MR_SUM to MR_MAX. */
mr_scalar mr_fold_identity(enum mr_aggregate aggregate, mr_dtype dtype);

/* older op newer. For MR_SUM to MR_MAX; integers wrap, NaN wins. */
mr_scalar mr_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_scalar older, mr_scalar newer);

#endif
