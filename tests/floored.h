/* Division of floats that rounds down, in C. */
#ifndef MR_TESTS_FLOORED_H
#define MR_TESTS_FLOORED_H

#include <math.h>

/* As CPython's float_divmod() and NumPy's npy_divmod(), for double and for float. */
#define FLOORED(type, suffix)                                                                      \
    static inline type floored_mod##suffix(type x, type y)                                         \
    {                                                                                              \
        type rest = fmod##suffix(x, y);                                                            \
        if (rest == 0) return copysign##suffix(rest, y);                                           \
        return (rest < 0) != (y < 0) ? rest + y : rest;                                            \
    }                                                                                              \
    static inline type floored_quotient##suffix(type x, type y)                                    \
    {                                                                                              \
        type rest = fmod##suffix(x, y), quotient = (x - rest) / y;                                 \
        if (y == 0) return x / y;                                                                  \
        if (rest != 0 && (rest < 0) != (y < 0)) quotient -= 1;                                     \
        if (quotient == 0) return copysign##suffix(0, x / y);                                      \
        type whole = floor##suffix(quotient);                                                      \
        return quotient - whole > (type)0.5 ? whole + 1 : whole;                                   \
    }
FLOORED(double, )
FLOORED(float, f)

#undef FLOORED

#endif
