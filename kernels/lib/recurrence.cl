// function: u64 fibonacci_mod(state, m)
// function: u64 lcg(state, a, c, m, seed)
// function: u64 linear(state, words)
// function: u64 mrg32k3a(state, words)
// needs: product.cl
/* Recurrences: states that start at term 0, jump over any number of terms and are stepped. A state
 * holds W chains, one a lane; its first numbers are those that mr_..._load() makes it of again, the
 * same in each lane. */

/* ---- arithmetic modulo m ---- */

/* m, or 0 for 2^64; m << shift has its highest bit set, and inverse is
 * floor((2^128 - 1) / (m << shift)) - 2^64. */
typedef struct {
    MR_ULONG_T m, normal, inverse;
    int shift;
} mr_modulus_t;

/* The digit of (high * 2^32 + next) / d, and high becomes the remainder, where high < d and d has
 * its highest bit set: one step of a long division in digits of 32 bits (Knuth, TAOCP 2, 4.3.1,
 * algorithm D). The guessed digit is too large by 2 at most. */
MR_FN MR_ULONG_T mr_modulus_digit(MR_ULONG_T *high, MR_ULONG_T next, MR_ULONG_T d)
{
    const MR_ULONG_T d1 = d >> 32, d0 = d & 0xffffffffu;
    MR_ULONG_T digit = *high / d1, rest = *high % d1;
    for (int k = 0; k < 2; k++) {
        const int is_too_large =
            !(rest >> 32) && ((digit >> 32) || digit * d0 > (rest << 32 | next));
        digit -= is_too_large ? 1 : 0;
        rest += is_too_large ? d1 : 0;
    }
    *high = (*high << 32 | next) - digit * d;
    return digit;
}

MR_FN void mr_modulus(mr_modulus_t *modulus, MR_ULONG_T m)
{
    MR_ULONG_T normal = m ? m : 1, ones = 0xffffffffu;
    int shift = 0;
    for (int step = 32; step; step /= 2) {
        if (normal >> (64 - step)) continue;
        normal <<= step;
        shift += step;
    }
    MR_ULONG_T rest = ~normal;
    const MR_ULONG_T upper = mr_modulus_digit(&rest, ones, normal);
    modulus->inverse = upper << 32 | mr_modulus_digit(&rest, ones, normal);
    modulus->m = m;
    modulus->normal = normal;
    modulus->shift = shift;
}

/* x + y modulo m, which is not 0; x is below m, and y is m at most. */
MR_FN vu64 mr_modular_add(vu64 x, vu64 y, MR_ULONG_T m)
{
    const vu64 gap = K_U64(m) - y;
    return x >= gap ? x - gap : x + y;
}

/* x * y modulo m; both are below m, which is not 0. The product with y << shift is (high, low), its
 * quotient comes from the inverse: Moeller and Granlund, Improved division by invariant integers
 * (IEEE Transactions on Computers 60, 2011), algorithm 4. */
MR_FN vu64 mr_modular_multiply(vu64 x, vu64 y, const mr_modulus_t *modulus)
{
    const vu64 d = K_U64(modulus->normal), inverse = K_U64(modulus->inverse);
    const vu64 scaled = y << modulus->shift;
    const vu64 high = mr_product_high(x, scaled), low = x * scaled;
    const vu64 fraction = inverse * high + low;
    const vu64 carry = fraction < low ? K_U64(1) : K_U64(0);
    const vu64 quotient = mr_product_high(inverse, high) + high + carry + K_U64(1);
    vu64 rest = low - quotient * d;
    rest = rest > fraction ? rest + d : rest;
    rest = rest >= d ? rest - d : rest;
    return rest >> modulus->shift;
}

/* The same where m = 0 stands for 2^64. */
MR_FN vu64 mr_wrapping_add(vu64 x, vu64 y, const mr_modulus_t *modulus)
{
    return modulus->m ? mr_modular_add(x, y, modulus->m) : x + y;
}

