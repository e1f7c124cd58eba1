/* Leaves of units folded into one tree a column: what a terminal's runner remembers. */
#ifndef MR_RING_LEAVES_H
#define MR_RING_LEAVES_H

#include "plan/plan.h"
#include "ring/bytes.h"
#include "ring/tree.h"

struct mr_leaves {
    struct mr_tree trees[MR_MAX_COLUMNS];
    size_t count; /* of trees: the segment's values */
};

/* Whether they are the state of the segment's runner. */
bool mr_has_leaves(const struct mr_segment *s);

/* The first leaf that is added will be number `first`. */
void mr_leaves_start(struct mr_leaves *leaves, const struct mr_segment *s, uint64_t first);

/* Adds entry `entry` of mapped partials to the trees of every column: a leaf, or a complete subtree
 * of 2^level leaves. */
void mr_leaves_add(struct mr_leaves *leaves, void *const columns[], size_t entry, unsigned level);

/* Trees as bytes; of a part of a sequence, too, which begins with a later leaf. */
void mr_leaves_put(const struct mr_leaves *leaves, struct mr_bytes_out *out);
void mr_leaves_get(struct mr_leaves *leaves, struct mr_bytes_in *in);

/* One of the stack as bytes: what the columns have of the same leaves. */
void mr_leaves_put_subtree(const struct mr_leaves *leaves, unsigned k, struct mr_bytes_out *out);

/* Reads one and adds it as mr_tree_add_subtree() does. */
void mr_leaves_get_subtree(struct mr_leaves *leaves, unsigned level, struct mr_bytes_in *in);

#endif
