/* What is known of a range of elements: the partial of an aggregate. Partials of neighbours
 * merge. */
#ifndef MR_IR_PARTIAL_H
#define MR_IR_PARTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

#include "ir/aggregates.h"

/* Besides the number of elements: */
enum mr_partials {
    MR_PARTIALS_NONE,     /* nothing is kept: an element is taken as it is */
    MR_PARTIALS_COUNT,    /* that number only */
    MR_PARTIALS_FOLD,     /* the fold of the values; see mr_sums_beyond() */
    MR_PARTIALS_MOMENTS,  /* mean, squared deviations, what the mean lacks */
    MR_PARTIALS_PLACE,    /* the least or greatest value, its position */
    MR_PARTIALS_DECISION, /* the first position that decides, INT64_MAX: none */
    MR_PARTIALS_BINS,     /* counts of bins; no leaves */
    MR_PARTIALS_FIXED     /* a number of fixed point in bins (ir/exact.h); no leaves */
};

struct mr_partial {
    int64_t count;     /* elements */
    mr_scalar a, b, c; /* as mr_partial_dtypes() lists them */
};

/* The dtypes of what is kept for a column of this dtype beside the count; returns how many. */
size_t mr_partial_dtypes(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3]);

/* Of no elements. */
struct mr_partial mr_partial_of_nothing(enum mr_aggregate aggregate, mr_dtype dtype);

/* Of the elements of x and then those of y. dtype: of the values. */
struct mr_partial mr_partial_join(enum mr_aggregate aggregate, mr_dtype dtype,
                                  const struct mr_partial *x, const struct mr_partial *y);

/* b * 2^64 + a, a sum of integers and what is above it, rounded once, to nearest even. */
double mr_partial_beyond(const struct mr_partial *total);

/* Whether the sum of integers in a partial with what is above it does not fit its dtype. */
bool mr_partial_wrapped(enum mr_aggregate aggregate, mr_dtype dtype,
                        const struct mr_partial *total);

#endif
