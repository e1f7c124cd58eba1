/* The host engine's insides: slots, programs, and one function for each kind of segment. */
#ifndef MR_ENGINE_HOST_ENGINE_H
#define MR_ENGINE_HOST_ENGINE_H

#include "engine/engine.h"
#include "engine/lane_loops.h"
#include "engine/lane_recurrence.h"
#include "engine/lanes.h"

/* What a scan hands on: the combination of the leaves before this one, and of the elements of this
 * one so far. */
struct mr_carry {
    mr_scalar before, within;
};

struct mr_slot {
    size_t column_count, lead;
    mr_dtype dtypes[MR_MAX_STORED];
    unsigned char *columns[MR_MAX_STORED];
    struct mr_outcome outcome;               /* of the last unit launched into it */
    struct mr_carry carries[MR_MAX_COLUMNS]; /* SCAN: after that unit */
};

typedef void mr_host_kind(struct mr_program *p, const struct mr_launch *launch,
                          struct mr_outcome *out);

struct mr_program {
    const struct mr_segment *segment;
    struct mr_lanes *lanes;
    mr_host_kind *run;
    struct mr_lanes_input inputs[MR_MAX_VIEWS]; /* of the launch at hand */
    unsigned char *scratch;
    size_t window_tile;             /* WINDOW: outputs computed at once */
    struct mr_recurrence_run terms; /* RECUR */
};

/* Evaluates positions launch.first + done, ...: `count` of them, at most MR_LEAF, and notes the
 * first failed check. */
void mr_host_evaluate(struct mr_program *p, const struct mr_launch *launch, size_t done,
                      size_t count, struct mr_outcome *out);

/* The predicate's lanes of the last evaluation; NULL: there is none. */
const uint8_t *mr_host_keep(const struct mr_program *p);

/* Row `row` of the new ones in a slot's column. */
static inline void *mr_host_row(const struct mr_slot *slot, size_t column, size_t row)
{
    return slot->columns[column] + (slot->lead + row) * mr_dtype_size(slot->dtypes[column]);
}

/* Value `column` of the last evaluation as lanes of `dtype`, converted in `scratch` (MR_LEAF lanes)
 * if need be. */
const void *mr_host_lanes(const struct mr_program *p, size_t column, mr_dtype dtype, void *scratch,
                          size_t count);

/* One a kind. They find MR_HOST_LEAF_SCRATCH bytes, two registers of lanes, in p->scratch. */
mr_host_kind mr_host_fused, mr_host_compact, mr_host_search, mr_host_scan, mr_host_window,
    mr_host_recur, mr_host_leaves, mr_host_histogram, mr_host_exact;

/* Chooses p->window_tile. */
void mr_host_window_fit(struct mr_program *p);
size_t mr_host_window_scratch(const struct mr_program *p);
enum { MR_HOST_LEAF_SCRATCH = 2 * 8 * MR_LEAF };

#endif
