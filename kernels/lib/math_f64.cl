// function: f64 exp(x) native
// function: f64 exp2(x) native
// function: f64 expm1(x) native
// function: f64 log(x) native
// function: f64 log2(x) native
// function: f64 log10(x) native
// function: f64 log1p(x) native
// function: f64 pow(x, y) native
// function: f64 sin(x) native
// function: f64 cos(x) native
// function: f64 tan(x) native
// function: f64 asin(x) native
// function: f64 acos(x) native
// function: f64 atan(x) native
// function: f64 atan2(y, x) native
// function: f64 sinh(x) native
// function: f64 cosh(x) native
// function: f64 tanh(x) native
// function: f64 cbrt(x) native
// function: f64 hypot(x, y) native
// function: f64 erf(x) native
// function: f64 erfc(x) native
// function: f64 erfinv(x)
// function: f64 normal_quantile(x)
// function: f64 lgamma(x) native
// needs: pairs.cl math_f64_table.cl
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

/* ---- exponentials ---- */

#define MR_LOG2E_F64 K_F64(0x1.71547652b82fep0)
#define MR_LN2_HI_F64 K_F64(0x1.62e42fefa38p-1) /* 42 bits: exact times 11 bits */
#define MR_LN2_LO_F64 K_F64(0x1.ef35793c7673p-45)

/* 2^k (hi + lo) with shifted = MR_SHIFT_F64 + k. */
typedef struct {
    vf64 hi, lo, shifted;
} mr_scaled_f64;

/* exp(x + x_lo) for |x| < 1100, |x_lo| < ulp(x). */
MR_FN mr_scaled_f64 mr_exp_scaled_f64(vf64 x, vf64 x_lo)
{
    mr_scaled_f64 y;
    y.shifted = x * MR_LOG2E_F64 + MR_SHIFT_F64;
    vf64 k = y.shifted - MR_SHIFT_F64;
    vf64 a = x - k * MR_LN2_HI_F64;
    vf64 a_lo = k * MR_LN2_LO_F64 - x_lo;
    vf64 r = a - a_lo;
    /* exp(r) = 1 + r + r^2 p(r), |r| <= 0.3466: relative error 2^-57.9. */
    vf64 p_z = r * r;
    vf64 p_even = K_F64(0x1.28adfa30897bcp-22);
    p_even = p_even * p_z + K_F64(0x1.a019996166984p-16);
    p_even = p_even * p_z + K_F64(0x1.6c16c18476542p-10);
    p_even = p_even * p_z + K_F64(0x1.55555555506bep-5);
    p_even = p_even * p_z + K_F64(0x1.000000000000ap-1);
    vf64 p_odd = K_F64(0x1.ad931dad59fcep-26);
    p_odd = p_odd * p_z + K_F64(0x1.71df18d313ab5p-19);
    p_odd = p_odd * p_z + K_F64(0x1.a01a012ff858ep-13);
    p_odd = p_odd * p_z + K_F64(0x1.1111111126b25p-7);
    p_odd = p_odd * p_z + K_F64(0x1.55555555554fep-3);
    vf64 p = p_odd * r + p_even;
    mr_pair_f64 s = mr_fast_sum_f64(K_F64(1.0), a);
    y.hi = s.hi;
    y.lo = s.lo + (r * r * p - a_lo);
    return y;
}

/* x within [low, high]; NaN gives low, so that no index made of it leaves its table. */
MR_FN vf64 mr_clamp_f64(vf64 x, vf64 low, vf64 high)
{
    vf64 t = x > low ? x : low;
    return t > high ? high : t;
}

MR_FN vf64 mr_exp_f64(vf64 x)
{
    mr_scaled_f64 y = mr_exp_scaled_f64(mr_clamp_f64(x, K_F64(-750.0), K_F64(720.0)), K_F64(0.0));
    return x != x ? MR_NAN_F64 : mr_scale_f64(y.hi + y.lo, y.shifted);
}

MR_FN vf64 mr_exp2_f64(vf64 x)
{
    vf64 t = mr_clamp_f64(x, K_F64(-1080.0), K_F64(1030.0));
    vf64 shifted = t + MR_SHIFT_F64;
    vf64 r = t - (shifted - MR_SHIFT_F64);
    vf64 r_hi = mr_top_f64(r);
    /* 2^r = 1 + r ln 2 + r^2 p(r), |r| <= 1/2: relative error 2^-57.9. */
    vf64 p_z = r * r;
    vf64 p_even = K_F64(0x1.e617acbca48a8p-28);
    p_even = p_even * p_z + K_F64(0x1.62bfc9fadc559p-20);
    p_even = p_even * p_z + K_F64(0x1.4309130dc2d85p-13);
    p_even = p_even * p_z + K_F64(0x1.3b2ab6fba07a2p-7);
    p_even = p_even * p_z + K_F64(0x1.ebfbdff82c5a1p-3);
    vf64 p_odd = K_F64(0x1.e7c4bb33986ccp-32);
    p_odd = p_odd * p_z + K_F64(0x1.b526545419f7ap-24);
    p_odd = p_odd * p_z + K_F64(0x1.ffcbfbc70d646p-17);
    p_odd = p_odd * p_z + K_F64(0x1.5d87fe78c39afp-10);
    p_odd = p_odd * p_z + K_F64(0x1.c6b08d704a045p-5);
    vf64 p = p_odd * r + p_even;
    /* r ln 2 in two parts, the first exact. */
    vf64 lin_lo = (r - r_hi) * K_F64(0x1.62e42fefa39efp-1) + r_hi * K_F64(-0x1.05c610ca86c39p-29);
    mr_pair_f64 s = mr_fast_sum_f64(K_F64(1.0), r_hi * K_F64(0x1.62e43p-1));
    vf64 y = mr_scale_f64(s.hi + (s.lo + (lin_lo + r * r * p)), shifted);
    return x != x ? MR_NAN_F64 : y;
}

/* 2^k exp(r) - 1 = 2^k ((1 - 2^-k) + (exp(r) - 1)), the bracket summed without loss. */
MR_FN vf64 mr_expm1_f64(vf64 x)
{
    vf64 t = mr_clamp_f64(x, K_F64(-45.0), K_F64(720.0));
    vf64 shifted = t * MR_LOG2E_F64 + MR_SHIFT_F64;
    vf64 k = shifted - MR_SHIFT_F64;
    vf64 a = t - k * MR_LN2_HI_F64;
    vf64 a_lo = k * MR_LN2_LO_F64;
    vf64 r = a - a_lo;
    /* exp(r) = 1 + r + r^2/2 + r^3 p(r), |r| <= 0.3466: relative error 2^-57.4. */
    vf64 p_z = r * r;
    vf64 p_even = K_F64(0x1.ad1f36bffb3e2p-26);
    p_even = p_even * p_z + K_F64(0x1.71df55d69f13bp-19);
    p_even = p_even * p_z + K_F64(0x1.a01a011bdb4c3p-13);
    p_even = p_even * p_z + K_F64(0x1.1111111128964p-7);
    p_even = p_even * p_z + K_F64(0x1.5555555555501p-3);
    vf64 p_odd = K_F64(0x1.289f8477650dfp-22);
    p_odd = p_odd * p_z + K_F64(0x1.a019ab33398bap-16);
    p_odd = p_odd * p_z + K_F64(0x1.6c16c17cc168ap-10);
    p_odd = p_odd * p_z + K_F64(0x1.555555555320cp-5);
    vf64 p = p_odd * r + p_even;
    vf64 r_lo = (a - r) - a_lo;
    vf64 r_top = mr_top_f64(r);
    vf64 tail = K_F64(0.5) * (r - r_top) * (r + r_top) + (r * r * r * p + (r * r_lo - a_lo));
    vf64 inverse = AS_F64((K_U64(0x43380000000003ff) - AS_U64(shifted)) << K_U64(52));
    inverse = k > K_F64(60.0) ? K_F64(0.0) : inverse;
    mr_pair_f64 rest = mr_fast_sum_f64(K_F64(1.0), -inverse);
    mr_pair_f64 s = mr_sum_f64(rest.hi, a);
    s.lo = s.lo + rest.lo;
    mr_pair_f64 square = mr_fast_sum_f64(s.hi, K_F64(0.5) * r_top * r_top);
    vf64 y = mr_scale_f64(square.hi + (square.lo + (s.lo + tail)), shifted);
    y = x == K_F64(0.0) ? x : y;
    return x != x ? MR_NAN_F64 : y;
}

