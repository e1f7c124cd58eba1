/* The memory that a segment takes, in one list: mr_plan_fit() bounds it, engines and runners
 * allocate from it, explain tells it. What a segment needs and does not list has no room in the
 * bound. */
#ifndef MR_PLAN_BUFFER_LIST_H
#define MR_PLAN_BUFFER_LIST_H

#include "plan/plan.h"

enum { MR_MAX_BUFFERS = 24 + 12 * MR_MAX_COLUMNS }; /* of devices of two shapes */
enum { MR_LANE_REGISTER_BYTES = 8 * MR_LEAF };
enum { MR_PROGRAM_BYTES = 16384 };   /* of an engine's struct mr_program, at most */
extern const size_t mr_runner_bytes; /* of struct mr_runner: ring/runner.c */

/* Slots alike: `count` of them, each with room for lead + entries elements of these columns. */
struct mr_room {
    const char *what;
    unsigned count;
    unsigned copies; /* devices that have them */
    size_t lead, entries;
    mr_dtype dtypes[MR_MAX_STORED];
    size_t column_count;
    size_t checks; /* that units launched into them can tell of */
};

enum mr_buffer_place {
    MR_PLACE_WORKING,     /* kernels write there on the way: the device's memory */
    MR_PLACE_CARRY,       /* what units hand on: likewise */
    MR_PLACE_NUMBERS,     /* what kernels read beside columns: the device's, and the host's copy */
    MR_PLACE_SLOT,        /* beside a slot's columns, and wherever these are */
    MR_PLACE_MAPPING,     /* pages of a file, where an engine reads them in place */
    MR_PLACE_LANES,       /* of the host engine's loops, where they run (has_lanes); and likewise */
    MR_PLACE_SCRATCH,     /* what the program finds as `scratch` (engine/host_engine.h), */
    MR_PLACE_OWN,         /* and as `own` */
    MR_PLACE_PROGRAM,     /* the program itself: the host's, for each device */
    MR_PLACE_STATE,       /* what its runner finds as `state` (ring/runner.h): the host's, once */
    MR_PLACE_CHECKPOINTS, /* what that remembers besides: the host's, once */
    MR_PLACE_HOST,        /* the host's, whatever the engine, once */
    MR_PLACE_COUNT
};

/* A working buffer as kernels see it. */
struct mr_working {
    const char *what;
    const char *name;  /* of the argument */
    bool is_of_column; /* its number follows the name */
    size_t column;
    mr_dtype dtype;   /* of its elements */
    const char *type; /* in place of the dtype's name in OpenCL C; NULL: that */
    size_t elems;     /* of an item */
};

struct mr_buffer_row {
    const char *what;
    enum mr_buffer_place place;
    size_t item_bytes;
    size_t items;    /* WORKING: of all sets together */
    unsigned copies; /* devices that have it */
    struct mr_working working;
};

/* Buffers of place WORKING hold `items` items for each of `sets` sets. Where may_share is set,
 * work-items each have one item and reuse it, so that an engine that starts fewer of them needs
 * fewer, and may have more sets within the same bytes (mr_buffers_share()). */
struct mr_buffers {
    struct mr_room slots; /* the ring's, */
    bool has_slots;       /* if there is one */
    struct mr_buffer_row rows[MR_MAX_BUFFERS];
    size_t count;
    size_t items;
    unsigned sets;
    bool may_share;
    bool has_lanes;       /* the host's loops run for every engine */
    size_t scratch_bytes; /* of them, beside what all have */
};

/* Lists those of a segment that mr_plan_fit() shaped. */
void mr_buffers_of(struct mr_buffers *out, const struct mr_segment *s);

/* The row of a place that has one at most; NULL: none. */
const struct mr_buffer_row *mr_buffers_at(const struct mr_buffers *b, enum mr_buffer_place place);

/* For kinds: another row of the list; of out->items items a set. Kernels have those that they work
 * in as arguments, in the order of the list. */
void mr_buffers_add(struct mr_buffers *out, const char *what, enum mr_buffer_place place,
                    size_t item_bytes, size_t items);
void mr_buffers_add_working(struct mr_buffers *out, struct mr_working working);

/* What the host engine's loops over a body take at most (engine/lanes.c), and words that kernels
 * read of it (P). */
size_t mr_most_lanes_bytes(const struct ir_body *body);
size_t mr_most_params(const struct ir_body *body);

/* Bytes of one slot of a room, with its status and handles; where it is staged, twice. */
size_t mr_buffers_slot_bytes(const struct mr_room *room, bool staged);

/* The items of one set on an engine that starts `workers` work-items, and how many sets there are
 * room for, at most MR_WORKING_SETS. */
size_t mr_buffers_share(const struct mr_buffers *b, size_t workers, unsigned *sets);

/* What is allocated, as one line: `count` times `bytes`, on the host, on the engine's device or on
 * both. For the host engine all are the host's; where slots are staged, it has a copy of them,
 * which the driver allocates if it can pin it. */
struct mr_buffer_line {
    const char *what;
    size_t count, bytes;
    bool on_host, on_device;
};
enum { MR_MAX_BUFFER_LINES = 1 + MR_MAX_BUFFERS };

/* Returns how many lines there are; those that would be of no bytes are left out. */
size_t mr_buffers_lines(struct mr_buffer_line out[MR_MAX_BUFFER_LINES], const struct mr_buffers *b,
                        bool on_device, bool staged);

/* The sum of the lines. */
struct mr_bytes {
    size_t host, device;
};
struct mr_bytes mr_buffers_bytes(const struct mr_buffers *b, bool on_device, bool staged);

#endif
