/* Gamma numbers of scale 1 (Marsaglia and Tsang 2000, A simple method for generating gamma
 * variables), from the blocks of retry.cl; a try takes two. Needs math_f64.cl, philox.cl, retry.cl
 * and normal_f64.cl. */

/* The number is value * exp(boost). */
typedef struct {
    vf64 value, boost;
} mr_gamma_parts;

/* A try fails one time in twenty or less; after so many the last one stands. */
#define GAMMA_TRIES 32

/* `turn`: of the first block after element i's own; those of two draws must lie apart. */
MR_FN mr_gamma_parts mr_gamma_of(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream, MR_ULONG_T shape_bits,
                                 MR_ULONG_T turn)
{
    vu32 c[4];
    mr_gamma_parts y;
    const vf64 shape = AS_F64(K_U64(shape_bits)), one = K_F64(1.0);
    mr_retry_begin(c, i, seed, stream);
    mr_retry_next(c, seed, turn++);
    /* A shape below 1 from the next higher one (section 6): times u^(1/shape). */
    vf64 u = mr_philox_above_f64(mr_philox_join(c[0], c[1]));
    y.boost = shape < one ? mr_log_f64(u) / shape : K_F64(0.0);
    vf64 d = (shape < one ? shape + one : shape) - K_F64(1.0) / K_F64(3.0);
    vf64 scale = one / SQRT_F64(K_F64(9.0) * d);
    vm64 is_open = d == d;
    y.value = d;
    for (int k = 0; k < GAMMA_TRIES; k++) {
        mr_retry_next(c, seed, turn++);
        vf64 x = mr_normal_of_f64(mr_philox_join(c[0], c[1]), mr_philox_join(c[2], c[3]),
                                  d != d);
        mr_retry_next(c, seed, turn++);
        u = mr_philox_above_f64(mr_philox_join(c[0], c[1]));
        vf64 root = one + scale * x;
        vf64 v = root * root * root;
        vm64 is_positive = root > K_F64(0.0);
        v = is_positive ? v : one;
        vm64 fits = mr_log_f64(u) < K_F64(0.5) * x * x + d * (one - v + mr_log_f64(v));
        y.value = is_open & is_positive ? d * v : y.value;
        is_open = is_open & !(is_positive & fits);
        if (!MASK_ANY(is_open)) break;
    }
    return y;
}

/* w: seed, stream, shape. */
MR_FN vf64 mr_gamma(vi64 i, MR_WORDS_T w)
{
    mr_gamma_parts g = mr_gamma_of(i, w[0], w[1], w[2], 1);
    return g.value * mr_exp_f64(g.boost);
}

MR_FN vf64 mr_gamma_run(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_gamma(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}

/* a / (a + b) of gamma numbers a and b, by their logarithms: those of small shapes underflow.
 * w: seed, stream, both shapes. */
MR_FN vf64 mr_beta(vi64 i, MR_WORDS_T w)
{
    mr_gamma_parts a = mr_gamma_of(i, w[0], w[1], w[2], 1);
    mr_gamma_parts b = mr_gamma_of(i, w[0], w[1], w[3], 1 + 0x100000000ul);
    vf64 distance = (mr_log_f64(b.value) + b.boost) - (mr_log_f64(a.value) + a.boost);
    return K_F64(1.0) / (K_F64(1.0) + mr_exp_f64(distance));
}

MR_FN vf64 mr_beta_run(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_beta(TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES), w);
}
