// function: u32 threefry_u32(i, seed, stream)
// function: u64 threefry_u64(i, seed, stream)
// needs: philox.cl
/* Threefry2x32-20 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC'11,
 * section 3.2 and table 2), counting as JAX does with threefry_partitionable: element i enciphers
 * {i high, i low} under the key {seed high, seed low}. A stream other than 0 has the key that
 * enciphering {stream high, stream low} gives, as JAX's fold_in. */

#define THREEFRY_MIX(bits)                                                                        \
    do {                                                                                          \
        x0 = x0 + x1;                                                                             \
        x1 = ((x1 << (bits)) | (x1 >> (32 - (bits)))) ^ x0;                                       \
    } while (0)

/* Four rounds and a key injection. */
#define THREEFRY_ROUNDS(r0, r1, r2, r3, inject0, inject1, number)                                 \
    do {                                                                                          \
        THREEFRY_MIX(r0);                                                                         \
        THREEFRY_MIX(r1);                                                                         \
        THREEFRY_MIX(r2);                                                                         \
        THREEFRY_MIX(r3);                                                                         \
        x0 = x0 + (inject0);                                                                      \
        x1 = x1 + (inject1) + K_U32(number);                                                      \
    } while (0)

MR_FN void mr_threefry_blocks(vu32 *x, vu32 k0, vu32 k1)
{
    const vu32 k2 = k0 ^ k1 ^ K_U32(0x1BD11BDAu);
    vu32 x0 = x[0] + k0, x1 = x[1] + k1;
    THREEFRY_ROUNDS(13, 15, 26, 6, k1, k2, 1u);
    THREEFRY_ROUNDS(17, 29, 16, 24, k2, k0, 2u);
    THREEFRY_ROUNDS(13, 15, 26, 6, k0, k1, 3u);
    THREEFRY_ROUNDS(17, 29, 16, 24, k1, k2, 4u);
    THREEFRY_ROUNDS(13, 15, 26, 6, k2, k0, 5u);
    x[0] = x0;
    x[1] = x1;
}

MR_FN void mr_threefry_words(vu32 *x, vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 key[2] = {K_U32((MR_UINT_T)(seed >> 32)), K_U32((MR_UINT_T)seed)};
    if (stream != 0) {
        const vu32 k0 = key[0], k1 = key[1];
        key[0] = K_U32((MR_UINT_T)(stream >> 32));
        key[1] = K_U32((MR_UINT_T)stream);
        mr_threefry_blocks(key, k0, k1);
    }
    x[0] = TO_U32(TO_U64(i) >> 32);
    x[1] = TO_U32(TO_U64(i) & K_U64(0xffffffff));
    mr_threefry_blocks(x, key[0], key[1]);
}

/* The 32-bit words of JAX's random.bits. */
MR_FN vu32 mr_threefry_u32(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 x[2];
    mr_threefry_words(x, i, seed, stream);
    return x[0] ^ x[1];
}

MR_FN vu32 mr_threefry_u32_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_threefry_u32(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
}

/* And its 64-bit words. */
MR_FN vu64 mr_threefry_u64(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 x[2];
    mr_threefry_words(x, i, seed, stream);
    return mr_philox_join(x[1], x[0]);
}

MR_FN vu64 mr_threefry_u64_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_threefry_u64(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), seed, stream);
}
