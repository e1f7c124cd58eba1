/* The loops of operations, for a file that has them: of all lanes, or with MR_ONE_LANE of one. */
#ifndef MR_ENGINE_OPERATION_LOOPS_H
#define MR_ENGINE_OPERATION_LOOPS_H

#include "engine/lane_loops.h"

#include <math.h>
#include <string.h>

#include "engine/loop_forms.h"

/* Where a zSeries has no vectors, GCC 12 takes two lanes of 32 bits for one of 64, and counts the
 * set bits of both together. */
#if defined(__s390x__) && !defined(__VX__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-vectorize")
#endif

/* ---- arithmetic ---- */

ON_INTEGERS(BINARY, add, (bits)x + (bits)y)
ON_INTEGERS(BINARY, sub, (bits)x - (bits)y)
ON_INTEGERS(BINARY, mul, ((bits)x * (bits)y))
ON_INTEGERS(UNARY, neg, 0 - (bits)x)
ON_FLOATS(BINARY, add, x + y)
ON_FLOATS(BINARY, sub, x - y)
ON_FLOATS(BINARY, mul, (x * y))
ON_FLOATS(BINARY, div, x / y)
ON_FLOATS(UNARY, neg, -x)

/* A divisor of 0 stands only in lanes that nobody asked for, and must not trap there. */
ON_SIGNED(BINARY, div, y == -1 ? 0 - (bits)x : (bits)(x / (y == 0 ? 1 : y)))
ON_SIGNED(BINARY, rem, y == -1 ? 0 : x % (y == 0 ? 1 : y))
ON_UNSIGNED(BINARY, div, x / (y == 0 ? 1 : y))
ON_UNSIGNED(BINARY, rem, x % (y == 0 ? 1 : y))

/* By a power of 2, at least 1: rounded towards 0, and what that leaves. */
ON_SIGNED(LOOP_BY_POWER, div_by_power, (x + (x < 0 ? y - 1 : 0)) >> shift)
ON_SIGNED(LOOP_BY_POWER, rem_by_power, x - ((x + (x < 0 ? y - 1 : 0)) & -y))
ON_UNSIGNED(LOOP_BY_POWER, div_by_power, x >> shift)
ON_UNSIGNED(LOOP_BY_POWER, rem_by_power, x &(y - 1))

ON_SIGNED(UNARY, abs, x < 0 ? 0 - (bits)x : (bits)x)
ON_UNSIGNED(UNARY, abs, x)
LOOP_1(abs_f32, float, float, uint32_t, fabsf(x))
LOOP_1(abs_f64, double, double, uint64_t, fabs(x))

/* ---- bits ---- */

ON_BOOLS(BINARY, bit_and, (x & y))
ON_BOOLS(BINARY, bit_or, (x | y))
ON_BOOLS(BINARY, bit_xor, (x ^ y))
ON_BOOLS(UNARY, bit_not, x ^ 1)
ON_INTEGERS(BINARY, bit_and, (x & y))
ON_INTEGERS(BINARY, bit_or, (x | y))
ON_INTEGERS(BINARY, bit_xor, (x ^ y))
ON_INTEGERS(UNARY, bit_not, ~x)
ON_INTEGERS(BINARY, shl, (bits)x << ((bits)y & (8 * sizeof(bits) - 1)))
ON_INTEGERS(BINARY, shr, x >> ((bits)y & (8 * sizeof(bits) - 1)))

/* Set bits are summed in fields of 2, 4, 8 bits, then by one product (Knuth, TAOCP 4A, 7.1.3,
 * sideways addition): unlike a table or an instruction, compilers turn it into vectors. */
static inline uint32_t ones_32(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return x * 0x01010101u >> 24;
}

static inline uint64_t ones_64(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return x * UINT64_C(0x0101010101010101) >> 56;
}

static inline uint32_t zeros_before_32(uint32_t x)
{
    for (unsigned shift = 1; shift < 32; shift *= 2) x |= x >> shift;
    return ones_32(~x);
}

