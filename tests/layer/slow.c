#include <stdlib.h>
#include <time.h>

#include "layer.h"

enum { MOST_PARTS = 2, MOST_AFTER = 256 };
static long long waits_ns[MOST_PARTS];

void slow_read_environment(void)
{
    const char *text = getenv("MILLRACE_LAYER_SLOW");
    char *rest = NULL;
    for (int k = 0; text && k < MOST_PARTS; k++) {
        waits_ns[k] = strtoll(text, &rest, 10);
        text = *rest == ',' ? rest + 1 : NULL;
    }
}

/* -1: none, or one that does not wait. */
static int part_of(cl_command_queue queue)
{
    cl_device_id device = NULL;
    if (waits_ns[0] + waits_ns[1] == 0) return -1;
    (void)layer_target->clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL);
    for (int k = 0; k < MOST_PARTS; k++)
        if (waits_ns[k] && split_is_part(device, (unsigned)k)) return k;
    return -1;
}

static void CL_CALLBACK wait_for(void *ns)
{
    const long long wait = *(const long long *)ns, second = 1000000000;
    const struct timespec time = {.tv_sec = (time_t)(wait / second),
                                  .tv_nsec = (long)(wait % second)};
    (void)nanosleep(&time, NULL);
}

/* The wait is a command of the device's, in front of the kernel and behind the kernel before:
 * drivers run what may run, in any order. */
cl_int slow_launch(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                   const size_t *offset, const size_t *global, const size_t *local, cl_uint count,
                   const cl_event *after, cl_event *event)
{
    static cl_event last[MOST_PARTS];
    cl_event all[MOST_AFTER], waited = NULL, done = NULL;
    const int part = part_of(queue);
    if (part < 0 || count >= MOST_AFTER)
        return layer_target->clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global,
                                                    local, count, after, event);
    long long ns = waits_ns[part];
    for (cl_uint k = 0; k < count; k++) all[k] = after[k];
    if (last[part]) all[count++] = last[part];
    cl_int code = layer_target->clEnqueueNativeKernel(queue, wait_for, &ns, sizeof ns, 0, NULL,
                                                      NULL, count, count ? all : NULL, &waited);
    if (code == CL_SUCCESS)
        code = layer_target->clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global,
                                                    local, 1, &waited, &done);
    if (waited) (void)layer_target->clReleaseEvent(waited);
    if (code != CL_SUCCESS) return code;
    if (last[part]) (void)layer_target->clReleaseEvent(last[part]);
    last[part] = done;
    if (event) (void)layer_target->clRetainEvent(*event = done);
    return code;
}
