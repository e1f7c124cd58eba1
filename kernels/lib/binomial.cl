/* Binomial numbers for p <= 1/2. Below a mean of 10 by inversion of uniform's number; above by
 * Hoermann's BTRS (1993, The generation of binomial random variates) from the blocks of retry.cl.
 * Needs math_f64.cl, philox.cl and retry.cl. */

/* Below a mean of 10 the chance of more is less than 2^-80. */
#define BINOMIAL_STEPS 64

MR_FN vf64 mr_binomial_small(vf64 u, vf64 n, vf64 p)
{
    const vf64 one = K_F64(1.0), odds = p / (one - p);
    vf64 k = K_F64(0.0), term = mr_exp_f64(n * mr_log1p_f64(-p)), sum = term;
    for (int step = 1; step <= BINOMIAL_STEPS; step++) {
        vm64 is_above = (u >= sum) & (k < n);
        if (!MASK_ANY(is_above)) break;
        k = is_above ? K_F64(step) : k;
        term = term * (odds * (n - K_F64(step) + one) / K_F64(step));
        sum = sum + term;
    }
    return k;
}

/* A try fails one time in three or less; after so many the last one in range stands. */
#define BINOMIAL_TRIES 64

MR_FN vf64 mr_binomial_large(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream, vf64 n, vf64 p)
{
    vu32 c[4];
    const vf64 one = K_F64(1.0), q = one - p, spread = SQRT_F64(n * p * q);
    const vf64 b = K_F64(1.15) + K_F64(2.53) * spread;
    const vf64 a = K_F64(-0.0873) + K_F64(0.0248) * b + K_F64(0.01) * p;
    const vf64 alpha = (K_F64(2.83) + K_F64(5.1) / b) * spread;
    const vf64 inside = K_F64(0.92) - K_F64(4.2) / b;
    const vf64 log_odds = mr_log_f64(p / q), mode = FLOOR_F64((n + one) * p);
    const vf64 peak = mr_lgamma_f64(mode + one) + mr_lgamma_f64(n - mode + one);
    vm64 is_open = p == p;
    vf64 result = mode;
    mr_retry_begin(c, i, seed, stream);
    for (int turn = 1; turn <= BINOMIAL_TRIES; turn++) {
        vf64 u = mr_philox_to_f64(mr_philox_join(c[0], c[1])) - K_F64(0.5);
        vf64 v = mr_philox_above_f64(mr_philox_join(c[2], c[3]));
        vf64 edge = K_F64(0.5) - ABS_F64(u);
        vf64 k = FLOOR_F64((K_F64(2.0) * a / edge + b) * u + n * p + K_F64(0.5));
        vm64 is_valid = (k >= K_F64(0.0)) & (k <= n);
        k = is_valid ? k : mode;
        vm64 fits = (edge >= K_F64(0.07)) & (v <= inside);
        vf64 right = peak - mr_lgamma_f64(k + one) - mr_lgamma_f64(n - k + one);
        right = right + (k - mode) * log_odds;
        fits = fits | (mr_log_f64(v * alpha / (a / (edge * edge) + b)) <= right);
        result = is_open & is_valid ? k : result;
        is_open = is_open & !(fits & is_valid);
        if (!MASK_ANY(is_open)) break;
        mr_retry_next(c, seed, (MR_ULONG_T)turn);
    }
    return result;
}

/* w: seed, stream, n, p, whether n p is small. */
MR_FN vf64 mr_binomial(vi64 i, MR_WORDS_T w)
{
    const vf64 n = AS_F64(K_U64(w[2])), p = AS_F64(K_U64(w[3]));
    if (w[4] == 0) return mr_binomial_large(i, w[0], w[1], n, p);
    return mr_binomial_small(mr_uniform_f64(i, w[0], w[1]), n, p);
}

MR_FN vf64 mr_binomial_run(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_binomial(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}
