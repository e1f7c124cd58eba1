/* Recurrences of kernels/lib (form RECUR), stepped term by term. */
#ifndef MR_ENGINE_LANE_RECURRENCE_H
#define MR_ENGINE_LANE_RECURRENCE_H

#include <stdint.h>

#include "ir/library.h"

struct mr_recurrence_state {
    uint64_t words[20];
};

/* The function's arguments: each points at a number, or at the first of its words. */
typedef const uint64_t *const mr_recurrence_args[];

struct mr_recurrence {
    /* Makes it the state of term n. */
    void (*jump)(struct mr_recurrence_state *state, uint64_t n, mr_recurrence_args args);

    /* Writes the next `count` terms and moves past them. */
    void (*terms)(struct mr_recurrence_state *state, uint64_t *out, size_t count,
                  mr_recurrence_args args);
};

/* NULL: the function is no recurrence. */
const struct mr_recurrence *mr_recurrence(enum mr_library_fn function);

#endif
