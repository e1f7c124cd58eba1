// function: f32 exp(x) native
// function: f32 exp2(x) native
// function: f32 expm1(x) native
// function: f32 log(x) native
// function: f32 log2(x) native
// function: f32 log10(x) native
// function: f32 log1p(x) native
// function: f32 pow(x, y) native
// function: f32 sin(x) native
// function: f32 cos(x) native
// function: f32 tan(x) native
// function: f32 asin(x) native
// function: f32 acos(x) native
// function: f32 atan(x) native
// function: f32 atan2(y, x) native
// function: f32 sinh(x) native
// function: f32 cosh(x) native
// function: f32 tanh(x) native
// function: f32 cbrt(x) native
// function: f32 hypot(x, y) native
// function: f32 erf(x) native
// function: f32 erfc(x) native
// function: f32 erfinv(x)
// function: f32 normal_quantile(x)
// function: f32 lgamma(x) native
// needs: pairs.cl math_f32_table.cl
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

/* ---- exponentials ---- */

#define MR_LOG2E_F32 K_F32(0x1.715476p0f)
#define MR_LN2_HI_F32 K_F32(0x1.62e4p-1f) /* 16 bits: exact times 8 bits */
#define MR_LN2_LO_F32 K_F32(0x1.7f7d1cp-20f)

/* 2^k (hi + lo) with shifted = MR_SHIFT_F32 + k. */
typedef struct {
    vf32 hi, lo, shifted;
} mr_scaled_f32;

/* exp(x + x_lo) for |x| < 150, |x_lo| < ulp(x). */
MR_FN mr_scaled_f32 mr_exp_scaled_f32(vf32 x, vf32 x_lo)
{
    mr_scaled_f32 y;
    y.shifted = x * MR_LOG2E_F32 + MR_SHIFT_F32;
    vf32 k = y.shifted - MR_SHIFT_F32;
    vf32 a = x - k * MR_LN2_HI_F32;
    vf32 a_lo = k * MR_LN2_LO_F32 - x_lo;
    vf32 r = a - a_lo;
    /* exp(r) = 1 + r + r^2 p(r), |r| <= 0.3467: relative error 2^-28.2. */
    vf32 p_z = r * r;
    vf32 p_even = K_F32(0x1.6a6252p-10f);
    p_even = p_even * p_z + K_F32(0x1.55589ep-5f);
    p_even = p_even * p_z + K_F32(0x1.fffffcp-2f);
    vf32 p_odd = K_F32(0x1.123abcp-7f);
    p_odd = p_odd * p_z + K_F32(0x1.55549p-3f);
    vf32 p = p_odd * r + p_even;
    mr_pair_f32 s = mr_fast_sum_f32(K_F32(1.0f), a);
    y.hi = s.hi;
    y.lo = s.lo + (r * r * p - a_lo);
    return y;
}

/* x within [low, high]; NaN gives low, so that no index made of it leaves its table. */
MR_FN vf32 mr_clamp_f32(vf32 x, vf32 low, vf32 high)
{
    vf32 t = x > low ? x : low;
    return t > high ? high : t;
}

MR_FN vf32 mr_exp_f32(vf32 x)
{
    mr_scaled_f32 y = mr_exp_scaled_f32(mr_clamp_f32(x, K_F32(-105.0f), K_F32(90.0f)), K_F32(0.0f));
    return x != x ? MR_NAN_F32 : mr_scale_f32(y.hi + y.lo, y.shifted);
}

MR_FN vf32 mr_exp2_f32(vf32 x)
{
    vf32 t = mr_clamp_f32(x, K_F32(-155.0f), K_F32(130.0f));
    vf32 shifted = t + MR_SHIFT_F32;
    vf32 r = t - (shifted - MR_SHIFT_F32);
    vf32 r_hi = mr_top_f32(r);
    /* 2^r = 1 + r ln 2 + r^2 p(r), |r| <= 1/2: relative error 2^-28.3. */
    vf32 p_z = r * r;
    vf32 p_even = K_F32(0x1.416f9p-13f);
    p_even = p_even * p_z + K_F32(0x1.3b2ddcp-7f);
    p_even = p_even * p_z + K_F32(0x1.ebfbdcp-3f);
    vf32 p_odd = K_F32(0x1.5f041ap-10f);
    p_odd = p_odd * p_z + K_F32(0x1.c6af88p-5f);
    vf32 p = p_odd * r + p_even;
    /* r ln 2 in two parts, the first exact. */
    vf32 lin_lo = (r - r_hi) * K_F32(0x1.62e43p-1f) + r_hi * K_F32(0x1.0bfbe8p-15f);
    mr_pair_f32 s = mr_fast_sum_f32(K_F32(1.0f), r_hi * K_F32(0x1.62ep-1f));
    vf32 y = mr_scale_f32(s.hi + (s.lo + (lin_lo + r * r * p)), shifted);
    return x != x ? MR_NAN_F32 : y;
}

/* 2^k exp(r) - 1 = 2^k ((1 - 2^-k) + (exp(r) - 1)), the bracket summed without loss. */
MR_FN vf32 mr_expm1_f32(vf32 x)
{
    vf32 t = mr_clamp_f32(x, K_F32(-20.0f), K_F32(90.0f));
    vf32 shifted = t * MR_LOG2E_F32 + MR_SHIFT_F32;
    vf32 k = shifted - MR_SHIFT_F32;
    vf32 a = t - k * MR_LN2_HI_F32;
    vf32 a_lo = k * MR_LN2_LO_F32;
    vf32 r = a - a_lo;
    /* exp(r) = 1 + r + r^2/2 + r^3 p(r), |r| <= 0.3467: relative error 2^-28.0. */
    vf32 p_z = r * r;
    vf32 p_even = K_F32(0x1.12305cp-7f);
    p_even = p_even * p_z + K_F32(0x1.5554a2p-3f);
    vf32 p_odd = K_F32(0x1.6b77fap-10f);
    p_odd = p_odd * p_z + K_F32(0x1.55568p-5f);
    vf32 p = p_odd * r + p_even;
    vf32 r_lo = (a - r) - a_lo;
    vf32 r_top = mr_top_f32(r);
    vf32 tail = K_F32(0.5f) * (r - r_top) * (r + r_top) + (r * r * r * p + (r * r_lo - a_lo));
    vf32 inverse = AS_F32((K_U32(0x4b40007f) - AS_U32(shifted)) << K_U32(23));
    inverse = k > K_F32(30.0f) ? K_F32(0.0f) : inverse;
    mr_pair_f32 rest = mr_fast_sum_f32(K_F32(1.0f), -inverse);
    mr_pair_f32 s = mr_sum_f32(rest.hi, a);
    s.lo = s.lo + rest.lo;
    mr_pair_f32 square = mr_fast_sum_f32(s.hi, K_F32(0.5f) * r_top * r_top);
    vf32 y = mr_scale_f32(square.hi + (square.lo + (s.lo + tail)), shifted);
    y = x == K_F32(0.0f) ? x : y;
    return x != x ? MR_NAN_F32 : y;
}

/* ---- logarithms ---- */

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2). */
typedef struct {
    vf32 k, f;
} mr_split_f32;

