// function: f64 asin(x) native
// function: f64 acos(x) native
// function: f64 atan(x) native
// function: f64 atan2(y, x) native
// needs: math_f64.cl
/* Inverse circular functions of f64 lanes: see math_f64.cl. */

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