/* ---- logarithms ---- */

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2). */
typedef struct {
    vf64 k, f;
} mr_split_f64;

/* Of the bits of a normal x > 0; `bias` more than k. */
MR_FN mr_split_f64 mr_split_bits_f64(vu64 bits, vf64 bias)
{
    mr_split_f64 s;
    vu64 above = bits + K_U64(0x40195f619980c433); /* k + 2048, mantissa */
    s.k = mr_count_f64(above >> K_U64(52)) - bias;
    vf64 m = AS_F64(bits - (above & K_U64(0xfff0000000000000)) + MR_SIGN_F64);
    s.f = m - K_F64(1.0);
    return s;
}

/* For x > 0 and finite; subnormals too. */
MR_FN mr_split_f64 mr_split_log_f64(vf64 x)
{
    vm64 tiny = x < K_F64(0x1p-1022);
    return mr_split_bits_f64(AS_U64(tiny ? x * K_F64(0x1p54) : x),
                             tiny ? K_F64(2102.0) : K_F64(2048.0));
}

/* log(1 + f) = f - square + tail, sqrt(1/2) <= 1 + f < sqrt(2), with square = f^2/2 rounded. With
 * s = f / (2 + f): log(1 + f) = 2 s + s R, and 2 s = f - s f, s f = f^2/2 - s f^2/2
 * (the rearrangement is Ng's, in the log of 4.3BSD). */
typedef struct {
    vf64 square, tail;
} mr_log_parts_f64;

MR_FN mr_log_parts_f64 mr_log_parts_of_f64(vf64 f)
{
    mr_log_parts_f64 y;
    vf64 s = f / (K_F64(2.0) + f);
    vf64 z = s * s;
    /* log((1 + s) / (1 - s)) = 2 s + s z p(z), z = s^2 <= 0.02944: relative error 2^-57.6. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(0x1.2b5949cfa6afbp-3);
    p_even = p_even * p_z + K_F64(0x1.7462b50a97ac2p-3);
    p_even = p_even * p_z + K_F64(0x1.2492492defb07p-2);
    p_even = p_even * p_z + K_F64(0x1.5555555555558p-1);
    vf64 p_odd = K_F64(0x1.39fe4eb5bb4bep-3);
    p_odd = p_odd * p_z + K_F64(0x1.c71c62e541c51p-3);
    p_odd = p_odd * p_z + K_F64(0x1.999999999531cp-2);
    vf64 p = p_odd * z + p_even;
    y.square = K_F64(0.5) * f * f;
    y.tail = s * (y.square + z * p);
    return y;
}

/* The values of every logarithm at and beyond the ends of its domain. */
MR_FN vf64 mr_log_ends_f64(vf64 x, vf64 y)
{
    y = x < MR_INF_F64 ? y : x;
    y = x == K_F64(0.0) ? -MR_INF_F64 : y;
    return x >= K_F64(0.0) ? y : MR_NAN_F64;
}

MR_FN vf64 mr_log_of_split_f64(mr_split_f64 a)
{
    mr_log_parts_f64 p = mr_log_parts_of_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * MR_LN2_HI_F64, a.f);
    return s.hi + (s.lo - (p.square - (p.tail + a.k * MR_LN2_LO_F64)));
}

MR_FN vf64 mr_log_f64(vf64 x)
{
    return mr_log_ends_f64(x, mr_log_of_split_f64(mr_split_log_f64(x)));
}

/* The same for a normal x > 0 only. */
MR_FN vf64 mr_log_normal_f64(vf64 x)
{
    return mr_log_of_split_f64(mr_split_bits_f64(AS_U64(x), K_F64(2048.0)));
}

/* log(1 + f) = hi + lo with 26 bits in hi. */
MR_FN mr_pair_f64 mr_log_pair_f64(vf64 f)
{
    mr_pair_f64 y;
    mr_log_parts_f64 p = mr_log_parts_of_f64(f);
    y.hi = mr_top_f64(f - p.square);
    y.lo = ((f - y.hi) - p.square) + p.tail;
    return y;
}

MR_FN vf64 mr_log2_f64(vf64 x)
{
    mr_split_f64 a = mr_split_log_f64(x);
    mr_pair_f64 l = mr_log_pair_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k, l.hi * K_F64(0x1.7154768p0));
    vf64 lo = l.lo * K_F64(0x1.71547652b82fep0) + l.hi * K_F64(-0x1.6a3e80f444178p-27);
    return mr_log_ends_f64(x, s.hi + (s.lo + lo));
}

MR_FN vf64 mr_log10_f64(vf64 x)
{
    mr_split_f64 a = mr_split_log_f64(x);
    mr_pair_f64 l = mr_log_pair_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * K_F64(0x1.34413509f78p-2),
                                    l.hi * K_F64(0x1.bcb7b18p-2));
    vf64 lo = l.lo * K_F64(0x1.bcb7b1526e50ep-2) + l.hi * K_F64(-0x1.6c8d78e6acaa4p-29);
    lo = lo + a.k * K_F64(0x1.fef311f12b358p-46);
    return mr_log_ends_f64(x, s.hi + (s.lo + lo));
}

/* log(u) + (1 + x - u) / u with u = 1 + x rounded; where u is already in [sqrt(1/2), sqrt(2)), f is
 * x itself. */
MR_FN vf64 mr_log1p_f64(vf64 x)
{
    mr_pair_f64 u = mr_sum_f64(K_F64(1.0), x);
    mr_split_f64 a = mr_split_log_f64(u.hi);
    vm64 near_one = a.k == K_F64(0.0);
    vf64 f = near_one ? x : a.f;
    vf64 rest = near_one ? K_F64(0.0) : u.lo / u.hi;
    mr_log_parts_f64 p = mr_log_parts_of_f64(f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * MR_LN2_HI_F64, f);
    vf64 y = s.hi + (s.lo - (p.square - (p.tail + (rest + a.k * MR_LN2_LO_F64))));
    y = x == K_F64(0.0) ? x : y;
    return mr_log_ends_f64(u.hi, y);
}

/* log(x) to about 2^-67 for x > 0 and finite: x = 2^k m, 1/c from a table with 11 bits, so that
 * r = m/c - 1 is exact in two parts (Tang 1990, Table-driven implementation of the logarithm
 * function). The intervals that touch 1 have c = 1. */
MR_FN mr_pair_f64 mr_log_wide_f64(vf64 x)
{
    vm64 tiny = x < K_F64(0x1p-1022);
    vu64 bits = AS_U64(tiny ? x * K_F64(0x1p54) : x);
    vu64 above = bits + K_U64(0x4019600000000000);
    vf64 k = mr_count_f64(above >> K_U64(52)) - (tiny ? K_F64(2102.0) : K_F64(2048.0));
    vf64 m = AS_F64(bits - (above & K_U64(0xfff0000000000000)) + MR_SIGN_F64);
    vu64 entry = ((above >> K_U64(45)) & K_U64(127)) * K_U64(3);
    vf64 inverse = GATHER_F64(mr_log_table_f64, entry);
    vf64 log_hi = GATHER_F64(mr_log_table_f64, entry + K_U64(1));
    vf64 log_lo = GATHER_F64(mr_log_table_f64, entry + K_U64(2));

    vf64 m_hi = AS_F64(AS_U64(m) & K_U64(0xfffffffffffff800));
    mr_pair_f64 r = mr_fast_sum_f64(m_hi * inverse - K_F64(1.0), (m - m_hi) * inverse);
    /* log(1 + r) = r - r^2/2 + r^3 p(r), |r| < 0.0081: error of p 2^-55.6. */
    vf64 p_z = r.hi * r.hi;
    vf64 p_even = K_F64(0x1.c9b1d6b9595b9p-4);
    p_even = p_even * p_z + K_F64(0x1.24923fa55c602p-3);
    p_even = p_even * p_z + K_F64(0x1.99999999adb59p-3);
    p_even = p_even * p_z + K_F64(0x1.5555555555555p-2);
    vf64 p_odd = K_F64(-0x1.9b5727a9c0b75p-4);
    p_odd = p_odd * p_z + K_F64(-0x1.fffff6b7c909bp-4);
    p_odd = p_odd * p_z + K_F64(-0x1.555555555af83p-3);
    p_odd = p_odd * p_z + K_F64(-0x1p-2);
    vf64 p = p_odd * r.hi + p_even;
    vf64 r_top = mr_top_f64(r.hi);
    vf64 half_square = K_F64(0.5) * r_top * r_top;
    vf64 lo = r.lo - r.hi * r.lo - K_F64(0.5) * (r.hi - r_top) * (r.hi + r_top);
    lo = lo + r.hi * r.hi * r.hi * p + (k * MR_LN2_LO_F64 + log_lo);
    mr_pair_f64 s = mr_fast_sum_f64(k * MR_LN2_HI_F64 + log_hi, r.hi);
    mr_pair_f64 t = mr_fast_sum_f64(s.hi, -half_square);
    return mr_fast_sum_f64(t.hi, t.lo + (s.lo + lo));
}

