/* Recurrences of kernels/lib (form RECUR), stepped term by term. */
#ifndef MR_ENGINE_LANE_RECURRENCE_H
#define MR_ENGINE_LANE_RECURRENCE_H

#include <stdint.h>

#include "engine/lanes.h"
#include "ir/library.h"

/* The first MR_RECURRENCE_NUMBERS words are what kernels make a state of. */
enum { MR_RECURRENCE_NUMBERS = 16 };
struct mr_recurrence_state {
    uint64_t words[20];
};

/* The function's arguments: each points at a number, or at the first of its words. */
typedef const uint64_t *const mr_recurrence_args[];

struct mr_recurrence {
    /* Makes it the state of term 0. */
    void (*start)(struct mr_recurrence_state *state, mr_recurrence_args args);

    /* Moves past n terms. */
    void (*jump)(struct mr_recurrence_state *state, uint64_t n, mr_recurrence_args args);

    /* Writes the next `count` terms and moves past them. */
    void (*terms)(struct mr_recurrence_state *state, uint64_t *out, size_t count,
                  mr_recurrence_args args);
};

/* NULL: the function is no recurrence. */
const struct mr_recurrence *mr_recurrence(enum mr_library_fn function);

/* A RECUR segment's, from unit to unit: terms are exact, so how it came to one does not show. */
struct mr_stepper {
    const struct mr_recurrence *recurrence;
    uint64_t number; /* of the term at position 0 */
    const uint64_t *args[MR_MAX_COLUMNS];
    struct mr_recurrence_state state; /* of the term at position `at`; -1: none yet */
    int64_t at;
};

/* `lanes` are those of the segment's body and values; they must outlive it, and not run again. */
void mr_stepper_open(struct mr_stepper *stepper, const struct mr_segment *s,
                     struct mr_lanes *lanes);

void mr_stepper_seek(struct mr_stepper *stepper, int64_t position);

#endif
