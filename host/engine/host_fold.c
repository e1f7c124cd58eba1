#include "engine/host_fold.h"

#include <stdbool.h>
#include <string.h>

#include "engine/lane_loops.h"

/* One row a fold: name, operation, dtype, C type to compute in, older a with newer b. Sums and
 * products exist for the wide integers only, as unsigned, so that they wrap. A NaN is passed on. */
#define RING_FOLDS(ROW)                                                                            \
    ROW(sum_i64, MR_SUM, MR_I64, uint64_t, a + b)                                                  \
    ROW(sum_u64, MR_SUM, MR_U64, uint64_t, a + b)                                                  \
    ROW(sum_f32, MR_SUM, MR_F32, float, a + b)                                                     \
    ROW(sum_f64, MR_SUM, MR_F64, double, a + b)                                                    \
    ROW(prod_i64, MR_PROD, MR_I64, uint64_t, (a * b))                                              \
    ROW(prod_u64, MR_PROD, MR_U64, uint64_t, (a * b))                                              \
    ROW(prod_f32, MR_PROD, MR_F32, float, (a * b))                                                 \
    ROW(prod_f64, MR_PROD, MR_F64, double, (a * b))
#define ORDER_FOLDS(ROW)                                                                           \
    ROW(min_bool, MR_MIN, MR_BOOL, uint8_t, b < a ? b : a)                                         \
    ROW(min_i32, MR_MIN, MR_I32, int32_t, b < a ? b : a)                                           \
    ROW(min_u32, MR_MIN, MR_U32, uint32_t, b < a ? b : a)                                          \
    ROW(min_i64, MR_MIN, MR_I64, int64_t, b < a ? b : a)                                           \
    ROW(min_u64, MR_MIN, MR_U64, uint64_t, b < a ? b : a)                                          \
    ROW(min_f32, MR_MIN, MR_F32, float, b != b ? b : b < a ? b : a)                                \
    ROW(min_f64, MR_MIN, MR_F64, double, b != b ? b : b < a ? b : a)                               \
    ROW(max_bool, MR_MAX, MR_BOOL, uint8_t, a < b ? b : a)                                         \
    ROW(max_i32, MR_MAX, MR_I32, int32_t, a < b ? b : a)                                           \
    ROW(max_u32, MR_MAX, MR_U32, uint32_t, a < b ? b : a)                                          \
    ROW(max_i64, MR_MAX, MR_I64, int64_t, a < b ? b : a)                                           \
    ROW(max_u64, MR_MAX, MR_U64, uint64_t, a < b ? b : a)                                          \
    ROW(max_f32, MR_MAX, MR_F32, float, b != b ? b : a < b ? b : a)                                \
    ROW(max_f64, MR_MAX, MR_F64, double, b != b ? b : a < b ? b : a)

#define LOOPS(name, aggregate, dtype, T, operation)                                                \
    static inline T name(T a, T b)                                                                 \
    {                                                                                              \
        return operation;                                                                          \
    }                                                                                              \
    static mr_scalar name##_values(mr_scalar older, mr_scalar newer)                               \
    {                                                                                              \
        T a, b;                                                                                    \
        mr_lane_put(&a, dtype, older);                                                             \
        mr_lane_put(&b, dtype, newer);                                                             \
        a = name(a, b);                                                                            \
        return mr_lane_get(&a, dtype);                                                             \
    }                                                                                              \
    static void name##_pairs(void *out, const void *older, const void *newer, size_t count)        \
    {                                                                                              \
        T *results = out;                                                                          \
        const T *as = older, *bs = newer;                                                          \
        for (size_t k = 0; k < count; k++) results[k] = name(as[k], bs[k]);                        \
    }                                                                                              \
    static void name##_prefixes(void *out, const void *in, size_t count, mr_scalar before,         \
                                mr_scalar *within)                                                 \
    {                                                                                              \
        T *results = out;                                                                          \
        const T *xs = in;                                                                          \
        T earlier, prefix;                                                                         \
        mr_lane_put(&earlier, dtype, before);                                                      \
        mr_lane_put(&prefix, dtype, *within);                                                      \
        for (size_t k = 0; k < count; k++) {                                                       \
            prefix = name(prefix, xs[k]);                                                          \
            results[k] = name(earlier, prefix);                                                    \
        }                                                                                          \
        *within = mr_lane_get(&prefix, dtype);                                                     \
    }                                                                                              \
    static void name##_tree(void *out, const void *in, size_t count)                               \
    {                                                                                              \
        const T *xs = in;                                                                          \
        T lanes[MR_TREE_LANES];                                                                    \
        for (size_t l = 0; l < MR_TREE_LANES; l++)                                                 \
            mr_lane_put(&lanes[l], dtype, mr_fold_identity(aggregate, dtype));                     \
        for (size_t k = 0; k < count; k += MR_TREE_LANES)                                          \
            for (size_t l = 0; l < MR_TREE_LANES; l++) lanes[l] = name(lanes[l], xs[k + l]);       \
        for (size_t half = MR_TREE_LANES / 2; half; half /= 2)                                     \
            for (size_t l = 0; l < half; l++) lanes[l] = name(lanes[l], lanes[l + half]);          \
        memcpy(out, &lanes[0], sizeof lanes[0]);                                                   \
    }
