/* How a loop over lanes is written; for the files that hold the loops. */
#ifndef MR_ENGINE_LOOP_FORMS_H
#define MR_ENGINE_LOOP_FORMS_H

#include "engine/lane_loops.h"

#define LANE_LOOP_PARAMETERS                                                                       \
    void *restrict out, const void *restrict in_0, const void *restrict in_1,                      \
        const void *restrict in_2, size_t lanes

/* The inner loop has a constant length: enough for compilers to use vectors even at -O2. */
#ifdef MR_ONE_LANE
#define MR_LANE_NAME(what) mr_one_lane_##what
#define FOR_LANES(k) for (size_t k = 0, end = lanes > 0; k < end; k++)
#else
#define MR_LANE_NAME(what) mr_lane_##what
#define FOR_LANES(k)                                                                               \
    for (size_t from = 0; from < lanes; from += MR_LANE_MULTIPLE)                                  \
        for (size_t lane = 0, k = from; lane < MR_LANE_MULTIPLE; lane++, k++)
#endif

/* results[k] = expression of x (and y, z), operands of type T, results of type R.
 * `bits` is the unsigned type U as wide as T: integers compute in it and so wrap. */
#define LOOP_1(name, R, T, U, expression)                                                          \
    static void name(LANE_LOOP_PARAMETERS)                                                         \
    {                                                                                              \
        typedef U bits __attribute__((unused));                                                    \
        R *results = out;                                                                          \
        const T *xs = in_0;                                                                        \
        (void)in_1;                                                                                \
        (void)in_2;                                                                                \
        FOR_LANES(k)                                                                               \
        {                                                                                          \
            const T x = xs[k];                                                                     \
            results[k] = (R)(expression);                                                          \
        }                                                                                          \
    }
#define LOOP_2(name, R, T, U, expression)                                                          \
    static void name(LANE_LOOP_PARAMETERS)                                                         \
    {                                                                                              \
        typedef U bits __attribute__((unused));                                                    \
        R *results = out;                                                                          \
        const T *xs = in_0, *ys = in_1;                                                            \
        (void)in_2;                                                                                \
        FOR_LANES(k)                                                                               \
        {                                                                                          \
            const T x = xs[k], y = ys[k];                                                          \
            results[k] = (R)(expression);                                                          \
        }                                                                                          \
    }
#define LOOP_3(name, R, T, U, expression)                                                          \
    static void name(LANE_LOOP_PARAMETERS)                                                         \
    {                                                                                              \
        typedef U bits __attribute__((unused));                                                    \
        R *results = out;                                                                          \
        const T *xs = in_0, *ys = in_1, *zs = in_2;                                                \
        FOR_LANES(k)                                                                               \
        {                                                                                          \
            const T x = xs[k], y = ys[k], z = zs[k];                                               \
            results[k] = (R)(expression);                                                          \
        }                                                                                          \
    }

/* The same with y, a power of 2, in all lanes: y == 1 << shift. */
#define LOOP_BY_POWER(name, T, U, expression)                                                      \
    static void name(LANE_LOOP_PARAMETERS)                                                         \
    {                                                                                              \
        typedef U bits __attribute__((unused));                                                    \
        T *results = out;                                                                          \
        const T *xs = in_0, y = *(const T *)in_1;                                                  \
        unsigned shift = 0;                                                                        \
        (void)in_2;                                                                                \
        while (((bits)y >> shift) > 1) shift++;                                                    \
        FOR_LANES(k)                                                                               \
        {                                                                                          \
            const T x = xs[k];                                                                     \
            results[k] = (T)(expression);                                                          \
        }                                                                                          \
    }

/* Forms: results of the operands' type, or bool. */
#define UNARY(name, T, U, expression) LOOP_1(name, T, T, U, expression)
#define UNARY_TEST(name, T, U, expression) LOOP_1(name, uint8_t, T, U, expression)
#define BINARY(name, T, U, expression) LOOP_2(name, T, T, U, expression)
#define BINARY_TEST(name, T, U, expression) LOOP_2(name, uint8_t, T, U, expression)

/* A form on families of dtypes. */
#define ON_BOOLS(FORM, name, expression) FORM(name##_bool, uint8_t, uint8_t, expression)
#define ON_SIGNED(FORM, name, expression)                                                          \
    FORM(name##_i32, int32_t, uint32_t, expression)                                                \
    FORM(name##_i64, int64_t, uint64_t, expression)
#define ON_UNSIGNED(FORM, name, expression)                                                        \
    FORM(name##_u32, uint32_t, uint32_t, expression)                                               \
    FORM(name##_u64, uint64_t, uint64_t, expression)
#define ON_INTEGERS(FORM, name, expression)                                                        \
    ON_SIGNED(FORM, name, expression)                                                              \
    ON_UNSIGNED(FORM, name, expression)
#define ON_FLOATS(FORM, name, expression)                                                          \
    FORM(name##_f32, float, uint32_t, expression)                                                  \
    FORM(name##_f64, double, uint64_t, expression)

/* The same loops as rows of a table by dtype. */
#define BOOL_LOOPS(name) [MR_BOOL] = name##_bool
#define INTEGER_LOOPS(name)                                                                        \
    [MR_I32] = name##_i32, [MR_U32] = name##_u32, [MR_I64] = name##_i64, [MR_U64] = name##_u64
#define FLOAT_LOOPS(name) [MR_F32] = name##_f32, [MR_F64] = name##_f64
#define ALL_LOOPS(name) BOOL_LOOPS(name), INTEGER_LOOPS(name), FLOAT_LOOPS(name)

#endif
