/* OpenCL as a caller brings it along: a context and a queue of the test's own. */
#ifndef MR_TESTS_CL_OWN_CONTEXT_H
#define MR_TESTS_CL_OWN_CONTEXT_H

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

#endif
