/* Sources of which each element comes from those before: endless, integers modulo a number. */
#ifndef MR_OPS_RECURRING_H
#define MR_OPS_RECURRING_H

#include "ir/op.h"

/* One column x of this dtype, kind RECUR. */
mr_status mr_recurring_check(struct mr_seq *seq, mr_dtype dtype, mr_error *err);

/* That the dtype of argument `dtype` is an integer's, and holds `most`, the greatest number below
 * the modulus in argument `modulus`. `way_out`: the hint, where it is no integer. */
mr_status mr_recurring_check_dtype(const struct mr_seq *seq, size_t dtype, size_t modulus,
                                   uint64_t most, const char *way_out, mr_error *err);

/* All that the library's function takes are the words in seq->context, and term 0 is the first. */
void mr_recurring_lower_words(struct mr_lowering *l, const struct mr_seq *seq, size_t bytes,
                              ir_value *columns);

#endif
