/* kernels/prelude.cl for plain C: the same names with one lane (W = 1), so that kernels/lib
 * compiles into the host engine. Include this, then the library's .cl files. */
#ifndef MR_ENGINE_C_PRELUDE_H
#define MR_ENGINE_C_PRELUDE_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "each operation on floats rounds to their own dtype");

#define W 1
#define IOTA 0
#define MR_FP64 1
#define MR_HOST 1

typedef uint8_t vbyte;
typedef int32_t vi32;
typedef uint32_t vu32;
typedef int64_t vi64;
typedef uint64_t vu64;
typedef float vf32;
typedef double vf64;
typedef int vm32;
typedef int vm64;

#define MR_REINTERPRET(name, to, from)                                                             \
    static inline to name(from value)                                                              \
    {                                                                                              \
        to result;                                                                                 \
        memcpy(&result, &value, sizeof result);                                                    \
        return result;                                                                             \
    }
MR_REINTERPRET(mr_f32_bits, uint32_t, float)
MR_REINTERPRET(mr_f64_bits, uint64_t, double)
MR_REINTERPRET(mr_bits_f32, float, uint32_t)
MR_REINTERPRET(mr_bits_f64, double, uint64_t)
#undef MR_REINTERPRET

#define AS_I32(x) _Generic((x), float : (int32_t)mr_f32_bits((float)(x)), default : (int32_t)(x))
#define AS_U32(x) _Generic((x), float : mr_f32_bits((float)(x)), default : (uint32_t)(x))
#define AS_I64(x) _Generic((x), double : (int64_t)mr_f64_bits((double)(x)), default : (int64_t)(x))
#define AS_U64(x) _Generic((x), double : mr_f64_bits((double)(x)), default : (uint64_t)(x))
#define AS_F32(x) mr_bits_f32((uint32_t)(x))
#define AS_F64(x) mr_bits_f64((uint64_t)(x))

#define TO_I32(x) ((int32_t)(x))
#define TO_U32(x) ((uint32_t)(x))
#define TO_I64(x) ((int64_t)(x))
#define TO_U64(x) ((uint64_t)(x))
#define TO_F32(x) ((float)(x))
#define TO_F64(x) ((double)(x))

#define TO_M32(m) (m)
#define TO_M64(m) (m)
#define MASK_BYTE(m) ((uint8_t)((m) != 0))
#define BYTE_MASK(b) ((b) != 0)
#define MASK_ANY(m) (m)

#define K_I32(x) ((int32_t)(x))
#define K_U32(x) ((uint32_t)(x))
#define K_I64(x) ((int64_t)(x))
#define K_U64(x) ((uint64_t)(x))
#define K_F32(x) ((float)(x))
#define K_F64(x) ((double)(x))

#define SQRT_F32(x) sqrtf(x)
#define FMA_F32(x, y, z) fmaf(x, y, z)
#define ABS_F32(x) fabsf(x)
#define FLOOR_F32(x) floorf(x)
#define CEIL_F32(x) ceilf(x)
#define TRUNC_F32(x) truncf(x)
#define RINT_F32(x) rintf(x)
#define COPYSIGN_F32(x, y) copysignf(x, y)
#define SQRT_F64(x) sqrt(x)
#define FMA_F64(x, y, z) fma(x, y, z)
#define ABS_F64(x) fabs(x)
#define FLOOR_F64(x) floor(x)
#define CEIL_F64(x) ceil(x)
#define TRUNC_F64(x) trunc(x)
#define RINT_F64(x) rint(x)
#define COPYSIGN_F64(x, y) copysign(x, y)

#define MR_TABLE(type, name, count) static const type name[count]
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 mr_wide;
#define MR_MUL_HIGH(a, b) ((uint64_t)((mr_wide)(a) * (b) >> 64))
#endif
#define MR_UINT_T uint32_t
#define MR_ULONG_T uint64_t
#define MR_LONG_T int64_t
#define MR_BINS_T uint64_t *
#define MR_F64_BITS(x) mr_f64_bits(x)
#define MR_F64_OF_BITS(x) mr_bits_f64(x)
#define VLOAD(p) (*(p))
#define VSTORE(v, p) (*(p) = (v))
#define MR_WORDS_T const uint64_t *
#define GATHER_F32(t, n) ((t)[n])
#define GATHER_F64(t, n) ((t)[n])
#define GATHER_U32(t, n) ((t)[n])
#define GATHER_U64(t, n) ((t)[n])

#define MR_FN static inline __attribute__((unused))

#endif
