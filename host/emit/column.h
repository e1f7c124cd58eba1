/* A value column as kernels see it: its dtype, that in which it is folded, the fold's text. All of
 * column e->column of e->values. */
#ifndef MR_EMIT_COLUMN_H
#define MR_EMIT_COLUMN_H

#include "emit/emitter.h"

/* The dtype of what the column stores. */
mr_dtype mr_column_dtype(const struct mr_emitter *e);

/* Sums and products of signed integers run in unsigned: they wrap. */
mr_dtype mr_fold_dtype(enum mr_aggregate aggregate, mr_dtype dtype);
mr_dtype mr_column_fold_dtype(const struct mr_emitter *e);

/* Lanes of the masks that fit the value: 32 or 64 bits. */
unsigned mr_column_bits(const struct mr_emitter *e);

/* Lanes of the mask of what counts; 32 where everything does. */
unsigned mr_keep_bits(const struct mr_emitter *e);

bool mr_is_filtered(const struct mr_emitter *e);

/* Whether what counts is counted. */
bool mr_counts_kept(const struct mr_emitter *e);

static inline ir_value mr_column_value(const struct mr_emitter *e)
{
    return e->values[e->column];
}

/* Goes to value column `number`, or to that of what is carried. */
bool mr_go_to_value(struct mr_emitter *e, size_t number);
bool mr_go_to_carried(struct mr_emitter *e, size_t number);

#endif
