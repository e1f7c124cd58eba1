/* Recurrences: kernels/lib, form RECUR. */
#include "engine/lane_recurrence.h"

#include "engine/library_recur.h"
#include "ir/op.h"

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

#define SCALARS_1 *args[0]
#define SCALARS_2 *args[0], *args[1]
#define SCALARS_3 *args[0], *args[1], *args[2]
#define SCALARS_4 *args[0], *args[1], *args[2], *args[3]
#define SCALARS_WORDS args[0]
#define RECUR_FUNCTIONS(constant, name, scalars) RECURRENCE(name, SCALARS_##scalars)
MR_LIBRARY_RECUR_TABLE(RECUR_FUNCTIONS)

const struct mr_recurrence *mr_recurrence(enum mr_library_fn function)
{
    static const struct mr_recurrence recurrences[MR_FN_COUNT] = {
#define RECUR_ROW(constant, name, scalars) [constant] = {name##_start, name##_jump, name##_terms},
        MR_LIBRARY_RECUR_TABLE(RECUR_ROW)
#undef RECUR_ROW
    };
    return recurrences[function].jump ? &recurrences[function] : NULL;
}

void mr_stepper_open(struct mr_stepper *stepper, const struct mr_segment *s, struct mr_lanes *lanes)
{
    *stepper = (struct mr_stepper){.recurrence = mr_recurrence(s->seq->op->recurrence), .at = -1};
    (void)mr_lanes_evaluate(lanes, 0, 1, NULL);
    stepper->number = *(const uint64_t *)mr_lanes_value(lanes, s->values[0]);
    for (size_t c = 1; c < s->value_count; c++)
        stepper->args[c - 1] = mr_lanes_value(lanes, s->values[c]);
}

void mr_stepper_seek(struct mr_stepper *stepper, int64_t position)
{
    if (stepper->at < 0 || position < stepper->at) {
        stepper->recurrence->start(&stepper->state, stepper->args);
        stepper->recurrence->jump(&stepper->state, stepper->number + (uint64_t)position,
                                  stepper->args);
    } else if (position > stepper->at) {
        stepper->recurrence->jump(&stepper->state, (uint64_t)(position - stepper->at),
                                  stepper->args);
    }
    stepper->at = position;
}
