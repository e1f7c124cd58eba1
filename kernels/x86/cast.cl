// needs: operations/saturate.cl
/* AVX2 does not convert vectors of f64 to integers of 64 bits. Where all lanes are below 2^51, the
 * low bits of 1.5 * 2^52 + the whole part are that part. */
#if defined(MR_FP64) && MR_X86 == 256 && W == 8
MR_SATURATE(any_f64_i64, vf64, vi64, TO_M64, TO_M64, TO_I64, -0x1p63, 0x1p63, LONG_MIN, LONG_MAX)
MR_SATURATE(any_f64_u64, vf64, vu64, TO_M64, TO_M64, TO_U64, 0.0, 0x1p64, 0ul, ULONG_MAX)
#define WHOLE_4(x) __builtin_ia32_roundpd256(x, 3)
#define WHOLE_ZERO as_long8((double8)(0x1.8p52))
#define WHOLE_BITS(x)                                                                             \
    (as_long8((double8)(WHOLE_4((x).lo), WHOLE_4((x).hi)) + 0x1.8p52) - WHOLE_ZERO)
#define ANY_OF_8(m) __builtin_ia32_movmskpd256(as_double4((m).lo | (m).hi))
MR_FN vi64 cast_f64_i64(const vf64 x)
{
    if (ANY_OF_8(!(fabs(x) < 0x1p51))) return any_f64_i64(x);
    return WHOLE_BITS(x);
}
MR_FN vu64 cast_f64_u64(const vf64 x)
{
    if (ANY_OF_8(!(x < 0x1p51) | !(x >= 0.0))) return any_f64_u64(x);
    return as_ulong8(WHOLE_BITS(x));
}
#define MR_CASTS_F64_64 1
#endif
