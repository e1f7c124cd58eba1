/* The marks of the texts in kernels/skeleton and what fills them. */
#ifndef MR_EMIT_SKELETON_H
#define MR_EMIT_SKELETON_H

#include "emit/emitter.h"

struct mr_skeleton {
    const char *files[MR_MAX_SKELETON_FILES]; /* in kernels/, one after the other */
    size_t kernel_count;
    const char *suffixes[MR_MAX_KERNELS];
};

const struct mr_skeleton *mr_skeleton_of(const struct mr_segment *segment);

/* Writes what stands for @name@; false when there is no such mark. */
bool mr_emit_mark(struct mr_emitter *e, struct mr_strbuf *out, const char *name, size_t length);

#endif
