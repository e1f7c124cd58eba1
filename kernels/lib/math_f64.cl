/* Elementary functions of f64 lanes, the same bits on every device and on the host.
 *
 * Built from + - * / sqrt, comparisons, selects, integer operations and tables, each of which is
 * exact or correctly rounded everywhere, and compiled with contraction off. No fma (slow where the
 * device emulates it), no data-dependent branch but the argument reduction of huge angles.
 * Coefficients are minimax fits (or Chebyshev interpolants) made for this file, rounded to f64;
 * each states its range and error. tests/accuracy/ulp.c measures the results.
 *
 * Special values follow C11 Annex F; every NaN result is the canonical quiet NaN.
 * Needs math_f64_table.cl before it. */

/* An unevaluated sum hi + lo, |lo| small against |hi|. */
typedef struct {
    vf64 hi, lo;
} mr_pair_f64;

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

/* a + b exactly, if |a| >= |b| or a = 0 (Dekker 1971, A floating-point technique for extending the
 * available precision). */
MR_FN mr_pair_f64 mr_fast_sum_f64(vf64 a, vf64 b)
{
    mr_pair_f64 s;
    s.hi = a + b;
    s.lo = (a - s.hi) + b;
    return s;
}

/* a + b exactly (Knuth, TAOCP 2, 4.2.2 theorem B). */
MR_FN mr_pair_f64 mr_sum_f64(vf64 a, vf64 b)
{
    mr_pair_f64 s;
    s.hi = a + b;
    vf64 b_part = s.hi - a;
    s.lo = (a - (s.hi - b_part)) + (b - b_part);
    return s;
}

/* a * b to 2^-105 (Dekker 1971, with masks for the splitting). */
MR_FN mr_pair_f64 mr_product_f64(vf64 a, vf64 b)
{
    mr_pair_f64 p;
    vf64 a_hi = mr_top_f64(a), b_hi = mr_top_f64(b);
    vf64 a_lo = a - a_hi, b_lo = b - b_hi;
    p.hi = a * b;
    p.lo = ((a_hi * b_hi - p.hi) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo;
    return p;
}

/* n / d to about 2^-100. */
MR_FN mr_pair_f64 mr_quotient_f64(mr_pair_f64 n, mr_pair_f64 d)
{
    mr_pair_f64 q;
    q.hi = n.hi / d.hi;
    mr_pair_f64 p = mr_product_f64(q.hi, d.hi);
    q.lo = ((n.hi - p.hi) - p.lo + n.lo - q.hi * d.lo) / d.hi;
    return q;
}

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

MR_FN vf64 mr_clamp_f64(vf64 x, vf64 low, vf64 high)
{
    vf64 t = x < low ? low : x;
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
    vf64 rest = k > K_F64(60.0) ? K_F64(1.0) : K_F64(1.0) - inverse;
    mr_pair_f64 s = mr_sum_f64(rest, a);
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

/* For x > 0 and finite; subnormals too. */
MR_FN mr_split_f64 mr_split_log_f64(vf64 x)
{
    mr_split_f64 s;
    vm64 tiny = x < K_F64(0x1p-1022);
    vu64 bits = AS_U64(tiny ? x * K_F64(0x1p54) : x);
    vu64 above = bits + K_U64(0x40195f619980c433); /* k + 2048, mantissa */
    s.k = mr_count_f64(above >> K_U64(52)) - (tiny ? K_F64(2102.0) : K_F64(2048.0));
    vf64 m = AS_F64(bits - (above & K_U64(0xfff0000000000000)) + MR_SIGN_F64);
    s.f = m - K_F64(1.0);
    return s;
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

MR_FN vf64 mr_log_f64(vf64 x)
{
    mr_split_f64 a = mr_split_log_f64(x);
    mr_log_parts_f64 p = mr_log_parts_of_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * MR_LN2_HI_F64, a.f);
    vf64 y = s.hi + (s.lo - (p.square - (p.tail + a.k * MR_LN2_LO_F64)));
    return mr_log_ends_f64(x, y);
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
