/* Recurrences of kernels/lib (form RECUR), stepped term by term. */
#ifndef MR_ENGINE_LANE_RECURRENCE_H
#define MR_ENGINE_LANE_RECURRENCE_H

#include <stdint.h>

#include "ir/library.h"

struct mr_recurrence_state {
    uint64_t words[8];
};

struct mr_recurrence {
    /* Makes it the state of term n. */
    void (*jump)(struct mr_recurrence_state *state, uint64_t n, const uint64_t scalars[]);

    /* Writes the next `count` terms and moves past them. */
    void (*terms)(struct mr_recurrence_state *state, uint64_t *out, size_t count,
                  const uint64_t scalars[]);
};

/* NULL: the function is no recurrence. */
const struct mr_recurrence *mr_recurrence(enum mr_library_fn function);

#endif