/* Of the bits of a normal x > 0; `bias` more than k. */
MR_FN mr_split_f32 mr_split_bits_f32(vu32 bits, vf32 bias)
{
    mr_split_f32 s;
    vu32 above = bits + K_U32(0x40cafb0d); /* k + 256, mantissa */
    s.k = mr_count_f32(above >> K_U32(23)) - bias;
    vf32 m = AS_F32(bits - (above & K_U32(0xff800000)) + MR_SIGN_F32);
    s.f = m - K_F32(1.0f);
    return s;
}

/* For x > 0 and finite; subnormals too. */
MR_FN mr_split_f32 mr_split_log_f32(vf32 x)
{
    vm32 tiny = x < K_F32(0x1p-126f);
    return mr_split_bits_f32(AS_U32(tiny ? x * K_F32(0x1p24f) : x),
                             tiny ? K_F32(280.0f) : K_F32(256.0f));
}

/* log(1 + f) = f - square + tail, sqrt(1/2) <= 1 + f < sqrt(2), with square = f^2/2 rounded. With
 * s = f / (2 + f): log(1 + f) = 2 s + s R, and 2 s = f - s f, s f = f^2/2 - s f^2/2
 * (the rearrangement is Ng's, in the log of 4.3BSD). */
typedef struct {
    vf32 square, tail;
} mr_log_parts_f32;

