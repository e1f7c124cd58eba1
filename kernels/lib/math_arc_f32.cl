// function: f32 asin(x) native
// function: f32 acos(x) native
// function: f32 atan(x) native
// function: f32 atan2(y, x) native
// needs: math_f32.cl
/* Inverse circular functions of f32 lanes: see math_f32.cl. */

#define MR_HALF_PI_HI_F32 K_F32(0x1.921fb6p0f)
#define MR_HALF_PI_LO_F32 K_F32(-0x1.777a5cp-25f)

/* asin(s) = s + tail where s = |x|, or near 1 where s = sqrt((1 - |x|) / 2): half of acos|x|. */
typedef struct {
    vf32 s, tail;
    vm32 near_one;
} mr_asin_f32_parts;

MR_FN mr_asin_f32_parts mr_asin_parts_f32(vf32 x)
{
    mr_asin_f32_parts y;
    vf32 ax = ABS_F32(x);
    y.near_one = ax >= K_F32(0.5f);
    vf32 half_rest = K_F32(0.5f) * (K_F32(1.0f) - ax);
    vf32 root = SQRT_F32(half_rest);
    vf32 z = y.near_one ? half_rest : ax * ax;
    /* asin(s) = s + s z p(z), z = s^2 <= 1/4: relative error 2^-27.6. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(0x1.5959aap-5f);
    p_even = p_even * p_z + K_F32(0x1.747b72p-5f);
    p_even = p_even * p_z + K_F32(0x1.5555c8p-3f);
    vf32 p_odd = K_F32(0x1.8c415ap-6f);
    p_odd = p_odd * p_z + K_F32(0x1.330206p-4f);
    vf32 p = p_odd * z + p_even;
    mr_pair_f32 square = mr_product_f32(root, root);
    vf32 root_lo = ((half_rest - square.hi) - square.lo) / (root + root);
    root_lo = (y.near_one & (half_rest > K_F32(0.0f))) ? root_lo : K_F32(0.0f);
    y.s = y.near_one ? root : ax;
    y.tail = y.s * z * p + root_lo;
    return y;
}

MR_FN vf32 mr_asin_f32(vf32 x)
{
    mr_asin_f32_parts a = mr_asin_parts_f32(x);
    mr_pair_f32 d = mr_fast_sum_f32(MR_HALF_PI_HI_F32, K_F32(-2.0f) * a.s);
    vf32 beyond = d.hi + (d.lo + (MR_HALF_PI_LO_F32 - K_F32(2.0f) * a.tail));
    vf32 y = COPYSIGN_F32(a.near_one ? beyond : a.s + a.tail, x);
    return ABS_F32(x) <= K_F32(1.0f) ? y : MR_NAN_F32;
}

MR_FN vf32 mr_acos_f32(vf32 x)
{
    mr_asin_f32_parts a = mr_asin_parts_f32(x);
    vm32 minus = x < K_F32(0.0f);
    /* acos is pi/2 - asin in the middle, 2 (s + tail) near 1 and pi less that near -1. */
    vf32 times = a.near_one ? K_F32(2.0f) : K_F32(1.0f);
    times = (minus == a.near_one) ? -times : times;
    vf32 base = a.near_one ? (minus ? MR_PI_HI_F32 : K_F32(0.0f)) : MR_HALF_PI_HI_F32;
    vf32 base_lo = a.near_one ? (minus ? MR_PI_LO_F32 : K_F32(0.0f)) : MR_HALF_PI_LO_F32;
    mr_pair_f32 d = mr_fast_sum_f32(base, times * a.s);
    vf32 y = d.hi + (d.lo + (base_lo + times * a.tail));
    return ABS_F32(x) <= K_F32(1.0f) ? y : MR_NAN_F32;
}

/* atan(y / x) for finite x, y >= 0, not both 0, x + 2 y without overflow: atan(c) + atan(t) with c
 * of 0, 1/2, 1, 2 and infinity and t = (y - c x) / (x + c y), |t| <= 1/4. */
