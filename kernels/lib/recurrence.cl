/* Recurrences: a state that jumps to any term and is stepped from there. Scalar code. */

/* ---- arithmetic modulo m ---- */

/* x + y modulo m; both are below m. */
MR_FN MR_ULONG_T mr_modular_add(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
{
    return x >= m - y ? x - (m - y) : x + y;
}

/* (high * 2^32 + digit) modulo m, where high < m and m has its highest bit set: one step of a long
 * division in digits of 32 bits (Knuth, TAOCP 2, 4.3.1, algorithm D). The guessed quotient digit is
 * too large by 2 at most. */
MR_FN MR_ULONG_T mr_modular_digit(MR_ULONG_T high, MR_ULONG_T digit, MR_ULONG_T m)
{
    const MR_ULONG_T m1 = m >> 32, m0 = m & 0xffffffffu;
    MR_ULONG_T q = high / m1, rest = high % m1;
    for (int k = 0; k < 2; k++) {
        const int is_too_large = !(rest >> 32) && ((q >> 32) || q * m0 > (rest << 32 | digit));
        q -= is_too_large ? 1 : 0;
        rest += is_too_large ? m1 : 0;
    }
    return (high << 32 | digit) - q * m;
}

/* x * y modulo m; both are below m. */
MR_FN MR_ULONG_T mr_modular_multiply(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
{
    if (!(m >> 32)) return x * y % m;
    const MR_ULONG_T mask = 0xffffffffu;
    const MR_ULONG_T low = (x & mask) * (y & mask), high = (x >> 32) * (y >> 32);
    const MR_ULONG_T inner = (x >> 32) * (y & mask) + (low >> 32);
    const MR_ULONG_T outer = (x & mask) * (y >> 32) + (inner & mask);
    MR_ULONG_T upper = high + (inner >> 32) + (outer >> 32), lower = outer << 32 | (low & mask);
    int shift = 0;
    while (!(m >> 63)) {
        m <<= 1;
        shift++;
    }
    if (shift) {
        upper = upper << shift | lower >> (64 - shift);
        lower <<= shift;
    }
    upper = mr_modular_digit(upper, lower >> 32, m);
    return mr_modular_digit(upper, lower & mask, m) >> shift;
}

/* The same where m = 0 stands for 2^64. */
MR_FN MR_ULONG_T mr_wrapping_add(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
{
    return m ? mr_modular_add(x, y, m) : x + y;
}

MR_FN MR_ULONG_T mr_wrapping_multiply(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
{
    return m ? mr_modular_multiply(x, y, m) : x * y;
}

/* ---- Fibonacci numbers, by doubling as in fibonacci.cl ---- */

/* F(n) and F(n+1) modulo m. */
typedef struct {
    MR_ULONG_T at, after;
} mr_fibonacci_mod_t;

MR_FN void mr_fibonacci_mod_jump(mr_fibonacci_mod_t *state, MR_ULONG_T n, MR_ULONG_T m)
{
    MR_ULONG_T a = 0, b = 1 % m;
    for (int bit = 63; bit >= 0; bit--) {
        if (!(n >> bit)) continue;
        const MR_ULONG_T twice = mr_modular_add(b, b, m);
        const MR_ULONG_T even = mr_modular_multiply(a, twice >= a ? twice - a : twice + (m - a), m);
        const MR_ULONG_T odd = mr_modular_add(mr_modular_multiply(a, a, m),
                                                mr_modular_multiply(b, b, m), m);
        const int is_odd = (n >> bit & 1) != 0;
        a = is_odd ? odd : even;
        b = is_odd ? mr_modular_add(even, odd, m) : odd;
    }
    state->at = a;
    state->after = b;
}

MR_FN MR_ULONG_T mr_fibonacci_mod_term(const mr_fibonacci_mod_t *state)
{
    return state->at;
}

MR_FN void mr_fibonacci_mod_step(mr_fibonacci_mod_t *state, MR_ULONG_T m)
{
    const MR_ULONG_T next = mr_modular_add(state->at, state->after, m);
    state->at = state->after;
    state->after = next;
}

/* ---- x' = a x + c ---- */

typedef struct {
    MR_ULONG_T x;
} mr_lcg_t;

/* n steps are one of the same form, found by doubling: Brown, Random number generation with
 * arbitrary strides (Transactions of the American Nuclear Society 71, 1994). a, c and seed are
 * below m. */
MR_FN void mr_lcg_jump(mr_lcg_t *state, MR_ULONG_T n, MR_ULONG_T a, MR_ULONG_T c, MR_ULONG_T m,
                       MR_ULONG_T seed)
{
    MR_ULONG_T x = seed;
    for (; n; n >>= 1) {
        if (n & 1) x = mr_wrapping_add(mr_wrapping_multiply(a, x, m), c, m);
        c = mr_wrapping_add(mr_wrapping_multiply(a, c, m), c, m);
        a = mr_wrapping_multiply(a, a, m);
    }
    state->x = x;
}

MR_FN MR_ULONG_T mr_lcg_term(const mr_lcg_t *state)
{
    return state->x;
}

MR_FN void mr_lcg_step(mr_lcg_t *state, MR_ULONG_T a, MR_ULONG_T c, MR_ULONG_T m, MR_ULONG_T seed)
{
    (void)seed;
    state->x = mr_wrapping_add(mr_wrapping_multiply(a, state->x, m), c, m);
}

/* ---- t(n) = c1 t(n-1) + ... + ck t(n-k) ---- */

/* Words: order k up to 16, m (0: 2^64), c1 .. c16, t(0) .. t(15); numbers below m, those beyond k
 * unused. */
enum { LINEAR_ORDER, LINEAR_MODULUS, LINEAR_COEFFICIENTS, LINEAR_INITIAL = 18, LINEAR_MOST = 16 };

/* The next k terms, the nearest first. */
typedef struct {
    MR_ULONG_T terms[LINEAR_MOST];
} mr_linear_t;

/* p x modulo the characteristic polynomial x^k - c1 x^(k-1) - ... - ck. */
MR_FN void mr_linear_shift(MR_ULONG_T *p, MR_WORDS_T words)
{
    const MR_ULONG_T m = words[LINEAR_MODULUS];
    const int k = (int)words[LINEAR_ORDER];
    const MR_ULONG_T top = p[k - 1];
    for (int j = k - 1; j >= 0; j--)
        p[j] = mr_wrapping_add(j ? p[j - 1] : 0,
                               mr_wrapping_multiply(top, words[LINEAR_COEFFICIENTS + k - 1 - j], m),
                               m);
}

/* p^2 modulo the characteristic polynomial. */
MR_FN void mr_linear_square(MR_ULONG_T *p, MR_WORDS_T words)
{
    const MR_ULONG_T m = words[LINEAR_MODULUS];
    const int k = (int)words[LINEAR_ORDER];
    MR_ULONG_T square[2 * LINEAR_MOST];
    for (int j = 0; j < 2 * k; j++) square[j] = 0;
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++)
            square[i + j] = mr_wrapping_add(square[i + j], mr_wrapping_multiply(p[i], p[j], m), m);
    for (int top = 2 * k - 2; top >= k; top--)
        for (int j = 1; j <= k; j++)
            square[top - j] = mr_wrapping_add(
                square[top - j],
                mr_wrapping_multiply(square[top], words[LINEAR_COEFFICIENTS + j - 1], m), m);
    for (int j = 0; j < k; j++) p[j] = square[j];
}

/* t(n) = p0 t(0) + ... + p(k-1) t(k-1), where p is x^n modulo the characteristic polynomial:
 * Fiduccia, An efficient formula for linear recurrences (SIAM Journal on Computing 14, 1985). */
MR_FN void mr_linear_jump(mr_linear_t *state, MR_ULONG_T n, MR_WORDS_T words)
{
    const MR_ULONG_T m = words[LINEAR_MODULUS];
    const int k = (int)words[LINEAR_ORDER];
    MR_ULONG_T p[LINEAR_MOST];
    for (int j = 0; j < LINEAR_MOST; j++) p[j] = 0;
    p[0] = m == 1 ? 0 : 1;
    for (int bit = 63; bit >= 0; bit--) {
        if (!(n >> bit)) continue;
        mr_linear_square(p, words);
        if (n >> bit & 1) mr_linear_shift(p, words);
    }
    for (int t = 0; t < k; t++) {
        MR_ULONG_T sum = 0;
        for (int j = 0; j < k; j++)
            sum = mr_wrapping_add(sum, mr_wrapping_multiply(p[j], words[LINEAR_INITIAL + j], m), m);
        state->terms[t] = sum;
        mr_linear_shift(p, words);
    }
}

MR_FN MR_ULONG_T mr_linear_term(const mr_linear_t *state)
{
    return state->terms[0];
}

MR_FN void mr_linear_step(mr_linear_t *state, MR_WORDS_T words)
{
    const MR_ULONG_T m = words[LINEAR_MODULUS];
    const int k = (int)words[LINEAR_ORDER];
    MR_ULONG_T next = 0;
    for (int j = 0; j < k; j++)
        next = mr_wrapping_add(
            next, mr_wrapping_multiply(words[LINEAR_COEFFICIENTS + k - 1 - j], state->terms[j], m),
            m);
    for (int j = 0; j + 1 < k; j++) state->terms[j] = state->terms[j + 1];
    state->terms[k - 1] = next;
}

/* ---- MRG32k3a ---- */

/* Two recurrences of order three and their difference: L'Ecuyer, Good parameters and
 * implementations for combined multiple recursive random number generators (Operations Research 47,
 * 1999), figure I.
 *
 * Words: the six of the state, oldest first; then for each bit of a step count the matrix of that
 * many steps of the first recurrence and of the second, row by row. */
#define MRG_M1 4294967087u
#define MRG_M2 4294944443u

typedef struct {
    MR_ULONG_T x[3], y[3];
} mr_mrg32k3a_t;

MR_FN void mr_mrg32k3a_step(mr_mrg32k3a_t *s, MR_WORDS_T words)
{
    (void)words;
    const MR_ULONG_T x =
        (1403580 * s->x[1] + 810728 * (MRG_M1 - s->x[0])) % MRG_M1;
    const MR_ULONG_T y = (527612 * s->y[2] + 1370589 * (MRG_M2 - s->y[0])) % MRG_M2;
    s->x[0] = s->x[1];
    s->x[1] = s->x[2];
    s->x[2] = x;
    s->y[0] = s->y[1];
    s->y[1] = s->y[2];
    s->y[2] = y;
}

/* v = matrix v modulo m; products are below 2^64, sums of remainders too. */
MR_FN void mr_mrg32k3a_apply(MR_ULONG_T *v, MR_WORDS_T matrix, MR_ULONG_T m)
{
    MR_ULONG_T result[3];
    for (int row = 0; row < 3; row++) {
        MR_ULONG_T sum = 0;
        for (int k = 0; k < 3; k++) sum += matrix[3 * row + k] * v[k] % m;
        result[row] = sum % m;
    }
    for (int k = 0; k < 3; k++) v[k] = result[k];
}

/* Term n is what step n+1 makes. */
MR_FN void mr_mrg32k3a_jump(mr_mrg32k3a_t *s, MR_ULONG_T n, MR_WORDS_T words)
{
    for (int k = 0; k < 3; k++) {
        s->x[k] = words[k];
        s->y[k] = words[3 + k];
    }
    for (int bit = 0; bit < 64; bit++) {
        if (!(n >> bit & 1)) continue;
        mr_mrg32k3a_apply(s->x, words + 6 + 18 * bit, MRG_M1);
        mr_mrg32k3a_apply(s->y, words + 6 + 18 * bit + 9, MRG_M2);
    }
    mr_mrg32k3a_step(s, words);
}

/* 1 to MRG_M1. */
MR_FN MR_ULONG_T mr_mrg32k3a_term(const mr_mrg32k3a_t *s)
{
    return s->x[2] > s->y[2] ? s->x[2] - s->y[2] : s->x[2] + MRG_M1 - s->y[2];
}