MR_FN vu64 mr_wrapping_multiply(vu64 x, vu64 y, const mr_modulus_t *modulus)
{
    return modulus->m ? mr_modular_multiply(x, y, modulus) : x * y;
}

/* ---- Fibonacci numbers, by doubling as in fibonacci.cl ---- */

/* F(n) and F(n+1) modulo m. */
typedef struct {
    vu64 at, after;
} mr_fibonacci_mod_t;

MR_FN void mr_fibonacci_mod_load(mr_fibonacci_mod_t *state, const MR_ULONG_T *numbers, MR_ULONG_T m)
{
    (void)m;
    state->at = K_U64(numbers[0]);
    state->after = K_U64(numbers[1]);
}

MR_FN void mr_fibonacci_mod_start(mr_fibonacci_mod_t *state, MR_ULONG_T m)
{
    const MR_ULONG_T numbers[] = {0, 1 % m};
    mr_fibonacci_mod_load(state, numbers, m);
}

/* F(s+n) = F(s) F(n-1) + F(s+1) F(n), F(s+n+1) = F(s) F(n) + F(s+1) F(n+1). */
MR_FN void mr_fibonacci_mod_jump(mr_fibonacci_mod_t *state, vu64 n, MR_ULONG_T m)
{
    const vu64 none = K_U64(0), at = state->at, after = state->after;
    vu64 a = none, b = K_U64(1 % m);
    mr_modulus_t modulus;
    mr_modulus(&modulus, m);
    for (int bit = 63; bit >= 0; bit--) {
        if (!MASK_ANY((n >> bit) != none)) continue;
        const vu64 rest = mr_modular_add(b, mr_modular_add(b, K_U64(m) - a, m), m);
        const vu64 even = mr_modular_multiply(a, rest, &modulus);
        const vu64 odd = mr_modular_add(mr_modular_multiply(a, a, &modulus),
                                        mr_modular_multiply(b, b, &modulus), m);
        const vm64 is_odd = (n >> bit & K_U64(1)) != none;
        a = is_odd ? odd : even;
        b = is_odd ? mr_modular_add(even, odd, m) : odd;
    }
    const vu64 before = mr_modular_add(b, K_U64(m) - a, m);
    state->at = mr_modular_add(mr_modular_multiply(at, before, &modulus),
                               mr_modular_multiply(after, a, &modulus), m);
    state->after = mr_modular_add(mr_modular_multiply(at, a, &modulus),
                                  mr_modular_multiply(after, b, &modulus), m);
}

MR_FN vu64 mr_fibonacci_mod_term(const mr_fibonacci_mod_t *state)
{
    return state->at;
}

MR_FN void mr_fibonacci_mod_step(mr_fibonacci_mod_t *state, MR_ULONG_T m)
{
    const vu64 next = mr_modular_add(state->at, state->after, m);
    state->at = state->after;
    state->after = next;
}

/* ---- x' = a x + c ---- */

typedef struct {
    vu64 x;
    mr_modulus_t modulus;
} mr_lcg_t;

/* a, c and seed are below m. */
MR_FN void mr_lcg_load(mr_lcg_t *state, const MR_ULONG_T *numbers, MR_ULONG_T a, MR_ULONG_T c,
                       MR_ULONG_T m, MR_ULONG_T seed)
{
    (void)a, (void)c, (void)seed;
    state->x = K_U64(numbers[0]);
    mr_modulus(&state->modulus, m);
}

MR_FN void mr_lcg_start(mr_lcg_t *state, MR_ULONG_T a, MR_ULONG_T c, MR_ULONG_T m, MR_ULONG_T seed)
{
    mr_lcg_load(state, &seed, a, c, m, seed);
}

/* n steps are one of the same form, found by doubling: Brown, Random number generation with
 * arbitrary strides (Transactions of the American Nuclear Society 71, 1994). */
