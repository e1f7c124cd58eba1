/* Philox4x32-10: counter-based random words. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as
 * easy as 1, 2, 3 (SC'11), section 3.3 and table 2.
 *
 * Element i of a stream is word i & 3 of block i >> 2; a block is the function of the counter
 * {block low, block high, stream low, stream high} under the key {seed low, seed high}.
 *
 * Blocks are computed a lane each. Products are taken on the even and odd lanes of a register as
 * 64-bit multiplies, which CPUs have; mul_hi on 32-bit lanes they have not. */

#if W == 1
#define PHILOX_PRODUCT(vec, pairs, a, k, high, low)                                               \
    do {                                                                                          \
        MR_ULONG_T product = (MR_ULONG_T)(a) * (k);                                               \
        (high) = (MR_UINT_T)(product >> 32);                                                      \
        (low) = (MR_UINT_T)product;                                                               \
    } while (0)
#else
/* Which lane of a pair is its low half does not matter: each product goes back where it came from. */
#define PHILOX_PRODUCT(vec, pairs, a, k, high, low)                                               \
    do {                                                                                          \
        const pairs lows = (pairs)0xffffffff;                                                     \
        pairs even = (MR_PASTE(as_, pairs)(a) & lows) * (pairs)(k);                               \
        pairs odd = (MR_PASTE(as_, pairs)(a) >> 32) * (pairs)(k);                                 \
        (high) = MR_PASTE(as_, vec)((even >> 32) | (odd & ~lows));                                \
        (low) = MR_PASTE(as_, vec)((even & lows) | (odd << 32));                                  \
    } while (0)
#endif

#define PHILOX_ROUND(vec, pairs)                                                                  \
    do {                                                                                          \
        vec high0, low0, high1, low1;                                                             \
        PHILOX_PRODUCT(vec, pairs, c0, 0xD2511F53u, high0, low0);                                 \
        PHILOX_PRODUCT(vec, pairs, c2, 0xCD9E8D57u, high1, low1);                                 \
        c0 = high1 ^ c1 ^ (vec)(k0);                                                              \
        c2 = high0 ^ c3 ^ (vec)(k1);                                                              \
        c1 = low1;                                                                                \
        c3 = low0;                                                                                \
        k0 += 0x9E3779B9u; /* Weyl's sequences of the golden ratio and of sqrt(3) - 1 */           \
        k1 += 0xBB67AE85u;                                                                        \
    } while (0)

/* A function for blocks in the lanes of `vec`; c: the counters on entry, the words on exit. */
#define PHILOX_BLOCKS(name, vec, pairs)                                                           \
    MR_FN void name(vec *c, MR_ULONG_T seed)                                                      \
    {                                                                                             \
        vec c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];                                           \
        MR_UINT_T k0 = (MR_UINT_T)seed, k1 = (MR_UINT_T)(seed >> 32);                             \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        PHILOX_ROUND(vec, pairs);                                                                 \
        c[0] = c0;                                                                                \
        c[1] = c1;                                                                                \
        c[2] = c2;                                                                                \
        c[3] = c3;                                                                                \
    }

#if W == 1
PHILOX_BLOCKS(mr_philox_blocks, vu32, vu32)
#elif W == 2
PHILOX_BLOCKS(mr_philox_blocks, uint2, ulong)
#elif W == 4
PHILOX_BLOCKS(mr_philox_blocks, uint4, ulong2)
#elif W == 8
PHILOX_BLOCKS(mr_philox_blocks, uint8, ulong4)
PHILOX_BLOCKS(mr_philox_half, uint4, ulong2)
#else
PHILOX_BLOCKS(mr_philox_blocks, uint16, ulong8)
PHILOX_BLOCKS(mr_philox_half, uint8, ulong4)
PHILOX_BLOCKS(mr_philox_quarter, uint4, ulong2)
#endif

MR_FN void mr_philox_counters(vu32 *c, vu64 block, MR_ULONG_T stream)
{
    c[0] = TO_U32(block & K_U64(0xffffffff));
    c[1] = TO_U32(block >> 32);
    c[2] = K_U32((MR_UINT_T)stream);
    c[3] = K_U32((MR_UINT_T)(stream >> 32));
}

/* 24 bits of a word; exact. */
MR_FN vf32 mr_philox_to_f32(vu32 word)
{
    return TO_F32(AS_I32(word >> 8)) * K_F32(0x1p-24f);
}

