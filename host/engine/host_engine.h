/* The host engine's insides: slots, programs, and one function for each kind of segment. */
#ifndef MR_ENGINE_HOST_ENGINE_H
#define MR_ENGINE_HOST_ENGINE_H

#include "engine/engine.h"
#include "engine/lane_loops.h"
#include "engine/lanes.h"
#include "plan/buffer_list.h"

/* What a scan hands on: the combination of the leaves before this one, and of the elements of this
 * one so far. */
struct mr_carry {
    mr_scalar before, within;
};

struct mr_slot {
    size_t column_count, lead;
    size_t first; /* index of the first entry of the last launch */
    mr_dtype dtypes[MR_MAX_STORED];
    unsigned char *columns[MR_MAX_STORED];
    struct mr_outcome outcome;               /* of the last unit launched into it */
    size_t computed;                         /* its positions */
    struct mr_carry carries[MR_MAX_COLUMNS]; /* after that unit, where slots have it */
};

/* How the host engine computes a kind of segment. */
struct mr_kind_host {
    /* One unit. It finds MR_HOST_LEAF_SCRATCH bytes, two registers of lanes, in p->scratch. */
    void (*run)(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out);

    /* Fills p->own, which is zeroed, once lanes are there. NULL: that will do. */
    void (*open)(struct mr_program *p);

    /* What units hand on, where p->own has it: in front of a position, to words and from them.
     * NULL: slots have it. */
    void (*carry_save)(const struct mr_program *p, int64_t position, uint64_t words[]);
    void (*carry_load)(struct mr_program *p, const uint64_t words[]);

    /* Where slots have it: carry `c` of a slot, as others have it in front of the position that
     * follows. NULL: the same. */
    struct mr_carry (*carry_before)(const struct mr_segment *s, size_t c, struct mr_carry carry,
                                    int64_t position);
};

struct mr_program {
    const struct mr_segment *segment;
    const struct mr_kind_host *kind;
    struct mr_lanes *lanes;
    struct mr_lanes *walker; /* what one position carries to the next; NULL: nothing */
    struct mr_lanes_input inputs[MR_MAX_VIEWS]; /* of the launch at hand */
    unsigned char *scratch;                     /* as its list of buffers says: MR_PLACE_SCRATCH, */
    void *own; /* and what is the kind's, MR_PLACE_OWN; NULL: nothing */
};

/* Evaluates positions launch.first + done, ...: `count` of them, at most MR_LEAF, and notes the
 * first failed check. False: it took too long, and the launch ended in front of them. */
bool mr_host_evaluate(struct mr_program *p, const struct mr_launch *launch, size_t done,
                      size_t count, struct mr_outcome *out);

/* The predicate's lanes of the last evaluation; NULL: there is none. */
const uint8_t *mr_host_keep(const struct mr_program *p);

/* Entry `entry` of the new ones in a slot's column. */
static inline void *mr_host_entry(const struct mr_slot *slot, size_t column, size_t entry)
{
    return slot->columns[column] + (slot->first + entry) * mr_dtype_size(slot->dtypes[column]);
}

/* Value `column` of the last evaluation as lanes of `dtype`, converted in `scratch` (MR_LEAF lanes)
 * if need be. */
const void *mr_host_lanes(const struct mr_program *p, size_t column, mr_dtype dtype, void *scratch,
                          size_t count);

/* ---- for kinds ---- */

/* How many of the positions from launch.first + done on are evaluated together; 0: none, since all
 * are done or the launch, which takes long, ended there. */
size_t mr_host_leaf(struct mr_program *p, const struct mr_launch *launch, size_t done);

/* Ends the launch behind `done` positions, of which each gave an entry. */
void mr_host_end(const struct mr_launch *launch, size_t done);

/* Stores the values of the last evaluation as entries from `entry` on. */
void mr_host_store(struct mr_program *p, const struct mr_slot *slot, size_t entry, size_t count);

/* Stores everything, and tells the first position where the predicate fails; `found`, if any, is
 * told of the evaluation that it is in, and may evaluate that again. */
typedef bool mr_host_found(struct mr_program *p, const struct mr_launch *launch, size_t done,
                           size_t count, struct mr_outcome *out);
void mr_host_search(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out,
                    mr_host_found *found);

/* An entry of partials for each leaf. */
extern const struct mr_kind_host mr_host_leaves;

enum { MR_HOST_LEAF_SCRATCH = 2 * MR_LANE_REGISTER_BYTES };

#endif
