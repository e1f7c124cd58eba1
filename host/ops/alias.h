/* Alias tables: the words of kernels/lib/categorical.cl. */
#ifndef MR_OPS_ALIAS_H
#define MR_OPS_ALIAS_H

#include "ops/draw.h"

enum { MR_ALIAS_KINDS = 16384 }; /* at most 2^16: an entry keeps 16 bits for one */

/* Gives the sequence the words of kinds `first`, first + 1, ... by their weights, of which it makes
 * something else. Their sum is positive and finite. */
mr_status mr_alias_make(struct mr_seq *seq, size_t seed_at, double weights[], size_t count,
                        int64_t first, mr_error *err);

/* The draw, an i64. */
ir_value mr_alias_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position);

#endif
