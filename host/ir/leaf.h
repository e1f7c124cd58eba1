/* The geometry of the fixed tree's leaves: MR_LEAF consecutive absolute positions, or fewer where a
 * chunk of `extent` elements ends. A leaf never spans two chunks.
 *
 *     extent 1500   | 0 ... 1023 | 1024 ... 1499 | 1500 ... 2523 | 2524 ... 2999 | ...
 *     leaf          | 0          | 1             | 2             | 3             |
 *     chunk         | 0                          | 1                             |
 *
 * extent INT64_MAX: there are no chunks. */
#ifndef MR_IR_LEAF_H
#define MR_IR_LEAF_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MR_LEAF = 1024,   /* the unit of reductions and work-items */
    MR_ROW_LANES = 32 /* lanes of each of its rows */
};

/* The last one of a chunk is shorter where MR_LEAF does not divide the extent. */
static inline int64_t mr_leaves_per_chunk(int64_t extent)
{
    assert(extent > 0);
    return (extent - 1) / MR_LEAF + 1;
}

/* Elements of the longest leaf: what a reader of whole leaves must see together. */
static inline size_t mr_leaf_extent(int64_t extent)
{
    assert(extent > 0);
    return extent < MR_LEAF ? (size_t)extent : MR_LEAF;
}

/* The number, over all chunks, of the leaf that this position is in. */
static inline int64_t mr_leaf_number(int64_t extent, int64_t position)
{
    if (extent == INT64_MAX) return position / MR_LEAF;
    return position / extent * mr_leaves_per_chunk(extent) + position % extent / MR_LEAF;
}

/* ---- complete subtrees of the fixed tree (ring/tree.h): 2^level leaves, of which the first one's
 * number is a multiple of that. Leaves [3, 10) are those of [3], [4567] and [89]. ---- */

/* The level of the greatest one that leaf `at` begins among the leaves before `end`. */
static inline unsigned mr_subtree_level(uint64_t at, uint64_t end)
{
    unsigned level = 0;
    while (!(at >> level & 1) && UINT64_C(2) << level <= end - at) level++;
    return level;
}

/* How many the leaves [at, end) are, and how many `leaves` may be at most: one of each size before
 * the largest and one behind it. */
static inline size_t mr_subtrees_in(uint64_t at, uint64_t end)
{
    size_t subtrees = 0;
    for (; at < end; subtrees++) at += UINT64_C(1) << mr_subtree_level(at, end);
    return subtrees;
}

static inline size_t mr_most_subtrees(size_t leaves)
{
    size_t most = 0;
    for (; leaves; leaves >>= 1) most += 2;
    return most;
}

#endif
