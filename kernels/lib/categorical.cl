// function: u64 categorical(i, words) strip4
// needs: bounded.cl
/* One of n kinds by Walker's alias method (1977, An efficient method for generating discrete random
 * variables with general distributions): the high half of word * n picks a kind, the low half tells
 * whether it or its alias is meant. */

/* w: seed, stream, n, the first kind's number, n entries: a kind's threshold in the upper 48 bits,
 * its alias below. */
MR_FN vu64 mr_categorical_of(vu64 word, MR_WORDS_T w)
{
    const vu64 n = K_U64(w[2]);
    const vu64 kind = mr_product_high(word, n), entry = GATHER_U64(w + 4, kind);
    const vm64 is_meant = ((word * n) >> 16) < (entry >> 16);
    return (is_meant ? kind : (entry & K_U64(0xffff))) + K_U64(w[3]);
}

MR_FN vu64 mr_categorical(vi64 i, MR_WORDS_T w)
{
    return mr_categorical_of(mr_philox_pair(i, w[0], w[1]), w);
}

MR_FN vu64 mr_categorical_strip(MR_ULONG_T i0, MR_WORDS_T w)
{
    return mr_categorical_of(mr_philox_pair_strip(i0, w[0], w[1]), w);
}

MR_FN void mr_categorical_strip4(MR_ULONG_T i0, MR_WORDS_T w, vu64 *out)
{
    vu64 pairs[4];
    mr_philox_pair_strip4(i0, w[0], w[1], pairs);
#define CATEGORICAL_PAIR(k) mr_categorical_of(pairs[k], w)
    PHILOX_EACH_OF_4(out, CATEGORICAL_PAIR);
#undef CATEGORICAL_PAIR
}
