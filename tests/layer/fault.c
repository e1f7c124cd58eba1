#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "layer.h"

static struct {
    char name[64]; /* "": no fault is asked for */
    unsigned long nth, seen;
    cl_int code;
    bool persist;
} fault;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void fault_read_environment(void)
{
    const char *text = getenv("MILLRACE_FAULT");
    const char *colon = text ? strchr(text, ':') : NULL;
    if (!colon || (size_t)(colon - text) >= sizeof fault.name) return;
    memcpy(fault.name, text, (size_t)(colon - text));
    char *rest;
    fault.nth = strtoul(colon + 1, &rest, 10);
    if (*rest == ':') fault.code = (cl_int)strtol(rest + 1, &rest, 10);
    fault.persist = !strcmp(rest, ":persist");
}

static bool is_meant(const char *name)
{
    if (!strcmp(fault.name, "*")) return strncmp(name, "clRelease", 9) != 0;
    return !strcmp(fault.name, name);
}

cl_int fault_next(const char *name)
{
    if (!is_meant(name)) return CL_SUCCESS;
    (void)pthread_mutex_lock(&lock);
    unsigned long seen = ++fault.seen;
    (void)pthread_mutex_unlock(&lock);
    return seen == fault.nth || (fault.persist && seen > fault.nth) ? fault.code : CL_SUCCESS;
}
