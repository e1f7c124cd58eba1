/* A plan: the sequence cut into segments. A segment is what one work unit computes: a body
 * evaluated at consecutive positions, and what its kind does with the values. Segments read other
 * segments' slots through views; everything that can be an expression has been fused into the
 * bodies. */
#ifndef MR_PLAN_PLAN_H
#define MR_PLAN_PLAN_H

#include "ir/bins.h"
#include "ir/body.h"
#include "ir/leaf.h"
#include "ir/memory_source.h"
#include "ir/seq.h"
#include "plan/profile.h"

enum {
    MR_MAX_VIEWS = 64,
    MR_MAX_STORED = 1 + 3 * MR_MAX_COLUMNS,
    MR_HALO_LIMIT = 1 << 16, /* farther reads of one input become a second view */
    MR_CHUNK_LEVELS = 54,    /* of the tree above a chunk's leaves */
    MR_CARRY_WORDS = 2 * MR_CHUNK_LEVELS * MR_MAX_COLUMNS, /* that a unit hands to the next */
    MR_WORKING_SETS = 2, /* units that may work on a device at a time, with memory of their own */
    MR_CHECKPOINTS = 8,  /* of a runner's past, beside those of units in flight */
    MR_KERNEL_NAME_BYTES = 96,
    MR_ALIGNED_ELEMS = 64 /* of any dtype begin where a cache line does */
};

struct mr_segment;

/* What a body's IR_LOAD reads: position p of the segment reads elements p + offset .. p + offset +
 * halo of another segment, or any element of the caller's memory. */
struct mr_view {
    struct mr_segment *segment; /* NULL: memory */
    const struct mr_seq *seq;   /* whose elements they are */
    const struct mr_memory_source *memory;
    int64_t offset;
    uint32_t halo;
    uint32_t ahead; /* so many of the last in the halo may be behind the end */
};

/* What terminals that add to bins keep of a unit (kinds/bin_kernels.h). */
struct mr_bin_sets {
    int64_t count;        /* of bins in a set */
    unsigned workers;     /* each adds its share of a unit to sets of its own, zeroed first, ... */
    unsigned sets;        /* ... so many of them in turn: equal neighbours do not wait */
    struct mr_bins range; /* a histogram's; one bin before them is for what counts nowhere */
};

struct mr_segment {
    enum mr_kind kind;               /* how a unit of it is computed */
    const struct mr_seq *seq;        /* the operator that made the segment */
    const char *reason;              /* why the plan is cut after it */
    unsigned number;                 /* its place in the plan, from 1; inputs come before users */
    char name[MR_KERNEL_NAME_BYTES]; /* range_map_filter */

    struct ir_body body;
    ir_value values[MR_MAX_COLUMNS]; /* per input column: what is stored, scanned, aggregated */
    size_t value_count;
    ir_value carried[MR_MAX_COLUMNS]; /* what units hand on: SCAN: the values; STATE: variables */
    size_t carried_count;

    /* COMPACT, STOP, DROP: the predicate, or all that are joined. Terminals: the mask of filters.
     * IR_NONE: all elements stay. */
    ir_value keep;

    bool has_masks; /* filters: those below it, and maps between, are masks of its body */
    const struct mr_seq *state; /* STATE: whose variables it has, below the operator; NULL: its */
    bool saves_values;          /* filters: they are dear, so that none is made twice */

    struct mr_view views[MR_MAX_VIEWS];
    size_t view_count;

    struct mr_length domain; /* positions the body is evaluated at */
    struct mr_length length; /* elements that come out */
    enum mr_access access;
    bool is_live;   /* some source below is fed by the caller or a pipe */
    uint32_t reach; /* WINDOW: positions after the last one that are evaluated too */

    enum mr_aggregate aggregate; /* SCAN, WINDOW, CHUNK, REDUCE */
    int64_t extent;              /* WINDOW, CHUNK, SHUFFLE: elements; terminals: INT64_MAX */
    struct mr_bin_sets bins;     /* of kinds that add to bins */

    /* What its slots hold: the columns of its elements, or what its kind stores. */
    mr_dtype stored[MR_MAX_STORED];
    size_t stored_count;
    struct mr_column columns[MR_MAX_COLUMNS]; /* of the elements that come out, as readers want */
    size_t column_count;
    uint8_t column_numbers[MR_MAX_COLUMNS]; /* which of its sequence's columns each of them is */

    /* Set by mr_plan_fit(): */
    bool shares_leaves; /* the shape has work-items share leaves */
    bool is_mixed; /* on some of its devices they do, on others not: what units give is alike */
    /* REDUCE: an entry is a complete subtree of the unit's leaves, not a leaf. */
    bool folds_units;
    size_t unit; /* positions a launch covers at most */

