/* What kernels take. The printer notes what stands behind each declaration that it writes, so that
 * an engine binds the list and no order of arguments is kept anywhere else. */
#ifndef MR_EMIT_ARGUMENT_H
#define MR_EMIT_ARGUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>

#include "base/strbuf.h"

enum mr_arg_what {
    MR_ARG_VALUE, /* the same number in each launch */

    /* Of the launch: */
    MR_ARG_FIRST,       /* its first position */
    MR_ARG_COUNT,       /* how many positions */
    MR_ARG_AT,          /* view: index of element first + offset in the columns, minus first */
    MR_ARG_END,         /* view: its elements before this position are there */
    MR_ARG_TO,          /* index of position 0 in the outputs */
    MR_ARG_TO_ROW,      /* index of the first new row in the outputs */
    MR_ARG_LEAF_NUMBER, /* of its first leaf */
    MR_ARG_LEAVES,      /* how many leaves */
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

struct mr_emitter;

/* Writes the declaration of the kernel's next argument and notes it; the name is formatted. */
void mr_emit_argument(struct mr_emitter *e, struct mr_strbuf *out, struct mr_kernel_arg arg,
                      const char *name, ...) __attribute__((format(printf, 4, 5)));

/* `const long NAME`: a number of the launch. */
void mr_emit_long(struct mr_emitter *e, struct mr_strbuf *out, enum mr_arg_what what,
                  const char *name);

/* `const long NAME`: the same number in each launch. */
void mr_emit_value(struct mr_emitter *e, struct mr_strbuf *out, int64_t value, const char *name);

/* Those every kernel over positions begins with: P, first, count, status, and for each view that is
 * used its columns in%view_%column and `at`, or `last` of memory, the index of its last element. */
void mr_emit_arguments(struct mr_emitter *e, struct mr_strbuf *out);

/* out0, out1, ... */
void mr_emit_outputs(struct mr_emitter *e, struct mr_strbuf *out);

/* Begins the next kernel: writes its name. */
void mr_emit_kernel(struct mr_emitter *e, struct mr_strbuf *out);

#endif
