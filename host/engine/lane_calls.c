#include "engine/lane_loop.h"
#include "engine/lane_recurrence.h"
#include "engine/lanes_c.h"

#if __has_include("lib/math_f32.cl")
#include "lib/math_f32_table.cl"
#include "lib/math_f64_table.cl"

#include "lib/math_f32.cl"
#include "lib/math_f64.cl"

/* One row a MATH function: its number, name and loop form. */
#define MATH_TABLE(ROW)                                                                            \
    ROW(MR_FN_EXP, exp, CALL_1)                                                                    \
    ROW(MR_FN_EXP2, exp2, CALL_1)                                                                  \
    ROW(MR_FN_EXPM1, expm1, CALL_1)                                                                \
    ROW(MR_FN_LOG, log, CALL_1)                                                                    \
    ROW(MR_FN_LOG2, log2, CALL_1)                                                                  \
    ROW(MR_FN_LOG10, log10, CALL_1)                                                                \
    ROW(MR_FN_LOG1P, log1p, CALL_1)                                                                \
    ROW(MR_FN_POW, pow, CALL_2)                                                                    \
    ROW(MR_FN_SIN, sin, CALL_1)                                                                    \
    ROW(MR_FN_COS, cos, CALL_1)                                                                    \
    ROW(MR_FN_TAN, tan, CALL_1)                                                                    \
    ROW(MR_FN_ASIN, asin, CALL_1)                                                                  \
    ROW(MR_FN_ACOS, acos, CALL_1)                                                                  \
    ROW(MR_FN_ATAN, atan, CALL_1)                                                                  \
    ROW(MR_FN_ATAN2, atan2, CALL_2)                                                                \
    ROW(MR_FN_SINH, sinh, CALL_1)                                                                  \
    ROW(MR_FN_COSH, cosh, CALL_1)                                                                  \
    ROW(MR_FN_TANH, tanh, CALL_1)                                                                  \
    ROW(MR_FN_CBRT, cbrt, CALL_1)                                                                  \
    ROW(MR_FN_HYPOT, hypot, CALL_2)
#else
#define MATH_TABLE(ROW)
#endif

#if __has_include("lib/philox.cl") && __has_include("lib/fibonacci.cl")
#include "lib/fibonacci.cl"
#include "lib/philox.cl"

/* One row a LANE function: its number, dtype of its values, their C type, name, loop form. */
#define POSITION_TABLE(ROW)                                                                        \
    ROW(MR_FN_PHILOX, MR_U32, uint32_t, philox, AT_2)                                              \
    ROW(MR_FN_UNIFORM_F32, MR_F32, float, uniform_f32, AT_2)                                       \
    ROW(MR_FN_UNIFORM_F64, MR_F64, double, uniform_f64, AT_2)                                      \
    ROW(MR_FN_FIBONACCI, MR_U64, uint64_t, fibonacci, AT_0)

/* One row a RECUR function: its number, name, and its scalars as arguments. */
#define RECURRENCE_TABLE(ROW) ROW(MR_FN_FIBONACCI_MOD, fibonacci_mod, scalars[0])
#else
#define POSITION_TABLE(ROW)
#define RECURRENCE_TABLE(ROW)
#endif

#define CALL_1(name, T) LOOP_1(name, T, T, T, mr_##name(x))
#define CALL_2(name, T) LOOP_2(name, T, T, T, mr_##name(x, y))
#define MATH_LOOPS(constant, name, FORM)                                                           \
    FORM(name##_f32, float)                                                                        \
    FORM(name##_f64, double)
MATH_TABLE(MATH_LOOPS)

#define AT_0(name, R) LOOP_1(name##_at, R, int64_t, uint64_t, mr_##name(x))
#define AT_2(name, R)                                                                              \
    static void name##_at(LANE_LOOP_PARAMETERS)                                                    \
    {                                                                                              \
        R *results = out;                                                                          \
        const int64_t *positions = in_0;                                                           \
        const uint64_t first = *(const uint64_t *)in_1, second = *(const uint64_t *)in_2;          \
        FOR_LANES(k) results[k] = mr_##name(positions[k], first, second);                          \
    }
#define POSITION_LOOP(constant, dtype, R, name, FORM) FORM(name, R)
POSITION_TABLE(POSITION_LOOP)

static const mr_lane_loop calls[MR_FN_COUNT][MR_DTYPE_COUNT] = {
#define MATH_ROW(constant, name, FORM) [constant] = {FLOAT_LOOPS(name)},
#define POSITION_ROW(constant, dtype, R, name, FORM) [constant] = {[dtype] = name##_at},
    MATH_TABLE(MATH_ROW) POSITION_TABLE(POSITION_ROW)
};

mr_lane_loop mr_lane_call(enum mr_library_fn function, mr_dtype dtype)
{
    return calls[function][dtype];
}

#define RECURRENCE(constant, name, ...)                                                            \
    _Static_assert(sizeof(mr_##name##_t) <= sizeof(struct mr_recurrence_state), #name);            \
    static void name##_jump(struct mr_recurrence_state *state, uint64_t n,                         \
                            const uint64_t scalars[])                                              \
    {                                                                                              \
        mr_##name##_t s;                                                                           \
        mr_##name##_jump(&s, n, __VA_ARGS__);                                                      \
        memcpy(state, &s, sizeof s);                                                               \
    }                                                                                              \
    static void name##_terms(struct mr_recurrence_state *state, uint64_t *out, size_t count,       \
                             const uint64_t scalars[])                                             \
    {                                                                                              \
        mr_##name##_t s;                                                                           \
        memcpy(&s, state, sizeof s);                                                               \
        for (size_t k = 0; k < count; k++) {                                                       \
            out[k] = mr_##name##_term(&s);                                                         \
            mr_##name##_step(&s, __VA_ARGS__);                                                     \
        }                                                                                          \
        memcpy(state, &s, sizeof s);                                                               \
    }
RECURRENCE_TABLE(RECURRENCE)

const struct mr_recurrence *mr_recurrence(enum mr_library_fn function)
{
    static const struct mr_recurrence recurrences[MR_FN_COUNT] = {
#define RECURRENCE_ROW(constant, name, ...) [constant] = {name##_jump, name##_terms},
        RECURRENCE_TABLE(RECURRENCE_ROW)
    };
    return recurrences[function].jump ? &recurrences[function] : NULL;
}
