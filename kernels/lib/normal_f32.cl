// function: f32 normal_f32(i, seed, stream) strip4
// needs: philox.cl exponential_f32.cl
/* Normal f32 numbers, two from two words (Box and Muller 1958, A note on the generation of random
 * normal deviates): elements 2k and 2k+1 are the cosine and the sine of one angle, times one
 * radius. The words are those of philox at the same positions: the even one gives the radius, the
 * odd one the angle. */

/* sin(2 pi word 2^-32), relatively within 2^-22: less the nearest half circle, exactly, then a
 * minimax fit for the quarter circle left. Half the work of the sine of math_circular_f32.cl, which
 * is right to the last bit. */
MR_FN vf32 mr_normal_sine_f32(vu32 word)
{
    vf32 f = TO_F32(AS_I32(word << 1)) * K_F32(0x1p-33f);
    vf32 z = f * f;
    vf32 p = K_F32(0x1.3e142p5f);
    p = p * z + K_F32(-0x1.32531ep6f);
    p = p * z + K_F32(0x1.4668fp6f);
    p = p * z + K_F32(-0x1.4abbc4p5f);
    p = p * z + K_F32(0x1.921fb6p2f);
    return AS_F32(AS_U32(f * p) ^ ((word + K_U32(0x40000000)) & K_U32(0x80000000)));
}

/* All 32 bits make the radius, which so reaches 6.66, and down to 2^-15.5. */
MR_FN vf32 mr_normal_radius_f32(vu32 radial)
{
    return SQRT_F32(K_F32(2.0f) * mr_exponential_of_f32(radial));
}

/* The cosine is the sine a quarter circle on. */
MR_FN vf32 mr_normal_of_f32(vu32 radial, vu32 angular, vm32 is_odd)
{
    return mr_normal_radius_f32(radial) *
           mr_normal_sine_f32(is_odd ? angular : angular + K_U32(0x40000000));
}

MR_FN vf32 mr_normal_f32(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    vu32 c[4];
    mr_philox_counters(c, TO_U64(i) >> 2, stream);
    mr_philox_blocks(c, seed);
    vu32 place = TO_U32(TO_U64(i) & K_U64(3));
    vm32 in_first = place < K_U32(2);
    return mr_normal_of_f32(in_first ? c[0] : c[2], in_first ? c[1] : c[3],
                            (place & K_U32(1)) != K_U32(0));
}

MR_FN vf32 mr_normal_f32_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    const vi64 i = TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES);
#if W > 1
    if ((i0 & 1) == 0) {
        vu32 words = mr_philox_strip(i0, seed, stream);
        return mr_normal_of_f32(PAIR_FIRST(words), PAIR_SECOND(words),
                                (K_U32(1) & (vu32)(PHILOX_LANES)) != K_U32(0));
    }
#endif
    return mr_normal_f32(i, seed, stream);
}

/* Two words become the bits of the numbers that they give. */
PHILOX_FN void mr_normal_pair_f32(vu32 *c)
{
    const vf32 radius = mr_normal_radius_f32(c[0]);
    c[0] = AS_U32(radius * mr_normal_sine_f32(c[1] + K_U32(0x40000000)));
    c[1] = AS_U32(radius * mr_normal_sine_f32(c[1]));
}

/* As mr_philox_strip4(): a radius and an angle serve two elements. */
MR_FN void mr_normal_f32_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf32 *out)
{
    if ((i0 & 3) == 0) {
        vu32 c[4];
        mr_philox_across(mr_philox_halved(i0, 2), seed, stream, c);
        mr_normal_pair_f32(c);
        mr_normal_pair_f32(c + 2);
        vu32 ordered[4];
        mr_philox_transpose(c, ordered);
#define NORMAL_BITS(k) AS_F32(ordered[k])
        PHILOX_EACH_OF_4(out, NORMAL_BITS);
#undef NORMAL_BITS
        return;
    }
    vf32 values[4];
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        values[k] = mr_normal_f32(i, seed, stream);
    }
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}
