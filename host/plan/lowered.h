/* What a sequence was lowered to at a position of a segment, so that it is lowered once there: of n
 * stages that each read two neighbours, the first would be asked 2^n times. */
#ifndef MR_PLAN_LOWERED_H
#define MR_PLAN_LOWERED_H

#include "ir/lowering.h"

/* What the code depends on ... */
struct mr_lowered_key {
    const struct mr_seq *seq;
    ir_value position, guard, exists;
    int64_t ahead;
    bool needs_no_values, takes_masks, sees_index;
};

/* ... and what it leaves behind. */
struct mr_lowered {
    struct mr_lowered_key key;
    ir_value guard, exists;
    ir_value columns[MR_MAX_COLUMNS];
};

/* A hash table; zero: empty. */
struct mr_lowered_table {
    struct mr_lowered *rows;
    size_t count, capacity; /* a power of two, or 0 */
};

/* NULL when there is none. Borrowed until the next mr_lowered_add(). */
const struct mr_lowered *mr_lowered_find(const struct mr_lowered_table *table,
                                         const struct mr_lowered_key *key);

/* Without memory it is forgotten: lowering again gives the same. */
void mr_lowered_add(struct mr_lowered_table *table, const struct mr_lowered *row);
void mr_lowered_free(struct mr_lowered_table *table);

#endif
