// function: f64 halton(i, base)
// function: f64 halton_scrambled(i, words)
/* Halton's points of one dimension: the digits of the position in a prime base, mirrored at the
 * point (Halton: On the efficiency of certain quasi-random sequences of points, Numerische
 * Mathematik 2, 1960). Digits are added from the largest weight on, and each weight is the one
 * before divided by the base: the order of scipy.stats.qmc, whose bits these are. */
#ifdef MR_FP64
/* The quotient of an integer below 2^50 by the base. The guess, off by less than 1/4, is rounded to
 * the nearest integer by what lies below the last place of 2^52: it is right, or one too large. */
MR_FN vf64 mr_halton_quotient(vf64 x, double base, double inverse)
{
    const vf64 q = (x * K_F64(inverse) + K_F64(0x1p52)) - K_F64(0x1p52);
    return x - q * K_F64(base) < K_F64(0.0) ? q - K_F64(1.0) : q;
}

MR_FN vf64 mr_halton(vi64 i, MR_ULONG_T base)
{
    const double radix = (double)base, inverse = 1.0 / radix;
    const vu64 divisor = K_U64(base);
    double weight = inverse;
    vf64 sum = K_F64(0.0);
    vu64 rest = AS_U64(i);
    while (MASK_ANY((rest >> 50) != K_U64(0))) {
        const vu64 quotient = rest / divisor;
        sum += TO_F64(rest - quotient * divisor) * K_F64(weight);
        rest = quotient;
        weight /= radix;
    }
    /* Below 2^52 an integer is the fraction of the f64 2^52 + itself. */
    vf64 x = AS_F64(rest | K_U64(0x4330000000000000)) - K_F64(0x1p52);
    while (MASK_ANY(x > K_F64(0.0))) {
        const vf64 quotient = mr_halton_quotient(x, radix, inverse);
        sum += (x - quotient * K_F64(radix)) * K_F64(weight);
        x = quotient;
        weight /= radix;
    }
    return sum;
}

MR_FN vf64 mr_halton_strip(MR_ULONG_T i0, MR_ULONG_T base)
{
    return mr_halton(AS_I64(K_U64(i0) + (vu64)(IOTA)), base);
}

/* Scrambled: each digit goes through a random permutation of its own, also the zeros above the
 * position's last digit (Owen: A randomized Halton algorithm in R, arXiv:1706.02808, section 3).
 * Digits count while their weight is above 2^-54.
 *
 * Words: the base, how many digits, then for each digit the permutation, four values a word. */
enum { HALTON_BASE, HALTON_DIGITS, HALTON_TABLES };

MR_FN vf64 mr_halton_permuted(MR_WORDS_T table, vu64 digit)
{
    const vu64 four = GATHER_U64(table, digit >> 2);
    const vu64 value = (four >> ((digit & K_U64(3)) << 4)) & K_U64(0xffff);
    return AS_F64(value | K_U64(0x4330000000000000)) - K_F64(0x1p52);
}

MR_FN vf64 mr_halton_scrambled(vi64 i, MR_WORDS_T words)
{
    const MR_ULONG_T base = words[HALTON_BASE];
    const double radix = (double)base, inverse = 1.0 / radix;
    const vu64 divisor = K_U64(base);
    MR_WORDS_T table = words + HALTON_TABLES;
    MR_ULONG_T left = words[HALTON_DIGITS];
    double weight = inverse;
    vf64 sum = K_F64(0.0);
    vu64 rest = AS_U64(i);
    for (; MASK_ANY((rest >> 50) != K_U64(0)); left--, table += (base + 3) / 4, weight /= radix) {
        const vu64 quotient = rest / divisor;
        sum += mr_halton_permuted(table, rest - quotient * divisor) * K_F64(weight);
        rest = quotient;
    }
    vf64 x = AS_F64(rest | K_U64(0x4330000000000000)) - K_F64(0x1p52);
    for (; left; left--, table += (base + 3) / 4, weight /= radix) {
        const vf64 quotient = mr_halton_quotient(x, radix, inverse);
        const vu64 digit = AS_U64((x - quotient * K_F64(radix)) + K_F64(0x1p52));
        sum += mr_halton_permuted(table, digit & K_U64(0xffff)) * K_F64(weight);
        x = quotient;
    }
    /* Rounding must not reach 1. */
    return sum < K_F64(1.0) ? sum : K_F64(0x1.fffffffffffffp-1);
}

MR_FN vf64 mr_halton_scrambled_strip(MR_ULONG_T i0, MR_WORDS_T words)
{
    return mr_halton_scrambled(AS_I64(K_U64(i0) + (vu64)(IOTA)), words);
}
#endif
