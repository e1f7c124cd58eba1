/* Poisson numbers. Below a mean of 10 by inversion of uniform's number; above by Hoermann's PTRS
 * (1993, The transformed rejection method for generating Poisson random variables) from the blocks
 * of retry.cl. Needs math_f64.cl, philox.cl and retry.cl. */

/* Below a mean of 10 the chance of more is less than 2^-80. */
#define POISSON_STEPS 64

MR_FN vf64 mr_poisson_small(vf64 u, vf64 mean)
{
    vf64 k = K_F64(0.0), term = mr_exp_f64(-mean), sum = term;
    for (int n = 1; n <= POISSON_STEPS; n++) {
        vm64 is_above = u >= sum;
        if (!MASK_ANY(is_above)) break;
        k = is_above ? K_F64(n) : k;
        term = term * (mean / K_F64(n));
        sum = sum + term;
    }
    return k;
}

/* A try fails one time in five or less; after so many the last one that is no negative stands. */
#define POISSON_TRIES 64

MR_FN vf64 mr_poisson_large(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream, vf64 mean)
{
    vu32 c[4];
    const vf64 log_mean = mr_log_f64(mean);
    const vf64 b = K_F64(0.931) + K_F64(2.53) * SQRT_F64(mean);
    const vf64 a = K_F64(-0.059) + K_F64(0.02483) * b;
    const vf64 inverse = K_F64(1.1239) + K_F64(1.1328) / (b - K_F64(3.4));
    const vf64 inside = K_F64(0.9277) - K_F64(3.6224) / (b - K_F64(2.0));
    vm64 is_open = mean == mean;
    vf64 result = FLOOR_F64(mean);
    mr_retry_begin(c, i, seed, stream);
    for (int turn = 1; turn <= POISSON_TRIES; turn++) {
        vf64 u = mr_philox_to_f64(mr_philox_join(c[0], c[1])) - K_F64(0.5);
        vf64 v = mr_philox_above_f64(mr_philox_join(c[2], c[3]));
        vf64 edge = K_F64(0.5) - ABS_F64(u);
        vf64 k = FLOOR_F64((K_F64(2.0) * a / edge + b) * u + mean + K_F64(0.43));
        vm64 is_valid = k >= K_F64(0.0);
        k = is_valid ? k : K_F64(0.0);
        vm64 fits = (edge >= K_F64(0.07)) & (v <= inside);
        vf64 left = mr_log_f64(v * inverse / (a / (edge * edge) + b));
        fits = fits | (left <= k * log_mean - mean - mr_lgamma_f64(k + K_F64(1.0)));
        result = is_open & is_valid ? k : result;
        is_open = is_open & !(fits & is_valid);
        if (!MASK_ANY(is_open)) break;
        mr_retry_next(c, seed, (MR_ULONG_T)turn);
    }
    return result;
}

/* w: seed, stream, mean, whether it is small. */
MR_FN vf64 mr_poisson(vi64 i, MR_WORDS_T w)
{
    const vf64 mean = AS_F64(K_U64(w[2]));
    if (w[3] == 0) return mr_poisson_large(i, w[0], w[1], mean);
    return mr_poisson_small(mr_uniform_f64(i, w[0], w[1]), mean);
}

MR_FN vf64 mr_poisson_run(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_poisson(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}
