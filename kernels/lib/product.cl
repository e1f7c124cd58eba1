/* The high half of a 128-bit product, schoolbook in 32-bit digits where vectors have no other. */
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
