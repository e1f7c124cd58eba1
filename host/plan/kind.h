/* A kind of segment: how one work unit of it is computed. Each is one file in host/kinds/, which
 * defines its descriptor; the build makes enum mr_kind and the table from the files' names. Generic
 * code reads what a kind says and never asks which one it has. */
#ifndef MR_PLAN_KIND_H
#define MR_PLAN_KIND_H

#include <stdbool.h>

#include "ir/kinds.h"
#include "plan/buffer_list.h"

struct mr_skeleton; /* emit/skeleton.h */

/* Where a segment's body comes from. */
enum mr_kind_inputs {
    MR_INPUTS_LOWERED, /* its inputs are lowered into its body, down to the next cut */
    MR_INPUTS_JOINED,  /* each is a segment whose elements are taken as they are; no body */
    MR_INPUTS_NONE     /* the host fills it; no body */
};

/* What units aim at. */
struct mr_unit_aim {
    size_t positions; /* of a launch, for this device */
    size_t batch;     /* elements delivered at once */
};

struct mr_kind_host;
struct mr_kind_runner;

struct mr_kind_class {
    const char *reason; /* why the plan is cut after it */

    /* ---- cutting ---- */

    bool is_fused;  /* needs no segment: what reads it in order has it in its body */
    bool is_filter; /* keeps elements by a predicate: a mask where its reader can have one */

    /* Its reason stands whatever reads it: what runs there is no work for a device. */
    bool reason_stands;

    /* Element n is made at position n: whoever reads fewer elements needs fewer positions. */
    bool is_one_by_one;

    /* One lane goes from position to position: what is dear and needs no state is set apart. */
    bool walks;
    enum mr_kind apart; /* ... by a segment of this kind */

    /* Its elements depend on how many there are, so that no reader ends it sooner. */
    bool is_whole;

    /* Its body is evaluated at the positions of its elements, not at those of its input's. */
    bool has_own_positions;

    /* ---- its body ---- */

    enum mr_kind_inputs inputs;
    const char *input_reason; /* JOINED: why its inputs are segments */
    bool joins_itself;        /* JOINED: its only input is a segment of the same sequence, */
    enum mr_kind joined;      /* of this kind, whose last element it gives */
    bool aggregates;          /* its values are converted to what seq->aggregate takes, */
    bool is_running;          /* or to what that takes along its elements: f32 stays f32 */
    bool is_terminal;         /* gives a result once all is read, and no elements before */

    /* Sets what only this kind has, before the body is written, and again when it is known whether
     * work-items share leaves. NULL: nothing. */
    void (*shape)(struct mr_segment *s);

    /* How many values its body has. NULL: one for each column of its sequence, or of its input
     * where the operator works on what the input gives. */
    size_t (*value_count)(const struct mr_segment *s);

    /* ---- units ---- */

    /* Units are of whole leaves, but for the last, and a strip of one is of whole rows of it. */
    bool takes_leaves;

    /* An element is made of `extent` positions, a chunk; it is given by the unit that this ends in,
     * and leaves end where it does. */
    bool has_chunks;

    /* How many entries a unit of `count` positions gives; and at most, wherever a unit begins: what
     * a slot has room for. NULL: one a position. */
    size_t (*entries)(const struct mr_segment *s, int64_t first, size_t count);
    size_t (*most_entries)(const struct mr_segment *s);

    /* Sets the columns of its slots. NULL: those of its elements. */
    void (*store)(struct mr_segment *s);

    /* A unit gives an element for each of its positions, and what is left of a batch is copied to
     * the next slot. */
    bool gives_as_many;

    /* ... and where no other segment is read, units are whole batches, so that nothing is left. */
    bool gives_whole_batches;

    /* Positions a launch covers at most. NULL: mr_unit_of_batches(). */
    size_t (*unit)(const struct mr_segment *s, const struct mr_unit_aim *aim);

    /* Positions that must be read together for any progress. NULL: a leaf's where it takes leaves,
     * else one. */
    size_t (*least_positions)(const struct mr_segment *s);

    /* Adds to the list what it needs beside its slots. NULL: nothing. */
    void (*buffers)(const struct mr_segment *s, struct mr_buffers *out);

    /* Bytes of its runner's own state (ring/runner.h), at most, of the sequence alone, not of the
     * shape; and what it writes there, a name each, in order: by both a stream's state is told from
     * one of another layout (stream/save.c). NULL: it has none. */
    size_t (*state_bytes)(const struct mr_segment *s);
    const char *state_words;

    /* How the host engine computes a unit (engine/host_engine.h). NULL: it has no program, and the
     * engine has nothing to build and to launch for it. */
    const struct mr_kind_host *host;

    /* What is special about it in a stream (ring/runner.h). NULL: nothing. */
    const struct mr_kind_runner *runner;
    /* ---- on a device ---- */

    /* What its kernels are made of; NULL: the host alone computes it. */
    const struct mr_skeleton *(*skeleton)(const struct mr_segment *s);

    /* Writes mr_carry_words() words, the state before the first unit; NULL: units hand nothing
     * on. */
    void (*carry_start)(const struct mr_segment *s, uint64_t words[]);

    /* How many these are, MR_CARRY_WORDS at most. NULL: two for each value that is carried. */
    size_t (*carry_words)(const struct mr_segment *s);

    /* Whether word `k` of them says anything in front of `position`: if not it is 0, and no state
     * has it. NULL: all do. */
    bool (*carry_says)(const struct mr_segment *s, int64_t position, size_t k);

    bool has_status;    /* a unit tells more than failed checks: where it stops, how many entries */
    bool tells_entries; /* MR_STATUS_ENTRIES of them come out, at most one a position */
    bool asks_until_stop; /* its own checks count before the position that it stops at only */
};

extern const struct mr_kind_class *const mr_kinds[MR_KIND_COUNT];

/* Those of their files; explain says them, too. */
extern const char *const mr_kind_names[MR_KIND_COUNT];

static inline const struct mr_kind_class *mr_kind_of(enum mr_kind kind)
{
    return mr_kinds[kind];
}

static inline size_t mr_carry_words(const struct mr_segment *s)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    return kind->carry_words ? kind->carry_words(s) : 2 * s->carried_count;
}

/* In a buffer; none of no bytes can be. */
static inline size_t mr_carry_bytes(const struct mr_segment *s)
{
    const size_t words = mr_carry_words(s);
    return (words ? words : 1) * sizeof(uint64_t);
}

/* Leaves, whole or not, that these positions are in. */
static inline size_t mr_leaves_at(const struct mr_segment *s, int64_t first, size_t count)
{
    const int64_t extent = mr_kind_of(s->kind)->takes_leaves ? s->extent : INT64_MAX;
    if (count == 0) return 0;
    const int64_t last = first + (int64_t)count - 1;
    return (size_t)(mr_leaf_number(extent, last) - mr_leaf_number(extent, first) + 1);
}

/* So many positions that a unit gives whole batches; one batch of a live source. */
size_t mr_unit_of_batches(const struct mr_segment *s, const struct mr_unit_aim *aim);

/* Whole leaves for as many, and one more. */
size_t mr_unit_of_chunks(const struct mr_segment *s, const struct mr_unit_aim *aim);

/* Larger ones, for terminals: they store next to nothing, so that neither slots nor caches ask for
 * less, and what a unit costs beside its elements weighs less. */
size_t mr_unit_of_terminal(const struct mr_segment *s, const struct mr_unit_aim *aim);

#endif