MR_FN mr_log_parts_f32 mr_log_parts_of_f32(vf32 f)
{
    mr_log_parts_f32 y;
    vf32 s = f / (K_F32(2.0f) + f);
    vf32 z = s * s;
    /* log((1 + s) / (1 - s)) = 2 s + s z p(z), z = s^2 <= 0.02944: relative error 2^-28.5. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(0x1.2ef58ep-2f);
    p_even = p_even * p_z + K_F32(0x1.55555cp-1f);
    vf32 p_odd = K_F32(0x1.997ba2p-2f);
    vf32 p = p_odd * z + p_even;
    y.square = K_F32(0.5f) * f * f;
    y.tail = s * (y.square + z * p);
    return y;
}

/* The values of every logarithm at and beyond the ends of its domain. */
MR_FN vf32 mr_log_ends_f32(vf32 x, vf32 y)
{
    y = x < MR_INF_F32 ? y : x;
    y = x == K_F32(0.0f) ? -MR_INF_F32 : y;
    return x >= K_F32(0.0f) ? y : MR_NAN_F32;
}

MR_FN vf32 mr_log_of_split_f32(mr_split_f32 a)
{
    mr_log_parts_f32 p = mr_log_parts_of_f32(a.f);
    mr_pair_f32 s = mr_fast_sum_f32(a.k * MR_LN2_HI_F32, a.f);
    return s.hi + (s.lo - (p.square - (p.tail + a.k * MR_LN2_LO_F32)));
}

MR_FN vf32 mr_log_f32(vf32 x)
{
    return mr_log_ends_f32(x, mr_log_of_split_f32(mr_split_log_f32(x)));
}

/* log(1 + f) = hi + lo with 12 bits in hi. */
MR_FN mr_pair_f32 mr_log_pair_f32(vf32 f)
{
    mr_pair_f32 y;
    mr_log_parts_f32 p = mr_log_parts_of_f32(f);
    y.hi = mr_top_f32(f - p.square);
    y.lo = ((f - y.hi) - p.square) + p.tail;
    return y;
}

MR_FN vf32 mr_log2_f32(vf32 x)
{
    mr_split_f32 a = mr_split_log_f32(x);
    mr_pair_f32 l = mr_log_pair_f32(a.f);
    mr_pair_f32 s = mr_fast_sum_f32(a.k, l.hi * K_F32(0x1.716p0f));
    vf32 lo = l.lo * K_F32(0x1.715476p0f) + l.hi * K_F32(-0x1.7135a8p-13f);
    return mr_log_ends_f32(x, s.hi + (s.lo + lo));
}

MR_FN vf32 mr_log10_f32(vf32 x)
{
    mr_split_f32 a = mr_split_log_f32(x);
    mr_pair_f32 l = mr_log_pair_f32(a.f);
    mr_pair_f32 s = mr_fast_sum_f32(a.k * K_F32(0x1.3442p-2f),
                                    l.hi * K_F32(0x1.bccp-2f));
    vf32 lo = l.lo * K_F32(0x1.bcb7b2p-2f) + l.hi * K_F32(-0x1.09d5b2p-15f);
    lo = lo + a.k * K_F32(-0x1.95ec1p-19f);
    return mr_log_ends_f32(x, s.hi + (s.lo + lo));
}

/* log(u) + (1 + x - u) / u with u = 1 + x rounded; where u is already in [sqrt(1/2), sqrt(2)), f is
 * x itself. */
MR_FN vf32 mr_log1p_f32(vf32 x)
{
    mr_pair_f32 u = mr_sum_f32(K_F32(1.0f), x);
    mr_split_f32 a = mr_split_log_f32(u.hi);
    vm32 near_one = a.k == K_F32(0.0f);
    vf32 f = near_one ? x : a.f;
    vf32 rest = near_one ? K_F32(0.0f) : u.lo / u.hi;
    mr_log_parts_f32 p = mr_log_parts_of_f32(f);
    mr_pair_f32 s = mr_fast_sum_f32(a.k * MR_LN2_HI_F32, f);
    vf32 y = s.hi + (s.lo - (p.square - (p.tail + (rest + a.k * MR_LN2_LO_F32))));
    y = x == K_F32(0.0f) ? x : y;
    return mr_log_ends_f32(u.hi, y);
}

/* log(x) to about 2^-36 for x > 0 and finite: x = 2^k m, 1/c from a table with 8 bits, so that
 * r = m/c - 1 is exact in two parts (Tang 1990, Table-driven implementation of the logarithm
 * function). The intervals that touch 1 have c = 1. */
MR_FN mr_pair_f32 mr_log_wide_f32(vf32 x)
{
    vm32 tiny = x < K_F32(0x1p-126f);
    vu32 bits = AS_U32(tiny ? x * K_F32(0x1p24f) : x);
    vu32 above = bits + K_U32(0x40cc0000);
    vf32 k = mr_count_f32(above >> K_U32(23)) - (tiny ? K_F32(280.0f) : K_F32(256.0f));
    vf32 m = AS_F32(bits - (above & K_U32(0xff800000)) + MR_SIGN_F32);
    vu32 entry = ((above >> K_U32(17)) & K_U32(63)) * K_U32(3);
    vf32 inverse = GATHER_F32(mr_log_table_f32, entry);
    vf32 log_hi = GATHER_F32(mr_log_table_f32, entry + K_U32(1));
    vf32 log_lo = GATHER_F32(mr_log_table_f32, entry + K_U32(2));

    vf32 m_hi = AS_F32(AS_U32(m) & K_U32(0xffffff00));
    mr_pair_f32 r = mr_fast_sum_f32(m_hi * inverse - K_F32(1.0f), (m - m_hi) * inverse);
    /* log(1 + r) = r - r^2/2 + r^3 p(r), |r| < 0.0161: error of p 2^-26.6. */
    vf32 p_z = r.hi * r.hi;
    vf32 p_even = K_F32(0x1.998f04p-3f);
    p_even = p_even * p_z + K_F32(0x1.555556p-2f);
    vf32 p_odd = K_F32(-0x1.55634ep-3f);
    p_odd = p_odd * p_z + K_F32(-0x1p-2f);
    vf32 p = p_odd * r.hi + p_even;
    vf32 r_top = mr_top_f32(r.hi);
    vf32 half_square = K_F32(0.5f) * r_top * r_top;
    vf32 lo = r.lo - r.hi * r.lo - K_F32(0.5f) * (r.hi - r_top) * (r.hi + r_top);
    lo = lo + r.hi * r.hi * r.hi * p + (k * MR_LN2_LO_F32 + log_lo);
    mr_pair_f32 s = mr_fast_sum_f32(k * MR_LN2_HI_F32 + log_hi, r.hi);
    mr_pair_f32 t = mr_fast_sum_f32(s.hi, -half_square);
    return mr_fast_sum_f32(t.hi, t.lo + (s.lo + lo));
}

/* The result of pow where |x| or y is 0, 1 or infinite, x is negative or either is NaN;
 * magnitude = |x|^y otherwise. */
MR_FN vf32 mr_pow_ends_f32(vf32 x, vf32 y, vf32 magnitude)
{
    vf32 one = K_F32(1.0f), zero = K_F32(0.0f), inf = MR_INF_F32;
    vf32 ax = ABS_F32(x), ay = ABS_F32(y);
    vm32 integer = TRUNC_F32(y) == y;
    vm32 odd = integer & (TRUNC_F32(K_F32(0.5f) * y) != K_F32(0.5f) * y);
    vf32 r = magnitude;
    r = ((ax == zero) | (ax == inf)) ? (((ax == zero) == (y < zero)) ? inf : zero) : r;
    r = ay == inf ? (((ax < one) == (y < zero)) ? inf : zero) : r;
    r = ((ay == inf) & (ax == one)) ? one : r;
    r = ((x < zero) & !integer & (ax < inf)) ? MR_NAN_F32 : r;
    r = AS_F32(AS_U32(r) | (odd ? AS_U32(x) & MR_SIGN_F32 : K_U32(0)));
    r = ((x != x) | (y != y) | (r != r)) ? MR_NAN_F32 : r;
    return ((y == zero) | (x == one)) ? one : r;
}

MR_FN vf32 mr_pow_f32(vf32 x, vf32 y)
{
    mr_pair_f32 l = mr_log_wide_f32(ABS_F32(x));
    mr_pair_f32 p = mr_product_f32(y, l.hi);
    p.lo = p.lo + y * l.lo;
    vm32 huge = !(ABS_F32(p.hi) < K_F32(120.0f));
    p.lo = huge ? K_F32(0.0f) : p.lo;
    p.hi = huge ? (p.hi > K_F32(0.0f) ? K_F32(120.0f) : K_F32(-120.0f)) : p.hi;
    mr_scaled_f32 e = mr_exp_scaled_f32(p.hi, p.lo);
    return mr_pow_ends_f32(x, y, mr_scale_f32(e.hi + e.lo, e.shifted));
}

/* ---- circular functions ---- */

/* An angle as quadrant * pi/2 + hi + lo, |hi| <= pi/4 and a little; quadrant modulo 4. */
typedef struct {
    vf32 hi, lo;
    vu32 quadrant;
} mr_angle_f32;

/* Payne and Hanek 1983, Radian reduction for trigonometric functions: the mantissa of x times
 * 96 bits of 2/pi, chosen so that what is left out are multiples of 4. 62 bits of fraction leave
 * enough after the worst cancellation of a float. For |x| >= 2^9; other lanes hold something. */
MR_FN mr_angle_f32 mr_reduce_large_f32(vf32 x)
{
    vu32 bits = AS_U32(ABS_F32(x));
    vu32 e = bits >> K_U32(23);
    e = e < K_U32(136) ? K_U32(136) : e;
    vu32 m32 = (bits & K_U32(0x7fffff)) | K_U32(0x800000);
    vu32 first = e - K_U32(120);
    vu32 word = first >> K_U32(5), left = first & K_U32(31), right = K_U32(31) - left;
    vu32 t0 = GATHER_U32(mr_two_over_pi_f32, word);
    vu32 t1 = GATHER_U32(mr_two_over_pi_f32, word + K_U32(1));
    vu32 t2 = GATHER_U32(mr_two_over_pi_f32, word + K_U32(2));
    vu32 t3 = GATHER_U32(mr_two_over_pi_f32, word + K_U32(3));
    vu32 w0 = (t0 << left) | ((t1 >> K_U32(1)) >> right);
    vu32 w1 = (t1 << left) | ((t2 >> K_U32(1)) >> right);
    vu32 w2 = (t2 << left) | ((t3 >> K_U32(1)) >> right);
    vu64 m = TO_U64(m32), half_bits = K_U64(32);
    vu64 p = ((m * TO_U64(w0)) << half_bits) + m * TO_U64(w1) + ((m * TO_U64(w2)) >> half_bits);

    /* 2 bits of quadrant, 62 of fraction; a fraction above 1/2 counts back from the next. */
    vu64 back = (p >> K_U64(61)) & K_U64(1);
    vu64 f = ((p << K_U64(2)) ^ (K_U64(0) - back)) + back;
    vu32 f0 = TO_U32(f >> half_bits), f1 = TO_U32(f);
    vu32 low = K_U32(0xffff), sixteen = K_U32(16);
    mr_pair_f32 h = mr_fast_sum_f32(mr_count_f32(f0 >> sixteen) * K_F32(0x1p-16f),
                                    mr_count_f32(f0 & low) * K_F32(0x1p-32f));
    h = mr_fast_sum_f32(h.hi, h.lo + (mr_count_f32(f1 >> sixteen) * K_F32(0x1p-48f) +
                                      mr_count_f32(f1 & low) * K_F32(0x1p-64f)));
    mr_pair_f32 r = mr_product_f32(h.hi, K_F32(0x1.921fb6p0f));
    r.lo = r.lo + (h.hi * K_F32(-0x1.777a5cp-25f) + h.lo * K_F32(0x1.921fb6p0f));

    mr_angle_f32 y;
    vu32 x_sign = AS_U32(x) & MR_SIGN_F32;
    vu32 flip = (TO_U32(back) << K_U32(31)) ^ x_sign;
    vu32 quadrant = TO_U32(p >> K_U64(62)) + TO_U32(back);
    y.hi = AS_F32(AS_U32(r.hi) ^ flip);
    y.lo = AS_F32(AS_U32(r.lo) ^ flip);
    y.quadrant = x_sign != K_U32(0) ? K_U32(0) - quadrant : quadrant;
    return y;
}

/* Cody and Waite with pi/2 in four parts of 14, 14, 14 and 24 bits: k times the first three is
 * exact for |k| < 2^10, and so is the first difference. */
MR_FN mr_angle_f32 mr_reduce_f32(vf32 x)
{
    mr_angle_f32 y;
    vf32 shifted = x * K_F32(0x1.45f306p-1f) + MR_SHIFT_F32;
    vf32 k = shifted - MR_SHIFT_F32;
    vf32 a = x - k * K_F32(0x1.9218p0f);
    vf32 b = k * K_F32(0x1.ed5p-14f);
    mr_pair_f32 s = mr_fast_sum_f32(a, -b);
    mr_pair_f32 t = mr_fast_sum_f32(s.hi, -(k * K_F32(0x1.10bp-30f)));
    vf32 lo = (s.lo + t.lo) - k * K_F32(0x1.184698p-44f);
    y.hi = t.hi + lo;
    y.lo = (t.hi - y.hi) + lo;
    y.quadrant = AS_U32(shifted);

    vm32 large = ABS_F32(x) > K_F32(1500.0f);
    if (MASK_ANY(large)) {
        mr_angle_f32 z = mr_reduce_large_f32(x);
        y.hi = large ? z.hi : y.hi;
        y.lo = large ? z.lo : y.lo;
        y.quadrant = large ? z.quadrant : y.quadrant;
    }
    return y;
}

/* sin(hi + lo), |hi| <= pi/4. */
MR_FN mr_pair_f32 mr_sin_octant_f32(vf32 hi, vf32 lo)
{
    mr_pair_f32 y;
    vf32 z = hi * hi;
    /* sin(r) = r + r z p(z), z = r^2 <= 0.6169: relative error 2^-27.9. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(-0x1.995404p-13f);
    p_even = p_even * p_z + K_F32(-0x1.555546p-3f);
    vf32 p_odd = K_F32(0x1.110778p-7f);
    vf32 p = p_odd * z + p_even;
    y.hi = hi;
    y.lo = z * hi * p + lo * (K_F32(1.0f) - K_F32(0.5f) * z);
    return y;
}

/* cos(hi + lo), |hi| <= pi/4. */
MR_FN mr_pair_f32 mr_cos_octant_f32(vf32 hi, vf32 lo)
{
    vf32 z = hi * hi;
    /* cos(r) = 1 - z/2 + z^2 p(z), z = r^2 <= 0.6169: relative error 2^-33.0. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(0x1.99e912p-16f);
    p_even = p_even * p_z + K_F32(0x1.55554ap-5f);
    vf32 p_odd = K_F32(-0x1.6c0c2ap-10f);
    vf32 p = p_odd * z + p_even;
    vf32 half_z = K_F32(0.5f) * z;
    mr_pair_f32 y = mr_fast_sum_f32(K_F32(1.0f), -half_z);
    y.lo = y.lo + (z * z * p - hi * lo);
    return y;
}

/* sin of the angle turned on by some quadrants. */
MR_FN vf32 mr_sin_angle_f32(mr_angle_f32 r, vu32 turned)
{
    mr_pair_f32 s = mr_sin_octant_f32(r.hi, r.lo), c = mr_cos_octant_f32(r.hi, r.lo);
    vu32 quadrant = r.quadrant + turned;
    vf32 y = (quadrant & K_U32(1)) != K_U32(0) ? c.hi + c.lo : s.hi + s.lo;
    return AS_F32(AS_U32(y) ^ ((quadrant & K_U32(2)) << K_U32(30)));
}

MR_FN vf32 mr_sin_f32(vf32 x)
{
    vf32 y = mr_sin_angle_f32(mr_reduce_f32(x), K_U32(0));
    y = ABS_F32(x) < K_F32(0x1p-13f) ? x : y;
    return ABS_F32(x) < MR_INF_F32 ? y : MR_NAN_F32;
}

MR_FN vf32 mr_cos_f32(vf32 x)
{
    vf32 y = mr_sin_angle_f32(mr_reduce_f32(x), K_U32(1));
    return ABS_F32(x) < MR_INF_F32 ? y : MR_NAN_F32;
}

MR_FN vf32 mr_tan_f32(vf32 x)
{
    mr_angle_f32 r = mr_reduce_f32(x);
    mr_pair_f32 s = mr_sin_octant_f32(r.hi, r.lo), c = mr_cos_octant_f32(r.hi, r.lo);
    vm32 odd = (r.quadrant & K_U32(1)) != K_U32(0);
    s = mr_fast_sum_f32(s.hi, s.lo);
    c = mr_fast_sum_f32(c.hi, c.lo);
    mr_pair_f32 n, d;
    n.hi = odd ? -c.hi : s.hi;
    n.lo = odd ? -c.lo : s.lo;
    d.hi = odd ? s.hi : c.hi;
    d.lo = odd ? s.lo : c.lo;
    mr_pair_f32 q = mr_quotient_f32(n, d);
    vf32 y = ABS_F32(x) < K_F32(0x1p-13f) ? x : q.hi + q.lo;
    return ABS_F32(x) < MR_INF_F32 ? y : MR_NAN_F32;
}

/* sin(2 pi t) and cos(2 pi t) for |t| < 2^19, NaN beyond: the reduction is exact and needs no
 * branch, which suits uniform angles (Box and Muller 1958). Within 1 ulp, a sine next to the
 * subnormals within 2. */
typedef struct {
    vf32 sin, cos;
} mr_sincos_f32;

MR_FN mr_sincos_f32 mr_sincos_turn_f32(vf32 t)
{
    mr_sincos_f32 y;
    vf32 shifted = K_F32(4.0f) * t + MR_SHIFT_F32;
    vu32 quadrant = AS_U32(shifted);
    vf32 f = t - K_F32(0.25f) * (shifted - MR_SHIFT_F32);
    mr_pair_f32 r = mr_product_f32(f, K_F32(0x1.921fb6p2f));
    r.lo = r.lo + f * K_F32(-0x1.777a5cp-23f);
    mr_pair_f32 s = mr_sin_octant_f32(r.hi, r.lo), c = mr_cos_octant_f32(r.hi, r.lo);
    vm32 odd = (quadrant & K_U32(1)) != K_U32(0);
    vf32 sine = s.hi + s.lo, cosine = c.hi + c.lo;
    vu32 cos_sign = (quadrant + K_U32(1)) & K_U32(2);
    vf32 sin_t = AS_F32(AS_U32(odd ? cosine : sine) ^ ((quadrant & K_U32(2)) << K_U32(30)));
    vf32 cos_t = AS_F32(AS_U32(odd ? sine : cosine) ^ (cos_sign << K_U32(30)));
    vm32 in_range = ABS_F32(t) < K_F32(0x1p19f);
    y.sin = in_range ? sin_t : MR_NAN_F32;
    y.cos = in_range ? cos_t : MR_NAN_F32;
    return y;
}

/* ---- inverse circular functions ---- */

#define MR_PI_HI_F32 K_F32(0x1.921fb6p1f)
#define MR_PI_LO_F32 K_F32(-0x1.777a5cp-24f)
#define MR_HALF_PI_HI_F32 K_F32(0x1.921fb6p0f)
#define MR_HALF_PI_LO_F32 K_F32(-0x1.777a5cp-25f)

/* asin(s) = s + tail where s = |x|, or near 1 where s = sqrt((1 - |x|) / 2): half of acos|x|. */
typedef struct {
    vf32 s, tail;
    vm32 near_one;
} mr_asin_f32_parts;

MR_FN mr_asin_f32_parts mr_asin_parts_f32(vf32 x)
{
    mr_asin_f32_parts y;
    vf32 ax = ABS_F32(x);
    y.near_one = ax >= K_F32(0.5f);
    vf32 half_rest = K_F32(0.5f) * (K_F32(1.0f) - ax);
    vf32 root = SQRT_F32(half_rest);
    vf32 z = y.near_one ? half_rest : ax * ax;
    /* asin(s) = s + s z p(z), z = s^2 <= 1/4: relative error 2^-27.6. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(0x1.5959aap-5f);
    p_even = p_even * p_z + K_F32(0x1.747b72p-5f);
    p_even = p_even * p_z + K_F32(0x1.5555c8p-3f);
    vf32 p_odd = K_F32(0x1.8c415ap-6f);
    p_odd = p_odd * p_z + K_F32(0x1.330206p-4f);
    vf32 p = p_odd * z + p_even;
    mr_pair_f32 square = mr_product_f32(root, root);
    vf32 root_lo = ((half_rest - square.hi) - square.lo) / (root + root);
    root_lo = (y.near_one & (half_rest > K_F32(0.0f))) ? root_lo : K_F32(0.0f);
    y.s = y.near_one ? root : ax;
    y.tail = y.s * z * p + root_lo;
    return y;
}

MR_FN vf32 mr_asin_f32(vf32 x)
{
    mr_asin_f32_parts a = mr_asin_parts_f32(x);
    mr_pair_f32 d = mr_fast_sum_f32(MR_HALF_PI_HI_F32, K_F32(-2.0f) * a.s);
    vf32 beyond = d.hi + (d.lo + (MR_HALF_PI_LO_F32 - K_F32(2.0f) * a.tail));
    vf32 y = COPYSIGN_F32(a.near_one ? beyond : a.s + a.tail, x);
    return ABS_F32(x) <= K_F32(1.0f) ? y : MR_NAN_F32;
}

MR_FN vf32 mr_acos_f32(vf32 x)
{
    mr_asin_f32_parts a = mr_asin_parts_f32(x);
    vm32 minus = x < K_F32(0.0f);
    /* acos is pi/2 - asin in the middle, 2 (s + tail) near 1 and pi less that near -1. */
    vf32 times = a.near_one ? K_F32(2.0f) : K_F32(1.0f);
    times = (minus == a.near_one) ? -times : times;
    vf32 base = a.near_one ? (minus ? MR_PI_HI_F32 : K_F32(0.0f)) : MR_HALF_PI_HI_F32;
    vf32 base_lo = a.near_one ? (minus ? MR_PI_LO_F32 : K_F32(0.0f)) : MR_HALF_PI_LO_F32;
    mr_pair_f32 d = mr_fast_sum_f32(base, times * a.s);
    vf32 y = d.hi + (d.lo + (base_lo + times * a.tail));
    return ABS_F32(x) <= K_F32(1.0f) ? y : MR_NAN_F32;
}

/* atan(y / x) for finite x, y >= 0, not both 0, x + 2 y without overflow: atan(c) + atan(t) with c
 * of 0, 1/2, 1, 2 and infinity and t = (y - c x) / (x + c y), |t| <= 1/4. */
MR_FN mr_pair_f32 mr_atan_ratio_f32(vf32 y, vf32 x)
{
    vm32 half_up = y >= K_F32(0.25f) * x, one_up = y >= K_F32(0.72f) * x;
    vm32 two_up = y >= K_F32(1.386f) * x, inf_up = y >= K_F32(4.236f) * x;
    vf32 c = half_up ? K_F32(0.5f) : K_F32(0.0f);
    c = one_up ? K_F32(1.0f) : c;
    c = two_up ? K_F32(2.0f) : c;
    vf32 base = half_up ? K_F32(0x1.dac67p-2f) : K_F32(0.0f);
    base = one_up ? K_F32(0x1.921fb6p-1f) : base;
    base = two_up ? K_F32(0x1.1b6e1ap0f) : base;
    base = inf_up ? MR_HALF_PI_HI_F32 : base;
    vf32 base_lo = half_up ? K_F32(0x1.586ed4p-28f) : K_F32(0.0f);
    base_lo = one_up ? K_F32(-0x1.777a5cp-26f) : base_lo;
    base_lo = two_up ? K_F32(-0x1.a28838p-25f) : base_lo;
    base_lo = inf_up ? MR_HALF_PI_LO_F32 : base_lo;
    mr_pair_f32 n = mr_sum_f32(y, -c * x), d = mr_sum_f32(x, c * y);
    n.hi = inf_up ? -x : n.hi;
    n.lo = inf_up ? K_F32(0.0f) : n.lo;
    d.hi = inf_up ? y : d.hi;
    d.lo = inf_up ? K_F32(0.0f) : d.lo;
    mr_pair_f32 t = mr_quotient_f32(n, d);
    /* Where one side is near the subnormals t is too small for its second part to matter. */
    vm32 apart = (y < K_F32(0x1p-100f)) | (x < K_F32(0x1p-100f));
    t.lo = apart ? K_F32(0.0f) : t.lo;
    vf32 z = t.hi * t.hi;
    /* atan(t) = t + t z p(z), z = t^2 <= 1/16: relative error 2^-26.1. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(-0x1.0b021cp-3f);
    p_even = p_even * p_z + K_F32(-0x1.555426p-2f);
    vf32 p_odd = K_F32(0x1.98b17p-3f);
    vf32 p = p_odd * z + p_even;
    mr_pair_f32 s = mr_fast_sum_f32(base, t.hi);
    s.lo = s.lo + (t.hi * z * p + (t.lo + base_lo));
    return s;
}

MR_FN vf32 mr_atan_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    mr_pair_f32 r = mr_atan_ratio_f32(ax > K_F32(0x1p60f) ? K_F32(0x1p60f) : ax, K_F32(1.0f));
    vf32 y = COPYSIGN_F32(r.hi + r.lo, x);
    return x != x ? MR_NAN_F32 : y;
}

MR_FN vf32 mr_atan2_f32(vf32 y, vf32 x)
{
    vf32 ax = ABS_F32(x), ay = ABS_F32(y), one = K_F32(1.0f), zero = K_F32(0.0f);
    vf32 most = ax > ay ? ax : ay;
    vf32 scale = most > K_F32(0x1p120f) ? K_F32(0x1p-4f) : one;
    scale = most < K_F32(0x1p-40f) ? K_F32(0x1p90f) : scale;
    vm32 x_inf = ax == MR_INF_F32, y_inf = ay == MR_INF_F32;
    vf32 u = (x_inf | (ay == zero)) ? one : (y_inf ? zero : ax * scale);
    vf32 v = y_inf ? one : (x_inf ? zero : ay * scale);
    mr_pair_f32 r = mr_atan_ratio_f32(v, u);
    mr_pair_f32 d = mr_fast_sum_f32(MR_PI_HI_F32, -r.hi);
    vf32 behind = d.hi + (d.lo + (MR_PI_LO_F32 - r.lo));
    vf32 a = COPYSIGN_F32(one, x) < zero ? behind : r.hi + r.lo;
    return ((x != x) | (y != y)) ? MR_NAN_F32 : COPYSIGN_F32(a, y);
}

/* ---- hyperbolic functions ---- */

/* sinh(x) and cosh(x) without their common factor 2^(k-1), x >= 0. */
typedef struct {
    mr_pair_f32 sinh, cosh;
    vf32 shifted; /* MR_SHIFT_F32 + k - 1 */
} mr_hyperbolic_f32;

/* x = k ln 2 + r; with b = 4^-k: 2^(1-k) sinh(x) = (1 - b) cosh(r) + (1 + b) sinh(r), and the same
 * with b negated for cosh. Beyond k = 15 b is far below an ulp. */
MR_FN mr_hyperbolic_f32 mr_hyperbolic_of_f32(vf32 x)
{
    mr_hyperbolic_f32 y;
    vf32 one = K_F32(1.0f);
    vf32 shifted = x * MR_LOG2E_F32 + MR_SHIFT_F32;
    vf32 k = shifted - MR_SHIFT_F32;
    vf32 a = x - k * MR_LN2_HI_F32, a_lo = k * MR_LN2_LO_F32;
    vf32 r = a - a_lo, z = r * r;
    /* cosh(r) = 1 + z/2 + z^2 even(z), z = r^2 <= 0.1203: relative error 2^-33.3. */
    vf32 even = K_F32(0x1.6d4f18p-10f);
    even = even * z + K_F32(0x1.5554e6p-5f);
    /* sinh(r) = r + r z odd(z): relative error 2^-26.2. */
    vf32 odd = K_F32(0x1.1227b2p-7f);
    odd = odd * z + K_F32(0x1.5554bp-3f);
    vf32 cosh_rest = K_F32(0.5f) * z + z * z * even;
    vf32 sinh_rest = r * z * odd - a_lo;

    vu32 twice_k = (AS_U32(shifted) - AS_U32(MR_SHIFT_F32)) << K_U32(1);
    vf32 b = AS_F32((K_U32(127) - twice_k) << K_U32(23));
    b = k > K_F32(15.0f) ? K_F32(0.0f) : b;
    mr_pair_f32 minus = mr_fast_sum_f32(one, -b), plus = mr_fast_sum_f32(one, b);
    mr_pair_f32 s = mr_sum_f32(minus.hi, a), c = mr_sum_f32(plus.hi, a);
    mr_pair_f32 s2 = mr_sum_f32(s.hi, b * a), c2 = mr_sum_f32(c.hi, -b * a);
    s2.lo = s2.lo + (s.lo + (minus.lo + (minus.hi * cosh_rest + plus.hi * sinh_rest)));
    c2.lo = c2.lo + (c.lo + (plus.lo + (plus.hi * cosh_rest + minus.hi * sinh_rest)));
    y.sinh = s2;
    y.cosh = c2;
    y.shifted = shifted - one;
    return y;
}

MR_FN vf32 mr_sinh_f32(vf32 x)
{
    vf32 zero = K_F32(0.0f);
    mr_hyperbolic_f32 h = mr_hyperbolic_of_f32(mr_clamp_f32(ABS_F32(x), zero, K_F32(91.0f)));
    vf32 y = COPYSIGN_F32(mr_scale_f32(h.sinh.hi + h.sinh.lo, h.shifted), x);
    return x != x ? MR_NAN_F32 : y;
}

MR_FN vf32 mr_cosh_f32(vf32 x)
{
    vf32 zero = K_F32(0.0f);
    mr_hyperbolic_f32 h = mr_hyperbolic_of_f32(mr_clamp_f32(ABS_F32(x), zero, K_F32(91.0f)));
    vf32 y = mr_scale_f32(h.cosh.hi + h.cosh.lo, h.shifted);
    return x != x ? MR_NAN_F32 : y;
}

MR_FN vf32 mr_tanh_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    mr_hyperbolic_f32 h = mr_hyperbolic_of_f32(mr_clamp_f32(ax, K_F32(0.0f), K_F32(12.0f)));
    mr_pair_f32 q = mr_quotient_f32(mr_fast_sum_f32(h.sinh.hi, h.sinh.lo),
                                    mr_fast_sum_f32(h.cosh.hi, h.cosh.lo));
    vf32 y = COPYSIGN_F32(q.hi + q.lo, x);
    y = ax < K_F32(0x1p-13f) ? x : y;
    return x != x ? MR_NAN_F32 : y;
}

/* ---- roots ---- */

/* x = 2^(3 q + s) m; a polynomial, a step of Halley's iteration (2^-30 then), and from its leading
 * 12 bits t the identity v - t = (a - t^3) / (v^2 + v t + t^2) for v^3 = a. */
MR_FN vf32 mr_cbrt_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    vm32 tiny = ax < K_F32(0x1p-126f);
    vu32 bits = AS_U32(tiny ? ax * K_F32(0x1p24f) : ax);
    vf32 e = mr_count_f32(bits >> K_U32(23)) - (tiny ? K_F32(151.0f) : K_F32(127.0f));
    vf32 shifted = (e - K_F32(1.0f)) * K_F32(0x1.555556p-2f) + MR_SHIFT_F32;
    vf32 s = e - K_F32(3.0f) * (shifted - MR_SHIFT_F32);
    vf32 m = AS_F32((bits & K_U32(0x7fffff)) | K_U32(0x3f800000));
    /* cbrt(m), 1 <= m <= 2: relative error 2^-13.7. */
    vf32 p = K_F32(0x1.7a8d5ep-6f);
    p = p * m + K_F32(-0x1.4dc31ep-3f);
    p = p * m + K_F32(0x1.2c9a46p-1f);
    p = p * m + K_F32(0x1.1b0ba8p-1f);
    vm32 one = s == K_F32(1.0f), two = s == K_F32(2.0f);
    vf32 root = one ? K_F32(0x1.428a3p0f) : K_F32(1.0f);
    vf32 t0 = p * (two ? K_F32(0x1.965feap0f) : root);
    vf32 a = m * (two ? K_F32(4.0f) : (one ? K_F32(2.0f) : K_F32(1.0f)));
    vf32 cube = t0 * t0 * t0;
    vf32 v = t0 * (cube + K_F32(2.0f) * a) / (K_F32(2.0f) * cube + a);
    vf32 t = mr_top_f32(v);
    vf32 square = t * t;
    vf32 square_hi = mr_top_f32(square);
    vf32 rest = (a - square_hi * t) - (square - square_hi) * t;
    vf32 y = t + rest / (v * v + (v * t + square));
    y = COPYSIGN_F32(mr_scale_f32(y, shifted), x);
    return ((ax > K_F32(0.0f)) & (ax < MR_INF_F32)) ? y : (x != x ? MR_NAN_F32 : x);
}

MR_FN vf32 mr_hypot_f32(vf32 x, vf32 y)
{
    vf32 ax = ABS_F32(x), ay = ABS_F32(y), one = K_F32(1.0f);
    vf32 most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    vm32 large = most > K_F32(0x1p50f), small = most < K_F32(0x1p-40f);
    vf32 scale = large ? K_F32(0x1p-80f) : (small ? K_F32(0x1p100f) : one);
    vf32 back = large ? K_F32(0x1p80f) : (small ? K_F32(0x1p-100f) : one);
    mr_pair_f32 p = mr_product_f32(most * scale, most * scale);
    mr_pair_f32 q = mr_product_f32(least * scale, least * scale);
    mr_pair_f32 s = mr_fast_sum_f32(p.hi, q.hi);
    vf32 root = SQRT_F32(s.hi);
    mr_pair_f32 square = mr_product_f32(root, root);
    vf32 rest = ((s.hi - square.hi) - square.lo) + (s.lo + (p.lo + q.lo));
    vf32 r = (root + rest / (root + root)) * back;
    r = most == K_F32(0.0f) ? K_F32(0.0f) : r;
    r = ((x != x) | (y != y)) ? MR_NAN_F32 : r;
    vm32 x_inf = ax == MR_INF_F32, y_inf = ay == MR_INF_F32;
    return (x_inf | y_inf) ? MR_INF_F32 : r;
}

/* ---- error functions ---- */

/* erf(x) - x for |x| <= 1/2. */
MR_FN vf32 mr_erf_rest_f32(vf32 x)
{
    vf32 z = x * x;
    /* erf(x) = x + x p(z), z = x^2 <= 1/4: error of p 2^-29.2. */
    vf32 p = K_F32(0x1.3567a8p-8f);
    p = p * z + K_F32(-0x1.b66b3ep-6f);
    p = p * z + K_F32(0x1.ce2554p-4f);
    p = p * z + K_F32(-0x1.812734p-2f);
    p = p * z + K_F32(0x1.06eba8p-3f);
    return x * p;
}

/* erfc(x) for x >= 1/2 as exp(-x^2) f(t) / (1 + 2 x), t = (x - 4) / (x + 4): f is smooth over the
 * whole half line (Shepherd and Laframboise 1981, Chebyshev approximation of
 * (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity). */
MR_FN vf32 mr_erfc_beyond_f32(vf32 x)
{
    vf32 four = K_F32(4.0f);
    vf32 a = mr_clamp_f32(x, K_F32(0.5f), K_F32(10.5f));
    mr_pair_f32 t = mr_quotient_f32(mr_sum_f32(a, -four), mr_sum_f32(a, four));
    /* f(t) = f(0) + t p(t), -7/9 <= t <= 0.45: error of p 2^-26.9. */
    vf32 p_z = t.hi * t.hi;
    vf32 p_even = K_F32(0x1.58c1c2p-8f);
    p_even = p_even * p_z + K_F32(0x1.2f6d14p-5f);
    p_even = p_even * p_z + K_F32(0x1.80021cp-4f);
    p_even = p_even * p_z + K_F32(0x1.16ec02p-4f);
    p_even = p_even * p_z + K_F32(-0x1.1df1acp-3f);
    vf32 p_odd = K_F32(-0x1.96876cp-15f);
    p_odd = p_odd * p_z + K_F32(-0x1.0e1ce8p-6f);
    p_odd = p_odd * p_z + K_F32(-0x1.0f8488p-4f);
    p_odd = p_odd * p_z + K_F32(-0x1.9dddcp-4f);
    p_odd = p_odd * p_z + K_F32(0x1.f7f648p-7f);
    vf32 p = p_odd * t.hi + p_even;
    /* The derivative of f: error 2^-5.2. */
    vf32 slope = K_F32(-0x1.256bacp0f);
    slope = slope * t.hi + K_F32(0x1.5d58dp-2f);
    slope = slope * t.hi + K_F32(0x1.1e0812p-3f);
    slope = slope * t.hi + K_F32(-0x1.2ec87p-3f);
    mr_pair_f32 f = mr_fast_sum_f32(K_F32(0x1.3ba592p0f), t.hi * p);
    f.lo = f.lo + (K_F32(-0x1.22c05p-25f) + t.lo * slope);
    mr_pair_f32 square = mr_product_f32(a, a);
    mr_scaled_f32 e = mr_exp_scaled_f32(-square.hi, -square.lo);
    mr_pair_f32 g = mr_fast_sum_f32(e.hi, e.lo);
    mr_pair_f32 n = mr_product_f32(g.hi, f.hi);
    n.lo = n.lo + (g.hi * f.lo + g.lo * f.hi);
    mr_pair_f32 q = mr_quotient_f32(n, mr_sum_f32(K_F32(1.0f), a + a));
    return mr_scale_f32(q.hi + q.lo, e.shifted);
}

MR_FN vf32 mr_erf_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    vf32 y = ax < K_F32(0.5f) ? ax + mr_erf_rest_f32(ax) : K_F32(1.0f) - mr_erfc_beyond_f32(ax);
    return x != x ? MR_NAN_F32 : COPYSIGN_F32(y, x);
}

MR_FN vf32 mr_erfc_f32(vf32 x)
{
    vf32 one = K_F32(1.0f), ax = ABS_F32(x);
    vf32 beyond = mr_erfc_beyond_f32(ax);
    beyond = x < K_F32(0.0f) ? K_F32(2.0f) - beyond : beyond;
    mr_pair_f32 d = mr_fast_sum_f32(one, -x);
    vf32 y = ax < K_F32(0.5f) ? d.hi + (d.lo - mr_erf_rest_f32(x)) : beyond;
    return x != x ? MR_NAN_F32 : y;
}

/* sqrt(2 pi) for the quantile near the middle. */
#define MR_QUANTILE_SLOPE_HI_F32 K_F32(0x1.40d932p1f)
#define MR_QUANTILE_SLOPE_LO_F32 K_F32(-0x1.3b1f4ep-32f)

/* The quantile's magnitude for 0 < p <= 1/4: r - h(r) with r = sqrt(-2 log p), h from polynomials
 * about the centres of intervals of r that have 3 bits of mantissa. */
MR_FN mr_pair_f32 mr_quantile_tail_f32(vf32 p)
{
    mr_pair_f32 l = mr_log_wide_f32(p);
    vf32 square = K_F32(-2.0f) * l.hi;
    vf32 r = SQRT_F32(square);
    mr_pair_f32 back = mr_product_f32(r, r);
    vf32 r_lo = (((square - back.hi) - back.lo) - K_F32(2.0f) * l.lo) / (r + r);

    vu32 bits = AS_U32(r);
    vf32 u = r - AS_F32((bits & K_U32(0xfff00000)) | K_U32(0x80000));
    vu32 row = (bits >> K_U32(20)) - K_U32(1021);
    row = (row < K_U32(33) ? row : K_U32(0)) * K_U32(7);
    vf32 q = GATHER_F32(mr_quantile_table_f32, row + K_U32(6));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(5));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(4));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(3));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(2));
    mr_pair_f32 h = mr_fast_sum_f32(GATHER_F32(mr_quantile_table_f32, row), u * q);
    h.lo = h.lo + GATHER_F32(mr_quantile_table_f32, row + K_U32(1));
    mr_pair_f32 y = mr_fast_sum_f32(r, -h.hi);
    /* dx/dr = 1 + 0.86 / r^2 is near enough for the second part of r. */
    y.lo = y.lo + ((r_lo + r_lo * (K_F32(0.86f) / square)) - h.lo);
    return y;
}

