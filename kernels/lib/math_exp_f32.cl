// function: f32 exp(x) native
// function: f32 exp2(x) native
// function: f32 expm1(x) native
// needs: math_f32.cl
/* Exponentials of f32 lanes: see math_f32.cl. */

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
