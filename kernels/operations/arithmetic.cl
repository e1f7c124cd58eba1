/* Operations of host/ir/body.h that are more than one operator of OpenCL C. Names end in the lanes'
 * dtype. Signed arithmetic goes through unsigned: it wraps. */

/* Truncating division; the divisor is never 0 (host/ir/typing.c sees to it). -1 is taken out, since
 * the least integer divided by it overflows. */
#define MR_DIVISION(bits)                                                                         \
    MR_FN vi##bits div_i##bits(vi##bits a, vi##bits d)                                            \
    {                                                                                             \
        const vm##bits is_minus_one = d == (vi##bits)(-1);                                        \
        const vi##bits quotient = a / (is_minus_one ? (vi##bits)(1) : d);                         \
        return is_minus_one ? AS_I##bits((vu##bits)(0) - AS_U##bits(a)) : quotient;               \
    }                                                                                             \
    MR_FN vi##bits rem_i##bits(vi##bits a, vi##bits d)                                            \
    {                                                                                             \
        const vm##bits is_minus_one = d == (vi##bits)(-1);                                        \
        return is_minus_one ? (vi##bits)(0) : a % (is_minus_one ? (vi##bits)(1) : d);             \
    }
MR_DIVISION(32)
MR_DIVISION(64)

/* Not OpenCL's abs(): PoCL's lets the negation of the least integer overflow, and what follows is
 * then made of a number that is never negative. */
#define MR_ABS(bits)                                                                              \
    MR_FN vi##bits abs_i##bits(const vi##bits a)                                                  \
    {                                                                                             \
        return a < (vi##bits)(0) ? AS_I##bits((vu##bits)(0) - AS_U##bits(a)) : a;                 \
    }
MR_ABS(32)
MR_ABS(64)

/* Folds and minima on lanes or scalars alike: NaN wins, otherwise the first of equals. */
#define MIN_INTEGER(a, b) min(a, b)
#define MAX_INTEGER(a, b) max(a, b)
#define MIN_FLOAT(a, b) ((b) != (b) ? (b) : ((b) < (a) ? (b) : (a)))
#define MAX_FLOAT(a, b) ((b) != (b) ? (b) : ((a) < (b) ? (b) : (a)))
#define FOLD_ADD(a, b) ((a) + (b))
#define FOLD_MUL(a, b) ((a) * (b))
