/* What permutation and shuffle share: the words of kernels/lib/permutation.cl. */
#ifndef MR_OPS_RANDOM_ORDER_H
#define MR_OPS_RANDOM_ORDER_H

#include "ir/op.h"

/* Makes them seq->context, for a random order of 0 .. length-1; length is from 0 to 2^63-1. */
mr_status mr_random_order_make(struct mr_seq *seq, int64_t length, uint64_t seed, mr_error *err);
void mr_random_order_free(void *context);

/* Which number stands at the position. */
ir_value mr_random_order_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position);

#endif
