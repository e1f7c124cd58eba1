/* The shape of code and work a device likes. Values do not depend on it.
 *
 * A leaf is 32 rows of 32 lanes. A shape's span is how many adjacent lanes of each row a work-item
 * owns, so that the fixed tree is the same in every shape:
 *
 *     span 32   a work-item owns whole leaves and walks each from its first position to its last:
 *               CPUs, whose cores keep 32 rows in registers and want to read far ahead
 *     span S    32 / S work-items share a leaf, each with its S lanes of all rows: GPUs, where what
 *               neighbours touch in a row is consecutive
 *
 *         row 0   | s = 0: lanes 0 .. S-1 | s = 1: lanes S .. 2S-1 | ...      work-item
 *         row 1   | s = 0                 | s = 1                  | ...      leaf * (32 / S) + s
 *
 * A kind whose work-items cannot share a leaf says why at its skeleton, and has a work-item a leaf
 * in every shape. */
#ifndef MR_PLAN_PROFILE_H
#define MR_PLAN_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "ir/leaf.h"

struct mr_profile {
    unsigned width_32, width_64; /* lanes of a vector, without and with 64-bit values in the body */
    unsigned span_32, span_64;   /* likewise the lanes of a row that a work-item owns: at least a
                                  * vector's; both MR_ROW_LANES or both fewer */
    unsigned group_elems;        /* work-items of a group (the local size) */
    size_t unit; /* positions a launch aims at; 16 times that in a bare reduction, half in a scan */
    unsigned ring; /* units in flight, unless the caller says */

    /* Work-items, for each compute unit, that share a unit of work where each has memory of its own
     * or begins with work of its own; 0: one a leaf. */
    unsigned sharing_items;

    /* Leaves that one walks at a time where each operation waits for the one before it. */
    unsigned side_by_side;

    /* Reads and writes ask for lines so far ahead (kernels/operations/memory.cl); 0: not. */
    unsigned ahead_bytes;
    bool has_fp64;
    bool native_math; /* functions of expressions are the device's own; values depend on this one */
};

/* Whether work-items share leaves. */
static inline bool mr_profile_shares_leaves(const struct mr_profile *p)
{
    return p->span_32 < MR_ROW_LANES;
}

/* The only table of shapes. */
enum mr_profile_row {
    MR_PROFILE_HOST, /* the host engine: of it only unit and ring count */
    MR_PROFILE_CPU,
    MR_PROFILE_INTEGRATED, /* a GPU that shares the host's memory */
    MR_PROFILE_DISCRETE,   /* a GPU with its own */
    MR_PROFILE_ROWS
};
extern const struct mr_profile mr_profiles[MR_PROFILE_ROWS];

/* No shape has units above MOST_UNIT. Where the device is not known yet, the bound is that of units
 * of ANY_DEVICE, and a stream that goes over to one by itself keeps to them. */
enum {
    MR_PROFILE_MOST_UNIT = 1 << 24,
    MR_PROFILE_UNIT_OF_ANY_DEVICE = 1 << 20,
    MR_PROFILE_TEXT_BYTES = 64
};

/* "lanes 16/8, group 4, unit 524288, ring 3", and "lanes 4/2, span 4/2, group 64, ..." where
 * work-items share leaves; and back. What this does not name is kept.
 * MR_E_VALUE for another form and for numbers that no kernel can be written for. */
mr_status mr_profile_parse(struct mr_profile *out, const char *text, mr_error *err);
void mr_profile_write(char out[MR_PROFILE_TEXT_BYTES], const struct mr_profile *profile);

static inline bool mr_is_power_of_two(size_t n)
{
    return n && (n & (n - 1)) == 0;
}

/* Without vectors, and without what would stand for them: a work-item has one lane of each row. */
void mr_profile_make_plain(struct mr_profile *profile);

#endif
