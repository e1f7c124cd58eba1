// function: f64 normal_f64(i, seed, stream) strip4
// needs: math_log_f64.cl math_circular_f64.cl philox.cl
/* Normal f64 numbers, as normal_f32.cl makes them, from the pairs of words that uniform's f64 are
 * made of. */

MR_FN vf64 mr_normal_radius_f64(vu64 radial)
{
    return SQRT_F64(K_F64(-2.0) * mr_log_normal_f64(mr_philox_above_f64(radial)));
}

MR_FN vf64 mr_normal_of_f64(vu64 radial, vu64 angular, vm64 is_odd)
{
    mr_sincos_f64 angle = mr_sincos_circle_f64(mr_philox_to_f64(angular));
    return mr_normal_radius_f64(radial) * (is_odd ? angle.sin : angle.cos);
}

MR_FN vf64 mr_normal_f64(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 1, stream);
    mr_philox_blocks(c, seed);
    return mr_normal_of_f64(mr_philox_join(c[0], c[1]), mr_philox_join(c[2], c[3]),
                            (TO_U64(i) & K_U64(1)) != K_U64(0));
}

MR_FN vf64 mr_normal_f64_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    const vi64 i = TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES);
#if W > 1
    if ((i0 & 1) == 0) {
        vu64 pairs = mr_philox_pair_strip(i0, seed, stream);
        return mr_normal_of_f64(PAIR_FIRST(pairs), PAIR_SECOND(pairs),
                                (K_U64(1) & (vu64)(PHILOX_LANES)) != K_U64(0));
    }
#endif
    return mr_normal_f64(i, seed, stream);
}

/* Lanes of two vectors by turns: 2*W elements. */
#if W == 1
#define NORMAL_IN_TURNS(a, b, o0, o1) ((o0) = (a), (o1) = (b))
#elif W == 2
#define NORMAL_IN_TURNS(a, b, o0, o1) ((o0) = (vf64)((a).s0, (b).s0), (o1) = (vf64)((a).s1, (b).s1))
#elif W == 4
#define NORMAL_IN_TURNS(a, b, o0, o1)                                                             \
    ((o0) = ((double8)(a, b)).s0415, (o1) = ((double8)(a, b)).s2637)
#elif W == 8
#define NORMAL_IN_TURNS(a, b, o0, o1)                                                             \
    ((o0) = ((double16)(a, b)).s08192a3b, (o1) = ((double16)(a, b)).s4c5d6e7f)
#else
#define NORMAL_IN_TURNS(a, b, o0, o1)                                                             \
    ((o0) = ((double16)((a).lo, (b).lo)).s08192a3b4c5d6e7f,                                       \
     (o1) = ((double16)((a).hi, (b).hi)).s08192a3b4c5d6e7f)
#endif

/* As mr_philox_strip4(): a radius and an angle serve two elements. */
PHILOX_FN void mr_normal_f64_run2(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf64 *out)
{
    const vu64 block = K_U64(mr_philox_halved(i0, 1)) + (vu64)(PHILOX_LANES);
    vu32 c[4];
    mr_philox_counters(c, block, stream);
    mr_philox_blocks(c, seed);
    const vf64 radius = mr_normal_radius_f64(mr_philox_join(c[0], c[1]));
    const mr_sincos_f64 angle = mr_sincos_circle_f64(mr_philox_to_f64(mr_philox_join(c[2], c[3])));
    const vf64 even = radius * angle.cos, odd = radius * angle.sin;
    NORMAL_IN_TURNS(even, odd, out[0], out[1]);
}

MR_FN void mr_normal_f64_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf64 *out)
{
    if ((i0 & 1) == 0) {
        mr_normal_f64_run2(i0, seed, stream, out);
        mr_normal_f64_run2(i0 + 2 * W, seed, stream, out + 2);
        return;
    }
    vf64 values[4];
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        values[k] = mr_normal_f64(i, seed, stream);
    }
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}
