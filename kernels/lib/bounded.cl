// function: u64 bounded(i, words) strip4
// needs: product.cl philox.cl retry.cl
/* Integers below a bound without bias (Lemire 2019, Fast random integer generation in an interval,
 * section 4): the high half of word * span, unless the low half is one of the 2^64 mod span that
 * some results have too many of. */

/* All tries fail once in 2^64 elements or less; then the last one stands. */
#define BOUNDED_TRIES 64

/* w: seed, stream, span (0: 2^64), 2^64 mod span. */
MR_FN vu64 mr_bounded_of(vu64 word, vi64 i, MR_WORDS_T w)
{
    const vu64 span = K_U64(w[2]), refused = K_U64(w[3]);
    if (w[2] == 0) return word;
    vm64 is_open = word * span < refused;
    if (MASK_ANY(is_open)) {
        vu32 c[4];
        mr_retry_begin(c, i, w[0], w[1]);
        for (MR_ULONG_T attempt = 1; attempt <= BOUNDED_TRIES; attempt++) {
            word = is_open ? mr_philox_join(c[0], c[1]) : word;
            is_open = word * span < refused;
            if (!MASK_ANY(is_open)) break;
            mr_retry_next(c, w[0], attempt);
        }
    }
    return mr_product_high(word, span);
}

MR_FN vu64 mr_bounded(vi64 i, MR_WORDS_T w)
{
    return mr_bounded_of(mr_philox_pair(i, w[0], w[1]), i, w);
}

MR_FN vu64 mr_bounded_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
    const vi64 i = TO_I64(K_U64(i0)) + (vi64)(PHILOX_LANES);
    return mr_bounded_of(mr_philox_pair_strip(i0, w[0], w[1]), i, w);
}

MR_FN void mr_bounded_strip4(MR_ULONG_T i0, MR_WORDS_T w, vu64 *out)
{
    vu64 values[4];
    mr_philox_pair_strip4(i0, w[0], w[1], values);
    for (int k = 0; k < 4; k++) {
        const vi64 i = TO_I64(K_U64(i0 + (MR_ULONG_T)(k * W))) + (vi64)(PHILOX_LANES);
        values[k] = mr_bounded_of(values[k], i, w);
    }
    PHILOX_EACH_OF_4(out, PHILOX_VALUE);
}
