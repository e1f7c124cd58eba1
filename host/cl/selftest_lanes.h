/* What the self-test asks in vectors: conversions in lanes, a sum in order, remainders as masks.
 * Compilers that pass the same questions in scalars were wrong in these. */
#ifndef MR_CL_SELFTEST_LANES_H
#define MR_CL_SELFTEST_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "cl/error_code.h"

/* Conversions in the order of their numbers: name in the kernel, words for a failure. The last four
 * are of devices with f64. */
#define MR_LANE_CONVERSIONS(ROW)                                                                   \
    ROW(I64_TO_F32, "i64 to f32")                                                                  \
    ROW(U64_TO_F32, "u64 to f32")                                                                  \
    ROW(F32_TO_I64, "f32 to i64")                                                                  \
    ROW(F32_TO_U64, "f32 to u64")                                                                  \
    ROW(I64_TO_F64, "i64 to f64")                                                                  \
    ROW(U64_TO_F64, "u64 to f64")                                                                  \
    ROW(F64_TO_I64, "f64 to i64")                                                                  \
    ROW(F64_TO_U64, "f64 to u64")

enum {
    MR_LANE_ITEMS = 64,                  /* work-items */
    MR_LANE_SAMPLES = 8 * MR_LANE_ITEMS, /* 64 a conversion */
    MR_LANE_WORDS = 9 * MR_LANE_ITEMS,   /* what they give, and a sum a work-item */
    MR_LANE_FLAGS = 64 * MR_LANE_ITEMS,  /* bytes: which positions count */
};

/* Which positions 3 divides, as emit/residue.c asks it: the inverse of 3 modulo 2^64, and the least
 * i64 that 3 divides. */
#define MR_LANE_THIRD 0xaaaaaaaaaaaaaaabull
#define MR_LANE_LEAST 0x8000000000000002ull

/* What the kernel is given, and what it must give. */
struct mr_lane_questions {
    cl_ulong samples[MR_LANE_SAMPLES];
    cl_ulong terms[MR_LANE_ITEMS];
    cl_ulong words[MR_LANE_WORDS];
    cl_uchar flags[MR_LANE_FLAGS];
};

/* Fills all of it; C's own conversions and additions are the answers. Without f64 those that need
 * it are 0, and the terms are f32. */
void mr_lane_questions_make(struct mr_lane_questions *out, bool has_fp64);

/* Writes which answer is wrong first; false: none is. */
bool mr_lane_answers_differ(const struct mr_lane_questions *asked, const cl_ulong words[],
                            const cl_uchar flags[], char *reason, size_t size);

#endif
