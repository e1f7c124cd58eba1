/* A segment printed as an OpenCL program: the prelude, the library functions it calls, and the
 * skeleton of its kind with the body's values filled in. */
#ifndef MR_EMIT_EMIT_H
#define MR_EMIT_EMIT_H

#include "emit/argument.h"
#include "plan/plan.h"
#include "plan/profile.h"

enum { MR_MAX_KERNELS = 3, MR_MAX_SKELETON_FILES = 3 };

/* How many work-items a kernel is launched with. */
enum mr_items {
    MR_ITEMS_LEAVES, /* one for every leaf, or for several that it walks side by side */
    MR_ITEMS_SHARED, /* each begins with work of its own, or works in memory of its own: on CPUs a
                      * few share the unit, elsewhere one a leaf */
    MR_ITEMS_WORKERS /* segment->workers */
};

struct mr_kernel_source {
    char name[MR_KERNEL_NAME_BYTES + 32];
    enum mr_items items;
    struct mr_kernel_arg *args; /* in the order of its declarations */
    size_t arg_count, arg_capacity;
};

/* Words of a slot's status buffer, each UINT_MAX (or 0 rows) before anything happened. */
enum { MR_STATUS_STOP, MR_STATUS_ROWS, MR_STATUS_CHECKS };

struct mr_source_text {
    struct mr_strbuf text;
    unsigned width;
    struct mr_kernel_source kernels[MR_MAX_KERNELS]; /* in the order they are launched */
    size_t kernel_count;
    bool takes_start; /* some kernel has an argument MR_ARG_START */
    unsigned leaves;  /* that a work-item of MR_ITEMS_LEAVES takes */
    uint64_t *params; /* the bits of the numbers the kernels read from P */
    size_t param_count;
    bool uses_column[MR_MAX_VIEWS][MR_MAX_COLUMNS]; /* which view columns are arguments */
    bool uses_end[MR_MAX_VIEWS];                    /* whether a view's end is one */
};

mr_status mr_emit_segment(struct mr_source_text *out, const struct mr_segment *segment,
                          const struct mr_profile *profile, mr_error *err);

void mr_source_text_free(struct mr_source_text *source);

/* True if any value of the segment is f64, so that the device must have it. */
bool mr_segment_needs_fp64(const struct mr_segment *segment);
bool mr_plan_needs_fp64(const struct mr_plan *plan);

/* True if native_math makes any difference to the plan. */
bool mr_plan_has_native(const struct mr_plan *plan);

#endif