MR_FN void mr_lcg_jump(mr_lcg_t *state, vu64 n, MR_ULONG_T a, MR_ULONG_T c, MR_ULONG_T m,
                       MR_ULONG_T seed)
{
    const vu64 none = K_U64(0);
    const mr_modulus_t modulus = state->modulus;
    vu64 x = state->x, factor = K_U64(a), term = K_U64(c);
    (void)m, (void)seed;
    for (; MASK_ANY(n != none); n >>= 1) {
        const vm64 is_odd = (n & K_U64(1)) != none;
        const vu64 moved =
            mr_wrapping_add(mr_wrapping_multiply(factor, x, &modulus), term, &modulus);
        x = is_odd ? moved : x;
        term = mr_wrapping_add(mr_wrapping_multiply(factor, term, &modulus), term, &modulus);
        factor = mr_wrapping_multiply(factor, factor, &modulus);
    }
    state->x = x;
}

MR_FN vu64 mr_lcg_term(const mr_lcg_t *state)
{
    return state->x;
}

MR_FN void mr_lcg_step(mr_lcg_t *state, MR_ULONG_T a, MR_ULONG_T c, MR_ULONG_T m, MR_ULONG_T seed)
{
    const mr_modulus_t modulus = state->modulus;
    (void)m, (void)seed;
    state->x =
        mr_wrapping_add(mr_wrapping_multiply(K_U64(a), state->x, &modulus), K_U64(c), &modulus);
}

/* ---- t(n) = c1 t(n-1) + ... + ck t(n-k) ---- */

/* Words: order k up to 16, m (0: 2^64), c1 .. c16, t(0) .. t(15); numbers below m, those beyond k
 * unused. */
enum { LINEAR_ORDER, LINEAR_MODULUS, LINEAR_COEFFICIENTS, LINEAR_INITIAL = 18, LINEAR_MOST = 16 };

/* The next k terms, the nearest first. */
typedef struct {
    vu64 terms[LINEAR_MOST];
    mr_modulus_t modulus;
} mr_linear_t;

/* sum + x y. */
MR_FN vu64 mr_linear_add(vu64 sum, vu64 x, vu64 y, const mr_modulus_t *modulus)
{
    return mr_wrapping_add(sum, mr_wrapping_multiply(x, y, modulus), modulus);
}

/* p x modulo the characteristic polynomial x^k - c1 x^(k-1) - ... - ck, in the lanes where it is
 * wanted. */
MR_FN void mr_linear_shift(vu64 *p, vm64 is_wanted, MR_WORDS_T words, const mr_modulus_t *modulus)
{
    const int k = (int)words[LINEAR_ORDER];
    const vu64 top = p[k - 1];
    for (int j = k - 1; j >= 0; j--) {
        const vu64 coefficient = K_U64(words[LINEAR_COEFFICIENTS + k - 1 - j]);
        const vu64 moved = mr_linear_add(j ? p[j - 1] : K_U64(0), coefficient, top, modulus);
        p[j] = is_wanted ? moved : p[j];
    }
}

/* p^2 modulo the characteristic polynomial. */
MR_FN void mr_linear_square(vu64 *p, MR_WORDS_T words, const mr_modulus_t *modulus)
{
    const int k = (int)words[LINEAR_ORDER];
    vu64 square[2 * LINEAR_MOST];
    for (int j = 0; j < 2 * k; j++) square[j] = K_U64(0);
    for (int i = 0; i < k; i++) {
        square[2 * i] = mr_linear_add(square[2 * i], p[i], p[i], modulus);
        for (int j = 0; j < i; j++) {
            const vu64 once = mr_wrapping_multiply(p[i], p[j], modulus);
            const vu64 twice = mr_wrapping_add(once, once, modulus);
            square[i + j] = mr_wrapping_add(square[i + j], twice, modulus);
        }
    }
    for (int top = 2 * k - 2; top >= k; top--)
        for (int j = 1; j <= k; j++)
            square[top - j] =
                mr_linear_add(square[top - j], K_U64(words[LINEAR_COEFFICIENTS + j - 1]),
                              square[top], modulus);
    for (int j = 0; j < k; j++) p[j] = square[j];
}

