/* Exact sums: leaves added to the bins of host/ir/exact.h, which names the constants MR_EXACT_*.
 *
 * Most leaves go in as two numbers. With a power of two `sigma` that is 2^10 times any |x| of the
 * 2^10 values, (sigma + x) - sigma is x's part above sigma's last bit; these parts are multiples of
 * one unit, and all partial sums of them fit into 53 bits: no addition of them rounds, in whatever
 * order. The rests, exact too, give a second such sum 43 bits below.
 * Rump, Ogita, Oishi: Accurate floating-point summation part I (2008), section 3, ExtractVector.
 * What two sums leave goes round again, and at last into the bins one by one (Neal 2015, section 2).
 *
 * No test of this depends on how many lanes there are. */

/* Lanes that run side by side, for speed only. */
#define MR_EXACT_SETS (16 / W)

/* Adds mantissa * 2^(bit of bin 0 + bit). Words of 64 bits with 32 each take 2^31 such additions. */
MR_FN void mr_exact_add_bits(MR_BINS_T bins, const MR_ULONG_T mantissa, const int bit,
                             const int is_negative)
{
    const MR_ULONG_T word = (MR_ULONG_T)0xffffffffu;
    const int shift = bit & 31;
    const MR_ULONG_T rest = mantissa >> (32 - shift);
    const MR_ULONG_T parts[3] = {(mantissa << shift) & word, rest & word, rest >> 32};
    for (int k = 0; k < 3; k++)
        if (parts[k]) bins[(bit >> 5) + k] += is_negative ? (MR_ULONG_T)0 - parts[k] : parts[k];
}

/* One element that is not left to the sums; -0 adds nothing at all. */
MR_FN void mr_exact_add(MR_BINS_T bins, const double x)
{
    const MR_ULONG_T bits = MR_F64_BITS(x);
    const MR_ULONG_T fraction = bits & (((MR_ULONG_T)1 << 52) - 1);
    const int exponent = (int)(bits >> 52 & 0x7ff), is_negative = (int)(bits >> 63);
    if (bits == (MR_ULONG_T)1 << 63) return;
    bins[MR_EXACT_OTHERS] = 1;
    if (exponent == 0x7ff)
        bins[fraction ? MR_EXACT_NANS : is_negative ? MR_EXACT_DOWNS : MR_EXACT_UPS] = 1;
    else if (exponent)
        mr_exact_add_bits(bins, fraction | (MR_ULONG_T)1 << 52, MR_EXACT_LEAST + exponent - 1,
                          is_negative);
    else
        mr_exact_add_bits(bins, fraction, MR_EXACT_LEAST, is_negative);
}

/* The greatest |x|; NaNs are passed over. */
MR_FN double mr_exact_most(const double *x)
{
    vf64 most[MR_EXACT_SETS];
    double lanes[16], result = 0.0;
    for (int s = 0; s < MR_EXACT_SETS; s++) most[s] = K_F64(0.0);
    for (int k = 0; k < LEAF; k += 16)
        for (int s = 0; s < MR_EXACT_SETS; s++) {
            const vf64 size = ABS_F64(VLOAD(x + k + s * W));
            most[s] = most[s] < size ? size : most[s];
        }
    for (int s = 0; s < MR_EXACT_SETS; s++) VSTORE(most[s], lanes + s * W);
    for (int k = 0; k < 16; k++) result = result < lanes[k] ? lanes[k] : result;
    return result;
}

/* The leaf's two sums; tells whether anything is left. A NaN shows in the sums. */
MR_FN int mr_exact_sums(const double *x, const double sigma, const double next, double sums[2])
{
    vf64 upper[MR_EXACT_SETS], lower[MR_EXACT_SETS];
    vu64 left[MR_EXACT_SETS];
    double lanes[2][16];
    MR_ULONG_T left_lanes[16], any = 0;
    for (int s = 0; s < MR_EXACT_SETS; s++) {
        upper[s] = lower[s] = K_F64(0.0);
        left[s] = K_U64(0);
    }
    for (int k = 0; k < LEAF; k += 16)
        for (int s = 0; s < MR_EXACT_SETS; s++) {
            const vf64 value = VLOAD(x + k + s * W);
            const vf64 high = (K_F64(sigma) + value) - K_F64(sigma);
            const vf64 rest = value - high;
            const vf64 low = (K_F64(next) + rest) - K_F64(next);
            upper[s] = upper[s] + high;
            lower[s] = lower[s] + low;
            left[s] = left[s] | AS_U64(rest - low);
        }
    for (int s = 0; s < MR_EXACT_SETS; s++) {
        VSTORE(upper[s], lanes[0] + s * W);
        VSTORE(lower[s], lanes[1] + s * W);
        VSTORE(left[s], left_lanes + s * W);
    }
    sums[0] = sums[1] = 0.0;
    for (int k = 0; k < 16; k++) {
        sums[0] += lanes[0][k];
        sums[1] += lanes[1][k];
        any |= left_lanes[k];
    }
    return any << 1 != 0;
}

/* Takes out of each value what went into the sums. */
MR_FN void mr_exact_strip(double *x, const double sigma, const double next)
{
    for (int k = 0; k < LEAF; k += W) {
        const vf64 value = VLOAD(x + k);
        const vf64 rest = value - ((K_F64(sigma) + value) - K_F64(sigma));
        VSTORE(rest - ((K_F64(next) + rest) - K_F64(next)), x + k);
    }
}

/* Adds a leaf's values, which it overwrites; lanes that do not count are -0. */
MR_FN void mr_exact_leaf(MR_BINS_T bins, double *x)
{
    /* 2^11 times the power of two below the greatest |x| must be a number, else one by one. Where
     * the second sigma would be below the least normal number, 0 does: the rests are multiples of
     * 2^-1074 below 2^-1033 and are summed as they are. */
    const int above = 11, step = 43;
    for (int round = 0; round < 2; round++) {
        const double most = mr_exact_most(x);
        const int sigma = (int)(MR_F64_BITS(most) >> 52) + above;
        const int next = sigma > step ? sigma - step : 0;
        const double sigmas[2] = {MR_F64_OF_BITS((MR_ULONG_T)sigma << 52),
                                  MR_F64_OF_BITS((MR_ULONG_T)next << 52)};
        double sums[2];
        if (most == 0.0 || sigma >= 0x7ff) break;
        const int is_left = mr_exact_sums(x, sigmas[0], sigmas[1], sums);
        if (sums[0] != sums[0]) break;
        mr_exact_add(bins, sums[0]);
        mr_exact_add(bins, sums[1]);
        if (!is_left) return;
        mr_exact_strip(x, sigmas[0], sigmas[1]);
    }
    for (int k = 0; k < LEAF; k++) mr_exact_add(bins, x[k]);
}

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
MR_EXACT_INTEGERS(leaf_i64, MR_LONG_T, vi64)
MR_EXACT_INTEGERS(leaf_u64, MR_ULONG_T, vu64)
