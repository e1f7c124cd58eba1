#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "layer.h"

enum { MOST = 1024 };
static struct {
    uintptr_t memory;
    size_t bytes; /* 0: the place is free */
} pinned[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool pinned_is_meant(cl_mem buffer, cl_map_flags flags)
{
    cl_mem_flags of_buffer = 0;
    (void)layer_target->clGetMemObjectInfo(buffer, CL_MEM_FLAGS, sizeof of_buffer, &of_buffer,
                                           NULL);
    return (of_buffer & CL_MEM_ALLOC_HOST_PTR) && flags == (CL_MAP_READ | CL_MAP_WRITE);
}

void pinned_add(const void *memory, size_t bytes)
{
    (void)pthread_mutex_lock(&lock);
    for (int k = 0; k < MOST; k++)
        if (pinned[k].bytes == 0) {
            pinned[k].memory = (uintptr_t)memory;
            pinned[k].bytes = bytes;
            break;
        }
    (void)pthread_mutex_unlock(&lock);
}

void pinned_remove(const void *memory)
{
    (void)pthread_mutex_lock(&lock);
    for (int k = 0; k < MOST; k++)
        if (pinned[k].bytes && pinned[k].memory == (uintptr_t)memory) pinned[k].bytes = 0;
    (void)pthread_mutex_unlock(&lock);
}

bool pinned_holds(const void *memory, size_t bytes)
{
    const uintptr_t at = (uintptr_t)memory;
    bool found = false;
    (void)pthread_mutex_lock(&lock);
    for (int k = 0; k < MOST; k++)
        found = found || (at >= pinned[k].memory && at - pinned[k].memory < pinned[k].bytes &&
                          bytes <= pinned[k].bytes - (at - pinned[k].memory));
    (void)pthread_mutex_unlock(&lock);
    return found;
}
