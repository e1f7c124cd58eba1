// function: f32 erf(x) native
// function: f32 erfc(x) native
// function: f32 erfinv(x)
// function: f32 normal_quantile(x)
// needs: math_log_f32.cl
/* Error functions and the quantile of the normal distribution of f32 lanes: see math_f32.cl. */

/* sqrt(-2 log p) - x(p) as polynomials of r - centre: c0, its second part, c1, ...
 * (mr_quantile_tail_f32); error 2^-32.6. */
MR_TABLE(float, mr_quantile_table_f32, 231) = {
    0x1.f7ac7ep-1f, 0x1.e1b462p-26f, -0x1.380c28p-2f, 0x1.d81e92p-4f, -0x1.882abep-5f,
        0x1.5b83ecp-6f, -0x1.42dcecp-7f,
    0x1.e50c2ep-1f, 0x1.c8d412p-27f, -0x1.1cae0cp-2f, 0x1.96002ep-4f, -0x1.3ca08ap-5f,
        0x1.067e5ep-6f, -0x1.c74744p-8f,
    0x1.d402e6p-1f, -0x1.b288f2p-26f, -0x1.050a48p-2f, 0x1.60443ap-4f, -0x1.030dc8p-5f,
        0x1.93c426p-7f, -0x1.48737ep-8f,
    0x1.bcfcc4p-1f, -0x1.aff8f2p-26f, -0x1.ce4108p-3f, 0x1.20d5a2p-4f, -0x1.87b3p-6f,
        0x1.19098p-7f, -0x1.a2ba08p-9f,
    0x1.a22d6ap-1f, -0x1.c9627cp-26f, -0x1.8e3ee8p-3f, 0x1.c57b8ep-5f, -0x1.16e8d8p-6f,
        0x1.694472p-8f, -0x1.e46d7cp-10f,
    0x1.8aeeb2p-1f, 0x1.a10e7ap-28f, -0x1.5b75dap-3f, 0x1.6bb18p-5f, -0x1.99c6b4p-7f,
        0x1.e4546ep-9f, -0x1.278c88p-10f,
    0x1.768b2ap-1f, 0x1.9e352p-26f, -0x1.325eb2p-3f, 0x1.28e62p-5f, -0x1.34d602p-7f,
        0x1.4ffd28p-9f, -0x1.789f56p-11f,
    0x1.647c12p-1f, -0x1.c68606p-29f, -0x1.10935ap-3f, 0x1.ec0c5ap-6f, -0x1.db9f6ep-8f,
        0x1.dfae34p-10f, -0x1.f18d68p-12f,
    0x1.545ae6p-1f, 0x1.7dc104p-27f, -0x1.e8c948p-4f, 0x1.9cfdb2p-6f, -0x1.74ff62p-8f,
        0x1.5ecd76p-10f, -0x1.52d06p-12f,
    0x1.45d818p-1f, 0x1.cb119ep-28f, -0x1.b9372p-4f, 0x1.5e823cp-6f, -0x1.292aap-8f,
        0x1.05f0dap-10f, -0x1.d99f8ap-13f,
    0x1.38b4d2p-1f, 0x1.a337d2p-26f, -0x1.90a542p-4f, 0x1.2c63fap-6f, -0x1.e0115ep-9f,
        0x1.8e4f72p-11f, -0x1.5298c6p-13f,
    0x1.272786p-1f, -0x1.1385a6p-27f, -0x1.5e0e1ep-4f, 0x1.e4429ep-7f, -0x1.645ef4p-9f,
        0x1.109ef4p-11f, -0x1.a9b15p-14f,
    0x1.130238p-1f, 0x1.fb50e6p-26f, -0x1.28edf2p-4f, 0x1.747c64p-7f, -0x1.f033cep-10f,
        0x1.56d76ep-12f, -0x1.e325e4p-15f,
    0x1.01cb48p-1f, -0x1.98a084p-27f, -0x1.ff2a1cp-5f, 0x1.25664ap-7f, -0x1.651c92p-10f,
        0x1.c229fcp-13f, -0x1.213292p-15f,
    0x1.e5c556p-2f, 0x1.4b75d8p-30f, -0x1.bd632ep-5f, 0x1.d76c82p-8f, -0x1.082cdap-10f,
        0x1.32409ap-13f, -0x1.69b9cp-16f,
    0x1.cba7c4p-2f, -0x1.08a4p-27f, -0x1.881ac8p-5f, 0x1.8119c2p-8f, -0x1.9003b8p-11f,
        0x1.ad592ep-14f, -0x1.d56036p-17f,
    0x1.b48fc2p-2f, -0x1.b0818cp-29f, -0x1.5c44e6p-5f, 0x1.3f1b7ap-8f, -0x1.34e97p-11f,
        0x1.34bd44p-14f, -0x1.3a34fcp-17f,
    0x1.9ff862p-2f, 0x1.abb2bep-29f, -0x1.37b8dp-5f, 0x1.0bb69cp-8f, -0x1.e55d6ap-12f,
        0x1.c5ea86p-15f, -0x1.b02baep-18f,
    0x1.8d7a36p-2f, 0x1.b170dep-27f, -0x1.18e54cp-5f, 0x1.c6144cp-9f, -0x1.830f88p-12f,
        0x1.542918p-15f, -0x1.30488p-18f,
    0x1.74fdd6p-2f, -0x1.0bf29ap-27f, -0x1.e5d80ap-6f, 0x1.68ea2ep-9f, -0x1.1a6baap-12f,
        0x1.c8ae7ep-16f, -0x1.76a172p-19f,
    0x1.593202p-2f, -0x1.55f602p-27f, -0x1.97476ep-6f, 0x1.112e0ep-9f, -0x1.817f88p-13f,
        0x1.189bc6p-16f, -0x1.9e96bcp-20f,
    0x1.41b3b8p-2f, -0x1.9829bp-27f, -0x1.5b0a3p-6f, 0x1.a87c08p-10f, -0x1.10c22ep-13f,
        0x1.692e8ap-17f, -0x1.e57068p-21f,
    0x1.2d8c1p-2f, 0x1.74a2ccp-27f, -0x1.2bbc44p-6f, 0x1.50fd9p-10f, -0x1.8da598p-14f,
        0x1.e2fc72p-18f, -0x1.29ba8ap-21f,
    0x1.1c0a3p-2f, -0x1.96e35p-27f, -0x1.05d7a2p-6f, 0x1.106db8p-10f, -0x1.29339ep-14f,
        0x1.4d72f8p-18f, -0x1.7bbc24p-22f,
    0x1.0cabc6p-2f, 0x1.2e6bd4p-28f, -0x1.cdf242p-7f, 0x1.bf5682p-11f, -0x1.c5d40ep-15f,
        0x1.d92712p-19f, -0x1.f4ae5ep-23f,
    0x1.fe1d1cp-3f, 0x1.bc388ap-28f, -0x1.9aebdep-7f, 0x1.743534p-11f, -0x1.60ed44p-15f,
        0x1.57ad92p-19f, -0x1.53a75p-23f,
    0x1.e5cdc8p-3f, 0x1.573986p-28f, -0x1.70385cp-7f, 0x1.395216p-11f, -0x1.16e3dep-15f,
        0x1.fd9758p-20f, -0x1.d873d4p-24f,
    0x1.c5d346p-3f, 0x1.557646p-30f, -0x1.3c11dap-7f, 0x1.ed2bap-12f, -0x1.92180ep-16f,
        0x1.51506ep-20f, -0x1.1e35dep-24f,
    0x1.a1d05ap-3f, 0x1.3b123cp-28f, -0x1.06b078p-7f, 0x1.7115cep-12f, -0x1.0eabb2p-16f,
        0x1.97deaep-21f, -0x1.36f1cep-25f,
    0x1.839e9ap-3f, -0x1.974bb8p-28f, -0x1.bc6068p-8f, 0x1.1bfee4p-12f, -0x1.7a9102p-17f,
        0x1.02ec0ep-21f, -0x1.667442p-26f,
    0x1.69e4f6p-3f, -0x1.aa926ap-28f, -0x1.7d5722p-8f, 0x1.bf26aep-13f, -0x1.112c22p-17f,
        0x1.562f4p-22f, -0x1.b1daa4p-27f,
    0x1.53aefcp-3f, 0x1.fdb02ep-28f, -0x1.4b3e0ep-8f, 0x1.66d3f2p-13f, -0x1.94bc1ep-18f,
        0x1.d3a5fep-23f, -0x1.117a3cp-27f,
    0x1.404a58p-3f, -0x1.45a964p-28f, -0x1.22b6dep-8f, 0x1.24adf6p-13f, -0x1.32992cp-18f,
        0x1.48ca08p-23f, -0x1.64e7cap-28f,
};

