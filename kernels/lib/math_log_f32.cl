// function: f32 log(x) native
// function: f32 log2(x) native
// function: f32 log10(x) native
// function: f32 log1p(x) native
// function: f32 pow(x, y) native
// needs: math_exp_f32.cl
/* Logarithms and powers of f32 lanes: see math_f32.cl. */

/* 1/c with 8 bits, and -log(1/c) as a multiple of 2^-16 and the rest, for 64 intervals of the
 * mantissa from 0x1.68p-1 on (mr_log_wide_f32). */
MR_TABLE(float, mr_log_table_f32, 192) = {
    0x1.6ap0f, -0x1.62c8p-2f, -0x1.795ce4p-21f,
    0x1.66p0f, -0x1.5768p-2f, 0x1.1d1754p-19f,
    0x1.62p0f, -0x1.4be4p-2f, -0x1.f95778p-18f,
    0x1.5ep0f, -0x1.4044p-2f, 0x1.ef2f2cp-19f,
    0x1.5ap0f, -0x1.347cp-2f, -0x1.d9a988p-18f,
    0x1.58p0f, -0x1.2e9p-2f, 0x1.d451eep-18f,
    0x1.54p0f, -0x1.2294p-2f, -0x1.fbcf7ap-22f,
    0x1.5p0f, -0x1.1674p-2f, -0x1.cababap-18f,
    0x1.4cp0f, -0x1.0a34p-2f, 0x1.b1d8c6p-18f,
    0x1.4ap0f, -0x1.0404p-2f, 0x1.a6b4b2p-18f,
    0x1.46p0f, -0x1.ef08p-3f, -0x1.6e5ee2p-18f,
    0x1.42p0f, -0x1.d5cp-3f, -0x1.0b5a7ep-18f,
    0x1.4p0f, -0x1.c9p-3f, 0x1.070cacp-20f,
    0x1.3cp0f, -0x1.af4p-3f, 0x1.b58bfap-18f,
    0x1.3ap0f, -0x1.a238p-3f, -0x1.e0ff16p-18f,
    0x1.36p0f, -0x1.87f8p-3f, -0x1.032906p-18f,
    0x1.34p0f, -0x1.7ab8p-3f, -0x1.20421cp-20f,
    0x1.3p0f, -0x1.5ffp-3f, -0x1.83853cp-18f,
    0x1.2ep0f, -0x1.527p-3f, 0x1.a1c5e4p-19f,
    0x1.2cp0f, -0x1.44dp-3f, -0x1.5b665cp-18f,
    0x1.28p0f, -0x1.2958p-3f, 0x1.683fp-18f,
    0x1.26p0f, -0x1.1b7p-3f, -0x1.56a97cp-18f,
    0x1.24p0f, -0x1.0d78p-3f, 0x1.832f72p-23f,
    0x1.2p0f, -0x1.e27p-4f, -0x1.db8abcp-22f,
    0x1.1ep0f, -0x1.c5ep-4f, -0x1.523d7p-18f,
    0x1.1cp0f, -0x1.a92p-4f, -0x1.b4e92cp-18f,
    0x1.1ap0f, -0x1.8c3p-4f, -0x1.1758c6p-18f,
    0x1.16p0f, -0x1.51bp-4f, -0x1.cfc186p-22f,
    0x1.14p0f, -0x1.342p-4f, 0x1.434f22p-19f,
    0x1.12p0f, -0x1.165p-4f, -0x1.b7751cp-19f,
    0x1.1p0f, -0x1.f0ap-5f, -0x1.86008cp-20f,
    0x1.0ep0f, -0x1.b42p-5f, -0x1.bae232p-18f,
    0x1.0cp0f, -0x1.774p-5f, -0x1.63d8ccp-19f,
    0x1.0ap0f, -0x1.39ep-5f, -0x1.0f73fep-18f,
    0x1.08p0f, -0x1.f84p-6f, 0x1.64f188p-18f,
    0x1.06p0f, -0x1.7b8p-6f, -0x1.1b07d6p-18f,
    0x1.04p0f, -0x1.fcp-7f, -0x1.5161f8p-20f,
    0x1p0f, 0.0f, 0.0f,
    0x1p0f, 0.0f, 0.0f,
    0x1.f4p-1f, 0x1.848p-6f, 0x1.2528c8p-18f,
    0x1.ecp-1f, 0x1.466p-5f, 0x1.5da85cp-18f,
    0x1.e6p-1f, 0x1.aaep-5f, 0x1.e5a1f6p-18f,
    0x1.dep-1f, 0x1.197p-4f, 0x1.de8a32p-19f,
    0x1.d8p-1f, 0x1.4d3p-4f, 0x1.15d208p-20f,
    0x1.dp-1f, 0x1.933p-4f, 0x1.797566p-18f,
    0x1.cap-1f, 0x1.c88p-4f, 0x1.6006f2p-18f,
    0x1.c4p-1f, 0x1.fe9p-4f, -0x1.bb189p-18f,
    0x1.bep-1f, 0x1.1aap-3f, 0x1.5bf12p-18f,
    0x1.b8p-1f, 0x1.366p-3f, -0x1.a7f538p-22f,
    0x1.b2p-1f, 0x1.528p-3f, -0x1.a1b5e4p-19f,
    0x1.acp-1f, 0x1.6fp-3f, 0x1.28b756p-19f,
    0x1.a6p-1f, 0x1.8be8p-3f, 0x1.7f59c8p-18f,
    0x1.a2p-1f, 0x1.9f7p-3f, -0x1.dfc7bcp-18f,
    0x1.9cp-1f, 0x1.bd08p-3f, 0x1.ce0ef6p-21f,
    0x1.98p-1f, 0x1.d1p-3f, 0x1.bf932ap-18f,
    0x1.92p-1f, 0x1.ef58p-3f, 0x1.6f26e8p-18f,
    0x1.8ep-1f, 0x1.01ecp-2f, -0x1.1a9d94p-18f,
    0x1.88p-1f, 0x1.1178p-2f, 0x1.d044fcp-19f,
    0x1.84p-1f, 0x1.1bf8p-2f, 0x1.9635a6p-18f,
    0x1.8p-1f, 0x1.2698p-2f, -0x1.deecb2p-18f,
    0x1.7ap-1f, 0x1.36b8p-2f, -0x1.88941ep-18f,
    0x1.76p-1f, 0x1.419cp-2f, -0x1.7b8542p-19f,
    0x1.72p-1f, 0x1.4cap-2f, -0x1.f61e8ep-18f,
    0x1.6ep-1f, 0x1.57cp-2f, -0x1.1586e6p-19f,
};

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2). */
typedef struct {
    vf32 k, f;
} mr_split_f32;

/* Splits a normal x > 0, by its bits; `bias` is added to k. */
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
