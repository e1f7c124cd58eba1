#if MR_X86 == 512 && W == 8
#define MASK_BITS(m) ((vbits)__builtin_ia32_cvtd2mask256(m))
#elif MR_X86 == 512 && W == 16
#define MASK_BITS(m) ((vbits)__builtin_ia32_cvtd2mask512(m))
#elif MR_X86 == 256 && W == 8
#define MASK_BITS(m) ((vbits)__builtin_ia32_movmskps256(as_float8(m)))
#elif MR_X86 == 256 && W == 16
#define MASK_BITS(m)                                                                              \
    ((vbits)(__builtin_ia32_movmskps256(as_float8((m).lo)) |                                      \
             __builtin_ia32_movmskps256(as_float8((m).hi)) << 8))
#endif
