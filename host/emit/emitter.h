/* A segment on its way to text: what it is printed from, and what the passes found out. */
#ifndef MR_EMIT_EMITTER_H
#define MR_EMIT_EMITTER_H

#include "emit/note.h"

enum mr_pass { MR_PASS_STRENGTH, MR_PASS_NEEDS, MR_PASS_LAYOUT, MR_PASS_COUNT };

struct mr_skeleton;

struct mr_emitter {
    const struct mr_segment *segment;
    const struct mr_profile *profile;
    struct mr_source_text *source;
    const struct mr_skeleton *skeleton;
    const ir_value *values; /* the list that is written: the segment's, or what it carries */
    size_t column, round;   /* the row that is written, of that list, of another */
    size_t kernel;          /* of those begun, the last one's number, from 1 */
    struct mr_loop_text {   /* the loop that is written (loop_text.c) */
        ir_value loop;
        size_t kernel;
        const char *indent;
    } loop;
    struct mr_note *notes;        /* per node */
    ir_value *loop_of;            /* per node: the loop that it is written in, or IR_NONE */
    uint8_t uses_fn[MR_FN_COUNT]; /* a bit a dtype */
    unsigned span;                /* lanes of a row that a work-item owns */
    unsigned strip_elems;         /* STRIP, the positions that a turn of the outer loop covers */
    mr_status failed;
};

static inline const struct ir_node *mr_emitter_node(const struct mr_emitter *e, ir_value value)
{
    return &e->segment->body.nodes[value];
}

/* SLOT, EDGE: the element that is read, minus the position. */
static inline int64_t mr_read_offset(const struct mr_emitter *e, ir_value load)
{
    return e->notes[load].offset + e->segment->views[mr_emitter_node(e, load)->input].offset;
}

/* What all kernels together need of the value: bits MR_AS_LANES, MR_AS_SCALAR. */
static inline unsigned mr_all_needs(const struct mr_emitter *e, size_t value)
{
    unsigned needs = 0;
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) needs |= e->notes[value].needs[k];
    return needs;
}

/* Whether kernel `kernel` makes the value's lanes. */
static inline bool mr_needs_lanes(const struct mr_emitter *e, size_t value, size_t kernel)
{
    return e->notes[value].needs[kernel] & MR_AS_LANES;
}

/* Whether work-items share each leaf, so that a strip is their lanes of one row. */
bool mr_emitter_shares_leaves(const struct mr_emitter *e);

/* Where they do, a walk counts positions from where the leaf begins, in 32 bits (spot, in
 * operations/lanes.cl): what is added to a spot that is to be a position, and the launch's first
 * position as one. */
const char *mr_emitter_base(const struct mr_emitter *e);
const char *mr_emitter_first_spot(const struct mr_emitter *e);

/* Whether the skeleton walks a leaf in strips of STRIP positions, STRIP / W vectors. */
bool mr_emitter_has_strips(const struct mr_emitter *e);

static inline unsigned mr_lane_bits(mr_dtype dtype)
{
    return mr_dtype_size(dtype) == 8 ? 64 : 32;
}

#endif
