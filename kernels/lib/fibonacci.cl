/* Fibonacci numbers, F(0) = 0, F(1) = 1, by doubling (Dijkstra, EWD 654):
 *     F(2k) = F(k) (2 F(k+1) - F(k)),    F(2k+1) = F(k)^2 + F(k+1)^2. */

/* F(n) modulo 2^64 in each lane; n counts as unsigned. */
MR_FN vu64 mr_fibonacci(vi64 n)
{
    const vu64 index = TO_U64(n), none = K_U64(0);
    const vm64 is_large = (index >> 7) != none;
    vu64 a = none, b = K_U64(1);
    for (int bit = MASK_ANY(is_large) ? 63 : 6; bit >= 0; bit--) {
        const vu64 even = a * (b + b - a), odd = a * a + b * b;
        const vm64 is_odd = ((index >> bit) & K_U64(1)) != none;
        a = is_odd ? odd : even;
        b = is_odd ? even + odd : odd;
    }
    return a;
}

/* F(l-1) and F(l) for each lane's number l. */
#if W == 1
#define FIBONACCI_BEFORE 1
#define FIBONACCI_AT 0
#elif W == 2
#define FIBONACCI_BEFORE 1, 0
#define FIBONACCI_AT 0, 1
#elif W == 4
#define FIBONACCI_BEFORE 1, 0, 1, 1
#define FIBONACCI_AT 0, 1, 1, 2
#elif W == 8
#define FIBONACCI_BEFORE 1, 0, 1, 1, 2, 3, 5, 8
#define FIBONACCI_AT 0, 1, 1, 2, 3, 5, 8, 13
#else
#define FIBONACCI_BEFORE 1, 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377
#define FIBONACCI_AT 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610
#endif

/* F(n0 + l) = F(n0) F(l-1) + F(n0+1) F(l) (Knuth, TAOCP 1, 1.2.8, equation 6). */
MR_FN vu64 mr_fibonacci_run(MR_ULONG_T n0)
{
    MR_ULONG_T a = 0, b = 1;
    for (int bit = n0 >> 7 ? 63 : 6; bit >= 0; bit--) {
        const MR_ULONG_T even = a * (b + b - a), odd = a * a + b * b;
        const int is_odd = (n0 >> bit & 1) != 0;
        a = is_odd ? odd : even;
        b = is_odd ? even + odd : odd;
    }
    return K_U64(a) * (vu64)(FIBONACCI_BEFORE) + K_U64(b) * (vu64)(FIBONACCI_AT);
}

/* x + y modulo m; both are below m. */
MR_FN MR_ULONG_T mr_fibonacci_add(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
{
    return x >= m - y ? x - (m - y) : x + y;
}

/* (high * 2^32 + digit) modulo m, where high < m and m has its highest bit set: one step of a long
 * division in digits of 32 bits (Knuth, TAOCP 2, 4.3.1, algorithm D). The guessed quotient digit is
 * too large by 2 at most. */
MR_FN MR_ULONG_T mr_fibonacci_digit(MR_ULONG_T high, MR_ULONG_T digit, MR_ULONG_T m)
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
MR_FN MR_ULONG_T mr_fibonacci_multiply(MR_ULONG_T x, MR_ULONG_T y, MR_ULONG_T m)
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
    upper = mr_fibonacci_digit(upper, lower >> 32, m);
    return mr_fibonacci_digit(upper, lower & mask, m) >> shift;
}

/* F(n) and F(n+1) modulo m. */
typedef struct {
    MR_ULONG_T at, after;
} mr_fibonacci_mod_t;

MR_FN void mr_fibonacci_mod_jump(mr_fibonacci_mod_t *state, MR_ULONG_T n, MR_ULONG_T m)
{
    MR_ULONG_T a = 0, b = 1 % m;
    for (int bit = 63; bit >= 0; bit--) {
        if (!(n >> bit)) continue;
        const MR_ULONG_T twice = mr_fibonacci_add(b, b, m);
        const MR_ULONG_T even = mr_fibonacci_multiply(a, twice >= a ? twice - a : twice + (m - a), m);
        const MR_ULONG_T odd = mr_fibonacci_add(mr_fibonacci_multiply(a, a, m),
                                                mr_fibonacci_multiply(b, b, m), m);
        const int is_odd = (n >> bit & 1) != 0;
        a = is_odd ? odd : even;
        b = is_odd ? mr_fibonacci_add(even, odd, m) : odd;
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
    const MR_ULONG_T next = mr_fibonacci_add(state->at, state->after, m);
    state->at = state->after;
    state->after = next;
}
