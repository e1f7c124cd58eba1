/* What the bins of an exact sum (ir/exact.h) amount to. */
#ifndef MR_RING_EXACT_SUM_H
#define MR_RING_EXACT_SUM_H

#include "ir/aggregate.h"
#include "ir/exact.h"

/* Moves what each word holds above its 32 bits to the next, so that as much can be added again. */
void mr_exact_carry(uint64_t bins[MR_EXACT_BINS]);

/* The sum, or the mean, of values of this dtype (f64, i64, u64), rounded once, to nearest even.
 * NaN and infinities as IEEE addition in any order; -0 if every element is -0. Sums of integers
 * modulo 2^64. The bins have no carries pending. */
mr_scalar mr_exact_value(const uint64_t bins[MR_EXACT_BINS], bool is_mean, mr_dtype dtype);

/* Whether a sum of integers is beyond the range of this dtype; its digits are written then. */
enum { MR_EXACT_TEXT = 48 };
bool mr_exact_overflows(const uint64_t bins[MR_EXACT_BINS], mr_dtype dtype,
                        char text[MR_EXACT_TEXT]);

#endif
