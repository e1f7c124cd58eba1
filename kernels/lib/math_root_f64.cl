// function: f64 cbrt(x) native
// function: f64 hypot(x, y) native
// needs: math_f64.cl
/* Roots of f64 lanes: see math_f64.cl. */

/* x = 2^(3 q + s) m; a polynomial, a step of Halley's iteration (2^-44 then), and from its leading
 * 26 bits t the identity v - t = (a - t^3) / (v^2 + v t + t^2) for v^3 = a. */
MR_FN vf64 mr_cbrt_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    vm64 tiny = ax < K_F64(0x1p-1022);
    vu64 bits = AS_U64(tiny ? ax * K_F64(0x1p54) : ax);
    vf64 e = mr_count_f64(bits >> K_U64(52)) - (tiny ? K_F64(1077.0) : K_F64(1023.0));
    vf64 shifted = (e - K_F64(1.0)) * K_F64(0x1.5555555555555p-2) + MR_SHIFT_F64;
    vf64 s = e - K_F64(3.0) * (shifted - MR_SHIFT_F64);
    vf64 m = AS_F64((bits & K_U64(0xfffffffffffff)) | K_U64(0x3ff0000000000000));
    /* cbrt(m), 1 <= m <= 2: relative error 2^-16.7. */
    vf64 p = K_F64(-0x1.5b77f50f0bcbcp-7);
    p = p * m + K_F64(0x1.60a156cbf860ap-4);
    p = p * m + K_F64(-0x1.33d386daddb42p-2);
    p = p * m + K_F64(0x1.6fb1e0bed2108p-1);
    p = p * m + K_F64(0x1.0392cc9e7938dp-1);
    vm64 one = s == K_F64(1.0), two = s == K_F64(2.0);
    vf64 root = one ? K_F64(0x1.428a2f98d728bp0) : K_F64(1.0);
    vf64 t0 = p * (two ? K_F64(0x1.965fea53d6e3dp0) : root);
    vf64 a = m * (two ? K_F64(4.0) : (one ? K_F64(2.0) : K_F64(1.0)));
    vf64 cube = t0 * t0 * t0;
    vf64 v = t0 * (cube + K_F64(2.0) * a) / (K_F64(2.0) * cube + a);
    vf64 t = mr_top_f64(v);
    vf64 square = t * t;
    vf64 square_hi = mr_top_f64(square);
    vf64 rest = (a - square_hi * t) - (square - square_hi) * t;
    vf64 y = t + rest / (v * v + (v * t + square));
    y = COPYSIGN_F64(mr_scale_f64(y, shifted), x);
    return ((ax > K_F64(0.0)) & (ax < MR_INF_F64)) ? y : (x != x ? MR_NAN_F64 : x);
}

MR_FN vf64 mr_hypot_f64(vf64 x, vf64 y)
{
    vf64 ax = ABS_F64(x), ay = ABS_F64(y), one = K_F64(1.0);
    vf64 most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    vm64 large = most > K_F64(0x1p500), small = most < K_F64(0x1p-400);
    vf64 scale = large ? K_F64(0x1p-600) : (small ? K_F64(0x1p600) : one);
    vf64 back = large ? K_F64(0x1p600) : (small ? K_F64(0x1p-600) : one);
    mr_pair_f64 p = mr_product_f64(most * scale, most * scale);
    mr_pair_f64 q = mr_product_f64(least * scale, least * scale);
    mr_pair_f64 s = mr_fast_sum_f64(p.hi, q.hi);
    vf64 root = SQRT_F64(s.hi);
    mr_pair_f64 square = mr_product_f64(root, root);
    vf64 rest = ((s.hi - square.hi) - square.lo) + (s.lo + (p.lo + q.lo));
    vf64 r = (root + rest / (root + root)) * back;
    r = most == K_F64(0.0) ? K_F64(0.0) : r;
    r = ((x != x) | (y != y)) ? MR_NAN_F64 : r;
    vm64 x_inf = ax == MR_INF_F64, y_inf = ay == MR_INF_F64;
    return (x_inf | y_inf) ? MR_INF_F64 : r;
}
