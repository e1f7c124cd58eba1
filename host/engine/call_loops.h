/* The loops of functions of values (kernels/lib, form MATH), for a file that has them: of all
 * lanes, or with MR_ONE_LANE of one. */
#ifndef MR_ENGINE_CALL_LOOPS_H
#define MR_ENGINE_CALL_LOOPS_H

#include "engine/library_math.h"
#include "engine/loop_forms.h"

#define CALL_1(name, dtype)                                                                        \
    LOOP_1(name##_##dtype, v##dtype, v##dtype, v##dtype, mr_##name##_##dtype(x))
#define CALL_2(name, dtype)                                                                        \
    LOOP_2(name##_##dtype, v##dtype, v##dtype, v##dtype, mr_##name##_##dtype(x, y))
#define CALL_3(name, dtype)                                                                        \
    LOOP_3(name##_##dtype, v##dtype, v##dtype, v##dtype, mr_##name##_##dtype(x, y, z))
#define MATH_LOOP(constant, name, arity, dtype, number) CALL_##arity(name, dtype)
MR_LIBRARY_MATH_LOOPS(MATH_LOOP)

mr_lane_loop MR_LANE_NAME(call)(enum mr_library_fn function, mr_dtype dtype)
{
    static const mr_lane_loop calls[MR_FN_COUNT][MR_DTYPE_COUNT] = {
#define MATH_ROW(constant, name, arity, dtype, number) [constant][number] = name##_##dtype,
        MR_LIBRARY_MATH_LOOPS(MATH_ROW)
#undef MATH_ROW
    };
    return calls[function][dtype];
}

#endif