/* The result of pow where |x| or y is 0, 1 or infinite, x is negative or either is NaN;
 * magnitude = |x|^y otherwise. */
MR_FN vf64 mr_pow_ends_f64(vf64 x, vf64 y, vf64 magnitude)
{
    vf64 one = K_F64(1.0), zero = K_F64(0.0), inf = MR_INF_F64;
    vf64 ax = ABS_F64(x), ay = ABS_F64(y);
    vm64 integer = TRUNC_F64(y) == y;
    vm64 odd = integer & (TRUNC_F64(K_F64(0.5) * y) != K_F64(0.5) * y);
    vf64 r = magnitude;
    r = ((ax == zero) | (ax == inf)) ? (((ax == zero) == (y < zero)) ? inf : zero) : r;
    r = ay == inf ? (((ax < one) == (y < zero)) ? inf : zero) : r;
    r = ((ay == inf) & (ax == one)) ? one : r;
    r = ((x < zero) & !integer & (ax < inf)) ? MR_NAN_F64 : r;
    r = AS_F64(AS_U64(r) | (odd ? AS_U64(x) & MR_SIGN_F64 : K_U64(0)));
    r = ((x != x) | (y != y) | (r != r)) ? MR_NAN_F64 : r;
    return ((y == zero) | (x == one)) ? one : r;
}

MR_FN vf64 mr_pow_f64(vf64 x, vf64 y)
{
    mr_pair_f64 l = mr_log_wide_f64(ABS_F64(x));
    mr_pair_f64 p = mr_product_f64(y, l.hi);
    p.lo = p.lo + y * l.lo;
    vm64 huge = !(ABS_F64(p.hi) < K_F64(800.0));
    p.lo = huge ? K_F64(0.0) : p.lo;
    p.hi = huge ? (p.hi > K_F64(0.0) ? K_F64(800.0) : K_F64(-800.0)) : p.hi;
    mr_scaled_f64 e = mr_exp_scaled_f64(p.hi, p.lo);
    return mr_pow_ends_f64(x, y, mr_scale_f64(e.hi + e.lo, e.shifted));
}

/* ---- circular functions ---- */

/* An angle as quadrant * pi/2 + hi + lo, |hi| <= pi/4 and a little; quadrant modulo 4. */
typedef struct {
    vf64 hi, lo;
    vu64 quadrant;
} mr_angle_f64;

/* The high 64 bits of a product, by 32-bit halves. */
MR_FN vu64 mr_high_product_u64(vu64 a, vu64 b)
{
    vu64 low = K_U64(0xffffffff), half_bits = K_U64(32);
    vu64 a0 = a & low, a1 = a >> half_bits, b0 = b & low, b1 = b >> half_bits;
    vu64 mid = a1 * b0 + ((a0 * b0) >> half_bits);
    vu64 cross = a0 * b1 + (mid & low);
    return a1 * b1 + (mid >> half_bits) + (cross >> half_bits);
}

/* Payne and Hanek 1983, Radian reduction for trigonometric functions: the mantissa of x times
 * 192 bits of 2/pi, chosen so that what is left out are multiples of 4. 128 bits of the product
 * leave at least 66 after the worst cancellation of a double (2^-62). For |x| >= 2^19; other lanes
 * hold something. */
MR_FN mr_angle_f64 mr_reduce_large_f64(vf64 x)
{
    vu64 bits = AS_U64(ABS_F64(x));
    vu64 e = bits >> K_U64(52);
    e = e < K_U64(1042) ? K_U64(1042) : e;
    vu64 m = (bits & K_U64(0xfffffffffffff)) | K_U64(0x10000000000000);
    vu64 first = e - K_U64(1013);
    vu64 word = first >> K_U64(6), left = first & K_U64(63), right = K_U64(63) - left;
    vu64 t0 = GATHER_U64(mr_two_over_pi_f64, word);
    vu64 t1 = GATHER_U64(mr_two_over_pi_f64, word + K_U64(1));
    vu64 t2 = GATHER_U64(mr_two_over_pi_f64, word + K_U64(2));
    vu64 t3 = GATHER_U64(mr_two_over_pi_f64, word + K_U64(3));
    vu64 w0 = (t0 << left) | ((t1 >> K_U64(1)) >> right);
    vu64 w1 = (t1 << left) | ((t2 >> K_U64(1)) >> right);
    vu64 w2 = (t2 << left) | ((t3 >> K_U64(1)) >> right);

    vu64 mid = m * w1;
    vu64 p1 = mid + mr_high_product_u64(m, w2);
    vu64 carry = p1 < mid ? K_U64(1) : K_U64(0);
    vu64 p0 = m * w0 + mr_high_product_u64(m, w1) + carry;

    /* 2 bits of quadrant, 126 of fraction; a fraction above 1/2 counts back from the next. */
    vu64 f0 = (p0 << K_U64(2)) | (p1 >> K_U64(62)), f1 = p1 << K_U64(2);
    vm64 back = f0 > K_U64(0x7fffffffffffffff);
    vu64 quadrant = (p0 >> K_U64(62)) + (back ? K_U64(1) : K_U64(0));
    f0 = back ? ~f0 + (f1 == K_U64(0) ? K_U64(1) : K_U64(0)) : f0;
    f1 = back ? K_U64(0) - f1 : f1;
    vu64 low = K_U64(0xffffffff), half_bits = K_U64(32);
    mr_pair_f64 f = mr_fast_sum_f64(mr_count_f64(f0 >> half_bits) * K_F64(0x1p-32),
                                    mr_count_f64(f0 & low) * K_F64(0x1p-64));
    f = mr_fast_sum_f64(f.hi, f.lo + (mr_count_f64(f1 >> half_bits) * K_F64(0x1p-96) +
                                      mr_count_f64(f1 & low) * K_F64(0x1p-128)));
    mr_pair_f64 r = mr_product_f64(f.hi, K_F64(0x1.921fb54442d18p0));
    r.lo = r.lo + (f.hi * K_F64(0x1.1a62633145c07p-54) + f.lo * K_F64(0x1.921fb54442d18p0));

    mr_angle_f64 y;
    vm64 minus = x < K_F64(0.0);
    vu64 flip = AS_U64((back ? K_F64(-1.0) : K_F64(1.0)) * (minus ? K_F64(-1.0) : K_F64(1.0))) &
                MR_SIGN_F64;
    y.hi = AS_F64(AS_U64(r.hi) ^ flip);
    y.lo = AS_F64(AS_U64(r.lo) ^ flip);
    y.quadrant = minus ? K_U64(0) - quadrant : quadrant;
    return y;
}

/* Cody and Waite with pi/2 in four parts of 33, 33, 33 and 53 bits: k times the first three is
 * exact for |k| < 2^20, and so is the first difference. */
MR_FN mr_angle_f64 mr_reduce_f64(vf64 x)
{
    mr_angle_f64 y;
    vf64 shifted = x * K_F64(0x1.45f306dc9c883p-1) + MR_SHIFT_F64;
    vf64 k = shifted - MR_SHIFT_F64;
    vf64 a = x - k * K_F64(0x1.921fb544p0);
    vf64 b = k * K_F64(0x1.0b4611a6p-34);
    mr_pair_f64 s = mr_fast_sum_f64(a, -b);
    mr_pair_f64 t = mr_fast_sum_f64(s.hi, -(k * K_F64(0x1.3198a2ep-69)));
    vf64 lo = (s.lo + t.lo) - k * K_F64(0x1.b839a252049c1p-104);
    y.hi = t.hi + lo;
    y.lo = (t.hi - y.hi) + lo;
    y.quadrant = AS_U64(shifted);

    vm64 large = ABS_F64(x) > K_F64(0x1p20);
    if (MASK_ANY(large)) {
        mr_angle_f64 z = mr_reduce_large_f64(x);
        y.hi = large ? z.hi : y.hi;
        y.lo = large ? z.lo : y.lo;
        y.quadrant = large ? z.quadrant : y.quadrant;
    }
    return y;
}

