// needs: lanes.cl cpu/mask.cl
/* The sum of a vector's lanes. */
#define MR_SUM_LANES(bits, type)                                                                  \
    MR_FN long sum_i##bits(const vi##bits v)                                                      \
    {                                                                                             \
        type lanes[W];                                                                            \
        long sum = 0;                                                                             \
        VSTORE(v, lanes);                                                                         \
        for (int k = 0; k < W; k++) sum += lanes[k];                                              \
        return sum;                                                                               \
    }
MR_SUM_LANES(32, int)
MR_SUM_LANES(64, long)

/* A mask as bits, lane 0 the lowest: MASK_BITS, of x86/mask.cl or generic/mask.cl. */
#if W == 16
typedef ushort vbits;
#else
typedef uchar vbits;
#endif

/* Lanes of a mask that count: those at positions inside [low, high). */
MR_FN vm32 inside_m32(const spot i, const spot low, const spot high)
{
    const vi32 lane = (vi32)(IOTA);
    const int from = (int)clamp(low - i, (spot)0, (spot)W);
    const int to = (int)clamp(high - i, (spot)0, (spot)W);
    return (lane >= (vi32)(from)) & (lane < (vi32)(to));
}

/* The position of the first lane of W from i on for which a mask holds; LONG_MAX: none. */
MR_FN long first_place(const vm32 mask, const long i)
{
    if (!MASK_ANY(mask)) return LONG_MAX;
    long place = LONG_MAX;
    int lanes[W];
    VSTORE(mask, lanes);
    for (int k = W - 1; k >= 0; k--)
        if (lanes[k]) place = i + k;
    return place;
}

/* Records the first position (relative to the launch) at which a mask holds, and returns it; `high`
 * when there is none. */
MR_FN spot report(__global uint *word, const vm32 mask, const spot i, const spot low,
                  const spot high, const spot first)
{
    if (!MASK_ANY(mask)) return high;
    spot position = high;
    int lanes[W];
    VSTORE(mask, lanes);
    for (int k = W - 1; k >= 0; k--)
        if (lanes[k] && i + k >= low && i + k < high) position = i + k;
    if (position < high) atomic_min(word, (uint)(position - first));
    return position;
}
