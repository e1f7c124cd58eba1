#include "ir/fold_class.h"

#include <math.h>

#include "ir/body.h"

static mr_scalar mr_smallest(mr_dtype dtype)
{
    switch (dtype) {
    case MR_I32: return (mr_scalar){.i64 = INT32_MIN};
    case MR_I64: return (mr_scalar){.i64 = INT64_MIN};
    case MR_F32:
    case MR_F64: return (mr_scalar){.f64 = -(double)INFINITY};
    default: return (mr_scalar){.u64 = 0};
    }
}

static mr_scalar mr_largest(mr_dtype dtype)
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

#define RING(name, fold, adds, identity, operation, kernel)                                        \
    static mr_scalar name##_identity(mr_dtype dtype)                                               \
    {                                                                                              \
        if (mr_dtype_is_float(dtype)) return (mr_scalar){.f64 = identity};                         \
        return (mr_scalar){.u64 = identity};                                                       \
    }                                                                                              \
    static double name##_floats(double a, double b)                                                \
    {                                                                                              \
        return operation;                                                                          \
    }                                                                                              \
    static uint64_t name##_integers(bool is_signed, uint64_t a, uint64_t b)                        \
    {                                                                                              \
        (void)is_signed;                                                                           \
        return operation;                                                                          \
    }
#define ORDER(name, fold, takes, sign, identity, integers, floats)                                 \
    static mr_scalar name##_identity(mr_dtype dtype)                                               \
    {                                                                                              \
        return identity(dtype);                                                                    \
    }                                                                                              \
    static double name##_floats(double a, double b)                                                \
    {                                                                                              \
        return isnan(b) ? b : (takes) ? b : a;                                                     \
    }                                                                                              \
    static bool name##_takes(int64_t a, int64_t b)                                                 \
    {                                                                                              \
        return takes;                                                                              \
    }                                                                                              \
    static uint64_t name##_integers(bool is_signed, uint64_t a, uint64_t b)                        \
    {                                                                                              \
        bool takes_place = is_signed ? name##_takes((int64_t)a, (int64_t)b) : takes;               \
        return takes_place ? b : a;                                                                \
    }
MR_RING_FOLDS(RING)
MR_ORDER_FOLDS(ORDER)

struct fold {
    struct mr_fold_class class;
    mr_scalar (*identity)(mr_dtype dtype);
    double (*floats)(double older, double newer);
    uint64_t (*integers)(bool is_signed, uint64_t older, uint64_t newer);
};

static const struct fold folds[MR_AGGREGATE_COUNT] = {
#define RING_ROW(name, fold, adds, identity, operation, kernel)                                    \
    [fold] = {{adds, false, NULL, kernel, kernel}, name##_identity, name##_floats, name##_integers},
#define ORDER_ROW(name, fold, takes, sign, identity, integers, floats)                             \
    [fold] = {                                                                                     \
        {false, true, sign, integers, floats}, name##_identity, name##_floats, name##_integers},
    MR_RING_FOLDS(RING_ROW) MR_ORDER_FOLDS(ORDER_ROW)};

const struct mr_fold_class *mr_fold_of(enum mr_aggregate aggregate)
{
    return folds[aggregate].identity ? &folds[aggregate].class : NULL;
}

bool mr_fold_chooses(enum mr_aggregate fold)
{
    return folds[fold].class.chooses;
}

mr_scalar mr_fold_identity(enum mr_aggregate aggregate, mr_dtype dtype)
{
    return folds[aggregate].identity(dtype);
}

mr_scalar mr_fold(enum mr_aggregate aggregate, mr_dtype dtype, mr_scalar older, mr_scalar newer)
{
    const struct fold *fold = &folds[aggregate];
    mr_scalar result;
    if (mr_dtype_is_float(dtype)) {
        result.f64 = fold->floats(older.f64, newer.f64);
        if (dtype == MR_F32) result.f64 = (double)(float)result.f64;
        return result;
    }
    result.u64 = fold->integers(mr_dtype_is_signed(dtype), older.u64, newer.u64);
    if (dtype == MR_I32) result.i64 = (int32_t)(uint32_t)result.u64;
    if (dtype == MR_U32) result.u64 = (uint32_t)result.u64;
    return result;
}
