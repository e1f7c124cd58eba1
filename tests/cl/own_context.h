/* OpenCL as a caller brings it along: a context and a queue of the test's own. */
#ifndef MR_TESTS_CL_OWN_CONTEXT_H
#define MR_TESTS_CL_OWN_CONTEXT_H

#include <millrace/stream.h>
#include <stdbool.h>

#include "cl/loader.h"

struct own_context {
    const struct mr_cl *cl;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
};

/* On the device that would be chosen; asserts that there is one. */
void own_context_make(struct own_context *o);
void own_context_free(struct own_context *o);

/* A queue in the context of a batch, whoever made that; and `count` elements of `width` bytes of
 * its column c from element `from` on, read there: false where it cannot be. */
cl_command_queue own_queue_for(const mr_device_batch *b);
bool own_read(cl_command_queue queue, const mr_device_batch *b, size_t c, size_t from, size_t count,
              size_t width, void *to);

#endif