MR_FN vf32 mr_normal_quantile_f32(vf32 p)
{
    vf32 centre = K_F32(0.5f), one = K_F32(1.0f);
    vf32 q = p - centre, z = q * q;
    /* x = q sqrt(2 pi) + q z c(z), q = p - 1/2, z = q^2 <= 1/16: error of c 2^-27.0. */
    vf32 c_z = z * z;
    vf32 c_even = K_F32(0x1.e965f6p11f);
    c_even = c_even * c_z + K_F32(0x1.403116p7f);
    c_even = c_even * c_z + K_F32(0x1.f5718ep3f);
    c_even = c_even * c_z + K_F32(0x1.4ffddep1f);
    vf32 c_odd = K_F32(0x1.10c75p8f);
    c_odd = c_odd * c_z + K_F32(0x1.766968p5f);
    c_odd = c_odd * c_z + K_F32(0x1.717106p2f);
    vf32 c = c_odd * z + c_even;
    mr_pair_f32 lin = mr_product_f32(q, MR_QUANTILE_SLOPE_HI_F32);
    vf32 middle = lin.hi + (lin.lo + (q * MR_QUANTILE_SLOPE_LO_F32 + q * z * c));
    mr_pair_f32 tail = mr_quantile_tail_f32(p < centre ? p : one - p);
    vf32 y = p < centre ? -(tail.hi + tail.lo) : tail.hi + tail.lo;
    y = ((p >= K_F32(0.25f)) & (p <= K_F32(0.75f))) ? middle : y;
    y = p == K_F32(0.0f) ? -MR_INF_F32 : (p == one ? MR_INF_F32 : y);
    return ((p >= K_F32(0.0f)) & (p <= one)) ? y : MR_NAN_F32;
}