/* sin(hi + lo), |hi| <= pi/4. */
MR_FN mr_pair_f64 mr_sin_octant_f64(vf64 hi, vf64 lo)
{
    mr_pair_f64 y;
    vf64 z = hi * hi;
    /* sin(r) = r + r z p(z), z = r^2 <= 0.6169: relative error 2^-57.9. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(-0x1.ae5e54d239002p-26);
    p_even = p_even * p_z + K_F64(-0x1.a01a019bf286dp-13);
    p_even = p_even * p_z + K_F64(-0x1.5555555555548p-3);
    vf64 p_odd = K_F64(0x1.5d8e53c51d518p-33);
    p_odd = p_odd * p_z + K_F64(0x1.71de355f70d61p-19);
    p_odd = p_odd * p_z + K_F64(0x1.111111110f75fp-7);
    vf64 p = p_odd * z + p_even;
    y.hi = hi;
    y.lo = z * hi * p + lo * (K_F64(1.0) - K_F64(0.5) * z);
    return y;
}

/* cos(hi + lo), |hi| <= pi/4. */
MR_FN mr_pair_f64 mr_cos_octant_f64(vf64 hi, vf64 lo)
{
    vf64 z = hi * hi;
    /* cos(r) = 1 - z/2 + z^2 p(z), z = r^2 <= 0.6169: relative error 2^-63.9. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(0x1.1ee9dbf59133bp-29);
    p_even = p_even * p_z + K_F64(0x1.a01a019c8f6bap-16);
    p_even = p_even * p_z + K_F64(0x1.555555555554bp-5);
    vf64 p_odd = K_F64(-0x1.8fa697f1b5a21p-37);
    p_odd = p_odd * p_z + K_F64(-0x1.27e4f7f1c95cdp-22);
    p_odd = p_odd * p_z + K_F64(-0x1.6c16c16c15017p-10);
    vf64 p = p_odd * z + p_even;
    vf64 half_z = K_F64(0.5) * z;
    mr_pair_f64 y = mr_fast_sum_f64(K_F64(1.0), -half_z);
    y.lo = y.lo + (z * z * p - hi * lo);
    return y;
}

/* sin of the angle turned on by some quadrants. */
MR_FN vf64 mr_sin_angle_f64(mr_angle_f64 r, vu64 turned)
{
    mr_pair_f64 s = mr_sin_octant_f64(r.hi, r.lo), c = mr_cos_octant_f64(r.hi, r.lo);
    vu64 quadrant = r.quadrant + turned;
    vf64 y = (quadrant & K_U64(1)) != K_U64(0) ? c.hi + c.lo : s.hi + s.lo;
    return AS_F64(AS_U64(y) ^ ((quadrant & K_U64(2)) << K_U64(62)));
}

MR_FN vf64 mr_sin_f64(vf64 x)
{
    vf64 y = mr_sin_angle_f64(mr_reduce_f64(x), K_U64(0));
    y = ABS_F64(x) < K_F64(0x1p-27) ? x : y;
    return ABS_F64(x) < MR_INF_F64 ? y : MR_NAN_F64;
}

MR_FN vf64 mr_cos_f64(vf64 x)
{
    vf64 y = mr_sin_angle_f64(mr_reduce_f64(x), K_U64(1));
    return ABS_F64(x) < MR_INF_F64 ? y : MR_NAN_F64;
}

MR_FN vf64 mr_tan_f64(vf64 x)
{
    mr_angle_f64 r = mr_reduce_f64(x);
    mr_pair_f64 s = mr_sin_octant_f64(r.hi, r.lo), c = mr_cos_octant_f64(r.hi, r.lo);
    vm64 odd = (r.quadrant & K_U64(1)) != K_U64(0);
    s = mr_fast_sum_f64(s.hi, s.lo);
    c = mr_fast_sum_f64(c.hi, c.lo);
    mr_pair_f64 n, d;
    n.hi = odd ? -c.hi : s.hi;
    n.lo = odd ? -c.lo : s.lo;
    d.hi = odd ? s.hi : c.hi;
    d.lo = odd ? s.lo : c.lo;
    mr_pair_f64 q = mr_quotient_f64(n, d);
    vf64 y = ABS_F64(x) < K_F64(0x1p-27) ? x : q.hi + q.lo;
    return ABS_F64(x) < MR_INF_F64 ? y : MR_NAN_F64;
}

/* sin(2 pi t) and cos(2 pi t) for |t| < 2^50, NaN beyond: the reduction is exact and needs no
 * branch, which suits uniform angles (Box and Muller 1958). Within 1 ulp, a sine next to the
 * subnormals within 2. */
typedef struct {
    vf64 sin, cos;
} mr_sincos_f64;

MR_FN mr_sincos_f64 mr_sincos_turn_f64(vf64 t)
{
    mr_sincos_f64 y;
    vf64 shifted = K_F64(4.0) * t + MR_SHIFT_F64;
    vu64 quadrant = AS_U64(shifted);
    vf64 f = t - K_F64(0.25) * (shifted - MR_SHIFT_F64);
    mr_pair_f64 r = mr_product_f64(f, K_F64(0x1.921fb54442d18p2));
    r.lo = r.lo + f * K_F64(0x1.1a62633145c07p-52);
    mr_pair_f64 s = mr_sin_octant_f64(r.hi, r.lo), c = mr_cos_octant_f64(r.hi, r.lo);
    vm64 odd = (quadrant & K_U64(1)) != K_U64(0);
    vf64 sine = s.hi + s.lo, cosine = c.hi + c.lo;
    vu64 cos_sign = (quadrant + K_U64(1)) & K_U64(2);
    vf64 sin_t = AS_F64(AS_U64(odd ? cosine : sine) ^ ((quadrant & K_U64(2)) << K_U64(62)));
    vf64 cos_t = AS_F64(AS_U64(odd ? sine : cosine) ^ (cos_sign << K_U64(62)));
    vm64 in_range = ABS_F64(t) < K_F64(0x1p50);
    y.sin = in_range ? sin_t : MR_NAN_F64;
    y.cos = in_range ? cos_t : MR_NAN_F64;
    return y;
}

/* ---- inverse circular functions ---- */

#define MR_PI_HI_F64 K_F64(0x1.921fb54442d18p1)
#define MR_PI_LO_F64 K_F64(0x1.1a62633145c07p-53)
#define MR_HALF_PI_HI_F64 K_F64(0x1.921fb54442d18p0)
#define MR_HALF_PI_LO_F64 K_F64(0x1.1a62633145c07p-54)

/* asin(s) = s + tail where s = |x|, or near 1 where s = sqrt((1 - |x|) / 2): half of acos|x|. */
typedef struct {
    vf64 s, tail;
    vm64 near_one;
} mr_asin_f64_parts;

MR_FN mr_asin_f64_parts mr_asin_parts_f64(vf64 x)
{
    mr_asin_f64_parts y;
    vf64 ax = ABS_F64(x);
    y.near_one = ax >= K_F64(0.5);
    vf64 half_rest = K_F64(0.5) * (K_F64(1.0) - ax);
    vf64 root = SQRT_F64(half_rest);
    vf64 z = y.near_one ? half_rest : ax * ax;
    /* asin(s) = s + s z p(z), z = s^2 <= 1/4: relative error 2^-59.9. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(0x1.0b45e9f72dbfbp-5);
    p_even = p_even * p_z + K_F64(0x1.639a894e2137ep-6);
    p_even = p_even * p_z + K_F64(0x1.613c1e6ed724fp-7);
    p_even = p_even * p_z + K_F64(0x1.ca1f8af1f0a39p-7);
    p_even = p_even * p_z + K_F64(0x1.6e8bdedebf9dfp-6);
    p_even = p_even * p_z + K_F64(0x1.6db6db721247bp-5);
    p_even = p_even * p_z + K_F64(0x1.5555555555577p-3);
    vf64 p_odd = K_F64(-0x1.57fad0dea997p-6);
    p_odd = p_odd * p_z + K_F64(0x1.e5fbe88dfe752p-9);
    p_odd = p_odd * p_z + K_F64(0x1.75859dad05d99p-7);
    p_odd = p_odd * p_z + K_F64(0x1.1c49f077d5bc7p-6);
    p_odd = p_odd * p_z + K_F64(0x1.f1c71a95002fbp-6);
    p_odd = p_odd * p_z + K_F64(0x1.333333332e133p-4);
    vf64 p = p_odd * z + p_even;
    mr_pair_f64 square = mr_product_f64(root, root);
    vf64 root_lo = ((half_rest - square.hi) - square.lo) / (root + root);
    root_lo = (y.near_one & (half_rest > K_F64(0.0))) ? root_lo : K_F64(0.0);
    y.s = y.near_one ? root : ax;
    y.tail = y.s * z * p + root_lo;
    return y;
}

MR_FN vf64 mr_asin_f64(vf64 x)
{
    mr_asin_f64_parts a = mr_asin_parts_f64(x);
    mr_pair_f64 d = mr_fast_sum_f64(MR_HALF_PI_HI_F64, K_F64(-2.0) * a.s);
    vf64 beyond = d.hi + (d.lo + (MR_HALF_PI_LO_F64 - K_F64(2.0) * a.tail));
    vf64 y = COPYSIGN_F64(a.near_one ? beyond : a.s + a.tail, x);
    return ABS_F64(x) <= K_F64(1.0) ? y : MR_NAN_F64;
}

MR_FN vf64 mr_acos_f64(vf64 x)
{
    mr_asin_f64_parts a = mr_asin_parts_f64(x);
    vm64 minus = x < K_F64(0.0);
    /* acos is pi/2 - asin in the middle, 2 (s + tail) near 1 and pi less that near -1. */
    vf64 times = a.near_one ? K_F64(2.0) : K_F64(1.0);
    times = (minus == a.near_one) ? -times : times;
    vf64 base = a.near_one ? (minus ? MR_PI_HI_F64 : K_F64(0.0)) : MR_HALF_PI_HI_F64;
    vf64 base_lo = a.near_one ? (minus ? MR_PI_LO_F64 : K_F64(0.0)) : MR_HALF_PI_LO_F64;
    mr_pair_f64 d = mr_fast_sum_f64(base, times * a.s);
    vf64 y = d.hi + (d.lo + (base_lo + times * a.tail));
    return ABS_F64(x) <= K_F64(1.0) ? y : MR_NAN_F64;
}

/* atan(y / x) for finite x, y >= 0, not both 0, x + 2 y without overflow: atan(c) + atan(t) with c
 * of 0, 1/2, 1, 2 and infinity and t = (y - c x) / (x + c y), |t| <= 1/4. */
MR_FN mr_pair_f64 mr_atan_ratio_f64(vf64 y, vf64 x)
{
    vm64 half_up = y >= K_F64(0.25) * x, one_up = y >= K_F64(0.72) * x;
    vm64 two_up = y >= K_F64(1.386) * x, inf_up = y >= K_F64(4.236) * x;
    vf64 c = half_up ? K_F64(0.5) : K_F64(0.0);
    c = one_up ? K_F64(1.0) : c;
    c = two_up ? K_F64(2.0) : c;
    vf64 base = half_up ? K_F64(0x1.dac670561bb4fp-2) : K_F64(0.0);
    base = one_up ? K_F64(0x1.921fb54442d18p-1) : base;
    base = two_up ? K_F64(0x1.1b6e192ebbe44p0) : base;
    base = inf_up ? MR_HALF_PI_HI_F64 : base;
    vf64 base_lo = half_up ? K_F64(0x1.a2b7f222f65e2p-56) : K_F64(0.0);
    base_lo = one_up ? K_F64(0x1.1a62633145c07p-55) : base_lo;
    base_lo = two_up ? K_F64(0x1.b1b466a88828ep-54) : base_lo;
    base_lo = inf_up ? MR_HALF_PI_LO_F64 : base_lo;
    mr_pair_f64 n = mr_sum_f64(y, -c * x), d = mr_sum_f64(x, c * y);
    n.hi = inf_up ? -x : n.hi;
    n.lo = inf_up ? K_F64(0.0) : n.lo;
    d.hi = inf_up ? y : d.hi;
    d.lo = inf_up ? K_F64(0.0) : d.lo;
    mr_pair_f64 t = mr_quotient_f64(n, d);
    /* Where one side is near the subnormals t is too small for its second part to matter. */
    vm64 apart = (y < K_F64(0x1p-900)) | (x < K_F64(0x1p-900));
    t.lo = apart ? K_F64(0.0) : t.lo;
    vf64 z = t.hi * t.hi;
    /* atan(t) = t + t z p(z), z = t^2 <= 1/16: relative error 2^-63.7. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(-0x1.47977028eeefap-5);
    p_even = p_even * p_z + K_F64(-0x1.109beae5b2cbbp-4);
    p_even = p_even * p_z + K_F64(-0x1.745cf4c24b09fp-4);
    p_even = p_even * p_z + K_F64(-0x1.24924923eb695p-3);
    p_even = p_even * p_z + K_F64(-0x1.5555555555553p-2);
    vf64 p_odd = K_F64(0x1.d4f59c5adf92p-5);
    p_odd = p_odd * p_z + K_F64(0x1.3b0ea40b32134p-4);
    p_odd = p_odd * p_z + K_F64(0x1.c71c71386a40dp-4);
    p_odd = p_odd * p_z + K_F64(0x1.9999999998dabp-3);
    vf64 p = p_odd * z + p_even;
    mr_pair_f64 s = mr_fast_sum_f64(base, t.hi);
    s.lo = s.lo + (t.hi * z * p + (t.lo + base_lo));
    return s;
}

MR_FN vf64 mr_atan_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    mr_pair_f64 r = mr_atan_ratio_f64(ax > K_F64(0x1p60) ? K_F64(0x1p60) : ax, K_F64(1.0));
    vf64 y = COPYSIGN_F64(r.hi + r.lo, x);
    return x != x ? MR_NAN_F64 : y;
}

MR_FN vf64 mr_atan2_f64(vf64 y, vf64 x)
{
    vf64 ax = ABS_F64(x), ay = ABS_F64(y), one = K_F64(1.0), zero = K_F64(0.0);
    vf64 most = ax > ay ? ax : ay;
    vf64 scale = most > K_F64(0x1p1000) ? K_F64(0x1p-4) : one;
    scale = most < K_F64(0x1p-500) ? K_F64(0x1p540) : scale;
    vm64 x_inf = ax == MR_INF_F64, y_inf = ay == MR_INF_F64;
    vf64 u = (x_inf | (ay == zero)) ? one : (y_inf ? zero : ax * scale);
    vf64 v = y_inf ? one : (x_inf ? zero : ay * scale);
    mr_pair_f64 r = mr_atan_ratio_f64(v, u);
    mr_pair_f64 d = mr_fast_sum_f64(MR_PI_HI_F64, -r.hi);
    vf64 behind = d.hi + (d.lo + (MR_PI_LO_F64 - r.lo));
    vf64 a = COPYSIGN_F64(one, x) < zero ? behind : r.hi + r.lo;
    return ((x != x) | (y != y)) ? MR_NAN_F64 : COPYSIGN_F64(a, y);
}

/* ---- hyperbolic functions ---- */

/* sinh(x) and cosh(x) without their common factor 2^(k-1), x >= 0. */
typedef struct {
    mr_pair_f64 sinh, cosh;
    vf64 shifted; /* MR_SHIFT_F64 + k - 1 */
} mr_hyperbolic_f64;

/* x = k ln 2 + r; with b = 4^-k: 2^(1-k) sinh(x) = (1 - b) cosh(r) + (1 + b) sinh(r), and the same
 * with b negated for cosh. Beyond k = 30 b is far below an ulp. */
MR_FN mr_hyperbolic_f64 mr_hyperbolic_of_f64(vf64 x)
{
    mr_hyperbolic_f64 y;
    vf64 one = K_F64(1.0);
    vf64 shifted = x * MR_LOG2E_F64 + MR_SHIFT_F64;
    vf64 k = shifted - MR_SHIFT_F64;
    vf64 a = x - k * MR_LN2_HI_F64, a_lo = k * MR_LN2_LO_F64;
    vf64 r = a - a_lo, z = r * r;
    /* cosh(r) = 1 + z/2 + z^2 even(z), z = r^2 <= 0.1202: relative error 2^-57.4. */
    vf64 even = K_F64(0x1.289fd2ab0a08dp-22);
    even = even * z + K_F64(0x1.a019aae7449d5p-16);
    even = even * z + K_F64(0x1.6c16c17cd877p-10);
    even = even * z + K_F64(0x1.55555555531c8p-5);
    /* sinh(r) = r + r z odd(z): relative error 2^-61.7. */
    vf64 odd = K_F64(0x1.af5f36b6498e6p-26);
    odd = odd * z + K_F64(0x1.71ddf80a11beap-19);
    odd = odd * z + K_F64(0x1.a01a01b0053d4p-13);
    odd = odd * z + K_F64(0x1.111111110f652p-7);
    odd = odd * z + K_F64(0x1.5555555555559p-3);
    vf64 cosh_rest = K_F64(0.5) * z + z * z * even;
    vf64 sinh_rest = r * z * odd - a_lo;

    vu64 twice_k = (AS_U64(shifted) - AS_U64(MR_SHIFT_F64)) << K_U64(1);
    vf64 b = AS_F64((K_U64(1023) - twice_k) << K_U64(52));
    b = k > K_F64(30.0) ? K_F64(0.0) : b;
    mr_pair_f64 minus = mr_fast_sum_f64(one, -b), plus = mr_fast_sum_f64(one, b);
    mr_pair_f64 s = mr_sum_f64(minus.hi, a), c = mr_sum_f64(plus.hi, a);
    mr_pair_f64 s2 = mr_sum_f64(s.hi, b * a), c2 = mr_sum_f64(c.hi, -b * a);
    s2.lo = s2.lo + (s.lo + (minus.lo + (minus.hi * cosh_rest + plus.hi * sinh_rest)));
    c2.lo = c2.lo + (c.lo + (plus.lo + (plus.hi * cosh_rest + minus.hi * sinh_rest)));
    y.sinh = s2;
    y.cosh = c2;
    y.shifted = shifted - one;
    return y;
}

MR_FN vf64 mr_sinh_f64(vf64 x)
{
    vf64 zero = K_F64(0.0);
    mr_hyperbolic_f64 h = mr_hyperbolic_of_f64(mr_clamp_f64(ABS_F64(x), zero, K_F64(720.0)));
    vf64 y = COPYSIGN_F64(mr_scale_f64(h.sinh.hi + h.sinh.lo, h.shifted), x);
    return x != x ? MR_NAN_F64 : y;
}

MR_FN vf64 mr_cosh_f64(vf64 x)
{
    vf64 zero = K_F64(0.0);
    mr_hyperbolic_f64 h = mr_hyperbolic_of_f64(mr_clamp_f64(ABS_F64(x), zero, K_F64(720.0)));
    vf64 y = mr_scale_f64(h.cosh.hi + h.cosh.lo, h.shifted);
    return x != x ? MR_NAN_F64 : y;
}

MR_FN vf64 mr_tanh_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    mr_hyperbolic_f64 h = mr_hyperbolic_of_f64(mr_clamp_f64(ax, K_F64(0.0), K_F64(25.0)));
    mr_pair_f64 q = mr_quotient_f64(mr_fast_sum_f64(h.sinh.hi, h.sinh.lo),
                                    mr_fast_sum_f64(h.cosh.hi, h.cosh.lo));
    vf64 y = COPYSIGN_F64(q.hi + q.lo, x);
    y = ax < K_F64(0x1p-30) ? x : y;
    return x != x ? MR_NAN_F64 : y;
}

/* ---- roots ---- */

/* x = 2^(3 q + s) m; a polynomial, a step of Halley's iteration (2^-44 then), and from its leading
 * 26 bits t the identity v - t = (a - t^3) / (v^2 + v t + t^2) for v^3 = a. */
MR_FN vf64 mr_cbrt_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    vm64 tiny = ax < K_F64(0x1p-1022);
    vu64 bits = AS_U64(tiny ? ax * K_F64(0x1p54) : ax);
    vf64 e = mr_count_f64(bits >> K_U64(52)) - (tiny ? K_F64(1077.0) : K_F64(1023.0));
    vf64 shifted = (e - K_F64(1.0)) * K_F64(0x1.5555555555555p-2) + MR_SHIFT_F64;
    vf64 s = e - K_F64(3.0) * (shifted - MR_SHIFT_F64);
    vf64 m = AS_F64((bits & K_U64(0xfffffffffffff)) | K_U64(0x3ff0000000000000));
    /* cbrt(m), 1 <= m <= 2: relative error 2^-16.7. */
    vf64 p = K_F64(-0x1.5b77f50f0bcbcp-7);
    p = p * m + K_F64(0x1.60a156cbf860ap-4);
    p = p * m + K_F64(-0x1.33d386daddb42p-2);
    p = p * m + K_F64(0x1.6fb1e0bed2108p-1);
    p = p * m + K_F64(0x1.0392cc9e7938dp-1);
    vm64 one = s == K_F64(1.0), two = s == K_F64(2.0);
    vf64 root = one ? K_F64(0x1.428a2f98d728bp0) : K_F64(1.0);
    vf64 t0 = p * (two ? K_F64(0x1.965fea53d6e3dp0) : root);
    vf64 a = m * (two ? K_F64(4.0) : (one ? K_F64(2.0) : K_F64(1.0)));
    vf64 cube = t0 * t0 * t0;
    vf64 v = t0 * (cube + K_F64(2.0) * a) / (K_F64(2.0) * cube + a);
    vf64 t = mr_top_f64(v);
    vf64 square = t * t;
    vf64 square_hi = mr_top_f64(square);
    vf64 rest = (a - square_hi * t) - (square - square_hi) * t;
    vf64 y = t + rest / (v * v + (v * t + square));
    y = COPYSIGN_F64(mr_scale_f64(y, shifted), x);
    return ((ax > K_F64(0.0)) & (ax < MR_INF_F64)) ? y : (x != x ? MR_NAN_F64 : x);
}

MR_FN vf64 mr_hypot_f64(vf64 x, vf64 y)
{
    vf64 ax = ABS_F64(x), ay = ABS_F64(y), one = K_F64(1.0);
    vf64 most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    vm64 large = most > K_F64(0x1p500), small = most < K_F64(0x1p-400);
    vf64 scale = large ? K_F64(0x1p-600) : (small ? K_F64(0x1p600) : one);
    vf64 back = large ? K_F64(0x1p600) : (small ? K_F64(0x1p-600) : one);
    mr_pair_f64 p = mr_product_f64(most * scale, most * scale);
    mr_pair_f64 q = mr_product_f64(least * scale, least * scale);
    mr_pair_f64 s = mr_fast_sum_f64(p.hi, q.hi);
    vf64 root = SQRT_F64(s.hi);
    mr_pair_f64 square = mr_product_f64(root, root);
    vf64 rest = ((s.hi - square.hi) - square.lo) + (s.lo + (p.lo + q.lo));
    vf64 r = (root + rest / (root + root)) * back;
    r = most == K_F64(0.0) ? K_F64(0.0) : r;
    r = ((x != x) | (y != y)) ? MR_NAN_F64 : r;
    vm64 x_inf = ax == MR_INF_F64, y_inf = ay == MR_INF_F64;
    return (x_inf | y_inf) ? MR_INF_F64 : r;
}

/* ---- error functions ---- */

/* erf(x) - x for |x| <= 1/2. */
MR_FN vf64 mr_erf_rest_f64(vf64 x)
{
    vf64 z = x * x;
    /* erf(x) = x + x p(z), z = x^2 <= 1/4: error of p 2^-56.2. */
    vf64 p = K_F64(-0x1.99981b78c219p-23);
    p = p * z + K_F64(0x1.c5a9653c226b3p-20);
    p = p * z + K_F64(-0x1.f59ef0cb639bbp-17);
    p = p * z + K_F64(0x1.f9aa6c90b1bf9p-14);
    p = p * z + K_F64(-0x1.c02ddab0be1dp-11);
    p = p * z + K_F64(0x1.565bcd89dfafbp-8);
    p = p * z + K_F64(-0x1.b82ce314559e9p-6);
    p = p * z + K_F64(0x1.ce2f21a0466p-4);
    p = p * z + K_F64(-0x1.812746b037a1cp-2);
    p = p * z + K_F64(0x1.06eba8214db69p-3);
    return x * p;
}

/* erfc(x) for x >= 1/2 as exp(-x^2) f(t) / (1 + 2 x), t = (x - 4) / (x + 4): f is smooth over the
 * whole half line (Shepherd and Laframboise 1981, Chebyshev approximation of
 * (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity). */
MR_FN vf64 mr_erfc_beyond_f64(vf64 x)
{
    vf64 four = K_F64(4.0);
    vf64 a = mr_clamp_f64(x, K_F64(0.5), K_F64(28.0));
    mr_pair_f64 t = mr_quotient_f64(mr_sum_f64(a, -four), mr_sum_f64(a, four));
    /* f(t) = f(0) + t p(t), -7/9 <= t <= 3/4: error of p 2^-56.5. */
    vf64 p_z = t.hi * t.hi;
    vf64 p_even = K_F64(-0x1.6ecf58a4037d7p-27);
    p_even = p_even * p_z + K_F64(0x1.c7fede34bfd89p-24);
    p_even = p_even * p_z + K_F64(-0x1.b9de2558dcd6ap-21);
    p_even = p_even * p_z + K_F64(0x1.7f1dc885409b9p-18);
    p_even = p_even * p_z + K_F64(-0x1.99590e2ba422fp-16);
    p_even = p_even * p_z + K_F64(-0x1.a1df226ed3dabp-13);
    p_even = p_even * p_z + K_F64(0x1.49c6727e8ae9fp-8);
    p_even = p_even * p_z + K_F64(0x1.3079edf6a00e2p-5);
    p_even = p_even * p_z + K_F64(0x1.7fee004e118bap-4);
    p_even = p_even * p_z + K_F64(0x1.16ecefcfa53d4p-4);
    p_even = p_even * p_z + K_F64(-0x1.1df1ad154a28ep-3);
    vf64 p_odd = K_F64(-0x1.afd302d7ae4b8p-27);
    p_odd = p_odd * p_z + K_F64(0x1.240f9502f879ap-24);
    p_odd = p_odd * p_z + K_F64(0x1.4061b22dc3626p-22);
    p_odd = p_odd * p_z + K_F64(-0x1.789cef7b8d932p-17);
    p_odd = p_odd * p_z + K_F64(0x1.3be0aa2e12614p-13);
    p_odd = p_odd * p_z + K_F64(-0x1.8d4a9eaf5fa25p-11);
    p_odd = p_odd * p_z + K_F64(-0x1.096238810a83ap-6);
    p_odd = p_odd * p_z + K_F64(-0x1.0fb06dfe58358p-4);
    p_odd = p_odd * p_z + K_F64(-0x1.9ddb23c3e8a8p-4);
    p_odd = p_odd * p_z + K_F64(0x1.f7f5df66fd756p-7);
    vf64 p = p_odd * t.hi + p_even;
    /* The derivative of f: error 2^-6.3. */
    vf64 slope = K_F64(0x1.6e5bbe0c11549p-1);
    slope = slope * t.hi + K_F64(-0x1.836f9a48fd5b2p-1);
    slope = slope * t.hi + K_F64(0x1.40ee31bb56debp-3);
    slope = slope * t.hi + K_F64(0x1.5cc8a91a740c6p-4);
    slope = slope * t.hi + K_F64(-0x1.1c5f81cd31c7dp-3);
    mr_pair_f64 f = mr_fast_sum_f64(K_F64(0x1.3ba5916e9fd7fp0), t.hi * p);
    f.lo = f.lo + (K_F64(-0x1.aa9c415679e6fp-55) + t.lo * slope);
    mr_pair_f64 square = mr_product_f64(a, a);
    mr_scaled_f64 e = mr_exp_scaled_f64(-square.hi, -square.lo);
    mr_pair_f64 g = mr_fast_sum_f64(e.hi, e.lo);
    mr_pair_f64 n = mr_product_f64(g.hi, f.hi);
    n.lo = n.lo + (g.hi * f.lo + g.lo * f.hi);
    mr_pair_f64 q = mr_quotient_f64(n, mr_sum_f64(K_F64(1.0), a + a));
    return mr_scale_f64(q.hi + q.lo, e.shifted);
}

MR_FN vf64 mr_erf_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    vf64 y = ax < K_F64(0.5) ? ax + mr_erf_rest_f64(ax) : K_F64(1.0) - mr_erfc_beyond_f64(ax);
    return x != x ? MR_NAN_F64 : COPYSIGN_F64(y, x);
}

