// needs: operations/saturate.cl
/* Conversions of f64 to integers of 64 bits, by the device's own. */
#if defined(MR_FP64) && !defined(MR_CASTS_F64_64)
MR_SATURATE(cast_f64_i64, vf64, vi64, TO_M64, TO_M64, TO_I64, -0x1p63, 0x1p63, LONG_MIN, LONG_MAX)
MR_SATURATE(cast_f64_u64, vf64, vu64, TO_M64, TO_M64, TO_U64, 0.0, 0x1p64, 0ul, ULONG_MAX)
#endif
