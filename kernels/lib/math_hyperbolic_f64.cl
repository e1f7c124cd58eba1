// function: f64 sinh(x) native
// function: f64 cosh(x) native
// function: f64 tanh(x) native
// needs: math_exp_f64.cl
/* Hyperbolic functions of f64 lanes: see math_f64.cl. */

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
