/* The files of kernels/, embedded by the build. */
#ifndef MR_EMIT_KERNEL_TEXT_H
#define MR_EMIT_KERNEL_TEXT_H

#include <stddef.h>

struct mr_kernel_text {
    const char *name; /* relative to kernels/: "prelude.cl", "skeleton/map.cl" */
    const char *text; /* NUL-terminated */
    size_t length;    /* bytes without the NUL */
};

/* Sorted by name; a row of NULLs ends the table. */
extern const struct mr_kernel_text mr_kernel_texts[];
extern const size_t mr_kernel_texts_count;

/* The text of a file; NULL when there is none of this name. */
const char *mr_kernel_text(const char *name);

#endif