/* erf(x) - x for |x| <= 1/2. */
MR_FN vf32 mr_erf_rest_f32(vf32 x)
{
    vf32 z = x * x;
    /* erf(x) = x + x p(z), z = x^2 <= 1/4: error of p 2^-29.2. */
    vf32 p = K_F32(0x1.3567a8p-8f);
    p = p * z + K_F32(-0x1.b66b3ep-6f);
    p = p * z + K_F32(0x1.ce2554p-4f);
    p = p * z + K_F32(-0x1.812734p-2f);
    p = p * z + K_F32(0x1.06eba8p-3f);
    return x * p;
}

/* erfc(x) for x >= 1/2 as exp(-x^2) f(t) / (1 + 2 x), t = (x - 4) / (x + 4): f is smooth over the
 * whole half line (Shepherd and Laframboise 1981, Chebyshev approximation of
 * (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity). */
MR_FN vf32 mr_erfc_beyond_f32(vf32 x)
{
    vf32 four = K_F32(4.0f);
    vf32 a = mr_clamp_f32(x, K_F32(0.5f), K_F32(10.5f));
    mr_pair_f32 t = mr_quotient_f32(mr_sum_f32(a, -four), mr_sum_f32(a, four));
    /* f(t) = f(0) + t p(t), -7/9 <= t <= 0.45: error of p 2^-26.9. */
    vf32 p_z = t.hi * t.hi;
    vf32 p_even = K_F32(0x1.58c1c2p-8f);
    p_even = p_even * p_z + K_F32(0x1.2f6d14p-5f);
    p_even = p_even * p_z + K_F32(0x1.80021cp-4f);
    p_even = p_even * p_z + K_F32(0x1.16ec02p-4f);
    p_even = p_even * p_z + K_F32(-0x1.1df1acp-3f);
    vf32 p_odd = K_F32(-0x1.96876cp-15f);
    p_odd = p_odd * p_z + K_F32(-0x1.0e1ce8p-6f);
    p_odd = p_odd * p_z + K_F32(-0x1.0f8488p-4f);
    p_odd = p_odd * p_z + K_F32(-0x1.9dddcp-4f);
    p_odd = p_odd * p_z + K_F32(0x1.f7f648p-7f);
    vf32 p = p_odd * t.hi + p_even;
    /* The derivative of f: error 2^-5.2. */
    vf32 slope = K_F32(-0x1.256bacp0f);
    slope = slope * t.hi + K_F32(0x1.5d58dp-2f);
    slope = slope * t.hi + K_F32(0x1.1e0812p-3f);
    slope = slope * t.hi + K_F32(-0x1.2ec87p-3f);
    mr_pair_f32 f = mr_fast_sum_f32(K_F32(0x1.3ba592p0f), t.hi * p);
    f.lo = f.lo + (K_F32(-0x1.22c05p-25f) + t.lo * slope);
    mr_pair_f32 square = mr_product_f32(a, a);
    mr_scaled_f32 e = mr_exp_scaled_f32(-square.hi, -square.lo);
    mr_pair_f32 g = mr_fast_sum_f32(e.hi, e.lo);
    mr_pair_f32 n = mr_product_f32(g.hi, f.hi);
    n.lo = n.lo + (g.hi * f.lo + g.lo * f.hi);
    mr_pair_f32 q = mr_quotient_f32(n, mr_sum_f32(K_F32(1.0f), a + a));
    return mr_scale_f32(q.hi + q.lo, e.shifted);
}

