// function: integers gcd(x, y)
/* The greatest number that divides both, by Euclid's algorithm: 93 divisions at most, after two
 * neighbours in the Fibonacci numbers. gcd(x, 0) is |x|, of which the least integer's wraps. */
#define MR_GCD(bits)                                                                              \
    MR_FN vu##bits mr_gcd_u##bits(vu##bits x, vu##bits y)                                         \
    {                                                                                             \
        const vu##bits none = K_U##bits(0), one = K_U##bits(1);                                   \
        vm##bits is_open = y != none;                                                             \
        while (MASK_ANY(is_open)) {                                                               \
            const vu##bits rest = x % (is_open ? y : one);                                        \
            x = is_open ? y : x;                                                                  \
            y = rest;                                                                             \
            is_open = y != none;                                                                  \
        }                                                                                         \
        return x;                                                                                 \
    }                                                                                             \
    MR_FN vi##bits mr_gcd_i##bits(vi##bits x, vi##bits y)                                         \
    {                                                                                             \
        const vu##bits none = K_U##bits(0), a = AS_U##bits(x), b = AS_U##bits(y);                 \
        return AS_I##bits(mr_gcd_u##bits(x < K_I##bits(0) ? none - a : a,                         \
                                         y < K_I##bits(0) ? none - b : b));                       \
    }
MR_GCD(32)
MR_GCD(64)
