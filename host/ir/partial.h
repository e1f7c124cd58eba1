/* What is known of a range of elements: the partial of an aggregate. Partials of neighbours
 * merge. */
#ifndef MR_IR_PARTIAL_H
#define MR_IR_PARTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

#include "ir/aggregates.h"

/* The forms of partials. Besides the number of elements: */
enum mr_partials {
    MR_PARTIALS_NONE,     /* nothing is kept: an element is taken as it is */
    MR_PARTIALS_COUNT,    /* that number only */
    MR_PARTIALS_FOLD,     /* the fold of the values; see mr_sums_beyond() */
    MR_PARTIALS_MOMENTS,  /* mean, squared deviations, what the mean lacks */
    MR_PARTIALS_PLACE,    /* the least or greatest value, its position */
    MR_PARTIALS_DECISION, /* the first position that decides, INT64_MAX: none */
    MR_PARTIALS_BINS,     /* counts of bins; no leaves */
    MR_PARTIALS_FIXED,    /* a number of fixed point in bins (ir/exact.h); no leaves */
    MR_PARTIALS_FORMS
};

/* What others have to know of a form. */
struct mr_partials_class {
    bool takes_element;   /* nothing is folded: what is pulled is the result */
    bool needs_no_values; /* the number of elements is all */
    bool is_fold;         /* the fold of the values is all */
    bool has_place;       /* holds a position, counted among the elements that are left */
    bool may_decide;      /* what comes after an element may not count any more */
    bool has_bins;        /* one array of u64 a column, to which any element may add in any order;
                           * the others keep partials of leaves */
    bool is_exact;        /* ... which is a superaccumulator: ir/exact.h */
};

const struct mr_partials_class *mr_partials_of(enum mr_aggregate aggregate);

struct mr_partial {
    int64_t count;     /* elements */
    mr_scalar a, b, c; /* as mr_partial_dtypes() lists them */
};

/* The dtypes of what is kept for a column of this dtype beside the count; returns how many. */
size_t mr_partial_dtypes(enum mr_aggregate aggregate, mr_dtype dtype, mr_dtype out[3]);

/* The partial of no elements. */
struct mr_partial mr_partial_of_nothing(enum mr_aggregate aggregate, mr_dtype dtype);

/* The partial of the elements of x and then those of y. dtype: of the values. */
struct mr_partial mr_partial_join(enum mr_aggregate aggregate, mr_dtype dtype,
                                  const struct mr_partial *x, const struct mr_partial *y);

/* b * 2^64 + a, a sum of integers and what is above it, rounded once, to nearest even. */
double mr_partial_beyond(const struct mr_partial *total);

/* Whether the sum of integers in a partial with what is above it does not fit its dtype. */
bool mr_partial_wrapped(enum mr_aggregate aggregate, mr_dtype dtype,
                        const struct mr_partial *total);

#endif
