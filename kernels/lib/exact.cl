/* Exact sums: leaves added to the bins of host/ir/exact.h, which names the constants MR_EXACT_*.
 *
 * Most leaves go in as two integers. Let sigma = 1.5 * 2^k with 2^(k-1) above every |x|. Then
 * sigma + x stays within a binade, where the bits of consecutive numbers are consecutive integers:
 * bits(sigma + x) - bits(sigma) is x in units of sigma's last bit, rounded, and integers add up
 * exactly, in whatever order. x - ((sigma + x) - sigma), the rest, is exact; the same with a sigma
 * 2^-52 times the first makes the second integer of the rests.
 * Rump, Ogita, Oishi: Accurate floating-point summation part I (2008), section 3, ExtractVector.
 * What two integers leave goes round again, and at last into the bins one by one: Neal, Fast exact
 * summation using small and large superaccumulators (2015), section 2. */

/* Bins that all work-items have in common are added to half by half: OpenCL 1.2 has no atomic
 * operations of 64 bits, but the sum of all halves and carries is the same in any order. */
#ifdef SPAN
#ifdef __ENDIAN_LITTLE__
#define MR_EXACT_LOW 0
#else
#define MR_EXACT_LOW 1
#endif
MR_FN void mr_exact_put(MR_BINS_T bins, const int bin, const MR_ULONG_T value)
{
    volatile __global uint *halves = (volatile __global uint *)(bins + bin);
    const uint low = (uint)value;
    const uint before = low ? atomic_add(halves + MR_EXACT_LOW, low) : 0;
    const uint high = (uint)(value >> 32) + (before + low < before);
    if (high) atomic_add(halves + 1 - MR_EXACT_LOW, high);
}
MR_FN void mr_exact_note(MR_BINS_T bins, const int bin)
{
    atomic_or((volatile __global uint *)(bins + bin) + MR_EXACT_LOW, 1u);
}
#else
MR_FN void mr_exact_put(MR_BINS_T bins, const int bin, const MR_ULONG_T value)
{
    bins[bin] += value;
}
MR_FN void mr_exact_note(MR_BINS_T bins, const int bin)
{
    bins[bin] = 1;
}
#endif

#ifdef MR_FP64
/* Adds value * 2^bit, in units of bin 0: 32 bits to each of three words, the sign to the last.
 * Words of 64 bits take 2^31 such additions. */
MR_FN void mr_exact_add_integer(MR_BINS_T bins, const MR_LONG_T value, const int bit)
{
    const MR_ULONG_T word = (MR_ULONG_T)0xffffffffu;
    const int shift = bit & 31;
    const MR_LONG_T rest = value >> (32 - shift);
    mr_exact_put(bins, bit >> 5, ((MR_ULONG_T)value << shift) & word);
    mr_exact_put(bins, (bit >> 5) + 1, (MR_ULONG_T)rest & word);
    mr_exact_put(bins, (bit >> 5) + 2, (MR_ULONG_T)(rest >> 32));
}

/* The bit that the last bit of numbers with this exponent stands for. */
MR_FN int mr_exact_bit(const int exponent)
{
    return MR_EXACT_LEAST + exponent - 1;
}

/* One element that is not left to the sums; -0 adds nothing at all. */
MR_FN void mr_exact_add(MR_BINS_T bins, const double x)
{
    const MR_ULONG_T bits = MR_F64_BITS(x), one = 1;
    const MR_LONG_T fraction = (MR_LONG_T)(bits & ((one << 52) - 1));
    const int exponent = (int)(bits >> 52 & 0x7ff), is_negative = (int)(bits >> 63);
    const MR_LONG_T mantissa = exponent ? fraction | (MR_LONG_T)(one << 52) : fraction;
    if (bits == one << 63) return;
    mr_exact_note(bins, MR_EXACT_OTHERS);
    if (exponent == 0x7ff)
        mr_exact_note(bins,
                      fraction ? MR_EXACT_NANS : is_negative ? MR_EXACT_DOWNS : MR_EXACT_UPS);
    else
        mr_exact_add_integer(bins, is_negative ? -mantissa : mantissa,
                             mr_exact_bit(exponent ? exponent : 1));
}

/* sigma for numbers below 2^(exponent - 1025), and the one for its rests: not below the least
 * normal number, whose last bit is that of every number. */
MR_FN int mr_exact_next(const int exponent)
{
    return exponent > 53 ? exponent - 52 : 1;
}

MR_FN double mr_exact_sigma(const int exponent)
{
    return MR_F64_OF_BITS((MR_ULONG_T)exponent << 52 | (MR_ULONG_T)1 << 51);
}

#endif

#ifndef SPAN
#ifdef MR_FP64
/* Eight lanes run side by side, for speed only; more would not fit the registers of AVX2. Vectors
 * of 16 are one set. */
#define MR_EXACT_WIDTH (W < 8 ? 8 : W)
#define MR_EXACT_SETS (MR_EXACT_WIDTH / W)

/* The bits of the greatest |x|; those of infinity and of NaN are greater than any number's. */
MR_FN MR_LONG_T mr_exact_most(const double *x)
{
    vi64 most[MR_EXACT_SETS];
    MR_LONG_T lanes[MR_EXACT_WIDTH], result = 0;
    for (int s = 0; s < MR_EXACT_SETS; s++) most[s] = K_I64(0);
    for (int k = 0; k < LEAF; k += MR_EXACT_WIDTH)
        for (int s = 0; s < MR_EXACT_SETS; s++) {
            const vi64 size = AS_I64(ABS_F64(VLOAD(x + k + s * W)));
            most[s] = most[s] < size ? size : most[s];
        }
    for (int s = 0; s < MR_EXACT_SETS; s++) VSTORE(most[s], lanes + s * W);
    for (int k = 0; k < MR_EXACT_WIDTH; k++) result = result < lanes[k] ? lanes[k] : result;
    return result;
}

