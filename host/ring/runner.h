/* A runner computes a segment unit by unit and hands its elements out in order.
 *
 *      ring of slots         unit k+2   unit k+1    unit k            reader
 *     [ free ] [ launched ] [ launched ] [ current:  ....begin######end ]
 *
 * Units are launched ahead while slots are free; when none is, the runner waits for its reader:
 * that is the back-pressure. The elements a reader needs always stand together: what is left of the
 * current slot is carried over in front of the next one's rows (or the few new rows behind what is
 * left). */
#ifndef MR_RING_RUNNER_H
#define MR_RING_RUNNER_H

#include "engine/engine.h"
#include "io/input.h"
#include "ring/control.h"
#include "ring/tree.h"

enum { MR_MAX_SLOTS = 16 };

struct mr_unit {
    struct mr_slot *slot;
    int64_t first; /* position */
    size_t count;  /* rows, once done */
    size_t at;     /* index of the first in the slot */
    bool is_done;  /* filled by the host: nothing to wait for */
};

struct mr_runner {
    const struct mr_segment *segment;
    struct mr_engine *engine;
    struct mr_program *program;             /* NULL: FEED, ITERATE, CONCAT, SHUFFLE */
    struct mr_runner *inputs[MR_MAX_VIEWS]; /* by view; NULL: memory */
    struct mr_control *control;

    struct mr_slot *slots[MR_MAX_SLOTS];
    size_t slot_rows;                        /* lead + rows of each */
    struct mr_mapping windows[MR_MAX_SLOTS]; /* FEED: what slots hold in place of own rows */
    struct mr_unit queue[MR_MAX_SLOTS];      /* launched, oldest first */
    unsigned queued;
    struct mr_slot *last; /* the slot of the last launch */

    struct mr_slot *current; /* holds elements [begin, end) not yet read */
    size_t begin, end;
    bool is_mapped; /* current, from `mapped` on */
    size_t mapped;
    void *columns[MR_MAX_STORED];

    int64_t next;      /* position the next unit begins at */
    int64_t origin;    /* that of the first one, from a seek on */
    int64_t given;     /* elements that came into `current` so far (from a seek on) */
    bool is_exhausted; /* nothing more to launch */
    bool works_ahead;  /* launches while its reader is busy */
    bool is_host_read; /* its reader is the host, which maps unit after unit */
    int64_t dropped;   /* elements to pass over before the next one that is read */
    size_t phantoms;   /* rows in front of element 0 that its reader looks back to: anything */
    bool is_dropping;  /* DROP: the first element is not found yet */
    mr_status failed;  /* to be told once the elements before are read */
    mr_error error;

    void *feed;                     /* FEED: the source's state */
    struct mr_iteration *iteration; /* ITERATE: likewise */
    size_t joined;                  /* CONCAT: the input being read */
    struct mr_slot *partials;       /* CHUNK */
    uint32_t *order;                /* SHUFFLE: of the elements of one window */
    struct mr_tree trees[MR_MAX_COLUMNS];
    int64_t stalls;
};

mr_status mr_runner_create(struct mr_runner **out, const struct mr_segment *segment,
                           struct mr_engine *engine, struct mr_control *control, mr_error *err);
void mr_runner_destroy(struct mr_runner **runner);

/* Builds the kernels of the runner and its inputs and makes ready what a first launch would. May
 * block for long, and touches neither the sequence nor what the caller lent. */
mr_status mr_runner_warm(struct mr_runner *r, mr_error *err);

/* Then, once: the runner and its inputs look at `control` from now on, and take the memory that the
 * sequence was given. */
mr_status mr_runner_bind(struct mr_runner *r, struct mr_control *control, mr_error *err);

/* Makes position n (of what comes out) the next element. n > 0 needs access other than
 * FROM_START. */
mr_status mr_runner_seek(struct mr_runner *r, int64_t position, mr_error *err);