MR_FN vf32 mr_erfinv_f32(vf32 x)
{
    vf32 one = K_F32(1.0f), ax = ABS_F32(x), z = x * x;
    /* erfinv(x) = x + x c(z), z = x^2 <= 1/4: error of c 2^-30.3. */
    vf32 c_z = z * z;
    vf32 c_even = K_F32(0x1.8f49f4p-4f);
    c_even = c_even * c_z + K_F32(0x1.1a8022p-4f);
    c_even = c_even * c_z + K_F32(0x1.054458p-3f);
    c_even = c_even * c_z + K_F32(-0x1.d203b6p-4f);
    vf32 c_odd = K_F32(0x1.e9270cp-6f);
    c_odd = c_odd * c_z + K_F32(0x1.610544p-4f);
    c_odd = c_odd * c_z + K_F32(0x1.db29dap-3f);
    vf32 c = c_odd * z + c_even;
    vf32 middle = ax + ax * c;
    mr_pair_f32 t = mr_quantile_tail_f32(K_F32(0.5f) * (one - ax));
    mr_pair_f32 s = mr_product_f32(t.hi, K_F32(0x1.6a09e6p-1f));
    s.lo = s.lo + (t.hi * K_F32(0x1.9fcef4p-27f) + t.lo * K_F32(0x1.6a09e6p-1f));
    vf32 y = ax < K_F32(0.5f) ? middle : s.hi + s.lo;
    y = ax == one ? MR_INF_F32 : y;
    return ax <= one ? COPYSIGN_F32(y, x) : MR_NAN_F32;
}