static inline uint64_t zeros_before_64(uint64_t x)
{
    for (unsigned shift = 1; shift < 64; shift *= 2) x |= x >> shift;
    return ones_64(~x);
}

LOOP_1(popcount_i32, int32_t, int32_t, uint32_t, ones_32((bits)x))
LOOP_1(popcount_u32, uint32_t, uint32_t, uint32_t, ones_32(x))
LOOP_1(popcount_i64, int64_t, int64_t, uint64_t, ones_64((bits)x))
LOOP_1(popcount_u64, uint64_t, uint64_t, uint64_t, ones_64(x))
LOOP_1(clz_i32, int32_t, int32_t, uint32_t, zeros_before_32((bits)x))
LOOP_1(clz_u32, uint32_t, uint32_t, uint32_t, zeros_before_32(x))
LOOP_1(clz_i64, int64_t, int64_t, uint64_t, zeros_before_64((bits)x))
LOOP_1(clz_u64, uint64_t, uint64_t, uint64_t, zeros_before_64(x))

/* ---- comparisons and choices ---- */

ON_BOOLS(BINARY_TEST, eq, x == y)
ON_BOOLS(BINARY_TEST, ne, x != y)
ON_BOOLS(BINARY_TEST, lt, x < y)
ON_BOOLS(BINARY_TEST, le, x <= y)
ON_INTEGERS(BINARY_TEST, eq, x == y)
ON_INTEGERS(BINARY_TEST, ne, x != y)
ON_INTEGERS(BINARY_TEST, lt, x < y)
ON_INTEGERS(BINARY_TEST, le, x <= y)
ON_FLOATS(BINARY_TEST, eq, x == y)
ON_FLOATS(BINARY_TEST, ne, x != y)
ON_FLOATS(BINARY_TEST, lt, x < y)
ON_FLOATS(BINARY_TEST, le, x <= y)

ON_BOOLS(BINARY, min, y < x ? y : x)
ON_BOOLS(BINARY, max, x < y ? y : x)
ON_INTEGERS(BINARY, min, y < x ? y : x)
ON_INTEGERS(BINARY, max, x < y ? y : x)
ON_FLOATS(BINARY, min, y != y ? y : y < x ? y : x)
ON_FLOATS(BINARY, max, y != y ? y : x < y ? y : x)

/* By masks of bits, so that a dtype is its width only and no lane branches. */
#define SELECT(name, U)                                                                            \
    static void name(LANE_LOOP_PARAMETERS)                                                         \
    {                                                                                              \
        U *results = out;                                                                          \
        const uint8_t *conditions = in_0;                                                          \
        const U *xs = in_1, *ys = in_2;                                                            \
        FOR_LANES(k)                                                                               \
        {                                                                                          \
            const U mask = (U)(0 - (U)(conditions[k] != 0));                                       \
            results[k] = (U)((xs[k] & mask) | (ys[k] & (U)~mask));                                 \
        }                                                                                          \
    }
SELECT(select_1, uint8_t)
SELECT(select_4, uint32_t)
SELECT(select_8, uint64_t)

/* ---- floats ---- */

LOOP_1(sqrt_f32, float, float, uint32_t, sqrtf(x))
LOOP_1(sqrt_f64, double, double, uint64_t, sqrt(x))
LOOP_1(floor_f32, float, float, uint32_t, floorf(x))
LOOP_1(floor_f64, double, double, uint64_t, floor(x))
LOOP_1(ceil_f32, float, float, uint32_t, ceilf(x))
LOOP_1(ceil_f64, double, double, uint64_t, ceil(x))
LOOP_1(trunc_f32, float, float, uint32_t, truncf(x))
LOOP_1(trunc_f64, double, double, uint64_t, trunc(x))
LOOP_1(round_f32, float, float, uint32_t, roundf(x))
LOOP_1(round_f64, double, double, uint64_t, round(x))
LOOP_3(fma_f32, float, float, uint32_t, fmaf(x, y, z))
LOOP_3(fma_f64, double, double, uint64_t, fma(x, y, z))
ON_FLOATS(UNARY_TEST, isnan, x != x)
LOOP_1(isinf_f32, uint8_t, float, uint32_t, fabsf(x) == INFINITY)
LOOP_1(isinf_f64, uint8_t, double, uint64_t, fabs(x) == (double)INFINITY)