MR_FN vf64 mr_erfc_f64(vf64 x)
{
    vf64 one = K_F64(1.0), ax = ABS_F64(x);
    vf64 beyond = mr_erfc_beyond_f64(ax);
    beyond = x < K_F64(0.0) ? K_F64(2.0) - beyond : beyond;
    mr_pair_f64 d = mr_fast_sum_f64(one, -x);
    vf64 y = ax < K_F64(0.5) ? d.hi + (d.lo - mr_erf_rest_f64(x)) : beyond;
    return x != x ? MR_NAN_F64 : y;
}

/* sqrt(2 pi) for the quantile near the middle. */
#define MR_QUANTILE_SLOPE_HI_F64 K_F64(0x1.40d931ff62706p1)
#define MR_QUANTILE_SLOPE_LO_F64 K_F64(-0x1.a6a0d6f814637p-53)

/* The quantile's magnitude for 0 < p <= 1/4: r - h(r) with r = sqrt(-2 log p), h from polynomials
 * about the centres of intervals of r that have 3 bits of mantissa. */
MR_FN mr_pair_f64 mr_quantile_tail_f64(vf64 p)
{
    mr_pair_f64 l = mr_log_wide_f64(p);
    vf64 square = K_F64(-2.0) * l.hi;
    vf64 r = SQRT_F64(square);
    mr_pair_f64 back = mr_product_f64(r, r);
    vf64 r_lo = (((square - back.hi) - back.lo) - K_F64(2.0) * l.lo) / (r + r);

    vu64 bits = AS_U64(r);
    vf64 u = r - AS_F64((bits & K_U64(0xfffe000000000000)) | K_U64(0x1000000000000));
    vu64 row = (bits >> K_U64(49)) - K_U64(8189);
    row = (row < K_U64(38) ? row : K_U64(0)) * K_U64(12);
    vf64 q = GATHER_F64(mr_quantile_table_f64, row + K_U64(11));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(10));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(9));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(8));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(7));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(6));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(5));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(4));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(3));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(2));
    mr_pair_f64 h = mr_fast_sum_f64(GATHER_F64(mr_quantile_table_f64, row), u * q);
    h.lo = h.lo + GATHER_F64(mr_quantile_table_f64, row + K_U64(1));
    mr_pair_f64 y = mr_fast_sum_f64(r, -h.hi);
    /* dx/dr = 1 + 0.86 / r^2 is near enough for the second part of r. */
    y.lo = y.lo + ((r_lo + r_lo * (K_F64(0.86) / square)) - h.lo);
    return y;
}

