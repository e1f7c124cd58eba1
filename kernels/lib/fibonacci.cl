// function: u64 fibonacci(i) own
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
MR_FN vu64 mr_fibonacci_strip(MR_ULONG_T n0)
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
