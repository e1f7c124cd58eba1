/* What a consumer keeps. A slot with a kept batch leaves the ring, and comes back when the last
 * lease on it is released:
 *
 *     ring --keep--> kept --last release--> returned --the runner needs one--> ring
 *                      \--last release, the stream is closed: freed there
 *
 * Leases are released on any thread. So a kept slot holds on to its engine, and what came back is a
 * stack that any thread may push on and the stream's thread empties. */
#ifndef MR_RING_LEASE_H
#define MR_RING_LEASE_H

#include <stdatomic.h>

#include "engine/engine.h"

/* Where kept slots come back: one a stream, which lives as long as any of its leases. */
struct mr_shelf {
    atomic_size_t holders; /* the stream, and kept slots */
    _Atomic(struct mr_lease *) returned;
    struct mr_lease *spare; /* taken from there; the stream's thread's own */
    size_t limit_bytes;     /* that slots beyond those of the ring may take */
    atomic_size_t bytes;    /* that they do */
    atomic_size_t leases;   /* that are out */
};

/* On one slot, or on memory that no slot holds. */
struct mr_lease {
    atomic_size_t holders;    /* leases that are out, and the runner as long as it reads the slot */
    struct mr_shelf *shelf;   /* held while it is kept */
    struct mr_engine *engine; /* the slot's, held */
    struct mr_slot *slot;     /* while it is not in the ring */
    void *columns[MR_MAX_COLUMNS];
    size_t bytes; /* of the shelf's limit; 0: the slot was one of the ring */
    _Atomic(const void *)
        home; /* the thread that let go of it last, whose cache may have it still */
    struct mr_lease *next;
};

/* What tells the calling thread from the others that live. */
const void *mr_this_thread(void);

mr_status mr_shelf_create(struct mr_shelf **out, size_t limit_bytes, mr_error *err);

/* Nobody takes from it any more. NULL-safe, nulls the pointer. */
void mr_shelf_close(struct mr_shelf **shelf);

/* A lease for a slot of the engine's, or of no engine (NULL); nobody holds it yet. */
mr_status mr_lease_create(struct mr_lease **out, struct mr_engine *engine, mr_error *err);

/* What it is on leaves the ring (or its owner), for two: the consumer and the one who reads. */
void mr_lease_begin(struct mr_lease *lease, struct mr_shelf *shelf);

/* One more for the consumer; and the reader's own, given up. */
mr_lease *mr_lease_share(struct mr_lease *lease);
void mr_lease_leave(struct mr_lease **lease);

/* Frees one that is in nobody's hands, with its slot if it has one. */
void mr_lease_destroy(struct mr_lease **lease);

/* A slot that came back; NULL: none. Those of other engines are freed. */
struct mr_lease *mr_shelf_take(struct mr_shelf *shelf, const struct mr_engine *engine);

/* Frees what came back beyond `most`, but not the slot `but`. */
void mr_shelf_trim(struct mr_shelf *shelf, size_t most, const struct mr_slot *but);

#endif
