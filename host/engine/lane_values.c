/* Single values in lanes. */
#include <string.h>

#include "engine/lane_loops.h"

void mr_lane_put(void *out, mr_dtype dtype, mr_scalar value)
{
    union {
        uint8_t u8;
        uint32_t u32;
        uint64_t u64;
        float f32;
    } lane = {.u64 = value.u64};
    if (dtype == MR_BOOL) lane.u8 = value.u64 != 0;
    if (dtype == MR_I32 || dtype == MR_U32) lane.u32 = (uint32_t)value.u64;
    if (dtype == MR_F32) lane.f32 = (float)value.f64;
    memcpy(out, &lane, mr_dtype_size(dtype));
}

mr_scalar mr_lane_get(const void *in, mr_dtype dtype)
{
    uint32_t u32 = 0;
    float f32;
    mr_scalar value = {.u64 = 0};
    switch (dtype) {
    case MR_BOOL: value.u64 = *(const uint8_t *)in != 0; break;
    case MR_I32:
    case MR_U32:
        memcpy(&u32, in, sizeof u32);
        if (dtype == MR_I32)
            value.i64 = (int32_t)u32;
        else
            value.u64 = u32;
        break;
    case MR_F32:
        memcpy(&f32, in, sizeof f32);
        value.f64 = (double)f32;
        break;
    default: memcpy(&value, in, sizeof value); break;
    }
    return value;
}

void mr_lane_fill(void *out, mr_dtype dtype, mr_scalar value)
{
    size_t size = mr_dtype_size(dtype);
    unsigned char *lanes = out;
    mr_lane_put(lanes, dtype, value);
    for (size_t done = size; done < size * MR_LEAF; done *= 2) memcpy(lanes + done, lanes, done);
}