MR_FN vf64 mr_normal_quantile_f64(vf64 p)
{
    vf64 centre = K_F64(0.5), one = K_F64(1.0);
    vf64 q = p - centre, z = q * q;
    /* x = q sqrt(2 pi) + q z c(z), q = p - 1/2, z = q^2 <= 1/16: error of c 2^-54.5. */
    vf64 c_z = z * z;
    vf64 c_even = K_F64(-0x1.a132971270ec9p23);
    c_even = c_even * c_z + K_F64(0x1.421f6da192ca3p16);
    c_even = c_even * c_z + K_F64(0x1.3e3081fc78662p14);
    c_even = c_even * c_z + K_F64(0x1.a66bb947a2ec8p10);
    c_even = c_even * c_z + K_F64(0x1.2ba8d8d4a19ffp7);
    c_even = c_even * c_z + K_F64(0x1.f55d0d78de193p3);
    c_even = c_even * c_z + K_F64(0x1.4ffddeaa22dc8p1);
    vf64 c_odd = K_F64(0x1.328f27b1f2e2ap26);
    c_odd = c_odd * c_z + K_F64(0x1.8d01ff6992ef2p21);
    c_odd = c_odd * c_z + K_F64(0x1.49801103983f4p16);
    c_odd = c_odd * c_z + K_F64(0x1.6fc0a325f2181p12);
    c_odd = c_odd * c_z + K_F64(0x1.f0469c653ae21p8);
    c_odd = c_odd * c_z + K_F64(0x1.78494afd872cap5);
    c_odd = c_odd * c_z + K_F64(0x1.71713082d9b0bp2);
    vf64 c = c_odd * z + c_even;
    mr_pair_f64 lin = mr_product_f64(q, MR_QUANTILE_SLOPE_HI_F64);
    vf64 middle = lin.hi + (lin.lo + (q * MR_QUANTILE_SLOPE_LO_F64 + q * z * c));
    mr_pair_f64 tail = mr_quantile_tail_f64(p < centre ? p : one - p);
    vf64 y = p < centre ? -(tail.hi + tail.lo) : tail.hi + tail.lo;
    y = ((p >= K_F64(0.25)) & (p <= K_F64(0.75))) ? middle : y;
    y = p == K_F64(0.0) ? -MR_INF_F64 : (p == one ? MR_INF_F64 : y);
    return ((p >= K_F64(0.0)) & (p <= one)) ? y : MR_NAN_F64;
}

