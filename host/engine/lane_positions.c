/* Functions of positions: kernels/lib, form LANE. */
#include "engine/library_lane.h"
#include "engine/loop_forms.h"

/* What they take besides the position, from the first lane of the other operands. */
#define SCALARS_0
#define SCALARS_1 , *(const uint64_t *)in_1
#define SCALARS_2 , *(const uint64_t *)in_1, *(const uint64_t *)in_2
#define SCALARS_WORDS , (const uint64_t *)in_1

#define LOOP_MADE(name, scalars, result)                                                           \
    static void name##_loop(LANE_LOOP_PARAMETERS)                                                  \
    {                                                                                              \
        v##result *results = out;                                                                  \
        const int64_t *positions = in_0;                                                           \
        (void)in_1;                                                                                \
        (void)in_2;                                                                                \
        FOR_LANES(k) results[k] = mr_##name(positions[k] SCALARS_##scalars);                       \
    }
#define LOOP_OWN(name, scalars, result)
#define LANE_LOOP(constant, name, scalars, result, loop) LOOP_##loop(name, scalars, result)
MR_LIBRARY_LANE_TABLE(LANE_LOOP)

/* ---- loops that know more than one position ---- */

static bool are_consecutive(const int64_t *positions, size_t lanes)
{
    uint64_t gaps = 0;
    for (size_t k = 0; k < lanes; k++) gaps |= (uint64_t)positions[k] - (uint64_t)positions[0] - k;
    return gaps == 0;
}

/* The words from the block's first on; `count` is a multiple of 4. */
static void philox_words(uint32_t *restrict out, uint64_t block, uint64_t seed, uint64_t stream,
                         size_t count)
{
    for (size_t k = 0; k < count; k += 4) mr_philox_in_order(block + k / 4, seed, stream, out + k);
}

/* A block holds four words: where positions are consecutive, it is computed once and not four
 * times. `per_value` words make a value. */
#define PHILOX_LOOP(name, R, per_value, value_at_word)                                             \
    static void name##_loop(LANE_LOOP_PARAMETERS)                                                  \
    {                                                                                              \
        R *results = out;                                                                          \
        const int64_t *positions = in_0;                                                           \
        const uint64_t seed = *(const uint64_t *)in_1, stream = *(const uint64_t *)in_2;           \
        if (!are_consecutive(positions, lanes)) {                                                  \
            FOR_LANES(k) results[k] = mr_##name(positions[k], seed, stream);                       \
            return;                                                                                \
        }                                                                                          \
        uint32_t words[(per_value)*MR_LANE_MULTIPLE + 4];                                          \
        for (size_t from = 0; from < lanes; from += MR_LANE_MULTIPLE) {                            \
            const uint64_t first = (uint64_t)positions[from];                                      \
            const uint64_t block = mr_philox_halved(first, (per_value) == 1 ? 2 : 1);              \
            const uint32_t *w = words + (first * (per_value)&3);                                   \
            philox_words(words, block, seed, stream, (per_value)*MR_LANE_MULTIPLE + 4);            \
            for (size_t k = 0; k < MR_LANE_MULTIPLE; k++, w += (per_value))                        \
                results[from + k] = (value_at_word);                                               \
        }                                                                                          \
    }
PHILOX_LOOP(philox, uint32_t, 1, *w)
PHILOX_LOOP(uniform_f32, float, 1, mr_philox_to_f32(*w))
PHILOX_LOOP(uniform_f64, double, 2, mr_philox_to_f64(w[0] | (uint64_t)w[1] << 32))

static void fibonacci_loop(LANE_LOOP_PARAMETERS)
{
    uint64_t *results = out;
    const int64_t *positions = in_0;
    (void)in_1;
    (void)in_2;
    if (!are_consecutive(positions, lanes)) {
        FOR_LANES(k) results[k] = mr_fibonacci(positions[k]);
        return;
    }
    uint64_t at = mr_fibonacci(positions[0]), after = mr_fibonacci(positions[1]);
    for (size_t k = 0; k < lanes; k++) {
        results[k] = at;
        after += at;
        at = after - at;
    }
}

mr_lane_loop mr_lane_source(enum mr_library_fn function)
{
    static const mr_lane_loop loops[MR_FN_COUNT] = {
#define LANE_ROW(constant, name, scalars, result, loop) [constant] = name##_loop,
        MR_LIBRARY_LANE_TABLE(LANE_ROW)
#undef LANE_ROW
    };
    return loops[function];
}
