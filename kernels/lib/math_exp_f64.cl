// function: f64 exp(x) native
// function: f64 exp2(x) native
// function: f64 expm1(x) native
// needs: math_f64.cl
/* Exponentials of f64 lanes: see math_f64.cl. */

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
