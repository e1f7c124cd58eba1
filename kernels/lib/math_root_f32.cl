// function: f32 cbrt(x) native
// function: f32 hypot(x, y) native
// needs: math_f32.cl
/* Roots of f32 lanes: see math_f32.cl. */

/* x = 2^(3 q + s) m; a polynomial, a step of Halley's iteration (2^-30 then), and from its leading
 * 12 bits t the identity v - t = (a - t^3) / (v^2 + v t + t^2) for v^3 = a. */
MR_FN vf32 mr_cbrt_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    vm32 tiny = ax < K_F32(0x1p-126f);
    vu32 bits = AS_U32(tiny ? ax * K_F32(0x1p24f) : ax);
    vf32 e = mr_count_f32(bits >> K_U32(23)) - (tiny ? K_F32(151.0f) : K_F32(127.0f));
    vf32 shifted = (e - K_F32(1.0f)) * K_F32(0x1.555556p-2f) + MR_SHIFT_F32;
    vf32 s = e - K_F32(3.0f) * (shifted - MR_SHIFT_F32);
    vf32 m = AS_F32((bits & K_U32(0x7fffff)) | K_U32(0x3f800000));
    /* cbrt(m), 1 <= m <= 2: relative error 2^-13.7. */
    vf32 p = K_F32(0x1.7a8d5ep-6f);
    p = p * m + K_F32(-0x1.4dc31ep-3f);
    p = p * m + K_F32(0x1.2c9a46p-1f);
    p = p * m + K_F32(0x1.1b0ba8p-1f);
    vm32 one = s == K_F32(1.0f), two = s == K_F32(2.0f);
    vf32 root = one ? K_F32(0x1.428a3p0f) : K_F32(1.0f);
    vf32 t0 = p * (two ? K_F32(0x1.965feap0f) : root);
    vf32 a = m * (two ? K_F32(4.0f) : (one ? K_F32(2.0f) : K_F32(1.0f)));
    vf32 cube = t0 * t0 * t0;
    vf32 v = t0 * (cube + K_F32(2.0f) * a) / (K_F32(2.0f) * cube + a);
    vf32 t = mr_top_f32(v);
    vf32 square = t * t;
    vf32 square_hi = mr_top_f32(square);
    vf32 rest = (a - square_hi * t) - (square - square_hi) * t;
    vf32 y = t + rest / (v * v + (v * t + square));
    y = COPYSIGN_F32(mr_scale_f32(y, shifted), x);
    return ((ax > K_F32(0.0f)) & (ax < MR_INF_F32)) ? y : (x != x ? MR_NAN_F32 : x);
}

MR_FN vf32 mr_hypot_f32(vf32 x, vf32 y)
{
    vf32 ax = ABS_F32(x), ay = ABS_F32(y), one = K_F32(1.0f);
    vf32 most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    vm32 large = most > K_F32(0x1p50f), small = most < K_F32(0x1p-40f);
    vf32 scale = large ? K_F32(0x1p-80f) : (small ? K_F32(0x1p100f) : one);
    vf32 back = large ? K_F32(0x1p80f) : (small ? K_F32(0x1p-100f) : one);
    mr_pair_f32 p = mr_product_f32(most * scale, most * scale);
    mr_pair_f32 q = mr_product_f32(least * scale, least * scale);
    mr_pair_f32 s = mr_fast_sum_f32(p.hi, q.hi);
    vf32 root = SQRT_F32(s.hi);
    mr_pair_f32 square = mr_product_f32(root, root);
    vf32 rest = ((s.hi - square.hi) - square.lo) + (s.lo + (p.lo + q.lo));
    vf32 r = (root + rest / (root + root)) * back;
    r = most == K_F32(0.0f) ? K_F32(0.0f) : r;
    r = ((x != x) | (y != y)) ? MR_NAN_F32 : r;
    vm32 x_inf = ax == MR_INF_F32, y_inf = ay == MR_INF_F32;
    return (x_inf | y_inf) ? MR_INF_F32 : r;
}
