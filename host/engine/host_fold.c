#include "engine/host_fold.h"

#include <stdbool.h>
#include <string.h>

#include "engine/lane_loops.h"

/* A row of the loops: name, fold, dtype, C type to compute in, older a with newer b. Sums and
 * products exist for the wide integers only, as unsigned, so that they wrap. A NaN is passed on. */
#define RING_LOOPS(name, fold, operation, ROW)                                                     \
    ROW(name##_i64, fold, MR_I64, uint64_t, operation)                                             \
    ROW(name##_u64, fold, MR_U64, uint64_t, operation)                                             \
    ROW(name##_f32, fold, MR_F32, float, operation)                                                \
    ROW(name##_f64, fold, MR_F64, double, operation)
#define ORDER_LOOPS(name, fold, takes, ROW)                                                        \
    ROW(name##_bool, fold, MR_BOOL, uint8_t, (takes) ? b : a)                                      \
    ROW(name##_i32, fold, MR_I32, int32_t, (takes) ? b : a)                                        \
    ROW(name##_u32, fold, MR_U32, uint32_t, (takes) ? b : a)                                       \
    ROW(name##_i64, fold, MR_I64, int64_t, (takes) ? b : a)                                        \
    ROW(name##_u64, fold, MR_U64, uint64_t, (takes) ? b : a)                                       \
    ROW(name##_f32, fold, MR_F32, float, b != b ? b : (takes) ? b : a)                             \
    ROW(name##_f64, fold, MR_F64, double, b != b ? b : (takes) ? b : a)

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
        T lanes[MR_TREE_LANES], identity;                                                          \
        mr_lane_put(&identity, dtype, mr_fold_identity(aggregate, dtype));                         \
        for (size_t l = 0; l < MR_TREE_LANES; l++) lanes[l] = identity;                            \
        for (size_t k = 0; k < count; k += MR_TREE_LANES)                                          \
            for (size_t l = 0; l < MR_TREE_LANES; l++) lanes[l] = name(lanes[l], xs[k + l]);       \
        for (size_t half = MR_TREE_LANES / 2; half; half /= 2)                                     \
            for (size_t l = 0; l < half; l++) lanes[l] = name(lanes[l], lanes[l + half]);          \
        memcpy(out, &lanes[0], sizeof lanes[0]);                                                   \
    }                                                                                              \
    static void name##_trees(void *out, const void *in, size_t count, size_t extent)               \
    {                                                                                              \
        T *results = out, lanes[MR_TREE_LANES], identity;                                          \
        const T *xs = in;                                                                          \
        size_t width = MR_TREE_LANES;                                                              \
        mr_lane_put(&identity, dtype, mr_fold_identity(aggregate, dtype));                         \
        while (width / 2 >= extent) width /= 2; /* the other lanes hold the identity */            \
        for (size_t at = 0; at < count; at += extent, xs += extent) {                              \
            const size_t n = count - at < extent ? count - at : extent;                            \
            size_t k = 0;                                                                          \
            for (size_t l = 0; l < width; l++) lanes[l] = identity;                                \
            for (; k + width <= n; k += width)                                                     \
                for (size_t l = 0; l < width; l++) lanes[l] = name(lanes[l], xs[k + l]);           \
            for (size_t l = 0; k + l < n; l++) lanes[l] = name(lanes[l], xs[k + l]);               \
            for (size_t half = width / 2; half; half /= 2)                                         \
                for (size_t l = 0; l < half; l++) lanes[l] = name(lanes[l], lanes[l + half]);      \
            *results++ = lanes[0];                                                                 \
        }                                                                                          \
    }
#define RING(name, fold, adds, identity, operation, kernel) RING_LOOPS(name, fold, operation, LOOPS)
#define ORDER(name, fold, takes, sign, identity, integers, floats)                                 \
    ORDER_LOOPS(name, fold, takes, LOOPS)
MR_RING_FOLDS(RING)
MR_ORDER_FOLDS(ORDER)

const struct mr_fold_loops *mr_fold_loops(enum mr_aggregate aggregate, mr_dtype dtype)
{
    static const struct mr_fold_loops loops[MR_AGGREGATE_COUNT][MR_DTYPE_COUNT] = {
#define LOOPS_ROW(name, aggregate, dtype, T, operation)                                            \
    [aggregate][dtype] = {name##_values, name##_pairs, name##_prefixes, name##_tree, name##_trees},
#define RING_ROWS(name, fold, adds, identity, operation, kernel)                                   \
    RING_LOOPS(name, fold, operation, LOOPS_ROW)
#define ORDER_ROWS(name, fold, takes, sign, identity, integers, floats)                            \
    ORDER_LOOPS(name, fold, takes, LOOPS_ROW)
        MR_RING_FOLDS(RING_ROWS) MR_ORDER_FOLDS(ORDER_ROWS)};
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

/* The first of the best: a later element takes the place only if it is strictly better. */
#define FIRST_BEST(name, T, takes)                                                                 \
    static size_t name(const void *in, const uint8_t *keep, size_t count)                          \
    {                                                                                              \
        const T *xs = in;                                                                          \
        size_t best = count;                                                                       \
        for (size_t k = 0; k < count; k++) {                                                       \
            if (keep && !keep[k]) continue;                                                        \
            const T b = xs[k], a = xs[best < count ? best : k];                                    \
            if (best == count || (takes)) best = k;                                                \
        }                                                                                          \
        return best;                                                                               \
    }
#define FIRST_BESTS(name, fold, takes, sign, identity, integers, floats)                           \
    FIRST_BEST(first_##name##_bool, uint8_t, takes)                                                \
    FIRST_BEST(first_##name##_i32, int32_t, takes)                                                 \
    FIRST_BEST(first_##name##_u32, uint32_t, takes)                                                \
    FIRST_BEST(first_##name##_i64, int64_t, takes)                                                 \
    FIRST_BEST(first_##name##_u64, uint64_t, takes)                                                \
    FIRST_BEST(first_##name##_f32, float, (takes) | ((b != b) & (a == a)))                         \
    FIRST_BEST(first_##name##_f64, double, (takes) | ((b != b) & (a == a)))
MR_ORDER_FOLDS(FIRST_BESTS)

size_t mr_fold_extreme(enum mr_aggregate fold, mr_dtype dtype, const void *in, const uint8_t *keep,
                       size_t count)
{
    typedef size_t first_best(const void *in, const uint8_t *keep, size_t count);
    static first_best *const table[MR_AGGREGATE_COUNT][MR_DTYPE_COUNT] = {
#define FIRST_BEST_ROW(name, fold, takes, sign, identity, integers, floats)                        \
    [fold] = {[MR_BOOL] = first_##name##_bool, [MR_I32] = first_##name##_i32,                      \
              [MR_U32] = first_##name##_u32,   [MR_I64] = first_##name##_i64,                      \
              [MR_U64] = first_##name##_u64,   [MR_F32] = first_##name##_f32,                      \
              [MR_F64] = first_##name##_f64},
        MR_ORDER_FOLDS(FIRST_BEST_ROW)};
    return table[fold][dtype](in, keep, count);
}