MR_FN vf32 mr_erf_f32(vf32 x)
{
    vf32 ax = ABS_F32(x);
    vf32 y = ax < K_F32(0.5f) ? ax + mr_erf_rest_f32(ax) : K_F32(1.0f) - mr_erfc_beyond_f32(ax);
    return x != x ? MR_NAN_F32 : COPYSIGN_F32(y, x);
}

MR_FN vf32 mr_erfc_f32(vf32 x)
{
    vf32 one = K_F32(1.0f), ax = ABS_F32(x);
    vf32 beyond = mr_erfc_beyond_f32(ax);
    beyond = x < K_F32(0.0f) ? K_F32(2.0f) - beyond : beyond;
    mr_pair_f32 d = mr_fast_sum_f32(one, -x);
    vf32 y = ax < K_F32(0.5f) ? d.hi + (d.lo - mr_erf_rest_f32(x)) : beyond;
    return x != x ? MR_NAN_F32 : y;
}

/* sqrt(2 pi) for the quantile near the middle. */
#define MR_QUANTILE_SLOPE_HI_F32 K_F32(0x1.40d932p1f)
#define MR_QUANTILE_SLOPE_LO_F32 K_F32(-0x1.3b1f4ep-32f)

/* The quantile's magnitude for 0 < p <= 1/4: r - h(r) with r = sqrt(-2 log p), h from polynomials
 * about the centres of intervals of r that have 3 bits of mantissa. */
