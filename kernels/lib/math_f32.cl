// needs: pairs.cl
/* Elementary functions of f32 lanes, the same bits on every device and on the host.
 *
 * Built from + - * / sqrt, comparisons, selects, integer operations and tables, each of which is
 * exact or correctly rounded everywhere, and compiled with contraction off. No fma (slow where the
 * device emulates it), no data-dependent branch but the argument reduction of huge angles.
 * Coefficients are minimax fits (or Chebyshev interpolants) made for this file, rounded to f32;
 * each states its range and error.
 *
 * Results are within 1 ulp; tan, erfc, erfinv, normal_quantile and lgamma within 2, lgamma of
 * negative numbers within 2 ulp of 1 where it is smaller than that; tests/accuracy/ulp.c measures
 * them.
 * Special values follow C11 Annex F; every NaN result is the canonical quiet NaN. */

#define MR_NAN_F32 AS_F32(K_U32(0x7fc00000))
#define MR_INF_F32 AS_F32(K_U32(0x7f800000))
#define MR_SIGN_F32 K_U32(0x80000000)

/* Adding this leaves round(x) in the low bits of the sum, |x| < 2^22. */
#define MR_SHIFT_F32 K_F32(0x1.8p23f)

/* The leading 12 bits: products of two such numbers are exact. */
MR_FN vf32 mr_top_f32(vf32 x)
{
    return AS_F32(AS_U32(x) & K_U32(0xfffff000));
}

MR_PAIRS(f32)

/* A count held in an integer lane, 0 <= n < 2^23, as f32. */
MR_FN vf32 mr_count_f32(vu32 n)
{
    return AS_F32(n | K_U32(0x4b000000)) - K_F32(0x1p23f);
}

/* x * 2^k for shifted = MR_SHIFT_F32 + k, |k| < 250. The first of the two steps is exact, so that
 * a subnormal result is rounded once. */
MR_FN vf32 mr_scale_f32(vf32 x, vf32 shifted)
{
    vu32 k = AS_U32(shifted) - K_U32(0x4b3ffe00); /* k + 512 */
    vu32 half_k = k >> K_U32(1);
    vf32 first = AS_F32((half_k - K_U32(129)) << K_U32(23));
    vf32 second = AS_F32((k - half_k - K_U32(129)) << K_U32(23));
    return x * first * second;
}

#define MR_PI_HI_F32 K_F32(0x1.921fb6p1f)
#define MR_PI_LO_F32 K_F32(-0x1.777a5cp-24f)

/* x within [low, high]; NaN gives low, so that no index made of it leaves its table. */
MR_FN vf32 mr_clamp_f32(vf32 x, vf32 low, vf32 high)
{
    vf32 t = x > low ? x : low;
    return t > high ? high : t;
}
