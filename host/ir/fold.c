#include "ir/fold.h"

#include <math.h>

#include "ir/body.h"

bool mr_fold_chooses(enum mr_aggregate fold)
{
    return fold == MR_MIN || fold == MR_MAX;
}

static mr_scalar smallest(mr_dtype dtype)
{
    switch (dtype) {
    case MR_I32: return (mr_scalar){.i64 = INT32_MIN};
    case MR_I64: return (mr_scalar){.i64 = INT64_MIN};
    case MR_F32:
    case MR_F64: return (mr_scalar){.f64 = -(double)INFINITY};
    default: return (mr_scalar){.u64 = 0};
    }
}

static mr_scalar largest(mr_dtype dtype)
{
    switch (dtype) {
    case MR_BOOL: return (mr_scalar){.u64 = 1};
    case MR_I32: return (mr_scalar){.i64 = INT32_MAX};
    case MR_U32: return (mr_scalar){.u64 = UINT32_MAX};
    case MR_I64: return (mr_scalar){.i64 = INT64_MAX};
    case MR_U64: return (mr_scalar){.u64 = UINT64_MAX};
    default: return (mr_scalar){.f64 = (double)INFINITY};
    }
}

mr_scalar mr_fold_identity(enum mr_aggregate aggregate, mr_dtype dtype)
{
    if (aggregate == MR_MIN) return largest(dtype);
    if (aggregate == MR_MAX) return smallest(dtype);
    if (mr_dtype_is_float(dtype)) return (mr_scalar){.f64 = aggregate == MR_PROD ? 1.0 : 0.0};
    return (mr_scalar){.u64 = aggregate == MR_PROD ? 1 : 0};
}

static double fold_float(enum mr_aggregate aggregate, double a, double b)
{
    switch (aggregate) {
    case MR_SUM: return a + b;
    case MR_PROD: return a * b;
    case MR_MIN: return isnan(a) || isnan(b) ? (double)NAN : b < a ? b : a;
    default: return isnan(a) || isnan(b) ? (double)NAN : a < b ? b : a;
    }
}

static uint64_t fold_integer(enum mr_aggregate aggregate, bool is_signed, uint64_t a, uint64_t b)
{
    bool newer_is_less = is_signed ? (int64_t)b < (int64_t)a : b < a;
    bool older_is_less = is_signed ? (int64_t)a < (int64_t)b : a < b;
    switch (aggregate) {
    case MR_SUM: return a + b;
    case MR_PROD: return a * b;
    case MR_MIN: return newer_is_less ? b : a;
    default: return older_is_less ? b : a;
    }
}

mr_scalar mr_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_scalar older, mr_scalar newer)
{
    mr_scalar result;
    if (mr_dtype_is_float(dtype)) {
        result.f64 = fold_float(aggregate, older.f64, newer.f64);
        if (dtype == MR_F32) result.f64 = (double)(float)result.f64;
        return result;
    }
    result.u64 = fold_integer(aggregate, mr_dtype_is_signed(dtype), older.u64, newer.u64);
    if (dtype == MR_I32) result.i64 = (int32_t)(uint32_t)result.u64;
    if (dtype == MR_U32) result.u64 = (uint32_t)result.u64;
    return result;
}