/* ---- log gamma ---- */

/* log gamma(x), 8 <= x: Stirling's series, its tail fitted; (x - 1/2) (log x - 1) does not overflow
 * before the whole does. */
MR_FN mr_pair_f32 mr_lgamma_large_f32(vf32 x)
{
    mr_pair_f32 l = mr_log_wide_f32(x);
    mr_pair_f32 less = mr_fast_sum_f32(l.hi, K_F32(-1.0f));
    less.lo = less.lo + l.lo;
    mr_pair_f32 a = mr_fast_sum_f32(x, K_F32(-0.5f));
    mr_pair_f32 p = mr_product_f32(a.hi, less.hi);
    p.lo = p.lo + (a.hi * less.lo + a.lo * less.hi);
    vf32 inverse = K_F32(1.0f) / x, z = inverse * inverse;
    /* lgamma(x) = (x - 1/2) (log x - 1) + log(2 pi)/2 - 1/2 + q(z) / x, z = 1 / x^2 <= 1/64:
     * error of q 2^-33.8. */
    vf32 q = K_F32(0x1.98f556p-11f);
    q = q * z + K_F32(-0x1.6c1418p-9f);
    q = q * z + K_F32(0x1.555556p-4f);
    mr_pair_f32 y = mr_fast_sum_f32(p.hi, K_F32(0x1.acfe3ap-2f));
    y.lo = y.lo + (p.lo + inverse * q);
    return y;
}

