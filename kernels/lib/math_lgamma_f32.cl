// function: f32 lgamma(x) native
// needs: math_log_f32.cl math_circular_f32.cl
/* Log gamma of f32 lanes: see math_f32.cl. */

/* log gamma(v) / ((v - 1) (v - 2)) as polynomials of v - centre: c0, its second part, c1, ...
 * (mr_lgamma_middle_f32); error 2^-33.3. */
MR_TABLE(float, mr_lgamma_table_f32, 224) = {
    0x1.7dc032p-1f, 0x1.2126f2p-28f, -0x1.14f8p-1f, 0x1.41ca4cp-1f, -0x1.baf096p-1f, 0x1.4b8ecp0f,
        -0x1.02f40ep1f,
    0x1.6d9928p-1f, -0x1.58fcbp-27f, -0x1.e2b8a4p-2f, 0x1.f812d8p-2f, -0x1.37376ep-1f,
        0x1.a1863cp-1f, -0x1.245b94p0f,
    0x1.5f6d78p-1f, -0x1.1090bap-26f, -0x1.aa45f6p-2f, 0x1.946034p-2f, -0x1.c4c436p-2f,
        0x1.132c7ap-1f, -0x1.5d4646p-1f,
    0x1.52d85p-1f, 0x1.87204ap-28f, -0x1.7c8b5cp-2f, 0x1.4ad5cap-2f, -0x1.52db08p-2f,
        0x1.7889aap-2f, -0x1.b50b36p-2f,
    0x1.478f78p-1f, 0x1.2f643ap-26f, -0x1.56d312p-2f, 0x1.132662p-2f, -0x1.03b47ep-2f,
        0x1.09ca2ap-2f, -0x1.1c32fp-2f,
    0x1.3d5ad2p-1f, -0x1.67dc64p-31f, -0x1.373c2ap-2f, 0x1.d017c8p-3f, -0x1.96318ep-3f,
        0x1.814a2p-3f, -0x1.7de786p-3f,
    0x1.340ef8p-1f, 0x1.9f08c2p-27f, -0x1.1c6f56p-2f, 0x1.8c1964p-3f, -0x1.433456p-3f,
        0x1.1dac54p-3f, -0x1.07e772p-3f,
    0x1.2b89bap-1f, 0x1.600624p-26f, -0x1.05714cp-2f, 0x1.55983ap-3f, -0x1.051134p-3f,
        0x1.b00ee6p-4f, -0x1.75b7dep-4f,
    0x1.1ffbcap-1f, -0x1.e10a2ep-26f, -0x1.d112f2p-3f, 0x1.162ea6p-3f, -0x1.845724p-4f,
        0x1.261db2p-4f, -0x1.d08238p-5f,
    0x1.12733p-1f, 0x1.7de6b6p-27f, -0x1.939c7ep-3f, 0x1.b24a22p-4f, -0x1.0fc69ep-4f,
        0x1.708bbap-5f, -0x1.04b5a4p-5f,
    0x1.069fc6p-1f, 0x1.b84c74p-26f, -0x1.630c7p-3f, 0x1.5b5da8p-4f, -0x1.8a1798p-5f,
        0x1.e3ca3ap-6f, -0x1.35f04cp-6f,
    0x1.f85342p-2f, -0x1.413aa8p-29f, -0x1.3bd156p-3f, 0x1.1b7122p-4f, -0x1.2620d8p-5f,
        0x1.49dbep-6f, -0x1.8232cep-7f,
    0x1.e5a06ep-2f, 0x1.787668p-28f, -0x1.1b8a2ep-3f, 0x1.d65388p-5f, -0x1.c1c7bcp-6f,
        0x1.d052b2p-7f, -0x1.f477d6p-8f,
    0x1.d4c5cp-2f, 0x1.8280d2p-29f, -0x1.00923p-3f, 0x1.8bc07cp-5f, -0x1.5f0292p-6f,
        0x1.4fb4a8p-7f, -0x1.4f39b2p-8f,
    0x1.c57824p-2f, -0x1.d011e4p-27f, -0x1.d37b9ep-4f, 0x1.510c7ep-5f, -0x1.16c722p-6f,
        0x1.f0c0b4p-8f, -0x1.ce103p-9f,
    0x1.b77c8cp-2f, -0x1.1d8b3p-27f, -0x1.ac6492p-4f, 0x1.221334p-5f, -0x1.c19b32p-7f,
        0x1.76f31ap-8f, -0x1.4669bap-9f,
    0x1.a4982ap-2f, 0x1.a469b8p-27f, -0x1.7b5f08p-4f, 0x1.d7101ep-6f, -0x1.4da1e6p-7f,
        0x1.fd46aep-9f, -0x1.948b12p-10f,
    0x1.8e9332p-2f, -0x1.831fcep-29f, -0x1.476d24p-4f, 0x1.6e52e6p-6f, -0x1.d1b10ap-8f,
        0x1.3e3aaap-9f, -0x1.c4b0bap-11f,
    0x1.7b6fdep-2f, 0x1.a5b4b2p-28f, -0x1.1e8916p-4f, 0x1.23f13ap-6f, -0x1.50c782p-8f,
        0x1.a0cd1p-10f, -0x1.0c6af4p-11f,
    0x1.6a97b2p-2f, 0x1.840c9cp-27f, -0x1.fb3daap-5f, 0x1.dac1d2p-7f, -0x1.f57b3p-9f,
        0x1.1b9eap-10f, -0x1.4dc758p-12f,
    0x1.5b9c82p-2f, 0x1.06d0d4p-28f, -0x1.c54446p-5f, 0x1.888962p-7f, -0x1.7e85aap-9f,
        0x1.8e813ep-11f, -0x1.afc8ecp-13f,
    0x1.4e2b6ap-2f, 0x1.c9c77ap-27f, -0x1.9852fcp-5f, 0x1.492f5cp-7f, -0x1.29d2f6p-9f,
        0x1.1f9e94p-11f, -0x1.20c62cp-13f,
    0x1.4204a4p-2f, -0x1.7107eap-27f, -0x1.7267f6p-5f, 0x1.176eacp-7f, -0x1.d7fa46p-10f,
        0x1.a8e1e2p-12f, -0x1.8d79c8p-14f,
    0x1.36f62p-2f, -0x1.758b6cp-27f, -0x1.520caap-5f, 0x1.df6cdep-8f, -0x1.7bb86ep-10f,
        0x1.402baap-12f, -0x1.186a2ap-14f,
    0x1.2818a4p-2f, 0x1.ba7e9ap-28f, -0x1.29a1acp-5f, 0x1.8371eep-8f, -0x1.18ce36p-10f,
        0x1.b1cfdap-13f, -0x1.5ae1aep-15f,
    0x1.16e1f4p-2f, 0x1.c3292ep-30f, -0x1.fe105ep-6f, 0x1.2b7a92p-8f, -0x1.862cc6p-11f,
        0x1.0e2d8ep-13f, -0x1.833452p-16f,
    0x1.080678p-2f, -0x1.b280c2p-28f, -0x1.bb648ep-6f, 0x1.da9556p-9f, -0x1.18e6b8p-11f,
        0x1.60af68p-14f, -0x1.ca0954p-17f,
    0x1.f610aap-3f, -0x1.4717ccp-30f, -0x1.86079ap-6f, 0x1.7fc108p-9f, -0x1.a06de4p-12f,
        0x1.de5dfap-15f, -0x1.1c10d4p-17f,
    0x1.df17a6p-3f, 0x1.d2a5a4p-28f, -0x1.5a838ep-6f, 0x1.3b9ebcp-9f, -0x1.3c4548p-12f,
        0x1.4eef14p-15f, -0x1.6e8738p-18f,
    0x1.ca9882p-3f, -0x1.19a74ap-28f, -0x1.367786p-6f, 0x1.0758fp-9f, -0x1.ea663cp-13f,
        0x1.e1d78ep-16f, -0x1.e8fa0ap-19f,
    0x1.b829f2p-3f, -0x1.f30abp-28f, -0x1.18344ap-6f, 0x1.bcef64p-10f, -0x1.82fap-13f,
        0x1.62b38ap-16f, -0x1.4fa01ap-19f,
    0x1.a779b4p-3f, -0x1.de542ep-29f, -0x1.fd012p-7f, 0x1.7bede8p-10f, -0x1.36152ap-13f,
        0x1.0a64fep-16f, -0x1.d84a4p-20f,
};

