#include "cl/context.h"

#include <pthread.h>

#include "base/memory.h"
#include "cl/build.h"
#include "cl/contact.h"

struct node {
    struct node *next;
    cl_context context;
    cl_device_id device; /* NULL: the caller's context */
    unsigned sessions;
    bool is_lost;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *nodes;

static struct node *node_add(cl_context context, cl_device_id device)
{
    struct node *n = mr_alloc(1, sizeof *n);
    if (!n) return NULL;
    *n = (struct node){.next = nodes, .context = context, .device = device};
    return nodes = n;
}

/* Programs go before their context. */
static void node_remove(struct node **at)
{
    struct node *n = *at;
    *at = n->next;
    mr_program_cache_drop(n->context);
    mr_context_release(&n->context);
    mr_free(n);
}

static mr_status make_context(struct node **out, const struct mr_device *device, mr_error *err)
{
    const struct mr_cl *cl = mr_cl_loaded();
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)device->platform, 0};
    cl_int code = CL_SUCCESS;
    cl_context context = cl->clCreateContext(properties, 1, &device->id, NULL, NULL, &code);
    if (code != CL_SUCCESS || !context)
        return mr_cl_fail(err, code, "clCreateContext", device->name, NULL);
    mr_cl_count(1);
    if ((*out = node_add(context, device->id))) return MR_OK;
    mr_context_release(&context);
    return mr_fail_no_memory(err, "a context");
}

mr_status mr_context_acquire(cl_context *out, const struct mr_device *device, mr_error *err)
{
    mr_status st = MR_OK;
    *out = NULL;
    (void)pthread_mutex_lock(&lock);
    struct node *n = nodes;
    while (n && (n->device != device->id || n->is_lost)) n = n->next;
    if (!n) st = make_context(&n, device, err);
    if (n) {
        n->sessions++;
        *out = n->context;
    }
    (void)pthread_mutex_unlock(&lock);
    return st;
}

static mr_status retain_context(struct node **out, cl_context context, const char *device,
                                mr_error *err)
{
    cl_int code = mr_cl_loaded()->clRetainContext(context);
    if (code != CL_SUCCESS)
        return mr_cl_fail(err, code, "clRetainContext", device, "the caller's context");
    mr_cl_count(1);
    if ((*out = node_add(context, NULL))) return MR_OK;
    mr_context_release(&context);
    return mr_fail_no_memory(err, "a context");
}

mr_status mr_context_acquire_foreign(cl_context context, const char *device, mr_error *err)
{
    mr_status st = MR_OK;
    (void)pthread_mutex_lock(&lock);
    struct node *n = nodes;
    while (n && (n->context != context || n->device)) n = n->next;
    if (!n) st = retain_context(&n, context, device, err);
    if (n) n->sessions++;
    (void)pthread_mutex_unlock(&lock);
    return st;
}

void mr_context_give_back(cl_context *context, bool is_lost)
{
    if (!*context) return;
    (void)pthread_mutex_lock(&lock);
    struct node **at = &nodes;
    while (*at && (*at)->context != *context) at = &(*at)->next;
    struct node *n = *at;
    if (n) {
        n->is_lost = n->is_lost || is_lost;
        if (--n->sessions == 0 && (!n->device || n->is_lost)) node_remove(at);
    }
    (void)pthread_mutex_unlock(&lock);
    *context = NULL;
}

void mr_cl_purge(void)
{
    if (mr_contact_check(NULL) != MR_OK) return;
    (void)pthread_mutex_lock(&lock);
    for (struct node **at = &nodes; *at;) {
        if ((*at)->sessions == 0)
            node_remove(at);
        else
            at = &(*at)->next;
    }
    (void)pthread_mutex_unlock(&lock);
}