MR_FN mr_pair_f32 mr_quantile_tail_f32(vf32 p)
{
    mr_pair_f32 l = mr_log_wide_f32(p);
    vf32 square = K_F32(-2.0f) * l.hi;
    vf32 r = SQRT_F32(square);
    mr_pair_f32 back = mr_product_f32(r, r);
    vf32 r_lo = (((square - back.hi) - back.lo) - K_F32(2.0f) * l.lo) / (r + r);

    vu32 bits = AS_U32(r);
    vf32 u = r - AS_F32((bits & K_U32(0xfff00000)) | K_U32(0x80000));
    vu32 row = (bits >> K_U32(20)) - K_U32(1021);
    row = (row < K_U32(33) ? row : K_U32(0)) * K_U32(7);
    vf32 q = GATHER_F32(mr_quantile_table_f32, row + K_U32(6));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(5));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(4));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(3));
    q = q * u + GATHER_F32(mr_quantile_table_f32, row + K_U32(2));
    mr_pair_f32 h = mr_fast_sum_f32(GATHER_F32(mr_quantile_table_f32, row), u * q);
    h.lo = h.lo + GATHER_F32(mr_quantile_table_f32, row + K_U32(1));
    mr_pair_f32 y = mr_fast_sum_f32(r, -h.hi);
    /* dx/dr = 1 + 0.86 / r^2 is near enough for the second part of r. */
    y.lo = y.lo + ((r_lo + r_lo * (K_F32(0.86f) / square)) - h.lo);
    return y;
}

MR_FN vf32 mr_normal_quantile_f32(vf32 p)
{
    vf32 centre = K_F32(0.5f), one = K_F32(1.0f);
    vf32 q = p - centre, z = q * q;
    /* x = q sqrt(2 pi) + q z c(z), q = p - 1/2, z = q^2 <= 1/16: error of c 2^-27.0. */
    vf32 c_z = z * z;
    vf32 c_even = K_F32(0x1.e965f6p11f);
    c_even = c_even * c_z + K_F32(0x1.403116p7f);
    c_even = c_even * c_z + K_F32(0x1.f5718ep3f);
    c_even = c_even * c_z + K_F32(0x1.4ffddep1f);
    vf32 c_odd = K_F32(0x1.10c75p8f);
    c_odd = c_odd * c_z + K_F32(0x1.766968p5f);
    c_odd = c_odd * c_z + K_F32(0x1.717106p2f);
    vf32 c = c_odd * z + c_even;
    mr_pair_f32 lin = mr_product_f32(q, MR_QUANTILE_SLOPE_HI_F32);
    vf32 middle = lin.hi + (lin.lo + (q * MR_QUANTILE_SLOPE_LO_F32 + q * z * c));
    mr_pair_f32 tail = mr_quantile_tail_f32(p < centre ? p : one - p);
    vf32 y = p < centre ? -(tail.hi + tail.lo) : tail.hi + tail.lo;
    y = ((p >= K_F32(0.25f)) & (p <= K_F32(0.75f))) ? middle : y;
    y = p == K_F32(0.0f) ? -MR_INF_F32 : (p == one ? MR_INF_F32 : y);
    return ((p >= K_F32(0.0f)) & (p <= one)) ? y : MR_NAN_F32;
}

MR_FN vf32 mr_erfinv_f32(vf32 x)
{
    vf32 one = K_F32(1.0f), ax = ABS_F32(x), z = x * x;
    /* erfinv(x) = x + x c(z), z = x^2 <= 1/4: error of c 2^-30.3. */
    vf32 c_z = z * z;
    vf32 c_even = K_F32(0x1.8f49f4p-4f);
    c_even = c_even * c_z + K_F32(0x1.1a8022p-4f);
    c_even = c_even * c_z + K_F32(0x1.054458p-3f);
    c_even = c_even * c_z + K_F32(-0x1.d203b6p-4f);
    vf32 c_odd = K_F32(0x1.e9270cp-6f);
    c_odd = c_odd * c_z + K_F32(0x1.610544p-4f);
    c_odd = c_odd * c_z + K_F32(0x1.db29dap-3f);
    vf32 c = c_odd * z + c_even;
    vf32 middle = ax + ax * c;
    mr_pair_f32 t = mr_quantile_tail_f32(K_F32(0.5f) * (one - ax));
    mr_pair_f32 s = mr_product_f32(t.hi, K_F32(0x1.6a09e6p-1f));
    s.lo = s.lo + (t.hi * K_F32(0x1.9fcef4p-27f) + t.lo * K_F32(0x1.6a09e6p-1f));
    vf32 y = ax < K_F32(0.5f) ? middle : s.hi + s.lo;
    y = ax == one ? MR_INF_F32 : y;
    return ax <= one ? COPYSIGN_F32(y, x) : MR_NAN_F32;
}