/* 2^-32 (word + 1), rounded once: in (0, 1]. */
MR_FN vf32 mr_philox_above_f32(vu32 word)
{
    vf32 upper = TO_F32(AS_I32(word >> 16)) * K_F32(0x1p-16f);
    return upper + (TO_F32(AS_I32(word & K_U32(0xffff))) + K_F32(1.0f)) * K_F32(0x1p-32f);
}

MR_FN vu64 mr_philox_join(vu32 low, vu32 high)
{
    return TO_U64(low) | (TO_U64(high) << 32);
}

MR_FN vu32 mr_philox(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 2, stream);
    mr_philox_blocks(c, seed);
    vu32 word = TO_U32(TO_U64(i) & K_U64(3));
    vu32 first = word == K_U32(0) ? c[0] : c[1];
    vu32 second = word == K_U32(2) ? c[2] : c[3];
    return word < K_U32(2) ? first : second;
}

MR_FN vf32 mr_uniform_f32(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f32(mr_philox(i, seed, stream));
}

/* 64 bits: words 2i and 2i + 1. */
MR_FN vu64 mr_philox_pair(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 1, stream);
    mr_philox_blocks(c, seed);
    vm32 is_odd = TO_U32(TO_U64(i) & K_U64(1)) != K_U32(0);
    return mr_philox_join(is_odd ? c[2] : c[0], is_odd ? c[3] : c[1]);
}

#ifdef MR_FP64
/* 53 bits of u, exact without a 64-bit conversion, which many CPUs lack: the upper 21 and the lower
 * 32 of them are put under the exponents of 2^31 and 1/2, where they count 2^-21 and 2^-53. */
MR_FN vf64 mr_philox_to_f64(vu64 u)
{
    vf64 upper = AS_F64((u >> 43) | K_U64(0x41E0000000000000));
    vf64 lower = AS_F64(((u >> 11) & K_U64(0xffffffff)) | K_U64(0x3FE0000000000000));
    return (upper - K_F64(0x1.00000001p31)) + lower;
}

/* The same plus 2^-53, exactly: in (0, 1]. */
MR_FN vf64 mr_philox_above_f64(vu64 u)
{
    return mr_philox_to_f64(u) + K_F64(0x1p-53);
}

MR_FN vf64 mr_uniform_f64(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f64(mr_philox_pair(i, seed, stream));
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

/* The first and the second of each pair of lanes, twice. */
#if W == 2
#define PAIR_FIRST(v) (v).s00
#define PAIR_SECOND(v) (v).s11
#elif W == 4
#define PAIR_FIRST(v) (v).s0022
#define PAIR_SECOND(v) (v).s1133
#elif W == 8
#define PAIR_FIRST(v) (v).s00224466
#define PAIR_SECOND(v) (v).s11335577
#elif W == 16
#define PAIR_FIRST(v) (v).s0022446688aaccee
#define PAIR_SECOND(v) (v).s1133557799bbddff
#endif

/* The words at i0, i0+1, ... of the W lanes: W/4 whole blocks if i0 begins one. */
MR_FN vu32 mr_philox_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
#if W == 8
    if ((i0 & 3) == 0) {
        /* Two of the four lanes are to spare: two alone would be computed one by one. */
        const ulong4 block = (ulong4)(i0 >> 2) + (ulong4)(0, 1, 0, 1);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_half(c, seed);
        uint4 a = ((uint8)(c[0], c[1])).s0415, b = ((uint8)(c[2], c[3])).s0415;
        return (uint8)(a.s01, b.s01, a.s23, b.s23);
    }
#elif W == 16
    if ((i0 & 3) == 0) {
        const ulong4 block = (ulong4)(i0 >> 2) + (ulong4)(0, 1, 2, 3);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_quarter(c, seed);
        uint8 a = ((uint8)(c[0], c[1])).s04152637, b = ((uint8)(c[2], c[3])).s04152637;
        return (uint16)(a.s01, b.s01, a.s23, b.s23, a.s45, b.s45, a.s67, b.s67);
    }
#endif
    return mr_philox(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
}

MR_FN vf32 mr_uniform_f32_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f32(mr_philox_run(i0, seed, stream));
}

