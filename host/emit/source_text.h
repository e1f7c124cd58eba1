/* An OpenCL program's text, with all that an engine must know to launch its kernels. What kernels
 * take is a list: the printer notes what stands behind each declaration that it writes, so that an
 * engine binds the list and no order of arguments is kept anywhere else. */
#ifndef MR_EMIT_SOURCE_TEXT_H
#define MR_EMIT_SOURCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>

#include "base/strbuf.h"
#include "plan/plan.h"

enum mr_arg_what {
    MR_ARG_VALUE, /* the same number in each launch */

    /* What the launch is: */
    MR_ARG_FIRST,       /* its first position */
    MR_ARG_COUNT,       /* how many positions */
    MR_ARG_AT,          /* view: index of element first + offset in the columns, minus first */
    MR_ARG_END,         /* view: its elements before this position are there */
    MR_ARG_TO,          /* index of position 0 in the outputs */
    MR_ARG_TO_ENTRY,    /* index of the first new entry in the outputs */
    MR_ARG_LEAF_NUMBER, /* of its first leaf */
    MR_ARG_LEAVES,      /* how many leaves */
    MR_ARG_ROUND,       /* how many times the kernel was launched before, for the unit */
    MR_ARG_START,       /* 16 numbers that the state of a recurrence's first term is made of */

    /* Buffers: */
    MR_ARG_PARAMS, /* the pipeline's numbers */
    MR_ARG_STATUS,
    MR_ARG_COLUMN,  /* view, number: an input's column */
    MR_ARG_WORKING, /* number: of the unit's working memory */
    MR_ARG_OUT,     /* number: an output column */
    MR_ARG_BEFORE,  /* what the unit before handed on */
    MR_ARG_AFTER,   /* what this one hands on */
};

struct mr_kernel_arg {
    enum mr_arg_what what;
    uint16_t view, number;
    mr_dtype dtype;   /* of the value, or of a buffer's elements */
    const char *type; /* in place of the dtype's OpenCL C name; NULL: that */
    bool is_const;    /* the kernel only reads the buffer */
    uint64_t bits;    /* MR_ARG_VALUE: the number, as its dtype has it */
};

static inline bool mr_arg_is_buffer(const struct mr_kernel_arg *arg)
{
    return arg->what >= MR_ARG_PARAMS;
}

enum { MR_MAX_KERNELS = 5, MR_MAX_SKELETON_FILES = 3 };

/* How many work-items a kernel is launched with. */
enum mr_items {
    MR_ITEMS_LEAVES,  /* one for every leaf, or for several that it walks side by side */
    MR_ITEMS_SPANS,   /* one for every leaf, those of the reach too, or as many as share it */
    MR_ITEMS_SHARED,  /* each begins with work of its own, or works in memory of its own: on CPUs a
                      * few share the unit, elsewhere one a leaf */
    MR_ITEMS_WORKERS, /* as many as the skeleton says */
    MR_ITEMS_PATHS    /* one for every `extent` positions, or for a path a lane */
};

struct mr_kernel_source {
    char name[MR_KERNEL_NAME_BYTES + 32];
    size_t name_at; /* its place in the kernels' text */
    enum mr_items items;
    unsigned rounds;            /* launches, one after the other */
    bool has_before;            /* it has an argument MR_ARG_BEFORE, ... */
    bool has_before_in_leaf;    /* ... and needs it only where the unit begins inside a leaf */
    struct mr_kernel_arg *args; /* in the order of its declarations */
    size_t arg_count, arg_capacity;
};

/* Words of a slot's status buffer, each UINT_MAX (or 0 entries) before anything happened. */
enum { MR_STATUS_STOP, MR_STATUS_ENTRIES, MR_STATUS_CHECKS };

struct mr_source_text {
    struct mr_strbuf text;
    unsigned width;
    struct mr_kernel_source kernels[MR_MAX_KERNELS]; /* in the order they are launched */
    size_t kernel_count;
    bool takes_start; /* some kernel has an argument MR_ARG_START */
    unsigned leaves;  /* that a work-item of MR_ITEMS_LEAVES takes */
    unsigned items;   /* of MR_ITEMS_SPANS, that share a leaf */
    unsigned workers; /* of MR_ITEMS_WORKERS */
    uint64_t *params; /* the bits of the numbers the kernels read from P */
    size_t param_count;
    bool uses_column[MR_MAX_VIEWS][MR_MAX_COLUMNS]; /* which view columns are arguments */
    bool uses_end[MR_MAX_VIEWS];                    /* whether a view's end is one */
};

void mr_source_text_free(struct mr_source_text *source);

#endif
