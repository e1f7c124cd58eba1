// function: f64 counts(i, words)
// needs: math_log_f64.cl retry.cl
/* Poisson and binomial numbers of a standard deviation above 800, by Hoermann's transformed
 * rejection (1993, The transformed rejection method for generating Poisson random variables: PTRS;
 * The generation of binomial random variates: BTRS), from the blocks of retry.cl.
 *
 * Narrower ones are kinds of categorical.cl. So here k + 1/2 = m (1 + x) with a small x, and by
 * Stirling's series about k + 1/2
 *
 *     log(k!) = log(sqrt(2 pi)) + (k + 1/2) log(k + 1/2) - (k + 1/2) - 1 / (24 k + 12) + ...
 *
 * the logarithm of a Poisson number's probability is, but for a constant, -m f(x), and that of a
 * binomial one's -m f(x) - m' f(x'), of successes about m = (n + 1) p and failures about
 * m' = (n + 1) (1 - p), where f(x) = (1 + x) log(1 + x) - x + x / (24 m^2). */
enum {
    COUNTS_CENTRE = 2, /* what a try is added to */
    COUNTS_MOST,       /* n; infinite */
    COUNTS_A,
    COUNTS_B,
    COUNTS_INSIDE, /* up to which v holds without a logarithm */
    COUNTS_SCALE,  /* of v */
    COUNTS_FIRST,  /* m, 1 / m, 1 / (24 m^2) */
    COUNTS_OTHER = COUNTS_FIRST + 3
};

/* m f(x); up to |x| = 0.1 within 1e-10 of m x^2. */
MR_FN vf64 mr_counts_distance(vf64 from_m, MR_WORDS_T centre)
{
    const vf64 x = from_m * AS_F64(K_U64(centre[1]));
    vf64 f = K_F64(1.0 / 72);
    f = K_F64(1.0 / 56) - x * f;
    f = K_F64(1.0 / 42) - x * f;
    f = K_F64(1.0 / 30) - x * f;
    f = K_F64(1.0 / 20) - x * f;
    f = K_F64(1.0 / 12) - x * f;
    f = K_F64(1.0 / 6) - x * f;
    f = K_F64(0.5) - x * f;
    return from_m * (AS_F64(K_U64(centre[2])) + x * f);
}

/* A try fails one time in five or less; after so many the last one in range stands. */
#define COUNTS_TRIES 64

MR_FN vf64 mr_counts(vi64 i, MR_WORDS_T w)
{
    vu32 c[4];
    const vf64 zero = K_F64(0.0), middle = K_F64(0.5), m = AS_F64(K_U64(w[COUNTS_FIRST]));
    const vf64 a = AS_F64(K_U64(w[COUNTS_A])), b = AS_F64(K_U64(w[COUNTS_B]));
    vf64 result = FLOOR_F64(m);
    vm64 is_open = m == m;
    mr_retry_begin(c, i, w[0], w[1]);
    for (MR_ULONG_T attempt = 1; attempt <= COUNTS_TRIES; attempt++) {
        const vf64 u = mr_philox_to_f64(mr_philox_join(c[0], c[1])) - middle;
        const vf64 v = mr_philox_above_f64(mr_philox_join(c[2], c[3]));
        const vf64 edge = middle - ABS_F64(u), inverse = K_F64(1.0) / edge;
        vf64 k = FLOOR_F64((K_F64(2.0) * a * inverse + b) * u + AS_F64(K_U64(w[COUNTS_CENTRE])));
        vm64 fits = (edge >= K_F64(0.07)) & (v <= AS_F64(K_U64(w[COUNTS_INSIDE])));
        const vm64 is_valid = (k >= zero) & (k <= AS_F64(K_U64(w[COUNTS_MOST])));
        if (MASK_ANY(!fits)) {
            /* Beyond a tenth of m the probability is less than 2^-4000. */
            const vf64 from_m = k + middle - m;
            const vm64 is_near = ABS_F64(from_m) <= K_F64(0.1) * m;
            const vf64 near = is_near ? from_m : zero;
            const vf64 distance = mr_counts_distance(near, w + COUNTS_FIRST) +
                                  mr_counts_distance(-near, w + COUNTS_OTHER);
            const vf64 hat = a * inverse * inverse + b;
            const vf64 left = mr_log_f64(v * AS_F64(K_U64(w[COUNTS_SCALE])) / hat);
            fits = fits | (is_near & (left <= zero - distance));
        }
        result = (is_open & is_valid) ? k : result;
        is_open = is_open & !(fits & is_valid);
        if (!MASK_ANY(is_open)) break;
        mr_retry_next(c, w[0], attempt);
    }
    return result;
}

MR_FN vf64 mr_counts_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_counts(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}
