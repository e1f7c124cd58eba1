/* Powers of ten to 128 bits, for reading and writing floats. */
#ifndef MR_IO_TEN_POWERS_H
#define MR_IO_TEN_POWERS_H

#include <stdint.h>

enum { MR_TEN_MIN = -348, MR_TEN_MAX = 347 };

struct mr_u128 {
    uint64_t high, low;
};

/* g with g - 1 < 10^exponent * 2^s <= g and 2^127 <= g < 2^128, that is s = 127 -
 * mr_floor_log2_ten(exponent). Equality holds for exponents 0 to 55 only. */
struct mr_u128 mr_ten_power(int exponent);

/* floor(log2(10^exponent)) for |exponent| <= 1233. */
int mr_floor_log2_ten(int exponent);

/* floor(value / 2^shift) for negative values, too. */
int mr_floor_shift(int value, unsigned shift);

/* The 128-bit product. */
struct mr_u128 mr_multiply_u64(uint64_t a, uint64_t b);

#endif
