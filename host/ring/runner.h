/* A runner computes a segment unit by unit and hands its elements out in order.
 *
 *      ring of slots         unit k+2   unit k+1    unit k            reader
 *     [ free ] [ launched ] [ launched ] [ current:  ....begin######end ]
 *
 * Units are launched ahead while slots are free; when none is, the runner waits for its reader:
 * that is the back-pressure. The elements a reader needs always stand together: what is left of the
 * current slot is carried over in front of the next one's entries (or the few new ones behind what
 * is left). */
#ifndef MR_RING_RUNNER_H
#define MR_RING_RUNNER_H

#include <assert.h>

#include "engine/engine.h"
#include "io/input.h"
#include "plan/kind.h"
#include "ring/bytes.h"
#include "ring/control.h"
#include "ring/lease.h"

enum { MR_MAX_SLOTS = MR_MAX_RING_SLOTS };

/* The runner's state as it was before a launch, as bytes. */
struct mr_checkpoint {
    unsigned char *bytes; /* of r->checkpoint_bytes */
    size_t size;
    size_t hole;   /* where its kind is to fill something in; 0: it is complete */
    int64_t given; /* elements before those that it makes; known once the units before are done */
};

struct mr_unit {
    struct mr_slot *slot;
    int64_t first; /* position */
    size_t count;  /* entries, once done */
    size_t at;     /* index of the first in the slot */
    bool is_done;  /* filled by the host: nothing to wait for */
    int64_t launched_ns;
    int64_t ahead; /* positions in flight when it was launched, its own with them; 0: not known */
    struct mr_checkpoint checkpoint;
};

/* Where a runner stands between two units, whatever its engine and its slots: a seek sets all of it
 * anew, and it goes over to another engine as it is. Its kind's own is in `state`. */
struct mr_standing {
    int64_t next;      /* position the next unit begins at */
    int64_t given;     /* elements that came into `current` so far; of a terminal: positions that
                        * are part of its result */
    bool is_exhausted; /* nothing more to launch */
    bool is_torn;      /* what its inputs gave is not in a unit yet */
    int64_t origin;    /* position of the first element that is read, from a seek on */
    int64_t dropped;   /* elements to pass over before the next one that is read */
    size_t phantoms;   /* entries in front of element 0 that its reader looks back to: anything */
    mr_status failed;  /* to be told once the elements before are read */
    mr_error error;
};

struct mr_runner {
    const struct mr_segment *segment;
    const struct mr_kind_runner *kind;
    struct mr_engine *engine;
    struct mr_program *program;             /* NULL: the kind has none */
    struct mr_runner *inputs[MR_MAX_VIEWS]; /* by view; NULL: memory */
    struct mr_control *control;

    struct mr_slot *slots[MR_MAX_SLOTS];
    unsigned slot_count; /* that there are to be */
    size_t slot_bytes;
    struct mr_lease *leases[MR_MAX_SLOTS]; /* by slot, made ready; NULL: it was never kept */
    struct mr_lease *kept;                 /* on `current`, which is not in the ring any more */
    bool lends;                            /* it was kept once */
    size_t slot_entries;                   /* lead + entries of each */
    /* What slots hold in place of own entries: of a file. */
    struct mr_mapping mappings[MR_MAX_SLOTS];
    struct mr_unit queue[MR_MAX_SLOTS]; /* launched, oldest first */
    unsigned queued;
    struct mr_slot *last; /* the slot of the last launch */

    struct mr_slot *current; /* holds elements [begin, end) not yet read */
    size_t begin, end;
    bool is_mapped; /* current, from `mapped` on */
    size_t mapped;
    void *columns[MR_MAX_STORED];

    struct mr_standing at;
    void *state; /* the kind's own; NULL: it has none */

    /* Where elements cannot be reached by their position alone: what checkpoint.c needs. */
    unsigned char *checkpoint_bytes; /* NULL: the position says all */
    size_t checkpoint_size;
    /* Those of units that came into `current`, oldest first: from the last one before its first
     * unread element on. */
    struct mr_checkpoint checkpoints[MR_CHECKPOINTS];
    unsigned checkpoint_count;
    struct mr_checkpoint pending; /* of the launch that is under way */

    /* For now, as long as they may take (pace.c): positions that a launch covers at most, and that
     * are in flight where it is launched ahead. */
    size_t pace;
    int64_t flight;

    bool works_ahead;  /* launches while its reader is busy */
    bool is_host_read; /* its reader is the host, which maps unit after unit */
};

/* What came of asking for more. */
enum mr_fill {
    MR_FILLED, /* it is there */
    MR_ENDED,  /* nothing more will come */
    MR_FAILED, /* nothing more will come: r->at.failed is to be told once what is before is read */
    MR_PAUSED  /* nothing comes for the moment, see mr_control_is_paused(); to be asked again */
};

