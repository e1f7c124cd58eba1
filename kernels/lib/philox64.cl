// function: u64 philox64(i, words) strip4 block4
// needs: product.cl philox.cl
/* Philox4x64-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC'11,
 * table 2) as NumPy's Philox delivers it: element i is word i & 3 of the block of
 * counter + 1 + (i >> 2), a number of 256 bits. */

#define PHILOX64_ROUND(number)                                                                    \
    do {                                                                                          \
        const mr_product p0 = mr_product_of(c[0], 0xD2E7470EE14C6C93ul);                          \
        const mr_product p1 = mr_product_of(c[2], 0xCA5A826395121157ul);                          \
        c[0] = p1.high ^ c[1] ^ K_U64(k0 + (number) * 0x9E3779B97F4A7C15ul);                      \
        c[2] = p0.high ^ c[3] ^ K_U64(k1 + (number) * 0xBB67AE8584CAA73Bul);                      \
        c[1] = p1.low;                                                                            \
        c[3] = p0.low;                                                                            \
    } while (0)

/* The words of the blocks that are `block` after the counter's. w: two words of the key, four of
 * the counter, each from the lowest on. */
PHILOX_FN void mr_philox64_blocks(vu64 *c, vu64 block, MR_WORDS_T w)
{
    const MR_ULONG_T k0 = w[0], k1 = w[1];
    const vu64 none = K_U64(0), one = K_U64(1), add = block + one;
    c[0] = K_U64(w[2]) + add;
    vu64 carry = c[0] < add ? one : none;
    c[1] = K_U64(w[3]) + carry;
    carry = c[1] < carry ? one : none;
    c[2] = K_U64(w[4]) + carry;
    carry = c[2] < carry ? one : none;
    c[3] = K_U64(w[5]) + carry;
    PHILOX64_ROUND(0);
    PHILOX64_ROUND(1);
    PHILOX64_ROUND(2);
    PHILOX64_ROUND(3);
    PHILOX64_ROUND(4);
    PHILOX64_ROUND(5);
    PHILOX64_ROUND(6);
    PHILOX64_ROUND(7);
    PHILOX64_ROUND(8);
    PHILOX64_ROUND(9);
}

MR_FN vu64 mr_philox64(vi64 i, MR_WORDS_T w)
{
    vu64 c[4];
    mr_philox64_blocks(c, TO_U64(i) >> 2, w);
    vu64 word = TO_U64(i) & K_U64(3);
    vu64 first = word == K_U64(0) ? c[0] : c[1], second = word == K_U64(2) ? c[2] : c[3];
    return word < K_U64(2) ? first : second;
}

#if W == 2 || W == 4
/* The words of one block, made once for all of a few lanes, as in philox_blocks.cl. */
MR_FN ulong4 mr_philox64_block(const ulong block, MR_WORDS_T w)
{
    const ulong add = block + 1;
    ulong c0 = w[2] + add, carry = c0 < add, k0 = w[0], k1 = w[1];
    ulong c1 = w[3] + carry;
    carry = c1 < carry;
    ulong c2 = w[4] + carry;
    carry = c2 < carry;
    ulong c3 = w[5] + carry;
#pragma unroll
    for (int round = 0; round < 10; round++) {
        const ulong high0 = mul_hi(c0, 0xD2E7470EE14C6C93ul), low0 = c0 * 0xD2E7470EE14C6C93ul;
        const ulong high1 = mul_hi(c2, 0xCA5A826395121157ul), low1 = c2 * 0xCA5A826395121157ul;
        c0 = high1 ^ c1 ^ k0;
        c2 = high0 ^ c3 ^ k1;
        c1 = low1;
        c3 = low0;
        k0 += 0x9E3779B97F4A7C15ul;
        k1 += 0xBB67AE8584CAA73Bul;
    }
    return (ulong4)(c0, c1, c2, c3);
}
#endif

MR_FN vu64 mr_philox64_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
#if W == 2
    if ((i0 & 1) == 0) {
        const ulong4 c = mr_philox64_block(mr_philox_halved(i0, 2), w);
        return i0 & 2 ? c.hi : c.lo;
    }
#elif W == 4
    const ulong block = mr_philox_halved(i0, 2);
    const ulong4 c = mr_philox64_block(block, w);
    if ((i0 & 3) == 0) return c;
    const ulong8 words = (ulong8)(c, mr_philox64_block(block + 1, w));
    return (i0 & 3) == 1 ? words.s1234 : (i0 & 3) == 2 ? words.s2345 : words.s3456;
#endif
#if W != 4
    return mr_philox64(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
#endif
}

/* As mr_philox_strip4(). */
MR_FN void mr_philox64_strip4(MR_ULONG_T i0, MR_WORDS_T w, vu64 *out)
{
#if W == 8
    if ((i0 & 3) == 0) {
        vu64 c[4];
        mr_philox64_blocks(c, K_U64(mr_philox_halved(i0, 2)) + (vu64)(PHILOX_LANES), w);
        const ulong16 a = ((ulong16)(c[0], c[1])).s08192a3b4c5d6e7f;
        const ulong16 b = ((ulong16)(c[2], c[3])).s08192a3b4c5d6e7f;
        out[0] = (ulong8)(a.s01, b.s01, a.s23, b.s23);
        out[1] = (ulong8)(a.s45, b.s45, a.s67, b.s67);
        out[2] = (ulong8)(a.s89, b.s89, a.sab, b.sab);
        out[3] = (ulong8)(a.scd, b.scd, a.sef, b.sef);
        return;
    }
#endif
    vu64 values[4];
    for (int k = 0; k < 4; k++) values[k] = mr_philox64_strip(i0 + (MR_ULONG_T)(k * W), w);
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}