static const mr_lane_loop operations[IR_OP_COUNT][MR_DTYPE_COUNT] = {
    [IR_ADD] = {INTEGER_LOOPS(add), FLOAT_LOOPS(add)},
    [IR_SUB] = {INTEGER_LOOPS(sub), FLOAT_LOOPS(sub)},
    [IR_MUL] = {INTEGER_LOOPS(mul), FLOAT_LOOPS(mul)},
    [IR_DIV] = {INTEGER_LOOPS(div), FLOAT_LOOPS(div)},
    [IR_REM] = {INTEGER_LOOPS(rem)},
    [IR_NEG] = {INTEGER_LOOPS(neg), FLOAT_LOOPS(neg)},
    [IR_AND] = {BOOL_LOOPS(bit_and), INTEGER_LOOPS(bit_and)},
    [IR_OR] = {BOOL_LOOPS(bit_or), INTEGER_LOOPS(bit_or)},
    [IR_XOR] = {BOOL_LOOPS(bit_xor), INTEGER_LOOPS(bit_xor)},
    [IR_NOT] = {BOOL_LOOPS(bit_not), INTEGER_LOOPS(bit_not)},
    [IR_SHL] = {INTEGER_LOOPS(shl)},
    [IR_SHR] = {INTEGER_LOOPS(shr)},
    [IR_EQ] = {ALL_LOOPS(eq)},
    [IR_NE] = {ALL_LOOPS(ne)},
    [IR_LT] = {ALL_LOOPS(lt)},
    [IR_LE] = {ALL_LOOPS(le)},
    [IR_SELECT] = {[MR_BOOL] = select_1,
                   [MR_I32] = select_4,
                   [MR_U32] = select_4,
                   [MR_I64] = select_8,
                   [MR_U64] = select_8,
                   [MR_F32] = select_4,
                   [MR_F64] = select_8},
    [IR_MIN] = {ALL_LOOPS(min)},
    [IR_MAX] = {ALL_LOOPS(max)},
    [IR_ABS] = {INTEGER_LOOPS(abs), FLOAT_LOOPS(abs)},
    [IR_SQRT] = {FLOAT_LOOPS(sqrt)},
    [IR_FLOOR] = {FLOAT_LOOPS(floor)},
    [IR_CEIL] = {FLOAT_LOOPS(ceil)},
    [IR_TRUNC] = {FLOAT_LOOPS(trunc)},
    [IR_ROUND] = {FLOAT_LOOPS(round)},
    [IR_FMA] = {FLOAT_LOOPS(fma)},
    [IR_ISNAN] = {FLOAT_LOOPS(isnan)},
    [IR_ISINF] = {FLOAT_LOOPS(isinf)},
    [IR_POPCOUNT] = {INTEGER_LOOPS(popcount)},
    [IR_CLZ] = {INTEGER_LOOPS(clz)},
};

mr_lane_loop MR_LANE_NAME(operation)(enum ir_op op, mr_dtype dtype)
{
    return operations[op][dtype];
}

mr_lane_loop MR_LANE_NAME(by_power)(enum ir_op op, mr_dtype dtype)
{
    static const mr_lane_loop quotients[MR_DTYPE_COUNT] = {INTEGER_LOOPS(div_by_power)},
                              remainders[MR_DTYPE_COUNT] = {INTEGER_LOOPS(rem_by_power)};
    return op == IR_DIV ? quotients[dtype] : op == IR_REM ? remainders[dtype] : NULL;
}

#endif
