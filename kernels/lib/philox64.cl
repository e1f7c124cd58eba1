/* Philox4x64-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC'11,
 * table 2) as NumPy's Philox delivers it: element i is word i & 3 of the block of
 * counter + 1 + (i >> 2), a number of 256 bits. Needs product.cl, philox.cl, retry.cl and
 * bounded.cl. */

#define PHILOX64_ROUND(number)                                                                    \
    do {                                                                                          \
        const vu64 m0 = K_U64(0xD2E7470EE14C6C93ul), m1 = K_U64(0xCA5A826395121157ul);            \
        vu64 high0 = mr_product_high(c0, m0), low0 = c0 * m0;                                     \
        vu64 high1 = mr_product_high(c2, m1), low1 = c2 * m1;                                     \
        c0 = high1 ^ c1 ^ K_U64(k0 + (number) * 0x9E3779B97F4A7C15ul);                            \
        c2 = high0 ^ c3 ^ K_U64(k1 + (number) * 0xBB67AE8584CAA73Bul);                            \
        c1 = low1;                                                                                \
        c3 = low0;                                                                                \
    } while (0)

/* w: two words of the key, four of the counter, each from the lowest on. */
MR_FN vu64 mr_philox64(vi64 i, MR_WORDS_T w)
{
    const MR_ULONG_T k0 = w[0], k1 = w[1];
    const vu64 none = K_U64(0), one = K_U64(1);
    vu64 add = (TO_U64(i) >> 2) + one;
    vu64 c0 = K_U64(w[2]) + add;
    vu64 carry = c0 < add ? one : none;
    vu64 c1 = K_U64(w[3]) + carry;
    carry = c1 < carry ? one : none;
    vu64 c2 = K_U64(w[4]) + carry;
    carry = c2 < carry ? one : none;
    vu64 c3 = K_U64(w[5]) + carry;
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
    vu64 word = TO_U64(i) & K_U64(3);
    vu64 first = word == none ? c0 : c1, second = word == K_U64(2) ? c2 : c3;
    return word < K_U64(2) ? first : second;
}

MR_FN vu64 mr_philox64_run(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_philox64(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}