RING_FOLDS(LOOPS)
ORDER_FOLDS(LOOPS)

const struct mr_fold_loops *mr_fold_loops(enum mr_aggregate aggregate, mr_dtype dtype)
{
    static const struct mr_fold_loops loops[MR_AGGREGATE_COUNT][MR_DTYPE_COUNT] = {
#define LOOPS_ROW(name, aggregate, dtype, T, operation)                                            \
    [aggregate][dtype] = {name##_values, name##_pairs, name##_prefixes, name##_tree},
        RING_FOLDS(LOOPS_ROW) ORDER_FOLDS(LOOPS_ROW)
#undef LOOPS_ROW
    };
    if (!loops[aggregate][dtype].pairs) return NULL;
    return &loops[aggregate][dtype];
}

/* By the sums of upper and of lower halves. */
#define ABOVE(name, T)                                                                             \
    static int64_t name(const void *in, size_t count)                                              \
    {                                                                                              \
        const T *xs = in;                                                                          \
        T upper = 0;                                                                               \
        uint64_t lower = 0;                                                                        \
        for (size_t k = 0; k < count; k++) {                                                       \
            upper += xs[k] >> 32;                                                                  \
            lower += (uint64_t)xs[k] & UINT32_MAX;                                                 \
        }                                                                                          \
        return ((int64_t)upper + (int64_t)(lower >> 32)) >> 32;                                    \
    }
ABOVE(above_i64, int64_t)
ABOVE(above_u64, uint64_t)

int64_t mr_fold_above(mr_dtype dtype, const void *in, size_t count)
{
    return dtype == MR_I64 ? above_i64(in, count) : above_u64(in, count);
}

#define MASK(name, U)                                                                              \
    static void name(void *out, const uint8_t *keep, const void *in, size_t count,                 \
                     const void *value)                                                            \
    {                                                                                              \
        U *results = out, other;                                                                   \
        const U *xs = in;                                                                          \
        memcpy(&other, value, sizeof other);                                                       \
        for (size_t k = 0; k < count; k++) {                                                       \
            const U mask = (U)(0 - (U)(keep[k] != 0));                                             \
            results[k] = (U)((xs[k] & mask) | (other & (U)~mask));                                 \
        }                                                                                          \
    }
MASK(mask_1, uint8_t)
MASK(mask_4, uint32_t)
MASK(mask_8, uint64_t)

void mr_fold_mask(void *out, const uint8_t *keep, const void *in, size_t count, mr_dtype dtype,
                  mr_scalar value)
{
    uint64_t lane;
    mr_lane_put(&lane, dtype, value);
    switch (mr_dtype_size(dtype)) {
    case 1: mask_1(out, keep, in, count, &lane); break;
    case 4: mask_4(out, keep, in, count, &lane); break;
    default: mask_8(out, keep, in, count, &lane); break;
    }
}

/* A later element takes the place only if it is strictly better. */
#define EXTREME(name, T, is_better)                                                                \
    static size_t name(const void *in, const uint8_t *keep, size_t count)                          \
    {                                                                                              \
        const T *xs = in;                                                                          \
        size_t best = count;                                                                       \
        for (size_t k = 0; k < count; k++) {                                                       \
            if (keep && !keep[k]) continue;                                                        \
            const T x = xs[k], y = xs[best < count ? best : k];                                    \
            if (best == count || (is_better)) best = k;                                            \
        }                                                                                          \
        return best;                                                                               \
    }
#define EXTREMES(suffix, T, is_nan)                                                                \
    EXTREME(smallest_##suffix, T, (x < y) | is_nan)                                                \
    EXTREME(largest_##suffix, T, (y < x) | is_nan)
EXTREMES(bool, uint8_t, false)
EXTREMES(i32, int32_t, false)
EXTREMES(u32, uint32_t, false)
EXTREMES(i64, int64_t, false)
EXTREMES(u64, uint64_t, false)
EXTREMES(f32, float, ((x != x) & (y == y)))
EXTREMES(f64, double, ((x != x) & (y == y)))

size_t mr_fold_extreme(enum mr_aggregate fold, mr_dtype dtype, const void *in, const uint8_t *keep,
                       size_t count)
{
    typedef size_t extreme(const void *in, const uint8_t *keep, size_t count);
    static extreme *const table[2][MR_DTYPE_COUNT] = {
        {[MR_BOOL] = smallest_bool,
         [MR_I32] = smallest_i32,
         [MR_U32] = smallest_u32,
         [MR_I64] = smallest_i64,
         [MR_U64] = smallest_u64,
         [MR_F32] = smallest_f32,
         [MR_F64] = smallest_f64},
        {[MR_BOOL] = largest_bool,
         [MR_I32] = largest_i32,
         [MR_U32] = largest_u32,
         [MR_I64] = largest_i64,
         [MR_U64] = largest_u64,
         [MR_F32] = largest_f32,
         [MR_F64] = largest_f64},
    };
    return table[fold == MR_MAX][dtype](in, keep, count);
}
