#include "cl/handle.h"

#include <stdatomic.h>

#include "cl/contact.h"
#include "cl/error_code.h"

static atomic_long live_objects;

void mr_cl_count(int count)
{
    atomic_fetch_add(&live_objects, count);
}

long mr_cl_live_objects(void)
{
    return atomic_load(&live_objects);
}

/* A child of the process that owns the object must not touch the driver: it would hang. */
#define RELEASE(name, type, call)                                                                  \
    void name(type *object)                                                                        \
    {                                                                                              \
        if (!*object) return;                                                                      \
        if (mr_contact_check(NULL) == MR_OK) {                                                     \
            (void)mr_cl_loaded()->call(*object);                                                   \
            mr_cl_count(-1);                                                                       \
        }                                                                                          \
        *object = NULL;                                                                            \
    }

RELEASE(mr_context_release, cl_context, clReleaseContext)
RELEASE(mr_queue_release, cl_command_queue, clReleaseCommandQueue)
RELEASE(mr_buffer_release, cl_mem, clReleaseMemObject)
RELEASE(mr_program_release, cl_program, clReleaseProgram)
RELEASE(mr_kernel_release, cl_kernel, clReleaseKernel)
RELEASE(mr_event_release, cl_event, clReleaseEvent)

void mr_buffer_lose(cl_mem *object)
{
    if (*object) mr_cl_count(-1);
    *object = NULL;
}