/* The pairs at i0, i0+1, ... out of W/2 whole blocks if i0 begins one. */
MR_FN vu64 mr_philox_pair_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
#if W == 8
    if ((i0 & 1) == 0) {
        const ulong4 block = (ulong4)(i0 >> 1) + (ulong4)(0, 1, 2, 3);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_half(c, seed);
        ulong4 even = convert_ulong4(c[0]) | (convert_ulong4(c[1]) << 32);
        ulong4 odd = convert_ulong4(c[2]) | (convert_ulong4(c[3]) << 32);
        return ((ulong8)(even, odd)).s04152637;
    }
#elif W == 16
    if ((i0 & 1) == 0) {
        const ulong8 block = (ulong8)(i0 >> 1) + (ulong8)(0, 1, 2, 3, 4, 5, 6, 7);
        uint8 c[4] = {convert_uint8(block), convert_uint8(block >> 32), (uint8)((uint)stream),
                      (uint8)((uint)(stream >> 32))};
        mr_philox_half(c, seed);
        ulong8 even = convert_ulong8(c[0]) | (convert_ulong8(c[1]) << 32);
        ulong8 odd = convert_ulong8(c[2]) | (convert_ulong8(c[3]) << 32);
        return ((ulong16)(even, odd)).s08192a3b4c5d6e7f;
    }
#endif
    return mr_philox_pair(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
}

#ifdef MR_FP64
MR_FN vf64 mr_uniform_f64_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f64(mr_philox_pair_run(i0, seed, stream));
}
#endif

/* Consecutive blocks from `block` on, a lane each, in the order that mr_philox_transpose() wants. */
#if W == 1
#define PHILOX_ORDER 0
#elif W == 2
#define PHILOX_ORDER 0, 1
#elif W == 4
#define PHILOX_ORDER 0, 1, 2, 3
#elif W == 8
#define PHILOX_ORDER 0, 2, 4, 6, 1, 3, 5, 7
#else
#define PHILOX_ORDER 0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15
#endif
MR_FN void mr_philox_across(MR_ULONG_T block, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *c)
{
    mr_philox_counters(c, K_U64(block) + (vu64)(PHILOX_ORDER), stream);
    mr_philox_blocks(c, seed);
}

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
    PHILOX_TRANSPOSE(c[0].lo, c[1].lo, c[2].lo, c[3].lo, out[0].lo, out[0].hi, out[1].lo, out[1].hi);
    PHILOX_TRANSPOSE(c[0].hi, c[1].hi, c[2].hi, c[3].hi, out[2].lo, out[2].hi, out[3].lo, out[3].hi);
}
#endif
#endif

/* Consecutive elements: 4*W words, of the W blocks from `block` on. */
MR_FN void mr_philox_in_order(MR_ULONG_T block, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *out)
{
    vu32 c[4];
    mr_philox_across(block, seed, stream, c);
    mr_philox_transpose(c, out);
}

#if W == 8
#define PHILOX_PAIRS(a, b) as_ulong8((uint16)(a, b))
#elif W == 16
#define PHILOX_PAIRS(a, b) ((ulong16)(as_ulong8(a), as_ulong8(b)))
#endif

/* Values at the 4*W positions from i0 on, lane by lane and vector by vector: four times the width, as
 * a block has four words. Several times as fast as the forms above when i0 begins a block; when it
 * does not, one copy of the general form keeps the code small. */
MR_FN void mr_philox_run4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *out)
{
    if ((i0 & 3) == 0) {
        mr_philox_in_order(i0 >> 2, seed, stream, out);
        return;
    }
    for (int k = 0; k < 4; k++)
        out[k] = mr_philox(TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES), seed,
                           stream);
}

MR_FN void mr_uniform_f32_run4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf32 *out)
{
    vu32 words[4];
    mr_philox_run4(i0, seed, stream, words);
    for (int k = 0; k < 4; k++) out[k] = mr_philox_to_f32(words[k]);
}

#ifdef MR_FP64
MR_FN void mr_uniform_f64_run4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf64 *out)
{
#if W == 8 || W == 16
    if ((i0 & 1) == 0) {
        /* Neighbouring words make one of 64 bits, the first one low. */
        vu32 words[8];
        mr_philox_in_order(i0 >> 1, seed, stream, words);
        mr_philox_in_order((i0 >> 1) + W, seed, stream, words + 4);
        for (int k = 0; k < 4; k++)
            out[k] = mr_philox_to_f64(PHILOX_PAIRS(words[2 * k], words[2 * k + 1]));
        return;
    }
#endif
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        out[k] = mr_uniform_f64(i, seed, stream);
    }
}
#endif