/* Entries of a finished unit that are elements. */
struct mr_entries {
    size_t from, until;
    bool ends;    /* nothing comes after them */
    bool excuses; /* what failed comes after that, so that nobody is told */
};

/* What is special about a kind in a runner; host/kinds/NAME.c has it. All of it but `launch` can be
 * left out. */
struct mr_kind_runner {
    bool is_filled; /* the host fills slots once their last reader is done: never ahead */
    bool packs;     /* a unit's entries are not its positions */

    /* Whether a segment that cannot be opened anywhere may begin anywhere if its inputs are read
     * from there on: element n is made of theirs from n on. */
    bool begins_anywhere;

    /* Leaves what its state holds, which is made as the list of buffers says (MR_PLACE_STATE),
     * zeroed. NULL: nothing. */
    void (*close)(struct mr_runner *r);

    /* Launches the next unit into a free slot or fills it, and puts it into the queue: MR_FILLED.
     * Or there is none, and *how says why; it has set at.is_exhausted where that is MR_ENDED, and
     * at.failed where it is MR_FAILED. Beside MR_FILLED they say that this unit is the last. NULL:
     * mr_unit_launch_program(). */
    mr_status (*launch)(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how,
                        mr_error *err);

    /* Whether the next unit may be launched before those in the queue are judged. NULL: yes. */
    bool (*may_launch)(const struct mr_runner *r);

    /* What a finished unit's outcome means: which of its entries [0, until) are elements. NULL: all
     * are. */
    void (*judge)(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_entries *entries);

    /* A finished unit left the queue: what the next one's checkpoint lacks can be told. NULL:
     * nothing. */
    mr_status (*settle)(struct mr_runner *r, const struct mr_unit *unit, mr_error *err);

    /* Sets the state that it begins at element `position` with, and seeks the inputs. NULL:
     * mr_runner_seek_inputs(). */
    mr_status (*seek)(struct mr_runner *r, int64_t position, mr_error *err);

    /* Whether input v has anything to remember now. NULL: all have. */
    bool (*reads)(const struct mr_runner *r, size_t v);

    /* Its own state, before the next launch, as bytes, at most the kind's state_bytes(); and back,
     * after a seek to element 0. What it cannot tell yet is a hole (bytes.h). NULL: it has none. */
    void (*save)(struct mr_runner *r, struct mr_bytes_out *out);
    mr_status (*restore)(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err);

    /* Its own state goes over to another engine's runner as it is, with what no bytes can say, such
     * as an open file. Cannot fail. NULL: it goes over as bytes. */
    void (*move)(struct mr_runner *to, struct mr_runner *from);

    /* What its source found out (mr_stream_found()). NULL: nothing. */
    const char *(*found)(const struct mr_runner *r);
};

mr_status mr_runner_create(struct mr_runner **out, const struct mr_segment *segment,
                           struct mr_engine *engine, struct mr_control *control, mr_error *err);
void mr_runner_destroy(struct mr_runner **runner);

/* Gives back what its engine holds for it and its inputs. It can only be saved then. */
void mr_runner_release(struct mr_runner *r);

/* Builds the kernels of the runner and its inputs and makes ready what a first launch would. May
 * block for long, and touches neither the sequence nor what the caller lent. */
mr_status mr_runner_warm(struct mr_runner *r, mr_error *err);

/* Then, once: the runner and its inputs look at `control` from now on, and take the memory that the
 * sequence was given. */
mr_status mr_runner_bind(struct mr_runner *r, struct mr_control *control, mr_error *err);

/* Makes position n (of what comes out) the next element. n > 0 needs access other than
 * FROM_START. */
mr_status mr_runner_seek(struct mr_runner *r, int64_t position, mr_error *err);

/* Blocks until `need` elements stand in the current slot, or tells why fewer do. At most
 * segment->lead + 1; where units end with batches what is left of one, too. Returns failures of the
 * engine only. */
mr_status mr_runner_fill(struct mr_runner *r, size_t need, enum mr_fill *how, mr_error *err);

/* What an input failed with is the runner's failure. */
static inline void mr_runner_fail_like(struct mr_runner *r, const struct mr_runner *input)
{
    assert(input->at.failed != MR_OK);
    r->at.failed = input->at.failed;
    r->at.error = input->at.error;
}

/* Tells what the runner failed with; MR_OK: it did not. */
static inline mr_status mr_runner_tell_failure(const struct mr_runner *r, mr_error *err)
{
    if (r->at.failed != MR_OK && err) *err = r->at.error;
    return r->at.failed;
}

