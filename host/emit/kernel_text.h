/* The files of kernels/, embedded by the build. */
#ifndef MR_EMIT_KERNEL_TEXT_H
#define MR_EMIT_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* A file may begin with `// needs: FILE...`, what has to stand before it. A FILE of the folder cpu
 * stands for those of this name in the folders of all CPUs: kernels/architecture.cl. */
struct mr_kernel_text {
    const char *name;  /* relative to kernels/: "prelude.cl", "lib/philox.cl" */
    const char *needs; /* relative to kernels/, separated by spaces */
    const char *text;  /* NUL-terminated */
    size_t length;     /* bytes without the NUL */
};

/* Sorted by name; a row of NULLs ends the table. */
extern const struct mr_kernel_text mr_kernel_texts[];
extern const size_t mr_kernel_texts_count;

/* The text of a file; NULL when there is none of this name. */
const char *mr_kernel_text(const char *name);

/* A program's text put together from files, each of them once. */
enum { MR_KERNEL_TEXTS_MOST = 256 };
struct mr_kernel_program {
    struct mr_strbuf *out;
    bool added[MR_KERNEL_TEXTS_MOST]; /* by row of the table */
    bool failed;                      /* a file is missing */
};

/* Adds a file, or with "FOLDER/" all of a folder, after what it needs. */
void mr_kernel_program_add(struct mr_kernel_program *program, const char *name);

#endif