/* log gamma(x), 8 <= x: Stirling's series, its tail fitted; (x - 1/2) (log x - 1) does not overflow
 * before the whole does. */
MR_FN mr_pair_f32 mr_lgamma_large_f32(vf32 x)
{
    mr_pair_f32 l = mr_log_wide_f32(x);
    mr_pair_f32 less = mr_fast_sum_f32(l.hi, K_F32(-1.0f));
    less.lo = less.lo + l.lo;
    mr_pair_f32 a = mr_fast_sum_f32(x, K_F32(-0.5f));
    mr_pair_f32 p = mr_product_f32(a.hi, less.hi);
    p.lo = p.lo + (a.hi * less.lo + a.lo * less.hi);
    vf32 inverse = K_F32(1.0f) / x, z = inverse * inverse;
    /* lgamma(x) = (x - 1/2) (log x - 1) + log(2 pi)/2 - 1/2 + q(z) / x, z = 1 / x^2 <= 1/64:
     * error of q 2^-33.8. */
    vf32 q = K_F32(0x1.98f556p-11f);
    q = q * z + K_F32(-0x1.6c1418p-9f);
    q = q * z + K_F32(0x1.555556p-4f);
    mr_pair_f32 y = mr_fast_sum_f32(p.hi, K_F32(0x1.acfe3ap-2f));
    y.lo = y.lo + (p.lo + inverse * q);
    return y;
}

