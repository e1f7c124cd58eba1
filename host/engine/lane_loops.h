/* The loops that lanes are computed by: one C loop for each operation and dtype. */
#ifndef MR_ENGINE_LANE_LOOPS_H
#define MR_ENGINE_LANE_LOOPS_H

#include "ir/body.h"
#include "plan/plan.h"

/* Loops run over whole multiples of this many lanes, so that compilers need no remainder loop.
 * Lanes past those asked for hold whatever was there; every loop stands any operand. */
enum { MR_LANE_MULTIPLE = 64 };

static inline size_t mr_lane_multiple(size_t count)
{
    return (count + MR_LANE_MULTIPLE - 1) / MR_LANE_MULTIPLE * MR_LANE_MULTIPLE;
}

/* Computes `lanes` lanes, a multiple of MR_LANE_MULTIPLE. Operands that do not exist may be
 * NULL. */
typedef void (*mr_lane_loop)(void *restrict out, const void *restrict in_0,
                             const void *restrict in_1, const void *restrict in_2, size_t lanes);

/* The loop of an operation on operands of this dtype (IR_SELECT: of the chosen ones);
 * NULL: the operation does not exist there. Not for the leaves of expressions, casts and calls. */
mr_lane_loop mr_lane_operation(enum ir_op op, mr_dtype dtype);

/* A division or remainder of integers by a power of 2 that all lanes have in common, without
 * dividing. NULL: it is another operation. */
mr_lane_loop mr_lane_by_power(enum ir_op op, mr_dtype dtype);

/* A copy where the dtypes are the same. */
mr_lane_loop mr_lane_cast(mr_dtype to, mr_dtype from);

/* A function of kernels/lib (form MATH) on operands of this dtype; NULL: there is none. */
mr_lane_loop mr_lane_call(enum mr_library_fn function, mr_dtype dtype);

/* The same, which compute the first lane alone. */
mr_lane_loop mr_one_lane_operation(enum ir_op op, mr_dtype dtype);
mr_lane_loop mr_one_lane_by_power(enum ir_op op, mr_dtype dtype);
mr_lane_loop mr_one_lane_cast(mr_dtype to, mr_dtype from);
mr_lane_loop mr_one_lane_call(enum mr_library_fn function, mr_dtype dtype);

/* Such a function (form LANE) at positions; its scalars are the first lane of the other operands.
 * NULL: there is none. */
mr_lane_loop mr_lane_source(enum mr_library_fn function);

/* Sets MR_LEAF lanes to one value. */
void mr_lane_fill(void *out, mr_dtype dtype, mr_scalar value);

/* Writes one value of this dtype; reads one. */
void mr_lane_put(void *out, mr_dtype dtype, mr_scalar value);
mr_scalar mr_lane_get(const void *in, mr_dtype dtype);

#endif
