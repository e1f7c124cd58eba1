#include "engine/lane_sequences.h"

#include "engine/lane_loop.h"
#include "engine/lanes_c.h"

#include "lib/halton.cl"
#include "lib/permutation.cl"
#include "lib/sobol.cl"
#include "lib/squares.cl"

/* `second` is the function's argument: a number, or its words. */
#define POSITION_LOOP(name, R, second)                                                             \
    static void name##_loop(LANE_LOOP_PARAMETERS)                                                  \
    {                                                                                              \
        R *results = out;                                                                          \
        const int64_t *positions = in_0;                                                           \
        const uint64_t *words = in_1;                                                              \
        (void)in_2;                                                                                \
        for (size_t k = 0; k < lanes; k++) results[k] = mr_##name(positions[k], second);           \
    }
POSITION_LOOP(halton, double, *words)
POSITION_LOOP(halton_scrambled, double, words)
POSITION_LOOP(permutation, int64_t, words)
POSITION_LOOP(sobol, double, words)
POSITION_LOOP(sobol_owen, double, words)
POSITION_LOOP(squares_u32, uint32_t, *words)
POSITION_LOOP(squares_u64, uint64_t, *words)

mr_lane_loop mr_lane_sequence(enum mr_library_fn function)
{
    static const mr_lane_loop sequences[MR_FN_COUNT] = {
        [MR_FN_HALTON] = halton_loop,           [MR_FN_HALTON_SCRAMBLED] = halton_scrambled_loop,
        [MR_FN_PERMUTATION] = permutation_loop, [MR_FN_SOBOL] = sobol_loop,
        [MR_FN_SOBOL_OWEN] = sobol_owen_loop,   [MR_FN_SQUARES_U32] = squares_u32_loop,
        [MR_FN_SQUARES_U64] = squares_u64_loop,
    };
    return sequences[function];
}
