/* The functions of kernels/lib that bodies may call.
 *
 * One row a function: constant, name in pipelines ("" when only operators use it), C name without
 * dtype suffix, the file that holds it (and before it those that it needs), arity, and its form:
 *   MATH   mr_<c name>_<f32|f64>(x...), by the dtype of its operands
 *   LANE   mr_<c name>(i, u64 scalar...): the value at position i; besides it stands
 *          mr_<c name>_run(i0, u64 scalar...), the values at i0, i0+1, ... of the W lanes,
 *          used where the positions are known to be consecutive; a few have mr_<c name>_run4 too,
 *          four vectors at once (host/emit/values.c)
 *   RECUR  mr_<c name>_t, a state that begins with at most 16 numbers a lane;
 *          mr_<c name>_start(state *, u64 scalar...) makes it that of term 0,
 *          mr_<c name>_load(state *, u64 *, scalar...) that of the numbers in every lane,
 *          mr_<c name>_jump(state *, vu64 n, scalar...) moves each lane past n terms and
 *          mr_<c name>_step(state *, scalar...) past one; mr_<c name>_term(state *) reads them. */
#ifndef MR_IR_LIBRARY_H
#define MR_IR_LIBRARY_H

#include <stddef.h>

enum mr_library_form { MR_LIBRARY_MATH, MR_LIBRARY_LANE, MR_LIBRARY_RECUR };

#define MR_LIBRARY_TABLE(ROW)                                                                      \
    ROW(MR_FN_EXP, "exp", "exp", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_EXP2, "exp2", "exp2", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_EXPM1, "expm1", "expm1", "math", 1, MR_LIBRARY_MATH)                                 \
    ROW(MR_FN_LOG, "log", "log", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_LOG2, "log2", "log2", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_LOG10, "log10", "log10", "math", 1, MR_LIBRARY_MATH)                                 \
    ROW(MR_FN_LOG1P, "log1p", "log1p", "math", 1, MR_LIBRARY_MATH)                                 \
    ROW(MR_FN_POW, "pow", "pow", "math", 2, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_SIN, "sin", "sin", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_COS, "cos", "cos", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_TAN, "tan", "tan", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_ASIN, "asin", "asin", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_ACOS, "acos", "acos", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_ATAN, "atan", "atan", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_ATAN2, "atan2", "atan2", "math", 2, MR_LIBRARY_MATH)                                 \
    ROW(MR_FN_SINH, "sinh", "sinh", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_COSH, "cosh", "cosh", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_TANH, "tanh", "tanh", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_CBRT, "cbrt", "cbrt", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_HYPOT, "hypot", "hypot", "math", 2, MR_LIBRARY_MATH)                                 \
    ROW(MR_FN_ERF, "erf", "erf", "math", 1, MR_LIBRARY_MATH)                                       \
    ROW(MR_FN_ERFC, "erfc", "erfc", "math", 1, MR_LIBRARY_MATH)                                    \
    ROW(MR_FN_ERFINV, "erfinv", "erfinv", "math", 1, MR_LIBRARY_MATH)                              \
    ROW(MR_FN_NORMAL_QUANTILE, "normal_quantile", "normal_quantile", "math", 1, MR_LIBRARY_MATH)   \
    ROW(MR_FN_LGAMMA, "lgamma", "lgamma", "math", 1, MR_LIBRARY_MATH)                              \
    ROW(MR_FN_PHILOX, "", "philox", "lib/philox.cl", 3, MR_LIBRARY_LANE)                           \
    ROW(MR_FN_UNIFORM_F32, "", "uniform_f32", "lib/philox.cl", 3, MR_LIBRARY_LANE)                 \
    ROW(MR_FN_UNIFORM_F64, "", "uniform_f64", "lib/philox.cl", 3, MR_LIBRARY_LANE)                 \
    ROW(MR_FN_FIBONACCI, "", "fibonacci", "lib/fibonacci.cl", 1, MR_LIBRARY_LANE)                  \
    ROW(MR_FN_PERMUTATION, "", "permutation", "lib/permutation.cl", 2, MR_LIBRARY_LANE)            \
    ROW(MR_FN_HALTON, "", "halton", "lib/halton.cl", 2, MR_LIBRARY_LANE)                           \
    ROW(MR_FN_HALTON_SCRAMBLED, "", "halton_scrambled", "lib/halton.cl", 2, MR_LIBRARY_LANE)       \
    ROW(MR_FN_SOBOL, "", "sobol", "lib/sobol.cl", 2, MR_LIBRARY_LANE)                              \
    ROW(MR_FN_SOBOL_OWEN, "", "sobol_owen", "lib/sobol.cl", 2, MR_LIBRARY_LANE)                    \
    ROW(MR_FN_SQUARES_U32, "", "squares_u32", "lib/squares.cl", 2, MR_LIBRARY_LANE)                \
    ROW(MR_FN_SQUARES_U64, "", "squares_u64", "lib/squares.cl", 2, MR_LIBRARY_LANE)                \
    ROW(MR_FN_FIBONACCI_MOD, "", "fibonacci_mod", "lib/recurrence.cl", 1, MR_LIBRARY_RECUR)        \
    ROW(MR_FN_LCG, "", "lcg", "lib/recurrence.cl", 4, MR_LIBRARY_RECUR)                            \
    ROW(MR_FN_LINEAR, "", "linear", "lib/recurrence.cl", 1, MR_LIBRARY_RECUR)                      \
    ROW(MR_FN_MRG32K3A, "", "mrg32k3a", "lib/recurrence.cl", 1, MR_LIBRARY_RECUR)

