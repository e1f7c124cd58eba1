/* Blocks of Philox4x32-10, four words each (philox.cl): some lanes' own, or as many consecutive
 * ones as vectors take.
 *
 * Blocks are computed a lane each, every word in a lane of 64 bits whose upper half is anything:
 * what a 32-bit multiply of CPUs reads and writes, so that no word moves between the rounds. Words
 * are in lanes of their own width only where registers are few, and where work-items share leaves:
 * GPUs multiply 32 bits, and make a product of 64 of several. */

/* Inlined for good: the rounds of one call wait for each other, so that calls must overlap. */
#define PHILOX_FN __attribute__((always_inline)) MR_FN

/* An array that a loop's variable indexes lives in memory; one that constants index, in
 * registers. */
#define PHILOX_EACH_OF_4(out, form)                                                               \
    ((out)[0] = form(0), (out)[1] = form(1), (out)[2] = form(2), (out)[3] = form(3))

#define PHILOX_ROUND(wide)                                                                        \
    do {                                                                                          \
        const wide lows = (wide)(0xffffffff);                                                     \
        const wide product0 = (c0 & lows) * (wide)(0xD2511F53);                                   \
        const wide product1 = (c2 & lows) * (wide)(0xCD9E8D57);                                   \
        c0 = (product1 >> 32) ^ c1 ^ (wide)(k0);                                                  \
        c2 = (product0 >> 32) ^ c3 ^ (wide)(k1);                                                  \
        c1 = product1;                                                                            \
        c3 = product0;                                                                            \
        k0 += 0x9E3779B9; /* Weyl's sequences of the golden ratio and of sqrt(3) - 1 */            \
        k1 += 0xBB67AE85;                                                                         \
    } while (0)

/* A function for blocks in the lanes of `wide`; c: the counters on entry, the words on exit. */
#define PHILOX_ROUNDS(name, wide)                                                                 \
    PHILOX_FN void name(wide *c, MR_ULONG_T seed)                                                 \
    {                                                                                             \
        wide c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];                                          \
        MR_ULONG_T k0 = seed & 0xffffffff, k1 = seed >> 32;                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        PHILOX_ROUND(wide);                                                                       \
        c[0] = c0;                                                                                \
        c[1] = c1;                                                                                \
        c[2] = c2;                                                                                \
        c[3] = c3;                                                                                \
    }

/* Ten rounds of c0 to c3 under k0 and k1, each word in a lane of its own width, and the halves of a
 * product one by one; of_all: the macro that makes a lane's number one of all lanes. */
#define PHILOX_NARROW_ROUNDS(narrow, of_all)                                                      \
    _Pragma("unroll")                                                                             \
    for (int round = 0; round < 10; round++) {                                                    \
        const narrow high0 = mul_hi(c0, of_all(0xD2511F53u)),                                     \
                     high1 = mul_hi(c2, of_all(0xCD9E8D57u));                                     \
        const narrow low0 = c0 * 0xD2511F53u, low1 = c2 * 0xCD9E8D57u;                            \
        c0 = high1 ^ c1 ^ k0;                                                                     \
        c2 = high0 ^ c3 ^ k1;                                                                     \
        c1 = low1;                                                                                \
        c3 = low0;                                                                                \
        k0 += 0x9E3779B9;                                                                         \
        k1 += 0xBB67AE85;                                                                         \
    }
#define PHILOX_OF_ONE(x) x

#if W < 8
#ifndef SPAN
PHILOX_ROUNDS(mr_philox_rounds, vu64)
#endif
#else
PHILOX_ROUNDS(mr_philox_rounds_8, ulong8)
PHILOX_ROUNDS(mr_philox_rounds_4, ulong4)
#if MR_VECTOR_BITS >= 512
/* Eight blocks are one vector there: a round of them would wait for the one before. */
PHILOX_ROUNDS(mr_philox_rounds_16, ulong16)
#endif