MR_FN vf64 mr_erfinv_f64(vf64 x)
{
    vf64 one = K_F64(1.0), ax = ABS_F64(x), z = x * x;
    /* erfinv(x) = x + x c(z), z = x^2 <= 1/4: error of c 2^-61.8. */
    vf64 c_z = z * z;
    vf64 c_even = K_F64(0x1.ec17cd12bf941p-4);
    c_even = c_even * c_z + K_F64(0x1.65d252175d5b5p-4);
    c_even = c_even * c_z + K_F64(0x1.fab3e9d3a2cb8p-6);
    c_even = c_even * c_z + K_F64(0x1.049d4d556626bp-5);
    c_even = c_even * c_z + K_F64(0x1.5eec81e2c06c4p-5);
    c_even = c_even * c_z + K_F64(0x1.0a1318d058b38p-4);
    c_even = c_even * c_z + K_F64(0x1.053c2c0aba093p-3);
    c_even = c_even * c_z + K_F64(-0x1.d203b725884abp-4);
    vf64 c_odd = K_F64(-0x1.8ba8616ab189cp-4);
    c_odd = c_odd * c_z + K_F64(-0x1.8df5f36bd7fffp-10);
    c_odd = c_odd * c_z + K_F64(0x1.b9cf0dcbc717p-6);
    c_odd = c_odd * c_z + K_F64(0x1.2aa3dc6c64c84p-5);
    c_odd = c_odd * c_z + K_F64(0x1.a7c84d9ffcb1ap-5);
    c_odd = c_odd * c_z + K_F64(0x1.62847c4704a55p-4);
    c_odd = c_odd * c_z + K_F64(0x1.db29fb2fee5d7p-3);
    vf64 c = c_odd * z + c_even;
    vf64 middle = ax + ax * c;
    mr_pair_f64 t = mr_quantile_tail_f64(K_F64(0.5) * (one - ax));
    mr_pair_f64 s = mr_product_f64(t.hi, K_F64(0x1.6a09e667f3bcdp-1));
    s.lo = s.lo + (t.hi * K_F64(-0x1.bdd3413b26456p-55) + t.lo * K_F64(0x1.6a09e667f3bcdp-1));
    vf64 y = ax < K_F64(0.5) ? middle : s.hi + s.lo;
    y = ax == one ? MR_INF_F64 : y;
    return ax <= one ? COPYSIGN_F64(y, x) : MR_NAN_F64;
}

