/* Functions of positions, and recurrences. */
#include "engine/lane_loop.h"
#include "engine/lane_recurrence.h"
#include "engine/lane_sequences.h"
#include "engine/lanes_c.h"
#include "ir/op.h"

#include "lib/fibonacci.cl"
#include "lib/philox.cl"
#include "lib/product.cl"
#include "lib/recurrence.cl"

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
        uint32_t words[(per_value)*MR_LANE_STEP + 4];                                              \
        for (size_t step = 0; step < lanes; step += MR_LANE_STEP) {                                \
            const uint64_t first = (uint64_t)positions[step];                                      \
            const uint64_t block = mr_philox_halved(first, (per_value) == 1 ? 2 : 1);              \
            const uint32_t *w = words + (first * (per_value)&3);                                   \
            philox_words(words, block, seed, stream, (per_value)*MR_LANE_STEP + 4);                \
            for (size_t k = 0; k < MR_LANE_STEP; k++, w += (per_value))                            \
                results[step + k] = (value_at_word);                                               \
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
    static const mr_lane_loop sources[MR_FN_COUNT] = {
        [MR_FN_PHILOX] = philox_loop,
        [MR_FN_UNIFORM_F32] = uniform_f32_loop,
        [MR_FN_UNIFORM_F64] = uniform_f64_loop,
        [MR_FN_FIBONACCI] = fibonacci_loop,
    };
    if (sources[function]) return sources[function];
    mr_lane_loop draw = mr_lane_draw(function);
    return draw ? draw : mr_lane_sequence(function);
}

/* ---- recurrences ---- */

/* What the function takes besides its state comes last. */
#define RECURRENCE(name, ...)                                                                      \
    _Static_assert(sizeof(mr_##name##_t) <= sizeof(struct mr_recurrence_state), #name);            \
    static void name##_start(struct mr_recurrence_state *state, mr_recurrence_args args)           \
    {                                                                                              \
        mr_##name##_t s;                                                                           \
        mr_##name##_start(&s, __VA_ARGS__);                                                        \
        memcpy(state, &s, sizeof s);                                                               \
    }                                                                                              \
    static void name##_jump(struct mr_recurrence_state *state, uint64_t n,                         \
                            mr_recurrence_args args)                                               \
    {                                                                                              \
        mr_##name##_t s;                                                                           \
        memcpy(&s, state, sizeof s);                                                               \
        mr_##name##_jump(&s, n, __VA_ARGS__);                                                      \
        memcpy(state, &s, sizeof s);                                                               \
    }                                                                                              \
    static void name##_terms(struct mr_recurrence_state *state, uint64_t *out, size_t count,       \
                             mr_recurrence_args args)                                              \
    {                                                                                              \
        mr_##name##_t s;                                                                           \
        memcpy(&s, state, sizeof s);                                                               \
        for (size_t k = 0; k < count; k++) {                                                       \
            out[k] = mr_##name##_term(&s);                                                         \
            mr_##name##_step(&s, __VA_ARGS__);                                                     \
        }                                                                                          \
        memcpy(state, &s, sizeof s);                                                               \
    }
RECURRENCE(fibonacci_mod, *args[0])
RECURRENCE(lcg, *args[0], *args[1], *args[2], *args[3])
RECURRENCE(linear, args[0])
RECURRENCE(mrg32k3a, args[0])

const struct mr_recurrence *mr_recurrence(enum mr_library_fn function)
{
    static const struct mr_recurrence recurrences[MR_FN_COUNT] = {
        [MR_FN_FIBONACCI_MOD] = {fibonacci_mod_start, fibonacci_mod_jump, fibonacci_mod_terms},
        [MR_FN_LCG] = {lcg_start, lcg_jump, lcg_terms},
        [MR_FN_LINEAR] = {linear_start, linear_jump, linear_terms},
        [MR_FN_MRG32K3A] = {mrg32k3a_start, mrg32k3a_jump, mrg32k3a_terms},
    };
    return recurrences[function].jump ? &recurrences[function] : NULL;
}

void mr_recurrence_open(struct mr_recurrence_run *run, const struct mr_segment *s,
                        struct mr_lanes *lanes)
{
    *run =
        (struct mr_recurrence_run){.recurrence = mr_recurrence(s->seq->op->recurrence), .at = -1};
    mr_lanes_run(lanes, 0, 1, NULL);
    run->number = *(const uint64_t *)mr_lanes_value(lanes, s->values[0]);
    for (size_t c = 1; c < s->value_count; c++)
        run->args[c - 1] = mr_lanes_value(lanes, s->values[c]);
}

void mr_recurrence_seek(struct mr_recurrence_run *run, int64_t position)
{
    if (run->at < 0 || position < run->at) {
        run->recurrence->start(&run->state, run->args);
        run->recurrence->jump(&run->state, run->number + (uint64_t)position, run->args);
    } else if (position > run->at) {
        run->recurrence->jump(&run->state, (uint64_t)(position - run->at), run->args);
    }
    run->at = position;
}
