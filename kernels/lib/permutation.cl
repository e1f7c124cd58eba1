// function: i64 permutation(i, words)
/* A random order of 0 .. n-1, any element at once, as a keyed permutation of numbers.
 *
 * A number below rows * 2^bits is a pair, (left below rows, right below 2^bits); rounds change one
 * by a function of the other, in turns: Black, Rogaway: Ciphers with arbitrary finite domains
 * (CT-RSA 2002), section 5, with one side a power of two. Numbers of the domain that are not below
 * n, fewer than 2^bits, are passed through again until they are (their section 4): that ends, as
 * the walk is a part of a cycle that n's own numbers lie on. Random orders by such rounds, and how
 * many small n needs: Mitchell, Stokes, Frank, Holmes: Bandwidth-optimal random shuffling for GPUs
 * (ACM TOPC 9, 2022).
 *
 * Rounds that change the right side are even permutations of the domain, and where rows are odd so
 * are those that change the left side: of some n all orders would be even, of others too few or too
 * many odd. A bit of the key that swaps the numbers 0 and 1 makes one half of all orders odd.
 *
 * Up to 16 numbers a table of 4 bits each, drawn by whoever fills the words, is exactly uniform.
 *
 * Words: n, bits, rows, rounds (0: the table is used), key, swap (0 or 1), table. */
enum {
    PERMUTATION_N,
    PERMUTATION_BITS,
    PERMUTATION_ROWS,
    PERMUTATION_ROUNDS,
    PERMUTATION_KEY,
    PERMUTATION_SWAP,
    PERMUTATION_TABLE
};

/* 32 mixed bits of 32 bits under a key: two products folded, their high half onto the low one. */
MR_FN vu64 mr_permutation_mix(vu64 x, MR_ULONG_T key)
{
    const vu64 low = K_U64(0xffffffff);
    vu64 p = ((x ^ K_U64(key)) & low) * K_U64(0xD2511F53);
    p ^= p >> 32;
    p = ((p ^ K_U64(key >> 32)) & low) * K_U64(0xCD9E8D57);
    return (p ^ (p >> 32)) & low;
}

/* One pass through the rounds. Products are of 32 bits by 32: rows are below 2^32. */
MR_FN vu64 mr_permutation_pass(vu64 x, MR_WORDS_T words)
{
    const MR_ULONG_T bits = words[PERMUTATION_BITS], rounds = words[PERMUTATION_ROUNDS];
    const vu64 rows = K_U64(words[PERMUTATION_ROWS]), mask = K_U64(((MR_ULONG_T)1 << bits) - 1);
    const vu64 low = K_U64(0xffffffff);
    MR_ULONG_T key = words[PERMUTATION_KEY];
    vu64 left = x >> K_U64(bits), right = x & mask;
    for (MR_ULONG_T round = 0; round < rounds; round++) {
        left += (mr_permutation_mix(right, key) * (rows & low)) >> 32;
        left = AS_I64(left) < AS_I64(rows) ? left : left - rows;
        key += 0x9E3779B97F4A7C15; /* Weyl's sequence of the golden ratio */
        right ^= mr_permutation_mix(left, key) >> K_U64(32 - bits);
        key += 0x9E3779B97F4A7C15;
    }
    return (left << K_U64(bits)) | right;
}

/* Positions outside of 0 .. n-1 count as 0: only lanes that nobody reads have them. */
MR_FN vi64 mr_permutation(vi64 i, MR_WORDS_T words)
{
    const vi64 n = K_I64((MR_ULONG_T)words[PERMUTATION_N]);
    const vm64 is_inside = (i < n) & (i >= K_I64(0));
    vu64 x = AS_U64(is_inside ? i : K_I64(0));
    if (words[PERMUTATION_ROUNDS] == 0)
        return TO_I64((K_U64(words[PERMUTATION_TABLE]) >> (x * K_U64(4))) & K_U64(15));
    x = mr_permutation_pass(x, words);
    while (MASK_ANY(AS_I64(x) >= n)) {
        const vu64 next = mr_permutation_pass(x, words);
        x = AS_I64(x) >= n ? next : x;
    }
    return AS_I64(AS_I64(x) < K_I64(2) ? x ^ K_U64(words[PERMUTATION_SWAP]) : x);
}

MR_FN vi64 mr_permutation_strip(MR_ULONG_T i0, MR_WORDS_T words)
{
    return mr_permutation(TO_I64(K_U64(i0)) + (vi64)(IOTA), words);
}