MR_FN void mr_linear_load(mr_linear_t *state, const MR_ULONG_T *numbers, MR_WORDS_T words)
{
    for (int j = 0; j < LINEAR_MOST; j++) state->terms[j] = K_U64(numbers[j]);
    mr_modulus(&state->modulus, words[LINEAR_MODULUS]);
}

MR_FN void mr_linear_start(mr_linear_t *state, MR_WORDS_T words)
{
    MR_ULONG_T numbers[LINEAR_MOST];
    for (int j = 0; j < LINEAR_MOST; j++) numbers[j] = words[LINEAR_INITIAL + j];
    mr_linear_load(state, numbers, words);
}

/* t(s+n) = p0 t(s) + ... + p(k-1) t(s+k-1), where p is x^n modulo the characteristic polynomial:
 * Fiduccia, An efficient formula for linear recurrences (SIAM Journal on Computing 14, 1985). */
MR_FN void mr_linear_jump(mr_linear_t *state, vu64 n, MR_WORDS_T words)
{
    const vu64 none = K_U64(0);
    const mr_modulus_t modulus = state->modulus;
    const int k = (int)words[LINEAR_ORDER];
    vu64 p[LINEAR_MOST], terms[LINEAR_MOST];
    for (int j = 0; j < LINEAR_MOST; j++) p[j] = none;
    p[0] = K_U64(words[LINEAR_MODULUS] == 1 ? 0 : 1);
    for (int bit = 63; bit >= 0; bit--) {
        if (!MASK_ANY((n >> bit) != none)) continue;
        mr_linear_square(p, words, &modulus);
        mr_linear_shift(p, (n >> bit & K_U64(1)) != none, words, &modulus);
    }
    for (int t = 0; t < k; t++) {
        terms[t] = none;
        for (int j = 0; j < k; j++)
            terms[t] = mr_linear_add(terms[t], p[j], state->terms[j], &modulus);
        mr_linear_shift(p, none < K_U64(1), words, &modulus);
    }
    for (int t = 0; t < k; t++) state->terms[t] = terms[t];
}

MR_FN vu64 mr_linear_term(const mr_linear_t *state)
{
    return state->terms[0];
}

MR_FN void mr_linear_step(mr_linear_t *state, MR_WORDS_T words)
{
    const mr_modulus_t modulus = state->modulus;
    const int k = (int)words[LINEAR_ORDER];
    vu64 next = K_U64(0);
    for (int j = 0; j < k; j++)
        next = mr_linear_add(next, K_U64(words[LINEAR_COEFFICIENTS + k - 1 - j]), state->terms[j],
                             &modulus);
    for (int j = 0; j + 1 < k; j++) state->terms[j] = state->terms[j + 1];
    state->terms[k - 1] = next;
}

/* ---- MRG32k3a ---- */

/* Two recurrences of order three and their difference: L'Ecuyer, Good parameters and
 * implementations for combined multiple recursive random number generators (Operations Research 47,
 * 1999), figure I.
 *
 * Words: the six of the state, oldest first; then for each bit of a step count the matrix of that
 * many steps of the first recurrence and of the second, row by row. The moduli are 2^32 - 209 and
 * 2^32 - 22853. */
#define MRG_C1 209
#define MRG_C2 22853
#define MRG_M1 (((MR_ULONG_T)1 << 32) - MRG_C1)
#define MRG_M2 (((MR_ULONG_T)1 << 32) - MRG_C2)

typedef struct {
    vu64 x[3], y[3];
} mr_mrg32k3a_t;