/* ---- log gamma ---- */

/* log gamma(x), 8 <= x: Stirling's series, its tail fitted; (x - 1/2) (log x - 1) does not overflow
 * before the whole does. */
MR_FN mr_pair_f64 mr_lgamma_large_f64(vf64 x)
{
    mr_pair_f64 l = mr_log_wide_f64(x);
    mr_pair_f64 less = mr_fast_sum_f64(l.hi, K_F64(-1.0));
    less.lo = less.lo + l.lo;
    mr_pair_f64 a = mr_fast_sum_f64(x, K_F64(-0.5));
    mr_pair_f64 p = mr_product_f64(a.hi, less.hi);
    p.lo = p.lo + (a.hi * less.lo + a.lo * less.hi);
    vf64 inverse = K_F64(1.0) / x, z = inverse * inverse;
    /* (x - 1/2) (log x - 1) + log(2 pi)/2 - 1/2 + q(z) / x, z = 1 / x^2 <= 1/64: error of q
     * 2^-60.6. */
    vf64 q = K_F64(0x1.4bf348ca73f03p-8);
    q = q * z + K_F64(-0x1.ef8ae91df7e0ap-10);
    q = q * z + K_F64(0x1.b92c1a782135dp-11);
    q = q * z + K_F64(-0x1.38134d1225807p-11);
    q = q * z + K_F64(0x1.a01a017d87ba6p-11);
    q = q * z + K_F64(-0x1.6c16c16c14964p-9);
    q = q * z + K_F64(0x1.5555555555555p-4);
    mr_pair_f64 y = mr_fast_sum_f64(p.hi, K_F64(0x1.acfe390c97d69p-2));
    y.lo = y.lo + (p.lo + inverse * q);
    return y;
}

/* log gamma(x + move), move 0 or 1, 1/2 <= x + move < 8: (v - 1) (v - 2) P(v), so that the zeros at
 * 1 and 2 are exact; P from polynomials about the centres of 32 intervals. */
MR_FN mr_pair_f64 mr_lgamma_middle_f64(vf64 x, vf64 move)
{
    vf64 v = mr_clamp_f64(x + move, K_F64(0.5), K_F64(0x1.fffffffffffffp2));
    vu64 bits = AS_U64(v);
    vf64 centre = AS_F64((bits & K_U64(0xfffe000000000000)) | K_U64(0x1000000000000));
    vf64 u = x - (centre - move);
    vu64 row = ((bits >> K_U64(49)) - K_U64(0x1ff0)) * K_U64(12);
    vf64 q = GATHER_F64(mr_lgamma_table_f64, row + K_U64(11));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(10));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(9));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(8));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(7));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(6));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(5));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(4));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(3));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(2));
    mr_pair_f64 p = mr_fast_sum_f64(GATHER_F64(mr_lgamma_table_f64, row), u * q);
    p.lo = p.lo + GATHER_F64(mr_lgamma_table_f64, row + K_U64(1));
    vf64 a = x - (K_F64(1.0) - move);
    mr_pair_f64 b = mr_sum_f64(x, move - K_F64(2.0));
    mr_pair_f64 w = mr_product_f64(a, b.hi);
    w.lo = w.lo + a * b.lo;
    mr_pair_f64 y = mr_product_f64(w.hi, p.hi);
    y.lo = y.lo + (w.hi * p.lo + w.lo * p.hi);
    return y;
}

/* log(pi / |x sin(pi x)|), x > 0 and no integer. */
MR_FN mr_pair_f64 mr_log_reflection_f64(vf64 x)
{
    vf64 f = ABS_F64(x - RINT_F64(x));
    vm64 outer = f > K_F64(0.25);
    vf64 g = outer ? K_F64(0.5) - f : f;
    mr_pair_f64 r = mr_product_f64(g, MR_PI_HI_F64);
    r.lo = r.lo + g * MR_PI_LO_F64;
    mr_pair_f64 s = mr_sin_octant_f64(r.hi, r.lo), c = mr_cos_octant_f64(r.hi, r.lo);
    mr_pair_f64 t = mr_fast_sum_f64(outer ? c.hi : s.hi, outer ? c.lo : s.lo);
    mr_pair_f64 w = mr_product_f64(x, t.hi), n;
    w.lo = w.lo + x * t.lo;
    n.hi = MR_PI_HI_F64;
    n.lo = MR_PI_LO_F64;
    mr_pair_f64 q = mr_quotient_f64(n, w);
    mr_pair_f64 l = mr_log_wide_f64(q.hi);
    l.lo = l.lo + q.lo / q.hi;
    return l;
}

MR_FN vf64 mr_lgamma_f64(vf64 x)
{
    vf64 zero = K_F64(0.0), ax = ABS_F64(x);
    vm64 near_zero = ax < K_F64(0.5), reflected = x <= K_F64(-0.5);
    vf64 t = near_zero ? x : ax;
    mr_pair_f64 middle = mr_lgamma_middle_f64(t, near_zero ? K_F64(1.0) : zero);
    mr_pair_f64 large = mr_lgamma_large_f64(t);
    vm64 is_large = t >= K_F64(8.0);
    mr_pair_f64 g, l;
    g.hi = is_large ? large.hi : middle.hi;
    g.lo = is_large ? large.lo : middle.lo;

    /* lgamma(x) = lgamma(1 + x) - log|x|, and = log(pi / |x sin(pi x)|) - lgamma(-x). */
    mr_pair_f64 small_log = mr_log_wide_f64(ax), mirror = mr_log_reflection_f64(ax);
    l.hi = near_zero ? -small_log.hi : (reflected ? mirror.hi : zero);
    l.lo = near_zero ? -small_log.lo : (reflected ? mirror.lo : zero);
    g.hi = reflected ? -g.hi : g.hi;
    g.lo = reflected ? -g.lo : g.lo;
    mr_pair_f64 s = mr_sum_f64(l.hi, g.hi);
    vf64 y = s.hi + (s.lo + (l.lo + g.lo));
    y = ax > K_F64(0x1.754d9278b51a7p1014) ? MR_INF_F64 : y;
    y = ((x <= zero) & (TRUNC_F64(x) == x)) ? MR_INF_F64 : y;
    return x != x ? MR_NAN_F64 : y;
}
