/* An engine runs segments of a plan, one work unit at a time. Three stand behind this interface:
 * the host engine (plain C, done when launch returns), the OpenCL engine (launch only enqueues),
 * and one that deals units to several others (several_engine.h).
 *
 * Everything that decides what is computed when, carries and repacks lives above, in ring/ and
 * kinds/, so the engines cannot differ in it. */
#ifndef MR_ENGINE_ENGINE_H
#define MR_ENGINE_ENGINE_H

#include <millrace/stream.h>

#include <stdatomic.h>

#include "plan/plan.h"

struct mr_engine;
struct mr_program; /* a segment made ready to run, and what it keeps between units */

/* The buffers of one work unit: segment->stored columns of lead + entries elements.
 * New entries are written from index `lead` on; carried-over elements stand right before them. */
struct mr_slot;

/* Where a view's elements are: element p + view.offset (p: a position of the segment, p == first)
 * is at `index` of the slot's columns; `count` elements from there on may be read. */
struct mr_source {
    struct mr_slot *slot; /* NULL: the view is memory */
    size_t index;
    size_t count;
    bool is_last; /* nobody reads what the slot holds after this launch */
};

struct mr_launch {
    int64_t first; /* position */
    size_t count;  /* positions, at most segment->unit; `reach` more may be evaluated. 0: computes
                    * nothing, but makes ready what a first launch would */
    struct mr_source sources[MR_MAX_VIEWS];
    struct mr_slot *out;
    size_t back;              /* so many entries before the slot's lead ends the first new one is */
    struct mr_slot *previous; /* where a unit hands on a state: that before; NULL: none yet */
    const struct mr_seq *ignored; /* checks blamed on this do not count; NULL: all do */
    bool is_read_next; /* the host maps the entries next: mapping may begin at once, ... */
    bool has_lead;     /* ... unless others are carried over in front of them before */

    /* For an engine that computes within launch(). Where that takes long it ends behind a leaf, and
     * the next launch begins there; within a leaf that takes long it asks now and then whether to
     * abandon it, so that the launch ends in front of it. NULL: it asks nobody. */
    bool (*abandons)(void *user);
    void *abandon_user;
    bool is_brief; /* each launch takes long after a leaf: for tests */
};

/* What a finished unit tells. Positions are relative to launch.first. */
struct mr_outcome {
    size_t entries; /* that it gave: one a position, a leaf or a survivor */
    size_t stop; /* the first position where a kind that stops finds `keep` false; SIZE_MAX: none */
    size_t failed; /* the first position at which a check failed; SIZE_MAX: none */
    size_t check;  /* which one (the lowest of that position): index into body.checks */
};

struct mr_engine_class {
    const char *name; /* "host", "opencl" */

    /* Describes what is to run; soon done. Segments that the runner fills need none. */
    mr_status (*program_create)(struct mr_program **out, struct mr_engine *e,
                                const struct mr_segment *segment, mr_error *err);

    /* Builds its kernels, once: may block for long, and touches neither the sequence nor what the
     * caller lent, nor do launches of no positions after it. NULL: there is nothing to build. */
    mr_status (*program_build)(struct mr_program *p, struct mr_engine *e, mr_error *err);

    /* Takes the memory that the sequence was given, once, before the first launch of positions.
     * NULL: it is read where it is. */
    mr_status (*program_bind)(struct mr_program *p, struct mr_engine *e, mr_error *err);
    void (*program_destroy)(struct mr_program **program, struct mr_engine *e);

    /* entries and lead count elements of each of the `count` columns. */
    mr_status (*slot_create)(struct mr_slot **out, struct mr_engine *e, const mr_dtype dtypes[],
                             size_t count, size_t lead, size_t entries, size_t checks,
                             mr_error *err);
    void (*slot_destroy)(struct mr_slot **slot, struct mr_engine *e);

    /* Makes the `count` elements at `memory` the slot's only column, in place and to be read only,
     * once nothing that concerns the slot is in flight. 0: takes them out again; until the next map
     * to write, the slot has no elements then, also where it fails. NULL: the engine reads nothing
     * in place. After a failure nothing reads `memory`, unless the engine is unsettled. */
    mr_status (*place)(struct mr_engine *e, struct mr_slot *slot, void *memory, size_t count,
                       mr_error *err);

    /* Starts a unit; the slots it reads must stay as they are until something that waits for it.
     * Units may overlap; each finds what launches and copies before it left in its slots. */
    mr_status (*launch)(struct mr_engine *e, struct mr_program *p, const struct mr_launch *launch,
                        mr_error *err);

    /* Positions that the last launch into the slot computed, where it may have ended early. NULL:
     * all that were asked for. */
    size_t (*computed)(const struct mr_slot *slot);

    /* Waits until the last unit launched into the slot is done. */
    mr_status (*wait)(struct mr_engine *e, struct mr_program *p, struct mr_slot *slot,
                      struct mr_outcome *out, mr_error *err);

    /* Whether wait() would return at once; asks without waiting. NULL: it always would. */
    bool (*is_done)(struct mr_engine *e, const struct mr_slot *slot);

