/* The functions of kernels/lib that bodies may call, as heads of its files declare them:
 *
 *     // function: RESULT... NAME(PARAMETER, ...) TRAIT...
 *
 * RESULT: a dtype; integers and floats stand for all of them. The first parameter tells the form:
 *   x, y    MATH   mr_NAME_DTYPE(x, ...) for each RESULT, which is the operands' dtype; expressions
 *                  call it NAME
 *   i       LANE   mr_NAME(i, ...): the value at position i, for any positions, and
 *                  mr_NAME_strip(i0, ...), the values at i0, i0 + 1, ... of the W lanes
 *   state   RECUR  mr_NAME_t, a state that begins with at most 16 numbers a lane;
 *                  mr_NAME_start(state *, ...) makes it that of term 0,
 *                  mr_NAME_load(state *, u64 *, ...) that of the numbers in every lane,
 *                  mr_NAME_jump(state *, vu64 n, ...) moves each lane past n terms and
 *                  mr_NAME_step(state *, ...) past one; mr_NAME_term(state *) reads them
 * The parameters behind i and state are numbers, u64 and the same for all positions; or `words`,
 * such numbers that the sequence owns.
 *
 * Traits:
 *   native  OpenCL C has a function of this name
 *   strip4    there is mr_NAME_strip4(i0, ..., out[4]), four vectors at once
 *   block4  elements of 64 bits are made four at once, and fewer lanes make the others in vain
 *   own     host/engine/lane_positions.c has a loop for it, faster than one call a position */
#ifndef MR_IR_LIBRARY_H
#define MR_IR_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/dtype.h>

#include "ir/library_table.h"

enum mr_library_form { MR_LIBRARY_MATH, MR_LIBRARY_LANE, MR_LIBRARY_RECUR };

enum mr_library_fn {
#define LIBRARY_ENUM(constant, ...) constant,
    MR_LIBRARY_TABLE(LIBRARY_ENUM)
#undef LIBRARY_ENUM
        MR_FN_COUNT
};

struct mr_library_row {
    const char *c_name;
    enum mr_library_form form;
    size_t arity; /* without the state */
    bool is_native, has_strip4, has_block4;
    const char *files[MR_DTYPE_COUNT]; /* relative to kernels/, by the result's dtype; else NULL */
};

extern const struct mr_library_row mr_library[MR_FN_COUNT];

#endif
