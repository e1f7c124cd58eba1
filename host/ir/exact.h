/* The bins of an exact sum: a number in fixed point wide enough for every f64, so that adding is
 * exact and the order of additions does not matter.
 *
 *     word      0          1          ...    35         ...    66         67
 *     weight    2^-1120    2^-1088           2^0               2^992      2^1024
 *               |46 spare|2^-1074, the least f64               2^1023|    room for 2^63 elements
 *
 * Words are i64 (two's complement in u64) that overlap: 32 bits each, the rest takes carries.
 * After R. M. Neal, Fast exact summation using small and large superaccumulators (2015),
 * section 2. */
#ifndef MR_IR_EXACT_H
#define MR_IR_EXACT_H

enum {
    MR_EXACT_WORDS = 68,
    MR_EXACT_ONE = 35,               /* the word of weight 1 */
    MR_EXACT_LEAST = 46,             /* the bit of the least f64, 2^-1074 */
    MR_EXACT_COUNT = MR_EXACT_WORDS, /* bins that count: elements, */
    MR_EXACT_NANS,                   /* those that are NaN, */
    MR_EXACT_UPS,                    /* inf, */
    MR_EXACT_DOWNS,                  /* -inf; */
    MR_EXACT_OTHERS,                 /* not 0 if any of them is not -0 */
    MR_EXACT_BINS
};

#endif