/* log gamma(x + move), move 0 or 1, 1/2 <= x + move < 8: (v - 1) (v - 2) P(v), so that the zeros at
 * 1 and 2 are exact; P from polynomials about the centres of 32 intervals. */
MR_FN mr_pair_f32 mr_lgamma_middle_f32(vf32 x, vf32 move)
{
    vf32 v = mr_clamp_f32(x + move, K_F32(0.5f), K_F32(0x1.fffffep2f));
    vu32 bits = AS_U32(v);
    vf32 centre = AS_F32((bits & K_U32(0xfff00000)) | K_U32(0x80000));
    vf32 u = x - (centre - move);
    vu32 row = ((bits >> K_U32(20)) - K_U32(0x3f0)) * K_U32(7);
    vf32 q = GATHER_F32(mr_lgamma_table_f32, row + K_U32(6));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(5));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(4));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(3));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(2));
    mr_pair_f32 p = mr_fast_sum_f32(GATHER_F32(mr_lgamma_table_f32, row), u * q);
    p.lo = p.lo + GATHER_F32(mr_lgamma_table_f32, row + K_U32(1));
    vf32 a = x - (K_F32(1.0f) - move);
    mr_pair_f32 b = mr_sum_f32(x, move - K_F32(2.0f));
    mr_pair_f32 w = mr_product_f32(a, b.hi);
    w.lo = w.lo + a * b.lo;
    mr_pair_f32 y = mr_product_f32(w.hi, p.hi);
    y.lo = y.lo + (w.hi * p.lo + w.lo * p.hi);
    return y;
}