/* Why a filling ended. */
enum mr_fill {
    MR_FILLED, /* what was needed stands in the current slot; the others: fewer elements do */
    MR_ENDED,  /* nothing more will come */
    MR_FAILED, /* r->failed is to be told once the elements before it are read */
    MR_PAUSED  /* for the moment, see mr_control_is_paused(); to be asked again */
};

/* Blocks until `need` elements stand in the current slot, at most segment->lead + 1, or tells why
 * fewer do. Returns failures of the engine only. */
mr_status mr_runner_fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err);

/* What an input failed with is the runner's failure. */
static inline void mr_runner_fail_like(struct mr_runner *r, const struct mr_runner *input)
{
    r->failed = input->failed;
    r->error = input->error;
}

static inline size_t mr_runner_unread(const struct mr_runner *r)
{
    return r->end - r->begin;
}

/* handover.c: the state of `from` and its inputs, on the host engine, becomes that of `to` and its,
 * made for the same sequence and not used yet. On failure `from` is as it was. */
mr_status mr_runner_take_over(struct mr_runner *to, struct mr_runner *from, mr_error *err);

/* Launches units while there are free slots. */
mr_status mr_runner_launch_ahead(struct mr_runner *r, mr_error *err);

/* The oldest launched unit, waited for; *unit.slot NULL when nothing is launched and nothing more
 * can be. Its slot is free again at the next launch. For reductions, whose rows are not elements;
 * others read through mr_runner_fill(). */
mr_status mr_runner_pop(struct mr_runner *r, struct mr_unit *unit, struct mr_outcome *outcome,
                        mr_error *err);

/* Host addresses of the current slot's columns, of element `begin`; stays mapped until the runner
 * needs the slot. */
mr_status mr_runner_map(struct mr_runner *r, const void *columns[], mr_error *err);
mr_status mr_runner_unmap(struct mr_runner *r, mr_error *err);

/* unit.c: launches the next unit of any kind into a free slot, or sets is_exhausted or failed. */
mr_status mr_unit_launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err);

/* unit.c: puts a launched (or filled) slot into the queue; its first row is at index `at`. */
void mr_unit_enqueue(struct mr_runner *r, struct mr_slot *slot, int64_t first, size_t count,
                     size_t at, bool is_done);

/* unit.c: prepares a launch over the inputs, which it consumes; count 0: nothing left
 * (is_exhausted, maybe failed) or paused. */
mr_status mr_unit_prepare(struct mr_runner *r, struct mr_launch *launch, mr_error *err);

/* The slot's window; its `bytes` are 0 when the slot holds rows of its own. Nobody copies into a
 * window, nor into its lead: what the file has before its first row stands there. */
struct mr_mapping *mr_runner_window(struct mr_runner *r, const struct mr_slot *slot);

/* Empties the slot's window once nothing reads it any more. */
mr_status mr_runner_unplace(struct mr_runner *r, struct mr_slot *slot, mr_error *err);

/* chunk.c: fills a slot with the chunks that end in the next units. */
mr_status mr_chunk_launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err);

/* chunk.c: adds leaf `row` of mapped partials to the trees of every column. */
void mr_chunk_add_leaf(struct mr_runner *r, void *const columns[], size_t row);

/* shuffle.c: fills a slot with the windows whose elements stand ready. */
mr_status mr_shuffle_launch(struct mr_runner *r, struct mr_slot *slot, mr_error *err);

/* iterate.c: the next `count` elements of an ITERATE segment; *got is less when one of them cannot
 * be made, which is then the runner's failure. */
mr_status mr_iterate_open(struct mr_iteration **out, const struct mr_segment *s, mr_error *err);
void mr_iterate_fill(struct mr_runner *r, size_t count, void *column, size_t *got);
void mr_iterate_close(struct mr_iteration **iteration);

/* unit.c: what a failed check says, as the runner's failure. */
void mr_unit_fail(struct mr_runner *r, const struct mr_outcome *outcome, int64_t first);

#endif
