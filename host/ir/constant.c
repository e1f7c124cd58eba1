#include "ir/constant.h"

#include <math.h>
#include <string.h>

#include "ir/typing.h"

static const struct {
    double low, beyond; /* the first float below, and above, that does not fit; low may fit */
    int64_t least;
    uint64_t most;
} ranges[MR_DTYPE_COUNT] = {
    [MR_BOOL] = {0, 2, 0, 1},
    [MR_I32] = {-0x1p31, 0x1p31, INT32_MIN, INT32_MAX},
    [MR_U32] = {0, 0x1p32, 0, UINT32_MAX},
    [MR_I64] = {-0x1p63, 0x1p63, INT64_MIN, INT64_MAX},
    [MR_U64] = {0, 0x1p64, 0, UINT64_MAX},
};

static mr_scalar wrapped(mr_dtype to, uint64_t bits)
{
    if (to == MR_I32) return (mr_scalar){.i64 = (int32_t)(uint32_t)bits};
    if (to == MR_U32) return (mr_scalar){.u64 = (uint32_t)bits};
    return (mr_scalar){.u64 = bits};
}

static mr_scalar saturated(mr_dtype to, double value)
{
    if (isnan(value)) return (mr_scalar){.u64 = 0};
    if (value <= ranges[to].low) return (mr_scalar){.i64 = ranges[to].least};
    if (value >= ranges[to].beyond) return (mr_scalar){.u64 = ranges[to].most};
    if (value < 0) return (mr_scalar){.i64 = (int64_t)value};
    return (mr_scalar){.u64 = (uint64_t)value};
}

mr_scalar mr_scalar_cast(mr_dtype to, mr_dtype from, mr_scalar value)
{
    bool from_float = mr_dtype_is_float(from);
    if (to == from) return value;
    if (to == MR_BOOL) return (mr_scalar){.u64 = from_float ? value.f64 != 0.0 : value.u64 != 0};
    if (mr_dtype_is_float(to)) {
        double wide = from_float                 ? value.f64
                      : mr_dtype_is_signed(from) ? (double)value.i64
                                                 : (double)value.u64;
        /* One rounding, straight from the integer: by way of f64 there would be two. */
        float narrow = from_float                 ? (float)value.f64
                       : mr_dtype_is_signed(from) ? (float)value.i64
                                                  : (float)value.u64;
        return (mr_scalar){.f64 = to == MR_F32 ? (double)narrow : wide};
    }
    return from_float ? saturated(to, value.f64) : wrapped(to, value.u64);
}

uint64_t mr_scalar_word(mr_dtype dtype, mr_scalar value)
{
    if (dtype != MR_F32) return value.u64;
    const float narrow = (float)value.f64;
    uint32_t word;
    memcpy(&word, &narrow, sizeof word);
    return word;
}

mr_scalar mr_scalar_of_word(mr_dtype dtype, uint64_t word)
{
    const uint32_t low = (uint32_t)word;
    float narrow;
    if (dtype == MR_I32) return (mr_scalar){.i64 = (int32_t)low};
    if (dtype != MR_F32) return (mr_scalar){.u64 = word};
    memcpy(&narrow, &low, sizeof narrow);
    return (mr_scalar){.f64 = (double)narrow};
}

struct mr_number mr_number_of(mr_dtype dtype, mr_scalar value)
{
    bool negative = mr_dtype_is_signed(dtype) && value.i64 < 0;
    return (struct mr_number){
        .is_real = mr_dtype_is_float(dtype), .is_negative = negative, .value = value};
}

bool mr_number_as(const struct mr_number *number, mr_dtype dtype, mr_scalar *out)
{
    mr_dtype from = number->is_real ? MR_F64 : number->is_negative ? MR_I64 : MR_U64;
    double real = number->value.f64;
    *out = mr_scalar_cast(dtype, from, number->value);
    if (mr_dtype_is_float(dtype)) return true;
    if (number->is_real)
        return real == trunc(real) && real >= ranges[dtype].low && real < ranges[dtype].beyond;
    if (number->is_negative) return number->value.i64 >= ranges[dtype].least;
    return number->value.u64 <= ranges[dtype].most;
}
