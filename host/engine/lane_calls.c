#include "engine/lane_loop.h"
#include "engine/lanes_c.h"

#include "lib/math_f32_table.cl"
#include "lib/math_f64_table.cl"

#include "lib/math_f32.cl"
#include "lib/math_f64.cl"

/* One row a function: its number, name and loop form. */
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
    ROW(MR_FN_HYPOT, hypot, CALL_2)                                                                \
    ROW(MR_FN_ERF, erf, CALL_1)                                                                    \
    ROW(MR_FN_ERFC, erfc, CALL_1)                                                                  \
    ROW(MR_FN_ERFINV, erfinv, CALL_1)                                                              \
    ROW(MR_FN_NORMAL_QUANTILE, normal_quantile, CALL_1)                                            \
    ROW(MR_FN_LGAMMA, lgamma, CALL_1)

#define CALL_1(name, T) LOOP_1(name, T, T, T, mr_##name(x))
#define CALL_2(name, T) LOOP_2(name, T, T, T, mr_##name(x, y))
#define MATH_LOOPS(constant, name, FORM)                                                           \
    FORM(name##_f32, float)                                                                        \
    FORM(name##_f64, double)
MATH_TABLE(MATH_LOOPS)

mr_lane_loop mr_lane_call(enum mr_library_fn function, mr_dtype dtype)
{
    static const mr_lane_loop calls[MR_FN_COUNT][MR_DTYPE_COUNT] = {
#define MATH_ROW(constant, name, FORM) [constant] = {FLOAT_LOOPS(name)},
        MATH_TABLE(MATH_ROW)
#undef MATH_ROW
    };
    return calls[function][dtype];
}
