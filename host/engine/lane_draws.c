/* Random draws: the loops are derived from the rows of MR_DRAW_TABLE. */
#include "engine/lane_loop.h"
#include "engine/lanes_c.h"

#include "lib/math_f32_table.cl"
#include "lib/math_f64_table.cl"
#include "lib/product.cl"

#include "lib/math_f32.cl"
#include "lib/math_f64.cl"

#include "lib/philox.cl"

#include "lib/retry.cl"

#include "lib/bounded.cl"
#include "lib/exponential_f32.cl"
#include "lib/exponential_f64.cl"
#include "lib/normal_f32.cl"
#include "lib/normal_f64.cl"

#include "lib/categorical.cl"
#include "lib/counts.cl"
#include "lib/gamma.cl"
#include "lib/philox64.cl"
#include "lib/threefry.cl"

#define SCALARS_SEED *(const uint64_t *)in_1, *(const uint64_t *)in_2
#define SCALARS_WORDS (const uint64_t *)in_1

#define DRAW_LOOP(constant, name, file, takes, result)                                             \
    static void name##_loop(LANE_LOOP_PARAMETERS)                                                  \
    {                                                                                              \
        v##result *results = out;                                                                  \
        const int64_t *positions = in_0;                                                           \
        (void)in_2;                                                                                \
        FOR_LANES(k) results[k] = mr_##name(positions[k], SCALARS_##takes);                        \
    }
MR_DRAW_TABLE(DRAW_LOOP)

mr_lane_loop mr_lane_draw(enum mr_library_fn function)
{
    static const mr_lane_loop draws[MR_FN_COUNT] = {
#define DRAW_ROW(constant, name, file, takes, result) [constant] = name##_loop,
        MR_DRAW_TABLE(DRAW_ROW)
#undef DRAW_ROW
    };
    return draws[function];
}
