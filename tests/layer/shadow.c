#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "layer.h"

static bool helps;

void shadow_read_environment(void)
{
    const char *value = getenv("MILLRACE_LAYER_SHADOW");
    helps = value && !strcmp(value, "1");
}

/* The number of a released buffer is given to the next one, but the record of the first is kept:
 * one that is longer then has bytes that no store initialises. The constants of a program are such
 * a buffer, too. */
cl_int shadow_release_buffer(cl_mem buffer)
{
    return helps ? CL_SUCCESS : layer_target->clReleaseMemObject(buffer);
}

cl_int shadow_release_program(cl_program program)
{
    return helps ? CL_SUCCESS : layer_target->clReleaseProgram(program);
}

/* A filled buffer counts as not written; one that the host writes does not. */
cl_int shadow_fill(cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_bytes,
                   size_t offset, size_t bytes, cl_uint count, const cl_event *after,
                   cl_event *event)
{
    if (!helps)
        return layer_target->clEnqueueFillBuffer(queue, buffer, pattern, pattern_bytes, offset,
                                                 bytes, count, after, event);
    unsigned char *filled = malloc(bytes ? bytes : 1);
    if (!filled) return CL_OUT_OF_HOST_MEMORY;
    for (size_t k = 0; k < bytes; k += pattern_bytes) memcpy(filled + k, pattern, pattern_bytes);
    cl_int code = layer_target->clEnqueueWriteBuffer(queue, buffer, CL_TRUE, offset, bytes, filled,
                                                     count, after, event);
    free(filled);
    return code;
}