/* Congruent to x modulo 2^32 - c: below 2^48 for any x, below 2^38 for one below 2^55, and below
 * 2^32 + 2^22 for one below 2^39. */
MR_FN vu64 mr_mrg32k3a_fold(vu64 x, MR_ULONG_T c)
{
    return (x >> 32) * K_U64(c) + (x & K_U64(0xffffffff));
}

/* x modulo 2^32 - c, where x is below 2^55. */
MR_FN vu64 mr_mrg32k3a_modulo(vu64 x, MR_ULONG_T c)
{
    const vu64 m = K_U64(((MR_ULONG_T)1 << 32) - c);
    const vu64 rest = mr_mrg32k3a_fold(mr_mrg32k3a_fold(x, c), c);
    return rest >= m ? rest - m : rest;
}

MR_FN void mr_mrg32k3a_step(mr_mrg32k3a_t *s, MR_WORDS_T words)
{
    (void)words;
    const vu64 x = mr_mrg32k3a_modulo(
        K_U64(1403580) * s->x[1] + K_U64(810728) * (K_U64(MRG_M1) - s->x[0]), MRG_C1);
    const vu64 y = mr_mrg32k3a_modulo(
        K_U64(527612) * s->y[2] + K_U64(1370589) * (K_U64(MRG_M2) - s->y[0]), MRG_C2);
    s->x[0] = s->x[1];
    s->x[1] = s->x[2];
    s->x[2] = x;
    s->y[0] = s->y[1];
    s->y[1] = s->y[2];
    s->y[2] = y;
}

/* v = matrix v modulo 2^32 - c in the lanes where it is wanted; products are below 2^64, the sum of
 * three folded ones below 2^50. */
MR_FN void mr_mrg32k3a_apply(vu64 *v, vm64 is_wanted, MR_WORDS_T matrix, MR_ULONG_T c)
{
    vu64 result[3];
    for (int row = 0; row < 3; row++) {
        vu64 sum = K_U64(0);
        for (int k = 0; k < 3; k++)
            sum += mr_mrg32k3a_fold(K_U64(matrix[3 * row + k]) * v[k], c);
        result[row] = mr_mrg32k3a_modulo(sum, c);
    }
    for (int k = 0; k < 3; k++) v[k] = is_wanted ? result[k] : v[k];
}

MR_FN void mr_mrg32k3a_load(mr_mrg32k3a_t *s, const MR_ULONG_T *numbers, MR_WORDS_T words)
{
    (void)words;
    for (int k = 0; k < 3; k++) {
        s->x[k] = K_U64(numbers[k]);
        s->y[k] = K_U64(numbers[3 + k]);
    }
}

/* Term 0 is what the first step makes. */
MR_FN void mr_mrg32k3a_start(mr_mrg32k3a_t *s, MR_WORDS_T words)
{
    MR_ULONG_T numbers[6];
    for (int k = 0; k < 6; k++) numbers[k] = words[k];
    mr_mrg32k3a_load(s, numbers, words);
    mr_mrg32k3a_step(s, words);
}

MR_FN void mr_mrg32k3a_jump(mr_mrg32k3a_t *s, vu64 n, MR_WORDS_T words)
{
    const vu64 none = K_U64(0);
    for (int bit = 0; bit < 64; bit++) {
        const vm64 is_wanted = (n >> bit & K_U64(1)) != none;
        if (!MASK_ANY(is_wanted)) continue;
        mr_mrg32k3a_apply(s->x, is_wanted, words + 6 + 18 * bit, MRG_C1);
        mr_mrg32k3a_apply(s->y, is_wanted, words + 6 + 18 * bit + 9, MRG_C2);
    }
}

/* 1 to 2^32 - 209. */
MR_FN vu64 mr_mrg32k3a_term(const mr_mrg32k3a_t *s)
{
    const vu64 x = s->x[2], y = s->y[2];
    return x > y ? x - y : x + K_U64(MRG_M1) - y;
}