/* The same with each word in a lane of its own width, for eight and for four blocks. */
MR_FN void mr_philox_blocks_8(uint8 *c, ulong seed)
{
    ulong8 wide[4] = {convert_ulong8(c[0]), convert_ulong8(c[1]), convert_ulong8(c[2]),
                      convert_ulong8(c[3])};
    mr_philox_rounds_8(wide, seed);
    c[0] = convert_uint8(wide[0]);
    c[1] = convert_uint8(wide[1]);
    c[2] = convert_uint8(wide[2]);
    c[3] = convert_uint8(wide[3]);
}

MR_FN void mr_philox_blocks_4(uint4 *c, ulong seed)
{
    ulong4 wide[4] = {convert_ulong4(c[0]), convert_ulong4(c[1]), convert_ulong4(c[2]),
                      convert_ulong4(c[3])};
    mr_philox_rounds_4(wide, seed);
    c[0] = convert_uint4(wide[0]);
    c[1] = convert_uint4(wide[1]);
    c[2] = convert_uint4(wide[2]);
    c[3] = convert_uint4(wide[3]);
}
#endif

MR_FN void mr_philox_blocks(vu32 *c, MR_ULONG_T seed)
{
#if W == 16
    /* More at once than eight would not fit in the registers. */
    uint8 low[4] = {c[0].lo, c[1].lo, c[2].lo, c[3].lo};
    uint8 high[4] = {c[0].hi, c[1].hi, c[2].hi, c[3].hi};
    mr_philox_blocks_8(low, seed);
    mr_philox_blocks_8(high, seed);
    c[0] = (uint16)(low[0], high[0]);
    c[1] = (uint16)(low[1], high[1]);
    c[2] = (uint16)(low[2], high[2]);
    c[3] = (uint16)(low[3], high[3]);
#elif W == 8
    mr_philox_blocks_8(c, seed);
#elif defined(SPAN)
    vu32 c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
    uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
    PHILOX_NARROW_ROUNDS(vu32, K_U32)
    c[0] = c0;
    c[1] = c1;
    c[2] = c2;
    c[3] = c3;
#else
    const vu64 low = K_U64(0xffffffff);
    vu64 wide[4] = {TO_U64(c[0]), TO_U64(c[1]), TO_U64(c[2]), TO_U64(c[3])};
    mr_philox_rounds(wide, seed);
    c[0] = TO_U32(wide[0] & low);
    c[1] = TO_U32(wide[1] & low);
    c[2] = TO_U32(wide[2] & low);
    c[3] = TO_U32(wide[3] & low);
#endif
}

MR_FN void mr_philox_counters(vu32 *c, vu64 block, MR_ULONG_T stream)
{
    c[0] = TO_U32(block & K_U64(0xffffffff));
    c[1] = TO_U32(block >> 32);
    c[2] = K_U32((MR_UINT_T)stream);
    c[3] = K_U32((MR_UINT_T)(stream >> 32));
}

#if W == 2 || W == 4
/* The words of one block: with so few lanes it is made once for all of them, where a block a lane
 * would be two or four times the products. */
MR_FN uint4 mr_philox_block(ulong block, ulong seed, ulong stream)
{
    uint c0 = (uint)block, c1 = (uint)(block >> 32);
    uint c2 = (uint)stream, c3 = (uint)(stream >> 32);
    uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
    PHILOX_NARROW_ROUNDS(uint, PHILOX_OF_ONE)
    return (uint4)(c0, c1, c2, c3);
}

MR_FN ulong2 mr_philox_pairs(ulong block, ulong seed, ulong stream)
{
    const uint4 c = mr_philox_block(block, seed, stream);
    return (ulong2)(c.s0 | (ulong)c.s1 << 32, c.s2 | (ulong)c.s3 << 32);
}
#endif

