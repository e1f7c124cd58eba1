/* Folds of lanes by an associative operation, in the orders that reductions, scans and windows
 * fix. */
#ifndef MR_ENGINE_HOST_FOLD_H
#define MR_ENGINE_HOST_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "ir/aggregate.h"

enum { MR_TREE_LANES = 32 };

/* The loops of one operation in one dtype, which all values have. */
struct mr_fold_loops {
    /* older op newer, in the dtype itself. */
    mr_scalar (*values)(mr_scalar older, mr_scalar newer);

    /* out[k] = older[k] op newer[k]; `out` may be `older`. */
    void (*pairs)(void *out, const void *older, const void *newer, size_t count);

    /* within = within op in[k], out[k] = before op within, for k = 0, 1, ... */
    void (*prefixes)(void *out, const void *in, size_t count, mr_scalar before, mr_scalar *within);

    /* The tree of a leaf: 32 lanes accumulate every 32nd element from the identity on, in order,
     * then fold pairwise, 16 8 4 2 1. `count` is a multiple of MR_TREE_LANES. */
    void (*tree)(void *out, const void *in, size_t count);

    /* The trees of leaves of `extent` elements that stand one after the other, the last of those
     * that are left: an element of `out` for each. */
    void (*trees)(void *out, const void *in, size_t count, size_t extent);
};

/* NULL: there is none. */
const struct mr_fold_loops *mr_fold_loops(enum mr_aggregate aggregate, mr_dtype dtype);

/* What the sum of these integers of 64 bits has above its own 64 bits; fewer than 2^31 of them. */
int64_t mr_fold_above(mr_dtype dtype, const void *in, size_t count);

/* out[k] = keep[k] ? in[k] : value. `out` may be `in`. */
void mr_fold_mask(void *out, const uint8_t *keep, const void *in, size_t count, mr_dtype dtype,
                  mr_scalar value);

/* The index of the first smallest or largest (MR_MIN, MR_MAX) of the elements kept, all if
 * keep is NULL; a NaN beats every number. `count` when none is kept. */
size_t mr_fold_extreme(enum mr_aggregate fold, mr_dtype dtype, const void *in, const uint8_t *keep,
                       size_t count);

#endif
