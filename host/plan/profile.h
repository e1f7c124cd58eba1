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
    size_t unit;   /* positions a launch aims at; half in a scan, more in a terminal, up to 16 times
                  * that but no more than 2^22 (mr_unit_of_terminal()) */
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

/* What is asked of a device to choose its shape. */
struct mr_profile_device {
    bool is_cpu;
    bool shares_memory; /* with the host */
};

/* The only table of shapes, a row each: its name; the devices `d` that take it, each the first row
 * that it may; its numbers.
 *
 * HOST: of the host engine; only unit and ring count.
 *
 * CPU: measured under PoCL on two cores. A unit costs some 10 us beside its elements, of threads
 * woken and of the one that enqueues: units of 2^19 took 5 to 30 % less time than those of 2^18
 * (bench/README.md), and three slots of them, 12 MiB of f64, stay in the last cache. Memory
 * is asked for ahead, since some CPUs prefetch only within a page and read a third slower without;
 * loops that only read do without. A few work-items that share a unit keep all cores busy; where
 * each operation waits for the one before it, a core has room for four chains of them.
 *
 * INTEGRATED, DISCRETE: GPUs. Not timed, no device was at hand. Their compilers make vectors of
 * work-items, so that a vector of a work-item is only what it reads and writes at once: up to 16
 * bytes, and as many lanes are its span, so that those of neighbours are consecutive. Four lanes
 * are a block of Philox, too, two of 64 bits are one of pairs. Groups of 64, which every vendor
 * runs whole. Where memory is the device's own, its bandwidth is 0.5 to 5 TB/s: 2^22 elements, 16
 * or 32 MB, are 5 to 50 us, so that starting a kernel, some 3 us, is hidden behind the one
 * before. */
#define MR_PROFILE_TABLE(ROW)                                                                      \
    ROW(HOST, false, .width_32 = 16, .width_64 = 8, .span_32 = MR_ROW_LANES,                       \
        .span_64 = MR_ROW_LANES, .group_elems = 1, .unit = 1 << 15, .ring = 3, .sharing_items = 4, \
        .side_by_side = 4)                                                                         \
    ROW(CPU, d->is_cpu, .width_32 = 16, .width_64 = 8, .span_32 = MR_ROW_LANES,                    \
        .span_64 = MR_ROW_LANES, .group_elems = 4, .unit = 1 << 19, .ring = 3, .sharing_items = 4, \
        .side_by_side = 4, .ahead_bytes = 4096)                                                    \
    ROW(INTEGRATED, d->shares_memory, .width_32 = 4, .width_64 = 2, .span_32 = 4, .span_64 = 2,    \
        .group_elems = 64, .unit = 1 << 18, .ring = 3, .side_by_side = 1)                          \
    ROW(DISCRETE, true, .width_32 = 4, .width_64 = 2, .span_32 = 4, .span_64 = 2,                  \
        .group_elems = 64, .unit = 1 << 22, .ring = 3, .side_by_side = 1)

enum mr_profile_row {
#define MR_PROFILE_NAME(name, takes, ...) MR_PROFILE_##name,
    MR_PROFILE_TABLE(MR_PROFILE_NAME)
#undef MR_PROFILE_NAME
        MR_PROFILE_ROWS
};
extern const struct mr_profile mr_profiles[MR_PROFILE_ROWS];

/* The row of a device. */
const struct mr_profile *mr_profile_of(const struct mr_profile_device *d);

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

/* Devices share units, and the first one's shape is *common: units and ring become large enough for
 * one more, of this shape. False: its kernels share leaves where those of *common do not, or do not
 * where they do. */
bool mr_profile_join(struct mr_profile *common, const struct mr_profile *one);

#endif
