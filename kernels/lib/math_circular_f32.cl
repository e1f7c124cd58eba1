// function: f32 sin(x) native
// function: f32 cos(x) native
// function: f32 tan(x) native
// needs: math_f32.cl
/* Circular functions of f32 lanes: see math_f32.cl. */

/* 2/pi after 32 zero bits. */
MR_TABLE(MR_UINT_T, mr_two_over_pi_f32, 8) = {
    0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1,
    0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab,
};

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

MR_FN mr_sincos_f32 mr_sincos_circle_f32(vf32 t)
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
