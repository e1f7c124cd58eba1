// function: u32 squares_u32(i, key)
// function: u64 squares_u64(i, key)
/* Squares (Widynski: Squares: a fast counter-based RNG, arXiv:2004.06278): a counter times a key,
 * squared four or five times, its halves changing places in between; both multiples of the key that
 * are added in turns keep the squares from falling into short cycles. The counter is the position.
 */
#define SQUARES_ROUND(x, add)                                                                     \
    do {                                                                                          \
        (x) = (x) * (x) + (add);                                                                  \
        (x) = ((x) >> 32) | ((x) << 32);                                                          \
    } while (0)

/* y: the key times the counter; z: the key times the next one. */
MR_FN vu32 mr_squares_u32_of(vu64 y, vu64 z)
{
    vu64 x = y;
    SQUARES_ROUND(x, y);
    SQUARES_ROUND(x, z);
    SQUARES_ROUND(x, y);
    return TO_U32((x * x + z) >> 32);
}

MR_FN vu64 mr_squares_u64_of(vu64 y, vu64 z)
{
    vu64 x = y;
    SQUARES_ROUND(x, y);
    SQUARES_ROUND(x, z);
    SQUARES_ROUND(x, y);
    const vu64 fourth = x * x + z;
    x = (fourth >> 32) | (fourth << 32);
    return fourth ^ ((x * x + y) >> 32);
}

MR_FN vu32 mr_squares_u32(vi64 i, MR_ULONG_T key)
{
    const vu64 y = AS_U64(i) * K_U64(key);
    return mr_squares_u32_of(y, y + K_U64(key));
}

MR_FN vu64 mr_squares_u64(vi64 i, MR_ULONG_T key)
{
    const vu64 y = AS_U64(i) * K_U64(key);
    return mr_squares_u64_of(y, y + K_U64(key));
}

/* One product a vector: those of the lanes' numbers are the same for all. */
MR_FN vu32 mr_squares_u32_strip(MR_ULONG_T i0, MR_ULONG_T key)
{
    const vu64 y = K_U64(i0 * key) + (vu64)(IOTA) * K_U64(key);
    return mr_squares_u32_of(y, y + K_U64(key));
}

MR_FN vu64 mr_squares_u64_strip(MR_ULONG_T i0, MR_ULONG_T key)
{
    const vu64 y = K_U64(i0 * key) + (vu64)(IOTA) * K_U64(key);
    return mr_squares_u64_of(y, y + K_U64(key));
}
