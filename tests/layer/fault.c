#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layer.h"

static struct {
    char name[64]; /* "": no fault is asked for */
    unsigned long nth, seen;
    cl_int code;
    bool persist;
    int part; /* -1: any device's */
} fault;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* In the form of tests/faults/libc.c. */
struct count {
    char text[24];
    atomic_long calls;
};
static struct count own_counts[] = {{.text = "struck"}, {.text = "cl"}}, *counts = own_counts;

static void share_counts(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && ftruncate(fd, sizeof own_counts) == 0) {
        void *shared = mmap(NULL, sizeof own_counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (shared != MAP_FAILED) counts = memcpy(shared, own_counts, sizeof own_counts);
    }
    if (fd >= 0) (void)close(fd);
}

static void ask_for(const char *text, int part)
{
    const char *colon = text ? strchr(text, ':') : NULL;
    memset(&fault, 0, sizeof fault);
    fault.part = part;
    if (!colon || (size_t)(colon - text) >= sizeof fault.name) return;
    memcpy(fault.name, text, (size_t)(colon - text));
    char *rest;
    fault.nth = strtoul(colon + 1, &rest, 10);
    if (*rest == ':') fault.code = (cl_int)strtol(rest + 1, &rest, 10);
    fault.persist = !strcmp(rest, ":persist");
}

void fault_read_environment(void)
{
    const char *part = getenv("MILLRACE_FAULT_PART");
    share_counts(getenv("MILLRACE_FAULT_COUNTS"));
    ask_for(getenv("MILLRACE_FAULT"), part ? atoi(part) : -1);
}

unsigned long layer_ask_for_fault(const char *text, int part)
{
    (void)pthread_mutex_lock(&lock);
    unsigned long seen = fault.seen;
    ask_for(text, part);
    (void)pthread_mutex_unlock(&lock);
    return seen;
}

static bool is_release(const char *name)
{
    return !strncmp(name, "clRelease", 9);
}

static bool is_meant(const char *name, cl_device_id device)
{
    if (fault.part >= 0 && !split_is_part(device, (unsigned)fault.part)) return false;
    if (!strcmp(fault.name, "*")) return !is_release(name);
    return !strcmp(fault.name, name);
}

cl_int fault_next(const char *name, cl_device_id device)
{
    if (!is_release(name)) (void)atomic_fetch_add(&counts[1].calls, 1);
    if (!is_meant(name, device)) return CL_SUCCESS;
    (void)pthread_mutex_lock(&lock);
    unsigned long seen = ++fault.seen;
    (void)pthread_mutex_unlock(&lock);
    if (seen != fault.nth && !(fault.persist && seen > fault.nth)) return CL_SUCCESS;
    (void)atomic_fetch_add(&counts[0].calls, 1);
    return fault.code;
}
