/* 128-bit products, schoolbook in 32-bit digits where vectors have no other. Where work-items share
 * leaves, as on GPUs, lanes are values of their own, and those have one. */
#ifdef SPAN
#define MR_MUL_HIGH(a, b) mul_hi(a, K_U64(b))
#endif
typedef struct {
    vu64 low, high;
} mr_product;

/* By a number that is the same in all lanes: the low half is made of the products that the high one
 * needs. */
MR_FN mr_product mr_product_of(vu64 a, MR_ULONG_T b)
{
    mr_product p;
#ifdef MR_MUL_HIGH
    p.low = a * b;
    p.high = MR_MUL_HIGH(a, b);
#else
    const vu64 digit = K_U64(0xffffffff), b_low = K_U64(b & 0xffffffff), b_high = K_U64(b >> 32);
    const vu64 a_low = a & digit, a_high = a >> 32;
    const vu64 low = a_low * b_low, middle = a_high * b_low + (low >> 32);
    const vu64 other = a_low * b_high + (middle & digit);
    p.low = (other << 32) | (low & digit);
    p.high = a_high * b_high + (middle >> 32) + (other >> 32);
#endif
    return p;
}

/* The high half alone. */
MR_FN vu64 mr_product_high(vu64 a, vu64 b)
{
#ifdef MR_MUL_HIGH
    return MR_MUL_HIGH(a, b);
#else
    const vu64 digit = K_U64(0xffffffff);
    vu64 a_low = a & digit, a_high = a >> 32, b_low = b & digit, b_high = b >> 32;
    vu64 low = a_low * b_low, middle = a_high * b_low + (low >> 32);
    vu64 other = a_low * b_high + (middle & digit);
    return a_high * b_high + (middle >> 32) + (other >> 32);
#endif
}
