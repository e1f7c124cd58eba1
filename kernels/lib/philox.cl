// function: u32 philox(i, seed, stream) strip4 own
// function: u64 philox_pair(i, seed, stream) strip4
// function: f32 uniform_f32(i, seed, stream) strip4 own
// function: f64 uniform_f64(i, seed, stream) strip4 own
// needs: philox_blocks.cl
/* Philox4x32-10: counter-based random words. Salmon, Moraes, Dror, Shaw: Parallel random numbers:
 * as easy as 1, 2, 3 (SC'11), section 3.3 and table 2.
 *
 * Element i of a stream is word i & 3 of block i >> 2; a block is the function of the counter
 * {block low, block high, stream low, stream high} under the key {seed low, seed high}. */

#define PHILOX_VALUE(k) values[k]

/* 24 bits of a word; exact. */
MR_FN vf32 mr_philox_to_f32(vu32 word)
{
    return TO_F32(AS_I32(word >> 8)) * K_F32(0x1p-24f);
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
    /* Chosen as 64 bits: words of 32 chosen and then joined are more than LLVM 15 can compile for
     * AVX2 in places. */
    const vu64 even = mr_philox_join(c[0], c[1]), odd = mr_philox_join(c[2], c[3]);
    return (TO_U64(i) & K_U64(1)) != K_U64(0) ? odd : even;
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

/* i0 / 2^times, rounded down. A strip begins before element 0 where its source stands behind
 * another in a chain: the block after block -1 is block 0. */
MR_FN MR_ULONG_T mr_philox_halved(MR_ULONG_T i0, int times)
{
    return i0 >> times | (0 - (i0 >> 63)) << (64 - times);
}

/* The words at i0, i0+1, ... of the W lanes: W/4 whole blocks if i0 begins one. */
MR_FN vu32 mr_philox_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
#if W == 2
    if ((i0 & 1) == 0) {
        const uint4 c = mr_philox_block(mr_philox_halved(i0, 2), seed, stream);
        return i0 & 2 ? c.hi : c.lo;
    }
#elif W == 4
    const ulong block = mr_philox_halved(i0, 2);
    const uint4 c = mr_philox_block(block, seed, stream);
    if ((i0 & 3) == 0) return c;
    const uint4 next = mr_philox_block(block + 1, seed, stream);
    const uint8 words = (uint8)(c, next);
    return (i0 & 3) == 1 ? words.s1234 : (i0 & 3) == 2 ? words.s2345 : words.s3456;
#elif W == 8
    if ((i0 & 3) == 0) {
        /* Two of the four lanes are to spare: two alone would be computed one by one. */
        const ulong4 block = (ulong4)(mr_philox_halved(i0, 2)) + (ulong4)(0, 1, 0, 1);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_blocks_4(c, seed);
        uint4 a = ((uint8)(c[0], c[1])).s0415, b = ((uint8)(c[2], c[3])).s0415;
        return (uint8)(a.s01, b.s01, a.s23, b.s23);
    }
#elif W == 16
    if ((i0 & 3) == 0) {
        const ulong4 block = (ulong4)(mr_philox_halved(i0, 2)) + (ulong4)(0, 1, 2, 3);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_blocks_4(c, seed);
        uint8 a = ((uint8)(c[0], c[1])).s04152637, b = ((uint8)(c[2], c[3])).s04152637;
        return (uint16)(a.s01, b.s01, a.s23, b.s23, a.s45, b.s45, a.s67, b.s67);
    }
#endif
#if W != 4
    return mr_philox(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
#endif
}

MR_FN vf32 mr_uniform_f32_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f32(mr_philox_strip(i0, seed, stream));
}

/* The pairs at i0, i0+1, ... out of W/2 whole blocks if i0 begins one. */
MR_FN vu64 mr_philox_pair_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
#if W == 2
    if ((i0 & 1) == 0) return mr_philox_pairs(mr_philox_halved(i0, 1), seed, stream);
#elif W == 4
    if ((i0 & 1) == 0) {
        const ulong block = mr_philox_halved(i0, 1);
        return (ulong4)(mr_philox_pairs(block, seed, stream),
                        mr_philox_pairs(block + 1, seed, stream));
    }
