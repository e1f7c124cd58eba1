/* Exponential f32 numbers of mean 1 by inversion: -log(u), u in (0, 1] from the words of philox at
 * the same positions. Needs math_f32.cl and philox.cl. */

MR_FN vf32 mr_exponential_f32(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return K_F32(0.0f) - mr_log_normal_f32(mr_philox_above_f32(mr_philox(i, seed, stream)));
}

MR_FN vf32 mr_exponential_f32_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return K_F32(0.0f) - mr_log_normal_f32(mr_philox_above_f32(mr_philox_run(i0, seed, stream)));
}