/* Lane numbers. */
#if W == 1
#define PHILOX_LANES 0
#elif W == 2
#define PHILOX_LANES 0, 1
#elif W == 4
#define PHILOX_LANES 0, 1, 2, 3
#elif W == 8
#define PHILOX_LANES 0, 1, 2, 3, 4, 5, 6, 7
#else
#define PHILOX_LANES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#endif

/* Consecutive blocks from `block` on, a lane each; eight in the order 0 2 4 6 1 3 5 7, as
 * mr_philox_transpose() wants them. */
#if W < 8
MR_FN void mr_philox_across(MR_ULONG_T block, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *c)
{
    mr_philox_counters(c, K_U64(block) + (vu64)(PHILOX_LANES), stream);
    mr_philox_blocks(c, seed);
}
#else
#if MR_VECTOR_BITS >= 512
/* Eight blocks, then the eight after them, in the same order. */
#define PHILOX_16(a, b, c, d, e, f, g, h)                                                         \
    (ulong16)(a, b, c, d, e, f, g, h, 8 + a, 8 + b, 8 + c, 8 + d, 8 + e, 8 + f, 8 + g, 8 + h)

PHILOX_FN void mr_philox_across_16(ulong block, ulong seed, ulong stream, uint8 *c)
{
    const ulong16 counter = (ulong16)(block) + PHILOX_16(0, 2, 4, 6, 1, 3, 5, 7);
    ulong16 wide[4] = {counter, counter >> 32, (ulong16)(stream), (ulong16)(stream >> 32)};
    mr_philox_rounds_16(wide, seed);
#define PHILOX_FIRST(k) convert_uint8(wide[k].lo)
#define PHILOX_SECOND(k) convert_uint8(wide[k].hi)
    PHILOX_EACH_OF_4(c, PHILOX_FIRST);
    PHILOX_EACH_OF_4(c + 4, PHILOX_SECOND);
#undef PHILOX_FIRST
#undef PHILOX_SECOND
}
#else
/* A word in a lane of 32 bits, eight blocks a vector: products of even lanes, then of odd ones. It
 * takes as many operations as lanes of 64 bits do, but half the registers, of which AVX2 has 16:
 * two such vectors side by side do not wait for each other, and stay in them. */
#define PHILOX_HALVES(c, factor, high, low)                                                       \
    do {                                                                                          \
        const ulong4 even = (as_ulong4(c) & (ulong4)(0xffffffff)) * (ulong4)(factor);             \
        const ulong4 odd = (as_ulong4(c) >> 32) * (ulong4)(factor);                               \
        const uint16 halves = (uint16)(as_uint8(even), as_uint8(odd));                            \
        (high) = halves.s193b5d7f;                                                                \
        (low) = halves.s082a4c6e;                                                                 \
    } while (0)

PHILOX_FN void mr_philox_round_8(uint8 *c, uint k0, uint k1)
{
    uint8 high0, low0, high1, low1;
    PHILOX_HALVES(c[0], 0xD2511F53, high0, low0);
    PHILOX_HALVES(c[2], 0xCD9E8D57, high1, low1);
    c[0] = high1 ^ c[1] ^ (uint8)(k0);
    c[2] = high0 ^ c[3] ^ (uint8)(k1);
    c[1] = low1;
    c[3] = low0;
}

PHILOX_FN void mr_philox_counters_8(ulong block, ulong stream, uint8 *c)
{
    const uint low = (uint)block;
    c[0] = (uint8)(low) + (uint8)(0, 2, 4, 6, 1, 3, 5, 7);
    c[1] = (uint8)((uint)(block >> 32)) + (c[0] < (uint8)(low) ? (uint8)(1) : (uint8)(0));
    c[2] = (uint8)((uint)stream);
    c[3] = (uint8)((uint)(stream >> 32));
}

