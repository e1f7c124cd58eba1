#ifdef MASK_BITS
#elif W == 1
#define MASK_BITS(m) ((vbits)((m) != 0))
#else
#define MASK_BITS(m) ((vbits)sum_i32((m) & (vi32)(1) << (vi32)(IOTA)))
#endif
