// needs: saturate.cl cpu/cast.cl
/* Floats to integers; f64 to those of 64 bits is in cpu/cast.cl. */
MR_SATURATE(cast_f32_i32, vf32, vi32, TO_M32, TO_M32, TO_I32, -0x1p31f, 0x1p31f, INT_MIN, INT_MAX)
MR_SATURATE(cast_f32_u32, vf32, vu32, TO_M32, TO_M32, TO_U32, 0.0f, 0x1p32f, 0u, UINT_MAX)
MR_SATURATE(cast_f32_i64, vf32, vi64, TO_M32, TO_M64, TO_I64, -0x1p63f, 0x1p63f, LONG_MIN, LONG_MAX)
MR_SATURATE(cast_f32_u64, vf32, vu64, TO_M32, TO_M64, TO_U64, 0.0f, 0x1p64f, 0ul, ULONG_MAX)
#ifdef MR_FP64
MR_SATURATE(cast_f64_i32, vf64, vi32, TO_M64, TO_M32, TO_I32, -0x1p31, 0x1p31, INT_MIN, INT_MAX)
MR_SATURATE(cast_f64_u32, vf64, vu32, TO_M64, TO_M32, TO_U32, 0.0, 0x1p32, 0u, UINT_MAX)
#endif
