// function: f64 sin(x) native
// function: f64 cos(x) native
// function: f64 tan(x) native
// needs: math_f64.cl
/* Circular functions of f64 lanes: see math_f64.cl. */

/* 2/pi after 64 zero bits. */
MR_TABLE(MR_ULONG_T, mr_two_over_pi_f64, 21) = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0,
    0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

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

MR_FN mr_sincos_f64 mr_sincos_circle_f64(vf64 t)
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