#elif W == 8
    if ((i0 & 1) == 0) {
        const ulong4 block = (ulong4)(mr_philox_halved(i0, 1)) + (ulong4)(0, 1, 2, 3);
        uint4 c[4] = {convert_uint4(block), convert_uint4(block >> 32), (uint4)((uint)stream),
                      (uint4)((uint)(stream >> 32))};
        mr_philox_blocks_4(c, seed);
        ulong4 even = convert_ulong4(c[0]) | (convert_ulong4(c[1]) << 32);
        ulong4 odd = convert_ulong4(c[2]) | (convert_ulong4(c[3]) << 32);
        return ((ulong8)(even, odd)).s04152637;
    }
#elif W == 16
    if ((i0 & 1) == 0) {
        const ulong8 block = (ulong8)(mr_philox_halved(i0, 1)) + (ulong8)(0, 1, 2, 3, 4, 5, 6, 7);
        uint8 c[4] = {convert_uint8(block), convert_uint8(block >> 32), (uint8)((uint)stream),
                      (uint8)((uint)(stream >> 32))};
        mr_philox_blocks_8(c, seed);
        ulong8 even = convert_ulong8(c[0]) | (convert_ulong8(c[1]) << 32);
        ulong8 odd = convert_ulong8(c[2]) | (convert_ulong8(c[3]) << 32);
        return ((ulong16)(even, odd)).s08192a3b4c5d6e7f;
    }
#endif
    return mr_philox_pair(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
}

#ifdef MR_FP64
MR_FN vf64 mr_uniform_f64_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_philox_to_f64(mr_philox_pair_strip(i0, seed, stream));
}
#endif

/* Values at the 4*W positions from i0 on, lane by lane and vector by vector: four times the width,
 * as a block has four words. Several times as fast as the forms above when i0 begins a block; when
 * it does not, one copy of the general form, in a loop, keeps the code small. */
MR_FN void mr_philox_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vu32 *out)
{
    if ((i0 & 3) == 0) {
        mr_philox_in_order(mr_philox_halved(i0, 2), seed, stream, out);
        return;
    }
    vu32 values[4];
    for (int k = 0; k < 4; k++)
        values[k] = mr_philox(TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES), seed,
                              stream);
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}

MR_FN void mr_uniform_f32_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf32 *out)
{
    vu32 words[4];
    mr_philox_strip4(i0, seed, stream, words);
#define UNIFORM_WORD(k) mr_philox_to_f32(words[k])
    PHILOX_EACH_OF_4(out, UNIFORM_WORD);
#undef UNIFORM_WORD
}

/* The pairs at the 4*W positions from i0 on. */
MR_FN void mr_philox_pair_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vu64 *out)
{
#if W == 8 || W == 16
    if ((i0 & 1) == 0) {
        ulong8 pairs[W / 2];
        mr_philox_pairs_16(mr_philox_halved(i0, 1), seed, stream, pairs);
#if W == 8
#define PHILOX_PAIR(k) pairs[k]
#else
        mr_philox_pairs_16(mr_philox_halved(i0, 1) + 16, seed, stream, pairs + 4);
#define PHILOX_PAIR(k) (ulong16)(pairs[2 * (k)], pairs[2 * (k) + 1])
#endif
        PHILOX_EACH_OF_4(out, PHILOX_PAIR);
#undef PHILOX_PAIR
        return;
    }
#endif
    vu64 values[4];
    for (int k = 0; k < 4; k++)
        values[k] = mr_philox_pair(TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES),
                                   seed, stream);
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}

#ifdef MR_FP64
MR_FN void mr_uniform_f64_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf64 *out)
{
    vu64 pairs[4];
    mr_philox_pair_strip4(i0, seed, stream, pairs);
#define UNIFORM_PAIR(k) mr_philox_to_f64(pairs[k])
    PHILOX_EACH_OF_4(out, UNIFORM_PAIR);
#undef UNIFORM_PAIR
}
#endif
