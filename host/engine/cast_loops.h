/* The loops of casts, for a file that has them: of all lanes, or with MR_ONE_LANE of one. */
#ifndef MR_ENGINE_CAST_LOOPS_H
#define MR_ENGINE_CAST_LOOPS_H

#include "engine/loop_forms.h"

/* Bits are those of the target; conversions between integers are modulo 2^n. */
#define PLAIN(from, F, to, T) LOOP_1(from##_to_##to, T, F, T, x)
#define PLAIN_FROM(from, F)                                                                        \
    PLAIN(from, F, i32, int32_t)                                                                   \
    PLAIN(from, F, u32, uint32_t)                                                                  \
    PLAIN(from, F, i64, int64_t)                                                                   \
    PLAIN(from, F, u64, uint64_t)                                                                  \
    PLAIN(from, F, f32, float)                                                                     \
    PLAIN(from, F, f64, double)                                                                    \
    LOOP_1(from##_to_bool, uint8_t, F, F, x != 0)

PLAIN_FROM(byte, uint8_t)
PLAIN_FROM(i32, int32_t)
PLAIN_FROM(u32, uint32_t)
PLAIN_FROM(i64, int64_t)
PLAIN_FROM(u64, uint64_t)

/* The operand is clamped to [low, below] before it is converted, so that no lane overflows:
 * `below` is the last float before 2^n (or the largest integer itself), `top` is 2^n. */
#define SATURATING(from, F, to, T, low, below, top, largest)                                       \
    LOOP_1(from##_to_##to, T, F, T,                                                                \
           x >= (top) ? (T)(largest)                                                               \
           : x != x   ? (T)0                                                                       \
                      : (T)(x > (low) ? x < (below) ? x : (below) : (low)))

SATURATING(f32, float, i32, int32_t, -0x1p31f, 0x1.fffffep30f, 0x1p31f, INT32_MAX)
SATURATING(f32, float, u32, uint32_t, 0.0f, 0x1.fffffep31f, 0x1p32f, UINT32_MAX)
SATURATING(f32, float, i64, int64_t, -0x1p63f, 0x1.fffffep62f, 0x1p63f, INT64_MAX)
SATURATING(f32, float, u64, uint64_t, 0.0f, 0x1.fffffep63f, 0x1p64f, UINT64_MAX)
SATURATING(f64, double, i32, int32_t, -0x1p31, 0x1.fffffffcp30, 0x1p31, INT32_MAX)
SATURATING(f64, double, u32, uint32_t, 0.0, 0x1.fffffffep31, 0x1p32, UINT32_MAX)
SATURATING(f64, double, i64, int64_t, -0x1p63, 0x1.fffffffffffffp62, 0x1p63, INT64_MAX)
SATURATING(f64, double, u64, uint64_t, 0.0, 0x1.fffffffffffffp63, 0x1p64, UINT64_MAX)
PLAIN(f32, float, f64, double)
PLAIN(f64, double, f32, float)
LOOP_1(f32_to_bool, uint8_t, float, uint32_t, x != 0.0f)
LOOP_1(f64_to_bool, uint8_t, double, uint64_t, x != 0.0)

PLAIN(f32, float, f32, float)
PLAIN(f64, double, f64, double)

#define CASTS_TO(to)                                                                               \
    {                                                                                              \
        [MR_BOOL] = byte_to_##to, [MR_I32] = i32_to_##to, [MR_U32] = u32_to_##to,                  \
        [MR_I64] = i64_to_##to, [MR_U64] = u64_to_##to, [MR_F32] = f32_to_##to,                    \
        [MR_F64] = f64_to_##to                                                                     \
    }
static const mr_lane_loop casts[MR_DTYPE_COUNT][MR_DTYPE_COUNT] = {
    [MR_BOOL] = CASTS_TO(bool), [MR_I32] = CASTS_TO(i32), [MR_U32] = CASTS_TO(u32),
    [MR_I64] = CASTS_TO(i64),   [MR_U64] = CASTS_TO(u64), [MR_F32] = CASTS_TO(f32),
    [MR_F64] = CASTS_TO(f64),
};

mr_lane_loop MR_LANE_NAME(cast)(mr_dtype to, mr_dtype from)
{
    return casts[to][from];
}

#endif