/* Random draws, of form LANE: constant, C name, files, what it takes besides the position, dtype of
 * the result. It takes a SEED and a stream, or WORDS that begin with them. */
#define MR_DRAW_TABLE(ROW)                                                                         \
    ROW(MR_FN_NORMAL_F32, normal_f32, "lib/normal_f32.cl", SEED, f32)                              \
    ROW(MR_FN_NORMAL_F64, normal_f64, "lib/normal_f64.cl", SEED, f64)                              \
    ROW(MR_FN_EXPONENTIAL_F32, exponential_f32, "lib/exponential_f32.cl", SEED, f32)               \
    ROW(MR_FN_EXPONENTIAL_F64, exponential_f64, "lib/exponential_f64.cl", SEED, f64)               \
    ROW(MR_FN_PHILOX_PAIR, philox_pair, "lib/philox.cl", SEED, u64)                                \
    ROW(MR_FN_BOUNDED, bounded, "lib/bounded.cl", WORDS, u64)                                      \
    ROW(MR_FN_PHILOX64, philox64, "lib/philox64.cl", WORDS, u64)                                   \
    ROW(MR_FN_THREEFRY_U32, threefry_u32, "lib/threefry.cl", SEED, u32)                            \
    ROW(MR_FN_THREEFRY_U64, threefry_u64, "lib/threefry.cl", SEED, u64)                            \
    ROW(MR_FN_CATEGORICAL, categorical, "lib/categorical.cl", WORDS, u64)                          \
    ROW(MR_FN_COUNTS, counts, "lib/counts.cl", WORDS, f64)                                         \
    ROW(MR_FN_GAMMA, gamma, "lib/gamma.cl", WORDS, f64)                                            \
    ROW(MR_FN_BETA, beta, "lib/gamma.cl", WORDS, f64)

enum { MR_DRAW_ARITY_SEED = 3, MR_DRAW_ARITY_WORDS = 2 };

enum mr_library_fn {
#define MR_LIBRARY_ENUM(constant, name, c_name, file, arity, form) constant,
    MR_LIBRARY_TABLE(MR_LIBRARY_ENUM)
#undef MR_LIBRARY_ENUM
#define MR_DRAW_ENUM(constant, c_name, file, takes, result) constant,
        MR_DRAW_TABLE(MR_DRAW_ENUM)
#undef MR_DRAW_ENUM
            MR_FN_COUNT
};

struct mr_library_row {
    const char *name, *c_name;
    const char *file; /* in kernels/lib, or several; "math" stands for math_f32.cl or math_f64.cl */
    size_t arity;
    enum mr_library_form form;
};

extern const struct mr_library_row mr_library[MR_FN_COUNT];

#endif
