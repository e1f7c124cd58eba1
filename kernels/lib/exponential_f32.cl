// function: f32 exponential_f32(i, seed, stream) strip4
// needs: math_log_f32.cl philox.cl
/* Exponential f32 numbers of mean 1 by inversion: -log(u), u in (0, 1] from the words of philox at
 * the same positions. */

/* -log(2^-32 (word + 1)). Near u = 1 a float tells u - 1 apart better than u: the word as a signed
 * integer is it, so that results near 0 have steps of 2^-32. */
MR_FN vf32 mr_exponential_of_f32(vu32 word)
{
    const vf32 near = (TO_F32(AS_I32(word)) + K_F32(1.0f)) * K_F32(0x1p-32f); /* u or u - 1 */
    mr_split_f32 u = mr_split_bits_f32(AS_U32(near > K_F32(0.0f) ? near : K_F32(1.0f) + near),
                                       K_F32(256.0f));
    u.f = u.k == K_F32(0.0f) ? near : u.f;
    return K_F32(0.0f) - mr_log_of_split_f32(u);
}

MR_FN vf32 mr_exponential_f32(vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_exponential_of_f32(mr_philox(i, seed, stream));
}

MR_FN vf32 mr_exponential_f32_strip(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream)
{
    return mr_exponential_of_f32(mr_philox_strip(i0, seed, stream));
}

MR_FN void mr_exponential_f32_strip4(MR_ULONG_T i0, MR_ULONG_T seed, MR_ULONG_T stream, vf32 *out)
{
    vu32 words[4];
    mr_philox_strip4(i0, seed, stream, words);
#define EXPONENTIAL_WORD(k) mr_exponential_of_f32(words[k])
    PHILOX_EACH_OF_4(out, EXPONENTIAL_WORD);
#undef EXPONENTIAL_WORD
}