static inline size_t mr_runner_unread(const struct mr_runner *r)
{
    return r->end - r->begin;
}

/* Launches units while there are free slots. */
mr_status mr_runner_launch_ahead(struct mr_runner *r, mr_error *err);

/* Launches units ahead, or one if none is launched, and waits for the oldest: MR_FILLED. Its slot
 * is free again at the next launch. Or there is none, and *how says why. For reductions, whose
 * entries are no elements; others read through mr_runner_fill(). */
mr_status mr_runner_pop(struct mr_runner *r, struct mr_unit *unit, struct mr_outcome *outcome,
                        enum mr_fill *how, mr_error *err);

/* Host addresses of the current slot's columns, of element `begin`; stays mapped until the runner
 * needs the slot. */
mr_status mr_runner_map(struct mr_runner *r, const void *columns[], mr_error *err);
mr_status mr_runner_unmap(struct mr_runner *r, mr_error *err);

/* The consumer keeps the current slot, as it sees it, mapped or on the device: it leaves the ring,
 * and another takes its place. MR_E_BUDGET: there is room for none. Of a stream's root, with a
 * shelf. */
mr_status mr_runner_keep(struct mr_runner *r, mr_lease **out, mr_error *err);

/* Slots that were kept come back into the ring. */
void mr_runner_take_back(struct mr_runner *r);

/* One more slot for the ring, within the limit. */
mr_status mr_runner_add_slot(struct mr_runner *r, mr_error *err);

/* A slot as those of the ring are. */
mr_status mr_runner_create_slot(const struct mr_runner *r, struct mr_slot **out, mr_error *err);

/* Launches the next unit of any kind into a free slot, as its kind's `launch` says. */
mr_status mr_unit_launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how,
                         mr_error *err);

/* ---- for kinds ---- */

mr_status mr_runner_seek_inputs(struct mr_runner *r, int64_t position, mr_error *err);

/* Launches a unit of the program, in which checks blamed on `ignored` (or NULL) do not count. */
mr_status mr_unit_launch_program(struct mr_runner *r, struct mr_slot *slot,
                                 const struct mr_seq *ignored, enum mr_fill *how, mr_error *err);

/* Puts a launched (or filled) slot into the queue; its first entry is at index `at`. */
void mr_unit_enqueue(struct mr_runner *r, struct mr_slot *slot, int64_t first, size_t count,
                     size_t at, bool is_done);

/* What a failed check says, as the runner's failure. */
void mr_unit_fail(struct mr_runner *r, const struct mr_outcome *outcome, int64_t first);

/* The slot's mapping; its `bytes` are 0 when the slot holds entries of its own. Nobody copies into
 * a mapping, nor into its lead: what the file has before its first entry stands there. */
struct mr_mapping *mr_runner_mapping(struct mr_runner *r, const struct mr_slot *slot);

/* Empties the slot's mapping once nothing reads it any more; also where that fails, unless a device
 * may go on reading. */
mr_status mr_runner_unplace(struct mr_runner *r, struct mr_slot *slot, mr_error *err);

/* ---- pace.c ---- */

/* As before the first launch. */
void mr_pace_start(struct mr_runner *r);

/* Whether there may be one more in flight. */
bool mr_pace_allows(const struct mr_runner *r);

/* The unit was launched; it was waited for, from `start` on. */
void mr_pace_launch(const struct mr_runner *r, struct mr_unit *unit);
void mr_pace_done(struct mr_runner *r, const struct mr_unit *unit, int64_t start);

/* ---- checkpoint.c ---- */

/* Memory for checkpoints, once the inputs are there. */
mr_status mr_runner_create_checkpoints(struct mr_runner *r, mr_error *err);

/* Before a launch; once it is in the queue; when its unit leaves it; after a seek. */
void mr_checkpoint_launch(struct mr_runner *r);
void mr_checkpoint_unit(struct mr_runner *r, struct mr_checkpoint *checkpoint);
void mr_checkpoint_done(struct mr_runner *r, struct mr_checkpoint *checkpoint);
void mr_checkpoint_start(struct mr_runner *r);

/* From where reading goes on, `taken` elements after the first unread one: all that the runner and
 * its inputs must know to make the same elements again. Looks at no device. */
void mr_runner_save(struct mr_runner *r, size_t taken, struct mr_bytes_out *out);

/* Makes what was saved the state of a runner for the same sequence, on any engine. */
mr_status mr_runner_restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err);

/* The state of `from` and its inputs, on the host engine and with nothing in flight, becomes that
 * of `to` and its, made for the same sequence and not used yet, with all that is unread. On failure
 * `from` is as it was. */
mr_status mr_runner_take_over(struct mr_runner *to, struct mr_runner *from, mr_error *err);

#endif