/* The leaf's two integers. 0: no number is left; 1: some are; 2: some are too great for sigma, and
 * the integers mean nothing. */
MR_FN int mr_exact_sums(const double *x, const int exponent, MR_ULONG_T sums[2])
{
    const double sigma = mr_exact_sigma(exponent), next = mr_exact_sigma(mr_exact_next(exponent));
    vu64 upper[MR_EXACT_SETS], lower[MR_EXACT_SETS], left[MR_EXACT_SETS], moved[MR_EXACT_SETS];
    MR_ULONG_T lanes[4][MR_EXACT_WIDTH], any_left = 0, any_moved = 0;
    for (int s = 0; s < MR_EXACT_SETS; s++) upper[s] = lower[s] = left[s] = moved[s] = K_U64(0);
    for (int k = 0; k < LEAF; k += MR_EXACT_WIDTH)
        for (int s = 0; s < MR_EXACT_SETS; s++) {
            const vf64 value = VLOAD(x + k + s * W);
            const vf64 high = K_F64(sigma) + value;
            const vf64 rest = value - (high - K_F64(sigma));
            const vf64 low = K_F64(next) + rest;
            upper[s] = upper[s] + AS_U64(high);
            lower[s] = lower[s] + AS_U64(low);
            left[s] = left[s] | AS_U64(rest - (low - K_F64(next)));
            moved[s] = moved[s] | (AS_U64(high) ^ K_U64(MR_F64_BITS(sigma)));
        }
    for (int s = 0; s < MR_EXACT_SETS; s++) {
        VSTORE(upper[s], lanes[0] + s * W);
        VSTORE(lower[s], lanes[1] + s * W);
        VSTORE(left[s], lanes[2] + s * W);
        VSTORE(moved[s], lanes[3] + s * W);
    }
    sums[0] = (MR_ULONG_T)0 - LEAF * MR_F64_BITS(sigma);
    sums[1] = (MR_ULONG_T)0 - LEAF * MR_F64_BITS(next);
    for (int k = 0; k < MR_EXACT_WIDTH; k++) {
        sums[0] += lanes[0][k];
        sums[1] += lanes[1][k];
        any_left |= lanes[2][k];
        any_moved |= lanes[3][k];
    }
    return any_moved >> 52 ? 2 : any_left << 1 ? 1 : 0;
}

/* Takes out of each value what went into the integers. */
MR_FN void mr_exact_remove(double *x, const int exponent)
{
    const double sigma = mr_exact_sigma(exponent), next = mr_exact_sigma(mr_exact_next(exponent));
    for (int k = 0; k < LEAF; k += W) {
        const vf64 value = VLOAD(x + k);
        const vf64 rest = value - ((K_F64(sigma) + value) - K_F64(sigma));
        VSTORE(rest - ((K_F64(next) + rest) - K_F64(next)), x + k);
    }
}

/* Adds a leaf's values, which it overwrites; lanes that do not count are -0. `guess` is the
 * exponent that served the leaf before, 0 at first: leaves are much alike, so that one pass mostly
 * does. */
MR_FN void mr_exact_f64(MR_BINS_T bins, double *x, int *guess)
{
    int exponent = *guess;
    for (int round = 0; round < 2; round++) {
        MR_ULONG_T sums[2];
        int state = exponent ? mr_exact_sums(x, exponent, sums) : 2;
        if (state == 2) {
            const MR_LONG_T most = mr_exact_most(x);
            exponent = (int)(most >> 52) + 3; /* one more than is needed now */
            if (most == 0 || exponent >= 0x7ff) break;
            state = mr_exact_sums(x, exponent, sums);
        }
        *guess = round == 0 && state == 0 ? exponent : 0;
        if (sums[0] | sums[1]) bins[MR_EXACT_OTHERS] = 1;
        mr_exact_add_integer(bins, (MR_LONG_T)sums[0], mr_exact_bit(exponent));
        mr_exact_add_integer(bins, (MR_LONG_T)sums[1], mr_exact_bit(mr_exact_next(exponent)));
        if (state == 0 && bins[MR_EXACT_OTHERS]) return;
        mr_exact_remove(x, exponent);
        exponent = 0;
    }
    for (int k = 0; k < LEAF; k++) mr_exact_add(bins, x[k]);
}

#endif

/* Adds a leaf of integers; lanes that do not count are 0. */
#define MR_EXACT_INTEGERS(name, T, V)                                                              \
    MR_FN void mr_exact_##name(MR_BINS_T bins, const T *x)                                         \
    {                                                                                              \
        V lower = (V)(0), upper = (V)(0);                                                          \
        T lanes[2][W];                                                                             \
        for (int k = 0; k < LEAF; k += W) {                                                        \
            const V value = VLOAD(x + k);                                                          \
            lower += value & (V)(0xffffffff);                                                      \
            upper += value >> (V)(32);                                                             \
        }                                                                                          \
        VSTORE(lower, lanes[0]);                                                                   \
        VSTORE(upper, lanes[1]);                                                                   \
        for (int k = 0; k < W; k++) {                                                              \
            bins[MR_EXACT_ONE] += (MR_ULONG_T)lanes[0][k];                                         \
            bins[MR_EXACT_ONE + 1] += (MR_ULONG_T)lanes[1][k];                                     \
        }                                                                                          \
    }
MR_EXACT_INTEGERS(i64, MR_LONG_T, vi64)
MR_EXACT_INTEGERS(u64, MR_ULONG_T, vu64)
#endif
