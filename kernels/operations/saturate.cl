/* Saturating conversions; NaN gives 0. The limits are exact in their float type, and what is
 * converted always fits. */
#define MR_SATURATE(name, from, to, mask_from, mask_to, convert, low, limit, least, most)         \
    MR_FN to name(from x)                                                                         \
    {                                                                                             \
        const from inside = ((x > (from)(low)) & (x < (from)(limit))) ? x : (from)(0);            \
        const to value = convert(inside);                                                         \
        const to high = mask_to(x >= (from)(limit)) ? (to)(most) : value;                         \
        return mask_to(x <= (from)(low)) ? (to)(least) : high;                                    \
    }
