/* Normal f64 numbers, as normal_f32.cl makes them, from the pairs of words that uniform's f64 are
 * made of. Needs math_f64.cl and philox.cl. */

MR_FN vf64 mr_normal_of_f64(vu64 radial, vu64 angular, vm64 is_odd)
{
    vf64 radius = SQRT_F64(K_F64(-2.0) * mr_log_f64(mr_philox_above_f64(radial)));
    mr_sincos_f64 turn = mr_sincos_turn_f64(mr_philox_to_f64(angular));
    return radius * (is_odd ? turn.sin : turn.cos);
}

MR_FN vf64 mr_normal_f64(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 1, stream);
    mr_philox_blocks(c, seed);
    return mr_normal_of_f64(mr_philox_join(c[0], c[1]), mr_philox_join(c[2], c[3]),
                            (TO_U64(i) & K_U64(1)) != K_U64(0));
}

MR_FN vf64 mr_normal_f64_run(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    const vi64 i = TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES);
#if W > 1
    if ((i0 & 1) == 0) {
        vu64 pairs = mr_philox_pair_run(i0, seed, stream);
        return mr_normal_of_f64(PAIR_FIRST(pairs), PAIR_SECOND(pairs),
                                (K_U64(1) & (vu64)(PHILOX_LANES)) != K_U64(0));
    }
#endif
    return mr_normal_f64(i, seed, stream);
}