MR_FN mr_pair_f32 mr_atan_ratio_f32(vf32 y, vf32 x)
{
    vm32 half_up = y >= K_F32(0.25f) * x, one_up = y >= K_F32(0.72f) * x;
    vm32 two_up = y >= K_F32(1.386f) * x, inf_up = y >= K_F32(4.236f) * x;
    vf32 c = half_up ? K_F32(0.5f) : K_F32(0.0f);
    c = one_up ? K_F32(1.0f) : c;
    c = two_up ? K_F32(2.0f) : c;
    vf32 base = half_up ? K_F32(0x1.dac67p-2f) : K_F32(0.0f);
    base = one_up ? K_F32(0x1.921fb6p-1f) : base;
    base = two_up ? K_F32(0x1.1b6e1ap0f) : base;
    base = inf_up ? MR_HALF_PI_HI_F32 : base;
    vf32 base_lo = half_up ? K_F32(0x1.586ed4p-28f) : K_F32(0.0f);
    base_lo = one_up ? K_F32(-0x1.777a5cp-26f) : base_lo;
    base_lo = two_up ? K_F32(-0x1.a28838p-25f) : base_lo;
    base_lo = inf_up ? MR_HALF_PI_LO_F32 : base_lo;
    mr_pair_f32 n = mr_sum_f32(y, -c * x), d = mr_sum_f32(x, c * y);
    n.hi = inf_up ? -x : n.hi;
    n.lo = inf_up ? K_F32(0.0f) : n.lo;
    d.hi = inf_up ? y : d.hi;
    d.lo = inf_up ? K_F32(0.0f) : d.lo;
    mr_pair_f32 t = mr_quotient_f32(n, d);
    /* Where one side is near the subnormals t is too small for its second part to matter. */
    vm32 apart = (y < K_F32(0x1p-100f)) | (x < K_F32(0x1p-100f));
    t.lo = apart ? K_F32(0.0f) : t.lo;
    vf32 z = t.hi * t.hi;
    /* atan(t) = t + t z p(z), z = t^2 <= 1/16: relative error 2^-26.1. */
    vf32 p_z = z * z;
    vf32 p_even = K_F32(-0x1.0b021cp-3f);
    p_even = p_even * p_z + K_F32(-0x1.555426p-2f);
    vf32 p_odd = K_F32(0x1.98b17p-3f);
    vf32 p = p_odd * z + p_even;
    mr_pair_f32 s = mr_fast_sum_f32(base, t.hi);
    s.lo = s.lo + (t.hi * z * p + (t.lo + base_lo));
    return s;
}

MR_FN vf32 mr_atan_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    mr_pair_f32 r = mr_atan_ratio_f32(ax > K_F32(0x1p60f) ? K_F32(0x1p60f) : ax, K_F32(1.0f));
    vf32 y = COPYSIGN_F32(r.hi + r.lo, x);
    return x != x ? MR_NAN_F32 : y;
}

MR_FN vf32 mr_atan2_f32(vf32 y, vf32 x)
{
    vf32 ax = ABS_F32(x), ay = ABS_F32(y), one = K_F32(1.0f), zero = K_F32(0.0f);
    vf32 most = ax > ay ? ax : ay;
    vf32 scale = most > K_F32(0x1p120f) ? K_F32(0x1p-4f) : one;
    scale = most < K_F32(0x1p-40f) ? K_F32(0x1p90f) : scale;
    vm32 x_inf = ax == MR_INF_F32, y_inf = ay == MR_INF_F32;
    vf32 u = (x_inf | (ay == zero)) ? one : (y_inf ? zero : ax * scale);
    vf32 v = y_inf ? one : (x_inf ? zero : ay * scale);
    mr_pair_f32 r = mr_atan_ratio_f32(v, u);
    mr_pair_f32 d = mr_fast_sum_f32(MR_PI_HI_F32, -r.hi);
    vf32 behind = d.hi + (d.lo + (MR_PI_LO_F32 - r.lo));
    vf32 a = COPYSIGN_F32(one, x) < zero ? behind : r.hi + r.lo;
    return ((x != x) | (y != y)) ? MR_NAN_F32 : COPYSIGN_F32(a, y);
}
