// needs: pairs.cl
/* Elementary functions of f64 lanes, the same bits on every device and on the host.
 *
 * Built from + - * / sqrt, comparisons, selects, integer operations and tables, each of which is
 * exact or correctly rounded everywhere, and compiled with contraction off. No fma (slow where the
 * device emulates it), no data-dependent branch but the argument reduction of huge angles.
 * Coefficients are minimax fits (or Chebyshev interpolants) made for this file, rounded to f64;
 * each states its range and error.
 *
 * Results are within 1 ulp; tan, erfc, erfinv, normal_quantile and lgamma within 2, lgamma of
 * negative numbers within 2 ulp of 1 where it is smaller than that; tests/accuracy/ulp.c measures
 * them.
 * Special values follow C11 Annex F; every NaN result is the canonical quiet NaN. */

#define MR_NAN_F64 AS_F64(K_U64(0x7ff8000000000000))
#define MR_INF_F64 AS_F64(K_U64(0x7ff0000000000000))
#define MR_SIGN_F64 K_U64(0x8000000000000000)

/* Adding this leaves round(x) in the low bits of the sum, |x| < 2^51. */
#define MR_SHIFT_F64 K_F64(0x1.8p52)

/* The leading 26 bits: products of two such numbers are exact. */
MR_FN vf64 mr_top_f64(vf64 x)
{
    return AS_F64(AS_U64(x) & K_U64(0xfffffffff8000000));
}

MR_PAIRS(f64)

/* A count held in an integer lane, 0 <= n < 2^52, as f64. */
MR_FN vf64 mr_count_f64(vu64 n)
{
    return AS_F64(n | K_U64(0x4330000000000000)) - K_F64(0x1p52);
}

/* x * 2^k for shifted = MR_SHIFT_F64 + k, |k| < 2000. The first of the two steps is exact, so that
 * a subnormal result is rounded once. */
MR_FN vf64 mr_scale_f64(vf64 x, vf64 shifted)
{
    vu64 k = AS_U64(shifted) - K_U64(0x4337fffffffff800); /* k + 2048 */
    vu64 half_k = k >> K_U64(1);
    vf64 first = AS_F64((half_k - K_U64(1)) << K_U64(52));
    vf64 second = AS_F64((k - half_k - K_U64(1)) << K_U64(52));
    return x * first * second;
}

#define MR_PI_HI_F64 K_F64(0x1.921fb54442d18p1)
#define MR_PI_LO_F64 K_F64(0x1.1a62633145c07p-53)

/* x within [low, high]; NaN gives low, so that no index made of it leaves its table. */
MR_FN vf64 mr_clamp_f64(vf64 x, vf64 low, vf64 high)
{
    vf64 t = x > low ? x : low;
    return t > high ? high : t;
}