/* Words of eight blocks in c[0] to c[3], of the eight after them in c[4] to c[7]. */
PHILOX_FN void mr_philox_across_16(ulong block, ulong seed, ulong stream, uint8 *c)
{
    uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
    mr_philox_counters_8(block, stream, c);
    mr_philox_counters_8(block + 8, stream, c + 4);
#pragma unroll
    for (int k = 0; k < 10; k++) {
        mr_philox_round_8(c, k0, k1);
        mr_philox_round_8(c + 4, k0, k1);
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
}
#endif

PHILOX_FN void mr_philox_across(ulong block, ulong seed, ulong stream, vu32 *c)
{
#if W == 8
    const ulong8 counter = (ulong8)(block) + (ulong8)(0, 2, 4, 6, 1, 3, 5, 7);
    ulong8 wide[4] = {counter, counter >> 32, (ulong8)(stream), (ulong8)(stream >> 32)};
    mr_philox_rounds_8(wide, seed);
#define PHILOX_WORDS(k) convert_uint8(wide[k])
#else
    uint8 words[8];
    mr_philox_across_16(block, seed, stream, words);
#define PHILOX_WORDS(k) (uint16)(words[k], words[4 + (k)])
#endif
    PHILOX_EACH_OF_4(c, PHILOX_WORDS);
#undef PHILOX_WORDS
}
#endif

/* Word k of all those blocks is in the lanes of c[k]; out: block after block. */
#if W == 1
MR_FN void mr_philox_transpose(const vu32 *c, vu32 *out)
{
    for (int k = 0; k < 4; k++) out[k] = c[k];
}
#elif W == 2
MR_FN void mr_philox_transpose(const vu32 *c, vu32 *out)
{
    out[0] = (uint2)(c[0].s0, c[1].s0);
    out[1] = (uint2)(c[2].s0, c[3].s0);
    out[2] = (uint2)(c[0].s1, c[1].s1);
    out[3] = (uint2)(c[2].s1, c[3].s1);
}
#elif W == 4
MR_FN void mr_philox_transpose(const vu32 *c, vu32 *out)
{
    uint8 a = ((uint8)(c[0], c[1])).s04152637, b = ((uint8)(c[2], c[3])).s04152637;
    out[0] = (uint4)(a.s01, b.s01);
    out[1] = (uint4)(a.s23, b.s23);
    out[2] = (uint4)(a.s45, b.s45);
    out[3] = (uint4)(a.s67, b.s67);
}
#else
/* Eight blocks in the order 0 2 4 6 1 3 5 7; the swizzles stay within 128-bit halves:
 *
 *     c0   0 2 4 6 | 1 3 5 7          c0 c1 of 0, c0 c1 of 2 | of 1, of 3        block 0 | block 1
 *     c1   0 2 4 6 | 1 3 5 7    ->    c2 c3 of 0, c2 c3 of 2 | of 1, of 3   ->   block 2 | block 3
 *     ...                             and so on for 4 6 | 5 7                    ... */
#define PHILOX_TRANSPOSE(c0, c1, c2, c3, o0, o1, o2, o3)                                          \
    do {                                                                                          \
        uint16 a = (uint16)(c0, c1), b = (uint16)(c2, c3);                                        \
        uint16 near = (uint16)(a.s08194c5d, b.s08194c5d);                                         \
        uint16 far = (uint16)(a.s2a3b6e7f, b.s2a3b6e7f);                                          \
        (o0) = near.s018945cd;                                                                    \
        (o1) = near.s23ab67ef;                                                                    \
        (o2) = far.s018945cd;                                                                     \
        (o3) = far.s23ab67ef;                                                                     \
    } while (0)
#if W == 8
MR_FN void mr_philox_transpose(const vu32 *c, vu32 *out)
{
    PHILOX_TRANSPOSE(c[0], c[1], c[2], c[3], out[0], out[1], out[2], out[3]);
}
#else
MR_FN void mr_philox_transpose(const vu32 *c, vu32 *out)
{
    PHILOX_TRANSPOSE(c[0].lo, c[1].lo, c[2].lo, c[3].lo, out[0].lo, out[0].hi, out[1].lo,
                     out[1].hi);
    PHILOX_TRANSPOSE(c[0].hi, c[1].hi, c[2].hi, c[3].hi, out[2].lo, out[2].hi, out[3].lo,
                     out[3].hi);
}
#endif
#endif

/* Consecutive elements: 4*W words, of the W blocks from `block` on. */
#if W < 8
MR_FN void mr_philox_in_order(MR_ULONG_T block, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *out)
{
    vu32 c[4];
    mr_philox_across(block, seed, stream, c);
    mr_philox_transpose(c, out);
}
#else
/* The words of eight blocks in pairs, the first one low. Blocks are in the order that leaves to the
 * last swizzles moves within 128 bits only. */
PHILOX_FN void mr_philox_pair_up(ulong8 c0, ulong8 c1, ulong8 c2, ulong8 c3, ulong8 *out)
{
    const ulong8 lows = (ulong8)(0xffffffff);
    const ulong16 pairs = (ulong16)((c0 & lows) | (c1 << 32), (c2 & lows) | (c3 << 32));
    out[0] = pairs.s082a4c6e;
    out[1] = pairs.s193b5d7f;
}

PHILOX_FN void mr_philox_pairs_8(ulong block, ulong seed, ulong stream, ulong8 *out)
{
    const ulong8 counter = (ulong8)(block) + (ulong8)(0, 4, 1, 5, 2, 6, 3, 7);
    ulong8 c[4] = {counter, counter >> 32, (ulong8)(stream), (ulong8)(stream >> 32)};
    mr_philox_rounds_8(c, seed);
    mr_philox_pair_up(c[0], c[1], c[2], c[3], out);
}

PHILOX_FN void mr_philox_pairs_16(ulong block, ulong seed, ulong stream, ulong8 *out)
{
#if MR_VECTOR_BITS >= 512
    const ulong16 counter = (ulong16)(block) + PHILOX_16(0, 4, 1, 5, 2, 6, 3, 7);
    ulong16 c[4] = {counter, counter >> 32, (ulong16)(stream), (ulong16)(stream >> 32)};
    mr_philox_rounds_16(c, seed);
    mr_philox_pair_up(c[0].lo, c[1].lo, c[2].lo, c[3].lo, out);
    mr_philox_pair_up(c[0].hi, c[1].hi, c[2].hi, c[3].hi, out + 2);
#else
    uint8 c[8], o[4];
    mr_philox_across_16(block, seed, stream, c);
    PHILOX_TRANSPOSE(c[0], c[1], c[2], c[3], o[0], o[1], o[2], o[3]);
    out[0] = (ulong8)(as_ulong4(o[0]), as_ulong4(o[1]));
    out[1] = (ulong8)(as_ulong4(o[2]), as_ulong4(o[3]));
    PHILOX_TRANSPOSE(c[4], c[5], c[6], c[7], o[0], o[1], o[2], o[3]);
    out[2] = (ulong8)(as_ulong4(o[0]), as_ulong4(o[1]));
    out[3] = (ulong8)(as_ulong4(o[2]), as_ulong4(o[3]));
#endif
}

MR_FN void mr_philox_in_order(ulong block, ulong seed, ulong stream, vu32 *out)
{
    ulong8 pairs[W / 4];
#if W == 8
    mr_philox_pairs_8(block, seed, stream, pairs);
    out[0] = as_uint8(pairs[0].lo);
    out[1] = as_uint8(pairs[0].hi);
    out[2] = as_uint8(pairs[1].lo);
    out[3] = as_uint8(pairs[1].hi);
#else
    mr_philox_pairs_16(block, seed, stream, pairs);
    out[0] = as_uint16(pairs[0]);
    out[1] = as_uint16(pairs[1]);
    out[2] = as_uint16(pairs[2]);
    out[3] = as_uint16(pairs[3]);
#endif
}
#endif
