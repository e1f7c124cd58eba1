// function: f64 exponential_f64(i, seed, stream) strip4
// needs: math_log_f64.cl philox.cl
/* Exponential f64 numbers of mean 1, from the pairs of words that uniform's f64 are made of. */

MR_FN vf64 mr_exponential_f64(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return K_F64(0.0) - mr_log_normal_f64(mr_philox_above_f64(mr_philox_pair(i, seed, stream)));
}

MR_FN vf64 mr_exponential_f64_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    const vf64 u = mr_philox_above_f64(mr_philox_pair_strip(i0, seed, stream));
    return K_F64(0.0) - mr_log_normal_f64(u);
}

MR_FN void mr_exponential_f64_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf64 *out)
{
    vu64 pairs[4];
    mr_philox_pair_strip4(i0, seed, stream, pairs);
#define EXPONENTIAL_PAIR(k) (K_F64(0.0) - mr_log_normal_f64(mr_philox_above_f64(pairs[k])))
    PHILOX_EACH_OF_4(out, EXPONENTIAL_PAIR);
#undef EXPONENTIAL_PAIR
}