    /* Where elements take turns, or one work-item walks far: positions of the first launch on a
     * device, and of the shortest. How long each takes decides how many the next one covers, from
     * least_unit to unit. Else both are the unit. */
    size_t first_unit, least_unit;
    size_t end_multiple; /* units end at multiples of it, counted from where the stream was opened:
                          * a batch's elements, so that no rest of one is copied; else 1 */
    size_t lead;         /* elements that may be carried over in front of a slot's new ones */
    bool is_aligned;     /* the lead has room to put new ones where batches begin at a boundary */
    bool looks_back;     /* what its reader reads of it begins before element 0 */
    size_t entries;      /* new entries a slot can take: its buffers hold lead + entries */
    size_t checkpoint_bytes; /* that its runner notes before a launch; 0: positions say all */
    size_t mapped_entries; /* FEED: elements of a file that a slot takes where they are; 0: none */
    unsigned slots;
    unsigned copies; /* devices on which it has slots and programs, ... */
    unsigned others; /* ... and those of them where work-items share leaves if they do not by
                      * `shares_leaves`, or do not if they do */
};

struct mr_plan {
    struct mr_seq *seq;
    struct mr_segment **segments; /* inputs before users; the last delivers or reduces */
    size_t segment_count, segment_capacity;
    bool fuses;
    size_t batch; /* elements delivered at once */
    unsigned ring;
    size_t target;                   /* positions its launches aim at */
    size_t host_bytes, device_bytes; /* the bound, in the engine's terms */
};

/* How it is to run; 0 means the default. Of a stream: stream/params.h. */
struct mr_plan_limits {
    size_t batch;
    unsigned ring;
    size_t max_memory_bytes; /* host and device together; 0: none */
    bool on_device;          /* slots are device memory (and staging, if not shared) */
    bool staged;
    const struct mr_profile *profile; /* NULL: the CPU's on a device, else the host engine's */
    size_t most_unit;                 /* positions a launch aims at, if fewer; 0: as the profile */
    unsigned devices;                 /* that units are dealt to; 0: one */
    unsigned others; /* of these: where work-items share leaves if the profile's do not, or do not
                      * if they do */
};

/* Cuts the sequence. References it. Without `fuses` it is cut after every stage whose elements are
 * read in order; only a filter whose reduction counts positions before it stays a mask. */
mr_status mr_plan_create(struct mr_plan **out, const struct mr_seq *seq, bool fuses, mr_error *err);

/* Segments compute what their readers ask for, and not the rest of a unit or of an endless
 * sequence: once for a plan, and again where a domain was made shorter. */
void mr_plan_end_at_readers(struct mr_plan *plan);

/* Sets needed[k] for each node k of the body that its values, what it hands on, its predicate or a
 * check need. */
void mr_segment_find_needed(const struct mr_segment *s, bool needed[]);

/* Takes from the segments that it reads the columns that it does not: nobody makes, stores or moves
 * them then. What their making may fail of stays. */
mr_status mr_segment_drop_unread(struct mr_segment *s, mr_error *err);

/* The columns of its slots, by what comes out of it. */
void mr_segment_store_entries(struct mr_segment *s);

/* Makes a terminal sum of integers tell whether it wraps (MR_WATCHED_SUM). Before mr_plan_fit(). */
void mr_plan_watch_sums(struct mr_plan *plan);

/* Chooses units and slots within the limits; MR_E_BUDGET says what the least would be. */
mr_status mr_plan_fit(struct mr_plan *plan, const struct mr_plan_limits *limits, mr_error *err);

/* The segment of a fitted plan as one of its devices has it, whose work-items share leaves or not:
 * with the same units. What it points to stays the plan's. */
void mr_segment_on(struct mr_segment *out, const struct mr_segment *s, bool shares_leaves);

void mr_plan_destroy(struct mr_plan **plan);

/* Whether it makes elements of none, or of the caller's memory: what sources make tells how far a
 * stream is. */
static inline bool mr_segment_is_source(const struct mr_segment *s)
{
    bool is_source = s->view_count == 0;
    for (size_t v = 0; v < s->view_count; v++) is_source = is_source || !s->views[v].segment;
    return is_source;
}

/* Leaves that one unit can touch, whole or not. */
static inline size_t mr_leaves_in(const struct mr_segment *s)
{
    const int64_t unit = (int64_t)s->unit, extent = s->extent;
    if (extent > 0 && extent <= MR_LEAF) return (size_t)(unit / extent + 2);
    return (size_t)(unit / MR_LEAF + 2 + (extent > 0 && extent < unit ? unit / extent + 1 : 0));
}

/* Where work-items share leaves, so many have side by side what kernels leave for each other
 * (kernels/skeleton/together.cl). */
enum { MR_LEAVES_TOGETHER = 4 };

/* Those that a unit's working memory has room for. */
static inline size_t mr_leaves_with_room(const struct mr_segment *s)
{
    const size_t together = s->shares_leaves ? MR_LEAVES_TOGETHER : 1;
    return (mr_leaves_in(s) + together - 1) / together * together;
}

#endif