/* log gamma(x + move), move 0 or 1, 1/2 <= x + move < 8: (v - 1) (v - 2) P(v), so that the zeros at
 * 1 and 2 are exact; P from polynomials about the centres of 32 intervals. */
MR_FN mr_pair_f32 mr_lgamma_middle_f32(vf32 x, vf32 move)
{
    vf32 v = mr_clamp_f32(x + move, K_F32(0.5f), K_F32(0x1.fffffep2f));
    vu32 bits = AS_U32(v);
    vf32 centre = AS_F32((bits & K_U32(0xfff00000)) | K_U32(0x80000));
    vf32 u = x - (centre - move);
    vu32 row = ((bits >> K_U32(20)) - K_U32(0x3f0)) * K_U32(7);
    vf32 q = GATHER_F32(mr_lgamma_table_f32, row + K_U32(6));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(5));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(4));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(3));
    q = q * u + GATHER_F32(mr_lgamma_table_f32, row + K_U32(2));
    mr_pair_f32 p = mr_fast_sum_f32(GATHER_F32(mr_lgamma_table_f32, row), u * q);
    p.lo = p.lo + GATHER_F32(mr_lgamma_table_f32, row + K_U32(1));
    vf32 a = x - (K_F32(1.0f) - move);
    mr_pair_f32 b = mr_sum_f32(x, move - K_F32(2.0f));
    mr_pair_f32 w = mr_product_f32(a, b.hi);
    w.lo = w.lo + a * b.lo;
    mr_pair_f32 y = mr_product_f32(w.hi, p.hi);
    y.lo = y.lo + (w.hi * p.lo + w.lo * p.hi);
    return y;
}

/* log(pi / |x sin(pi x)|), x > 0 and no integer. */
MR_FN mr_pair_f32 mr_log_reflection_f32(vf32 x)
{
    vf32 f = ABS_F32(x - RINT_F32(x));
    vm32 outer = f > K_F32(0.25f);
    vf32 g = outer ? K_F32(0.5f) - f : f;
    mr_pair_f32 r = mr_product_f32(g, MR_PI_HI_F32);
    r.lo = r.lo + g * MR_PI_LO_F32;
    mr_pair_f32 s = mr_sin_octant_f32(r.hi, r.lo), c = mr_cos_octant_f32(r.hi, r.lo);
    mr_pair_f32 t = mr_fast_sum_f32(outer ? c.hi : s.hi, outer ? c.lo : s.lo);
    mr_pair_f32 w = mr_product_f32(x, t.hi), n;
    w.lo = w.lo + x * t.lo;
    n.hi = MR_PI_HI_F32;
    n.lo = MR_PI_LO_F32;
    mr_pair_f32 q = mr_quotient_f32(n, w);
    mr_pair_f32 l = mr_log_wide_f32(q.hi);
    l.lo = l.lo + q.lo / q.hi;
    return l;
}

MR_FN vf32 mr_lgamma_f32(vf32 x)
{
    vf32 zero = K_F32(0.0f), ax = ABS_F32(x);
    vm32 near_zero = ax < K_F32(0.5f), reflected = x <= K_F32(-0.5f);
    vf32 t = near_zero ? x : ax;
    mr_pair_f32 middle = mr_lgamma_middle_f32(t, near_zero ? K_F32(1.0f) : zero);
    mr_pair_f32 large = mr_lgamma_large_f32(t);
    vm32 is_large = t >= K_F32(8.0f);
    mr_pair_f32 g, l;
    g.hi = is_large ? large.hi : middle.hi;
    g.lo = is_large ? large.lo : middle.lo;

    /* lgamma(x) = lgamma(1 + x) - log|x|, and = log(pi / |x sin(pi x)|) - lgamma(-x). */
    mr_pair_f32 small_log = mr_log_wide_f32(ax), mirror = mr_log_reflection_f32(ax);
    l.hi = near_zero ? -small_log.hi : (reflected ? mirror.hi : zero);
    l.lo = near_zero ? -small_log.lo : (reflected ? mirror.lo : zero);
    g.hi = reflected ? -g.hi : g.hi;
    g.lo = reflected ? -g.lo : g.lo;
    mr_pair_f32 s = mr_sum_f32(l.hi, g.hi);
    vf32 y = s.hi + (s.lo + (l.lo + g.lo));
    y = ax > K_F32(0x1.895f1ap121f) ? MR_INF_F32 : y;
    y = ((x <= zero) & (TRUNC_F32(x) == x)) ? MR_INF_F32 : y;
    return x != x ? MR_NAN_F32 : y;
}
