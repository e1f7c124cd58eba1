// function: f64 sobol(i, words)
// function: f64 sobol_owen(i, words)
/* Sobol' points of one dimension: the sum over GF(2) of direction numbers chosen by the bits of the
 * position's Gray code (Antonov, Saleev: An economic method of computing LP-tau sequences, 1979).
 *
 * Words: for each 4 bits of the position, from the lowest on, the 16 sums they may contribute; each
 * a fraction of 2^64. Then the four seeds of the scrambling. */
enum { SOBOL_DIGITS = 16, SOBOL_SEEDS = 256 };

MR_FN vu64 mr_sobol_sum(vi64 i, MR_WORDS_T words)
{
    const vu64 last = K_U64(SOBOL_DIGITS - 1);
    vu64 rest = AS_U64(i);
    vu64 sum = GATHER_U64(words, rest & last);
    for (rest = rest >> 4; MASK_ANY(rest != K_U64(0)); rest = rest >> 4) {
        words += SOBOL_DIGITS;
        sum ^= GATHER_U64(words, rest & last);
    }
    return sum;
}

/* At i0, i0+1, ...: lanes that begin a multiple of W differ in their lowest digit only. */
MR_FN vu64 mr_sobol_sum_strip(MR_ULONG_T i0, MR_WORDS_T words)
{
    const vu64 lanes = K_U64(i0) + (vu64)(IOTA);
    if (i0 & (W - 1)) return mr_sobol_sum(AS_I64(lanes), words);
    const vu64 low = GATHER_U64(words, lanes & K_U64(SOBOL_DIGITS - 1));
    MR_ULONG_T high = 0;
    for (MR_ULONG_T rest = i0 >> 4; rest; rest >>= 4) {
        words += SOBOL_DIGITS;
        high ^= words[rest & (SOBOL_DIGITS - 1)];
    }
    return low ^ K_U64(high);
}

/* Nested uniform scrambling of bits that lie in reverse, lowest first: no step lets a bit change
 * one below it (Laine, Karras: Stratified sampling for stochastic transparency, EGSR 2011, section
 * 3.1; Burley: Practical hash-based Owen scrambling, JCGT 9, 2020, section 3). For 64 bits, each
 * round with a seed of its own: then, over seeds, no bit and no two bits above the first that
 * differs tell anything of each other. The last seed makes every single point uniform. */
MR_FN vu64 mr_sobol_scramble(vu64 x, MR_WORDS_T seeds)
{
    x = (x + K_U64(seeds[0])) * K_U64(seeds[0] | 1);
    x ^= x * K_U64(0x9E6C95A37F4A7C56);
    x = (x + K_U64(seeds[1])) * K_U64(seeds[1] | 1);
    x ^= x * K_U64(0xB82F1E52D1342542);
    x = (x + K_U64(seeds[2])) * K_U64(seeds[2] | 1);
    x ^= x * K_U64(0xC7AFE638A0761D64);
    return x ^ K_U64(seeds[3]);
}

/* Warren, Hacker's Delight, 7-1. */
MR_FN vu64 mr_sobol_reverse(vu64 x)
{
    const vu64 ones = K_U64(0x5555555555555555), twos = K_U64(0x3333333333333333);
    const vu64 fours = K_U64(0x0F0F0F0F0F0F0F0F), bytes = K_U64(0x00FF00FF00FF00FF);
    const vu64 halves = K_U64(0x0000FFFF0000FFFF);
    x = ((x >> 1) & ones) | ((x & ones) << 1);
    x = ((x >> 2) & twos) | ((x & twos) << 2);
    x = ((x >> 4) & fours) | ((x & fours) << 4);
    x = ((x >> 8) & bytes) | ((x & bytes) << 8);
    x = ((x >> 16) & halves) | ((x & halves) << 16);
    return (x >> 32) | (x << 32);
}

#ifdef MR_FP64
/* The upper 53 bits as a fraction, exact without a 64-bit conversion, which many CPUs lack: 21 and
 * 32 of them are put under the exponents of 2^31 and 1/2, where they count 2^-21 and 2^-53. */
MR_FN vf64 mr_sobol_to_f64(vu64 x)
{
    const vf64 upper = AS_F64((x >> 43) | K_U64(0x41E0000000000000));
    const vf64 lower = AS_F64(((x >> 11) & K_U64(0xffffffff)) | K_U64(0x3FE0000000000000));
    return (upper - K_F64(0x1.00000001p31)) + lower;
}

MR_FN vf64 mr_sobol(vi64 i, MR_WORDS_T words)
{
    return mr_sobol_to_f64(mr_sobol_sum(i, words));
}

MR_FN vf64 mr_sobol_strip(MR_ULONG_T i0, MR_WORDS_T words)
{
    return mr_sobol_to_f64(mr_sobol_sum_strip(i0, words));
}

MR_FN vf64 mr_sobol_owen(vi64 i, MR_WORDS_T words)
{
    const vu64 x = mr_sobol_scramble(mr_sobol_sum(i, words), words + SOBOL_SEEDS);
    return mr_sobol_to_f64(mr_sobol_reverse(x));
}

MR_FN vf64 mr_sobol_owen_strip(MR_ULONG_T i0, MR_WORDS_T words)
{
    const vu64 x = mr_sobol_scramble(mr_sobol_sum_strip(i0, words), words + SOBOL_SEEDS);
    return mr_sobol_to_f64(mr_sobol_reverse(x));
}
#endif
