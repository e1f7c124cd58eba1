/* Rows of what functions of the kernels' library must give in f64 and in f32. */
#ifndef MR_TESTS_KERNELS_MATH_ROWS_H
#define MR_TESTS_KERNELS_MATH_ROWS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/library_math.h"

#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define UNARY(fn) #fn, mr_##fn##_f64, mr_##fn##_f32
#define TINY_F64 0x1p-1074 /* the least subnormal */
#define TINY_F32 0x1p-149

static const double nan_in = NAN, pi = 0x1.921fb54442d18p1;

struct unary {
    const char *name;
    double (*f64)(double);
    float (*f32)(float);
    double x, y;
};

/* Equal to the bit; a NaN must be the canonical one. */
static inline bool same_f64(double got, double want)
{
    return AS_U64(got) == (isnan(want) ? UINT64_C(0x7ff8000000000000) : AS_U64(want));
}

static inline bool same_f32(float got, float want)
{
    return AS_U32(got) == (isnan(want) ? UINT32_C(0x7fc00000) : AS_U32(want));
}

static inline void expect(const char *name, const char *dtype, double x, double got, double want,
                          bool holds)
{
    if (!holds) printf("\n    %s_%s(%a) = %a, expected %a", name, dtype, x, got, want);
    CU_ASSERT_TRUE(holds);
}

#endif
