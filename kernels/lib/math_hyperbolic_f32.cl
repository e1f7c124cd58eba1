// function: f32 sinh(x) native
// function: f32 cosh(x) native
// function: f32 tanh(x) native
// needs: math_exp_f32.cl
/* Hyperbolic functions of f32 lanes: see math_f32.cl. */

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
