/* Windows where work-items share leaves. */
#ifndef MR_KINDS_WINDOW_SHARED_H
#define MR_KINDS_WINDOW_SHARED_H

#include "emit/skeleton.h"
#include "plan/buffer_list.h"

const struct mr_skeleton *mr_window_shared_skeleton(const struct mr_segment *s);

/* The macro of kernels/operations/far.cl that the last folds are finished by. */
const char *mr_window_finish(const struct mr_segment *s);

void mr_window_shared_buffers(const struct mr_segment *s, struct mr_buffers *out);

#endif
