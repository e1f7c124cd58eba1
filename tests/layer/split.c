#include <pthread.h>
#include <stdlib.h>

#include "layer.h"

enum { MOST_PLATFORMS = 16, MOST_PARTS = 64 };

/* A platform's devices are split once: parts are objects of their own. */
struct parts {
    cl_platform_id platform;
    cl_device_id devices[MOST_PARTS];
    cl_uint count;
};

static struct parts all[MOST_PLATFORMS];
static size_t known;
static long units, times;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void split_read_environment(void)
{
    const char *text = getenv("MILLRACE_LAYER_SPLIT");
    char *rest = NULL;
    units = text ? strtol(text, &rest, 10) : 0;
    times = rest && *rest == 'x' ? strtol(rest + 1, NULL, 10) : 1;
}

static void add_parts(struct parts *p, cl_device_id device)
{
    const cl_device_partition_property equally[] = {CL_DEVICE_PARTITION_EQUALLY, units, 0};
    cl_uint count = 0;
    cl_int code = layer_target->clCreateSubDevices(device, equally, MOST_PARTS - p->count,
                                                   p->devices + p->count, &count);
    if (code == CL_SUCCESS)
        p->count += count;
    else if (p->count < MOST_PARTS) /* cannot be split: as it is */
        p->devices[p->count++] = device;
}

static struct parts *parts_of(cl_platform_id platform)
{
    cl_device_id whole[MOST_PARTS];
    cl_uint count = 0;
    for (size_t k = 0; k < known; k++)
        if (all[k].platform == platform) return &all[k];
    if (known == MOST_PLATFORMS) return NULL;
    struct parts *p = &all[known++];
    p->platform = platform;
    if (layer_target->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MOST_PARTS, whole, &count))
        return p;
    for (cl_uint k = 0; k < count; k++)
        for (long n = 0; n < times; n++) add_parts(p, whole[k]);
    return p;
}

cl_int split_devices(cl_platform_id platform, cl_device_type type, cl_uint entries,
                     cl_device_id *devices, cl_uint *count)
{
    if (!units) return layer_target->clGetDeviceIDs(platform, type, entries, devices, count);
    (void)pthread_mutex_lock(&lock);
    const struct parts *p = parts_of(platform);
    (void)pthread_mutex_unlock(&lock);
    if (!p || p->count == 0) return CL_DEVICE_NOT_FOUND;
    if (count) *count = p->count;
    for (cl_uint k = 0; devices && k < entries && k < p->count; k++) devices[k] = p->devices[k];
    return CL_SUCCESS;
}

bool split_is_part(cl_device_id device, unsigned number)
{
    for (size_t k = 0; k < known; k++)
        if (number < all[k].count && all[k].devices[number] == device) return true;
    return false;
}
