/* What all runners of a stream look at between two units. */
#ifndef MR_RING_CONTROL_H
#define MR_RING_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/input.h"

struct mr_cancel;
struct mr_shelf;

struct mr_control {
    atomic_bool interrupted;
    bool (*poll)(void *user); /* NULL, or asked between two units: whether to stop */
    void *poll_user;
    const struct mr_cancel *cancel; /* NULL: none */
    struct mr_shelf *shelf;         /* where kept slots come back; NULL: none was kept yet */
    _Atomic int64_t *computed;      /* elements that sources made */
    int64_t bytes_read;             /* from files and pipes */
    int64_t units;                  /* begun so far, by all runners */
    int64_t stalls;                 /* of them, that had to be waited for */
    bool (*is_due)(void *user); /* NULL: the stream waits for nothing. Else it is to be asked after
                                     * each unit, and at once where this says so */
    void *due_user;
    bool pause;                /* now: everybody returns to it */
    bool is_brief;             /* the host's launches end after a leaf: for tests */
    enum mr_patience patience; /* of live sources */
    bool is_in_lull;           /* one of them has nothing more for the moment */
};

/* Whether mr_stream_interrupt() or the token says to stop. */
bool mr_control_is_interrupted(const struct mr_control *control);

/* Polls; MR_E_INTERRUPTED once it is. On the thread that pulls. */
mr_status mr_control_check(struct mr_control *control, mr_error *err);

/* Whether a launch that takes long is to leave what it is at, to be done again; asked as if between
 * two units. */
bool mr_control_abandons(void *control);

/* Counts a unit that was begun, over `elements` new elements of sources. */
static inline void mr_control_count_unit(struct mr_control *control, int64_t elements)
{
    control->units++;
    control->pause = control->is_due != NULL;
    if (elements && control->computed)
        atomic_fetch_add_explicit(control->computed, elements, memory_order_relaxed);
}

/* Whether nothing more is launched and everybody returns to the stream, which has somebody to ask,
 * or because a live source is in a lull: what there is so far is to be delivered. */
static inline bool mr_control_is_paused(const struct mr_control *control)
{
    return control->pause || control->is_in_lull;
}

/* Begins to ask live sources, with this patience. */
static inline void mr_control_ask(struct mr_control *control, enum mr_patience patience)
{
    control->patience = patience;
    control->is_in_lull = false;
}

#endif