/* log(pi / |x sin(pi x)|), x > 0 and no integer. */
MR_FN mr_pair_f32 mr_log_reflection_f32(vf32 x)
{
    vf32 f = ABS_F32(x - RINT_F32(x));
    vm32 outer = f > K_F32(0.25f);
    vf32 g = outer ? K_F32(0.5f) - f : f;
    mr_pair_f32 r = mr_product_f32(g, MR_PI_HI_F32);
    r.lo = r.lo + g * MR_PI_LO_F32;
    mr_pair_f32 s = mr_sin_octant_f32(r.hi, r.lo), c = mr_cos_octant_f32(r.hi, r.lo);
    mr_pair_f32 t = mr_fast_sum_f32(outer ? c.hi : s.hi, outer ? c.lo : s.lo);
    mr_pair_f32 w = mr_product_f32(x, t.hi), n;
    w.lo = w.lo + x * t.lo;
    n.hi = MR_PI_HI_F32;
    n.lo = MR_PI_LO_F32;
    mr_pair_f32 q = mr_quotient_f32(n, w);
    mr_pair_f32 l = mr_log_wide_f32(q.hi);
    l.lo = l.lo + q.lo / q.hi;
    return l;
}

MR_FN vf32 mr_lgamma_f32(vf32 x)
{
    vf32 zero = K_F32(0.0f), ax = ABS_F32(x);
    vm32 near_zero = ax < K_F32(0.5f), reflected = x <= K_F32(-0.5f);
    vf32 t = near_zero ? x : ax;
    mr_pair_f32 middle = mr_lgamma_middle_f32(t, near_zero ? K_F32(1.0f) : zero);
    mr_pair_f32 large = mr_lgamma_large_f32(t);
    vm32 is_large = t >= K_F32(8.0f);
    mr_pair_f32 g, l;
    g.hi = is_large ? large.hi : middle.hi;
    g.lo = is_large ? large.lo : middle.lo;

    /* lgamma(x) = lgamma(1 + x) - log|x|, and = log(pi / |x sin(pi x)|) - lgamma(-x). */
    mr_pair_f32 small_log = mr_log_wide_f32(ax), mirror = mr_log_reflection_f32(ax);
    l.hi = near_zero ? -small_log.hi : (reflected ? mirror.hi : zero);
    l.lo = near_zero ? -small_log.lo : (reflected ? mirror.lo : zero);
    g.hi = reflected ? -g.hi : g.hi;
    g.lo = reflected ? -g.lo : g.lo;
    mr_pair_f32 s = mr_sum_f32(l.hi, g.hi);
    vf32 y = s.hi + (s.lo + (l.lo + g.lo));
    y = ax > K_F32(0x1.895f1ap121f) ? MR_INF_F32 : y;
    y = ((x <= zero) & (TRUNC_F32(x) == x)) ? MR_INF_F32 : y;
    return x != x ? MR_NAN_F32 : y;
}
