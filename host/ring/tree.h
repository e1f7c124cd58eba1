/* The upper part of the fixed tree: leaves' partials folded pairwise in the shape of a binary
 * counter.
 *
 *     leaf     0   1   2   3   4          stack after leaf 4:  [0..3] [4]
 *              \  /     \  /   |          at the end the newest is folded into the one before, and
 *              so on [01]     [23]  [4]
 *                 \     /
 *                 [0123]
 *
 * A tree may begin at any leaf, for a part of a sequence: it has the complete subtrees of all
 * leaves from there on, leaves 3 to 8 as [3] [4567] [8]. Trees of neighbours join to that of both.
 */
#ifndef MR_RING_TREE_H
#define MR_RING_TREE_H

#include "ir/leaf.h"
#include "ir/partial.h"

/* Leaves are fewer than 2^53: of each size one subtree before the largest and one behind it. */
enum { MR_TREE_DEPTH = 2 * 53 };

struct mr_tree {
    enum mr_aggregate aggregate;
    mr_dtype dtype; /* of the values */
    uint64_t first; /* the number of the leaf that it begins with, */
    uint64_t end;   /* and of the next one to be added */
    unsigned depth;
    struct mr_partial stack[MR_TREE_DEPTH];
};

void mr_tree_start(struct mr_tree *tree, enum mr_aggregate aggregate, mr_dtype dtype,
                   uint64_t first);
void mr_tree_add_leaf(struct mr_tree *tree, struct mr_partial leaf);

/* Adds a complete subtree of 2^level leaves: its first leaf, the next one, is a multiple of
 * that. */
void mr_tree_add_subtree(struct mr_tree *tree, struct mr_partial subtree, unsigned level);

/* Adds `count` leaves of a sum, mean or count at once: their counts and, but for a count, their
 * sums (i64, u64 or f64) and what integers of mr_sums_beyond() have above those (else NULL). The
 * same tree, without a call for each. */
void mr_tree_add_sums(struct mr_tree *tree, const int64_t counts[], const void *sums,
                      const int64_t *above, size_t count);

/* The fold of all leaves; count 0 when there were none. */
struct mr_partial mr_tree_total(const struct mr_tree *tree);

/* Its value; false when it has none (min of nothing). ddof: delta degrees of freedom of var and
 * std. */
bool mr_tree_value(const struct mr_tree *tree, int64_t ddof, mr_scalar *out);

/* Whether its sum of integers does not fit its dtype: of aggregates that keep what is above. */
bool mr_tree_wrapped(const struct mr_tree *tree);

/* One stored element as a scalar, and back. */
mr_scalar mr_scalar_read(mr_dtype dtype, const void *column, size_t index);
void mr_scalar_write(mr_dtype dtype, void *column, size_t index, mr_scalar value);

#endif
