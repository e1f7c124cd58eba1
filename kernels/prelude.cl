// needs: architecture.cl
/* Lanes: the common ground of generated kernels and of kernels/lib.
 *
 * A program is built for one width W (1, 2, 4, 8 or 16 lanes, defined before this text). The types
 * vi32 vu32 vi64 vu64 vf32 vf64 hold W lanes; vm32 and vm64 are the masks that comparisons of
 * 32-bit and 64-bit lanes give. host/engine/c_prelude.h gives the same names to plain C with W = 1,
 * so one source of a library function serves both engines.
 *
 * In code that both compile: arithmetic operators, `mask ? a : b` with a mask as wide as its
 * operands, `&`, `|`, `!` on masks, and the macros below. */
#pragma OPENCL FP_CONTRACT OFF

#define MR_PASTE_(a, b) a##b
#define MR_PASTE(a, b) MR_PASTE_(a, b)
#if W == 1
#define MR_LANES(name) name
#else
#define MR_LANES(name) MR_PASTE(name, W)
#endif

typedef MR_LANES(uchar) vbyte;
typedef MR_LANES(int) vi32;
typedef MR_LANES(uint) vu32;
typedef MR_LANES(long) vi64;
typedef MR_LANES(ulong) vu64;
typedef MR_LANES(float) vf32;
#if W == 1
typedef int vm32;
typedef int vm64;
#else
typedef MR_LANES(int) vm32;
typedef MR_LANES(long) vm64;
#endif

/* Bits reinterpreted. */
#define AS_I32(x) MR_LANES(as_int)(x)
#define AS_U32(x) MR_LANES(as_uint)(x)
#define AS_I64(x) MR_LANES(as_long)(x)
#define AS_U64(x) MR_LANES(as_ulong)(x)
#define AS_F32(x) MR_LANES(as_float)(x)

/* Values converted: integers modulo 2^n, integer to float rounded to nearest even,
 * float to integer truncated and defined only where the result fits. */
#define TO_I32(x) MR_LANES(convert_int)(x)
#define TO_U32(x) MR_LANES(convert_uint)(x)
#define TO_I64(x) MR_LANES(convert_long)(x)
#define TO_U64(x) MR_LANES(convert_ulong)(x)
#define TO_F32(x) MR_LANES(convert_float)(x)

/* Masks of one width as masks of the other; a mask as 0 or 1 in a byte; a byte as a mask. */
#if W == 1
#define TO_M32(m) (m)
#define TO_M64(m) (m)
#define MASK_BYTE(m) ((uchar)((m) != 0))
#define BYTE_MASK(b) ((b) != 0)
#define MASK_ANY(m) (m)
#else
#define TO_M32(m) MR_LANES(convert_int)(m)
#define TO_M64(m) MR_LANES(convert_long)(m)
#define MASK_BYTE(m) (MR_LANES(convert_uchar)(m) & (vbyte)1)
#define BYTE_MASK(b) (MR_LANES(convert_int)(b) != (vi32)0)
#define MASK_ANY(m) any(m)
#endif

/* Constants of every lane. K_F64(0x1p-53) and so on. */
#define K_I32(x) ((vi32)(x))
#define K_U32(x) ((vu32)(x))
#define K_I64(x) ((vi64)(x))
#define K_U64(x) ((vu64)(x))
#define K_F32(x) ((vf32)(x))

/* Correctly rounded or exact on every device. */
#define SQRT_F32(x) sqrt((vf32)(x))
#define FMA_F32(x, y, z) fma((vf32)(x), (vf32)(y), (vf32)(z))
#define ABS_F32(x) fabs((vf32)(x))
#define FLOOR_F32(x) floor((vf32)(x))
#define CEIL_F32(x) ceil((vf32)(x))
#define TRUNC_F32(x) trunc((vf32)(x))
#define RINT_F32(x) rint((vf32)(x)) /* half to even */
#define COPYSIGN_F32(x, y) copysign((vf32)(x), (vf32)(y))

/* Tables: MR_TABLE(float, mr_log_table, 128) = { ... }; a lane k of GATHER_F32(table, index)
 * is table[index lane k]; index holds integers of any width. */
#define MR_TABLE(type, name, count) __constant type name[count]
#define MR_UINT_T uint
#define MR_ULONG_T ulong
#define MR_LONG_T long
#define MR_BINS_T __global ulong *
#define MR_WORDS_T __global const ulong * /* words that the sequence owns: IR_WORDS */
#if W == 1
#define MR_GATHER(type, t, n) ((t)[n])
#elif W == 2
#define MR_GATHER(type, t, n) ((type)((t)[(n).s0], (t)[(n).s1]))
#elif W == 4
#define MR_GATHER(type, t, n) ((type)((t)[(n).s0], (t)[(n).s1], (t)[(n).s2], (t)[(n).s3]))
#elif W == 8
#define MR_GATHER(type, t, n)                                                                     \
    ((type)((t)[(n).s0], (t)[(n).s1], (t)[(n).s2], (t)[(n).s3], (t)[(n).s4], (t)[(n).s5],         \
            (t)[(n).s6], (t)[(n).s7]))
#elif W == 16
#define MR_GATHER(type, t, n)                                                                     \
    ((type)((t)[(n).s0], (t)[(n).s1], (t)[(n).s2], (t)[(n).s3], (t)[(n).s4], (t)[(n).s5],         \
            (t)[(n).s6], (t)[(n).s7], (t)[(n).s8], (t)[(n).s9], (t)[(n).sa], (t)[(n).sb],         \
            (t)[(n).sc], (t)[(n).sd], (t)[(n).se], (t)[(n).sf]))
#endif
#define GATHER_F32(t, n) MR_GATHER(vf32, t, n)
#define GATHER_U32(t, n) MR_GATHER(vu32, t, n)
#define GATHER_U64(t, n) MR_GATHER(vu64, t, n)

/* f64 only where the device has it (the emitter defines MR_FP64 then). */
#ifdef MR_FP64
typedef MR_LANES(double) vf64;
#define AS_F64(x) MR_LANES(as_double)(x)
#define TO_F64(x) MR_LANES(convert_double)(x)
#define K_F64(x) ((vf64)(x))
#define SQRT_F64(x) sqrt((vf64)(x))
#define FMA_F64(x, y, z) fma((vf64)(x), (vf64)(y), (vf64)(z))
#define ABS_F64(x) fabs((vf64)(x))
#define FLOOR_F64(x) floor((vf64)(x))
#define CEIL_F64(x) ceil((vf64)(x))
#define TRUNC_F64(x) trunc((vf64)(x))
#define RINT_F64(x) rint((vf64)(x))
#define COPYSIGN_F64(x, y) copysign((vf64)(x), (vf64)(y))
#define GATHER_F64(t, n) MR_GATHER(vf64, t, n)
/* For one number, however many lanes there are. */
#define MR_F64_BITS(x) as_ulong(x)
#define MR_F64_OF_BITS(x) as_double(x)
#endif

/* Library functions begin with this. */
#define MR_FN static inline