    /* Copies `count` elements of every column, from one slot to another or within one (never
     * overlapping), as earlier launches and copies left them. */
    mr_status (*copy)(struct mr_engine *e, struct mr_slot *to, size_t to_index,
                      struct mr_slot *from, size_t from_index, size_t count, mr_error *err);

    /* Host addresses of elements [index, index + count) of every column, to read (all launches and
     * copies that concern the slot are waited for) or to write (all readers are waited for; the old
     * content is lost). Valid until unmap; a mapped slot is not launched into, nor copied from if
     * it is mapped to write. */
    mr_status (*map)(struct mr_engine *e, struct mr_slot *slot, size_t index, size_t count,
                     bool to_write, void *columns[], mr_error *err);
    mr_status (*unmap)(struct mr_engine *e, struct mr_slot *slot, mr_error *err);

    /* The slot's elements, the event that it was lent with, and what is or will be mapped of it, to
     * read, stay as they are: unmap does nothing, until it is kept no longer. NULL: it always does.
     */
    void (*keep)(struct mr_engine *e, struct mr_slot *slot, bool is_kept);

    /* The slot's buffers for a consumer on the device; NULL: the engine has none. */
    mr_status (*lend)(struct mr_engine *e, struct mr_slot *slot, mr_device_batch *out,
                      mr_error *err);

    /* What the unit last launched into the slot hands on to the next, which begins at `position`:
     * mr_carry_words() words, of a scan for each value the fold of the leaves before and that of
     * the leaf so far, as bits of the fold's dtype. Waits for it. It may go on on another engine,
     * which loads them before its first unit. */
    mr_status (*carry_save)(struct mr_engine *e, const struct mr_program *p, struct mr_slot *slot,
                            int64_t position, uint64_t words[], mr_error *err);
    mr_status (*carry_load)(struct mr_engine *e, struct mr_program *p, struct mr_slot *slot,
                            const uint64_t words[], mr_error *err);

    /* After a failure: whether it was that of a device whose units others can compute, which was
     * not told before. Runners made anew do so then. NULL: there are no others. */
    bool (*goes_on)(struct mr_engine *e);

    /* Its devices, up to `size` of them in `out`; how many there are. NULL: not to be told. */
    size_t (*tell)(const struct mr_engine *e, mr_device_use out[], size_t size);

    /* Whether what is in flight may never be over: a driver refuses to wait. NULL: never. */
    bool (*is_unsettled)(const struct mr_engine *e);

    /* Waits for all that is in flight. */
    mr_status (*finish)(struct mr_engine *e, mr_error *err);
    void (*destroy)(struct mr_engine **e);
};

/* Every engine begins with this. */
struct mr_engine {
    const struct mr_engine_class *class;
    atomic_size_t others; /* who hold it, besides the one who made it */
    char device[96];      /* "" on the host engine */
    char reason[160];
    bool shares_memory;
    bool reads_in_place; /* place() takes pages of a file */
    bool has_fp64;
    bool needs_trial;      /* nobody verified the implementation, and it was not tried before */
    unsigned parallel;     /* compute units; 1 on the host engine */
    unsigned devices;      /* among which it deals units; 0: it is one */
    unsigned other_shapes; /* of these: the `others` of struct mr_plan_limits */
    struct mr_profile profile;
};

/* Held once more; and given up by one of those who hold it, on any thread: the last destroys it.
 * NULL-safe, nulls the pointer. */
static inline struct mr_engine *mr_engine_share(struct mr_engine *e)
{
    atomic_fetch_add(&e->others, 1);
    return e;
}

static inline void mr_engine_leave(struct mr_engine **e)
{
    if (*e && atomic_fetch_sub(&(*e)->others, 1) == 0) (*e)->class->destroy(e);
    *e = NULL;
}

mr_status mr_host_engine_create(struct mr_engine **out, mr_error *err);

/* Whether there can be a device at all; otherwise MR_E_NO_DEVICE. Does not look for one. */
mr_status mr_opencl_engine_check(mr_error *err);

/* Opens the device the parameters ask for; MR_E_NO_DEVICE (or _NO_FP64, if needed and missing) with
 * the reason in err. */
mr_status mr_opencl_engine_create(struct mr_engine **out, const mr_stream_params *params,
                                  bool needs_fp64, mr_error *err);

/* The same on this device. */
struct mr_device;
mr_status mr_opencl_engine_create_on(struct mr_engine **out, const struct mr_device *device,
                                     const mr_stream_params *params, mr_error *err);

/* Keeps what a trial found (stream/trial.h), a reason of "" for nothing: for this process and,
 * unless it is fleeting, for later ones. */
enum { MR_TRIAL_REASON_BYTES = 160 };
struct mr_trial_fault {
    char reason[MR_TRIAL_REASON_BYTES];
    bool is_fleeting; /* it may be a lack that is soon over */
};
void mr_opencl_engine_put_trial(const struct mr_engine *e, const struct mr_trial_fault *fault);

#endif
