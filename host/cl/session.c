#include "cl/session.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cl/buffer.h"
#include "cl/child_process.h"
#include "cl/contact.h"
#include "cl/context.h"
#include "cl/headroom.h"
#include "cl/quirk.h"
#include "cl/selftest.h"
#include "cl/verdict.h"

mr_status mr_session_check(const struct mr_session *session, mr_error *err)
{
    if (session->process == getpid()) return MR_OK;
    mr_status st = mr_fail(err, MR_E_FORKED, "the stream was opened by process %ld before a fork()",
                           (long)session->process);
    return mr_error_hint(err, st, "open the stream in the process that uses it");
}

static void close_queue(cl_command_queue *queue)
{
    if (*queue) (void)mr_cl_loaded()->clFinish(*queue);
    mr_queue_release(queue);
}

void mr_session_close(struct mr_session **session)
{
    struct mr_session *s = *session;
    if (!s) return;
    if (mr_session_check(s, NULL) == MR_OK) {
        close_queue(&s->queue);
        close_queue(&s->transfers);
        mr_context_give_back(&s->context, s->is_lost);
    }
    mr_free(s);
    *session = NULL;
}

static mr_status create_queue(struct mr_session *s, cl_command_queue *out,
                              cl_command_queue_properties properties, mr_error *err)
{
    cl_int code = CL_SUCCESS;
    *out = mr_cl_loaded()->clCreateCommandQueue(s->context, s->device.id, properties, &code);
    /* Commands name what they wait for: one that runs them in order will do. */
    if (code == CL_INVALID_QUEUE_PROPERTIES && properties)
        *out = mr_cl_loaded()->clCreateCommandQueue(s->context, s->device.id, 0, &code);
    if (code == CL_SUCCESS && *out) {
        mr_cl_count(1);
        return MR_OK;
    }
    *out = NULL;
    s->is_lost = true;
    return mr_cl_fail(err, code, "clCreateCommandQueue", s->device.name, NULL);
}

/* A context of several devices has no finer sharing than the least of them. */
static void try_fine_memory(struct mr_session *s)
{
    cl_mem buffer = NULL;
    void *memory;
    if (!s->device.shares_finely) return;
    s->device.shares_finely =
        mr_buffer_create_shared(s, sizeof(cl_ulong16), "a trial", &buffer, &memory, NULL) == MR_OK;
    mr_buffer_release(&buffer);
}

static mr_status create_session(struct mr_session **out, const struct mr_device *device,
                                mr_error *err)
{
    *out = mr_alloc(1, sizeof **out);
    if (!*out) return mr_fail_no_memory(err, "a session");
    (*out)->device = *device;
    (*out)->process = getpid();
    return MR_OK;
}

/* A driver that nobody verified is met in a child process before it is trusted with this one. */
static mr_status meet_in_child(const struct mr_device *d, struct mr_verdict *v, mr_error *err)
{
    const struct mr_child_task task = {.what = "trial", .device = d};
    struct mr_child_end end;
    mr_verdict_find(v, d);
    if (d->is_admitted || v->reason[0] || v->is_met || (v->is_passed && v->is_tried) ||
        !mr_child_is_there())
        return MR_OK;
    mr_status st = mr_child_run(&end, &task, err);
    if (st != MR_OK) return st == MR_E_IO ? MR_OK : st;
    if (end.is_done)
        mr_verdict_read_again(d);
    else
        mr_verdict_refuse(d, end.words, end.is_lasting);
    mr_verdict_find(v, d);
    return MR_OK;
}

static mr_status make_sure(const struct mr_device *d, mr_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct mr_verdict v;
    if (mr_device_has_quirk(d, MR_QUIRK_NEEDS_CHILDREN))
        MR_TRY(mr_children_are_waited_for(d->name, err));
    (void)pthread_mutex_lock(&lock);
    mr_status st = meet_in_child(d, &v, err);
    (void)pthread_mutex_unlock(&lock);
    return st == MR_OK ? mr_verdict_check(d, &v, err) : st;
}

/* For stats. */
static void tell_lack(struct mr_device *d)
{
    const char *lack = mr_device_builds_in_child(d) ? mr_child_lack() : NULL;
    size_t used = strlen(d->reason);
    if (lack) (void)snprintf(d->reason + used, sizeof d->reason - used, "; %s", lack);
}

static mr_status make_ready(struct mr_session *s, mr_error *err)
{
    try_fine_memory(s);
    MR_TRY(mr_device_selftest(s, err));
    tell_lack(&s->device);
    return MR_OK;
}

/* ---- A device of ours ---- */

static mr_status connect(struct mr_session *s, mr_error *err)
{
    struct mr_contact contact;
    MR_TRY(mr_contact_begin(&contact, err));
    mr_status st = mr_context_acquire(&s->context, &s->device, err);
    if (st == MR_OK) st = create_queue(s, &s->queue, s->device.queue_properties, err);
    if (st == MR_OK) st = create_queue(s, &s->transfers, 0, err);
    mr_contact_end(&contact);
    return st;
}

mr_status mr_session_renew(struct mr_session *session, mr_error *err)
{
    close_queue(&session->queue);
    close_queue(&session->transfers);
    mr_context_give_back(&session->context, session->is_lost);
    session->is_lost = false;
    return connect(session, err);
}

mr_status mr_session_open_on(struct mr_session **out, const struct mr_device *device, mr_error *err)
{
    struct mr_session *s = NULL;
    *out = NULL;
    MR_TRY(make_sure(device, err));
    mr_status st = create_session(&s, device, err);
    if (st == MR_OK) st = connect(s, err);
    if (st == MR_OK) st = make_ready(s, err);
    if (st != MR_OK) mr_session_close(&s);
    *out = s;
    return st;
}

/* What a stream does not go over to unless it is told to. */
static void refuse_unverified(struct mr_device devices[], size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (devices[k].is_usable && !devices[k].is_admitted)
            mr_device_refuse(&devices[k], "nobody verified it here; it is taken only if "
                                          "mr_stream_params.device names it");
}

static mr_status list_allowed(struct mr_device **out, size_t *count, const mr_stream_params *params,
                              mr_error *err)
{
    MR_TRY(mr_device_list(out, count, err));
    if (params && params->engine == MR_ENGINE_AUTO && !params->device)
        refuse_unverified(*out, *count);
    return MR_OK;
}

static mr_status open_best(struct mr_session **out, const mr_stream_params *params, bool needs_fp64,
                           mr_error *err)
{
    struct mr_device *devices;
    const struct mr_device *best;
    const char *wanted = params ? params->device : NULL;
    struct mr_verdict verdict;
    size_t count;
    if (mr_devices_are_several(wanted)) {
        mr_status st = mr_fail(err, MR_E_VALUE, "device '%.100s': one is needed here", wanted);
        return mr_error_hint(err, st, "name one of them");
    }
    MR_TRY(list_allowed(&devices, &count, params, err));

    mr_status st = MR_OK;
    do {
        if ((st = mr_device_choose(&best, devices, count, wanted, needs_fp64, err))) break;
        if ((st = mr_session_open_on(out, best, err)) != MR_E_NO_DEVICE) break;
        (void)mr_verdict_of_process(&verdict, best);
        mr_device_refuse(&devices[best - devices], verdict.reason);
        devices[best - devices].is_short = verdict.is_fleeting;
    } while (true);
    mr_free(devices);
    return st;
}

/* ---- The caller's context and queue ---- */

/* device: its name, NULL while it is not known. */
static mr_status ask_queue(cl_command_queue queue, const char *device, cl_command_queue_info what,
                           size_t bytes, void *out, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clGetCommandQueueInfo(queue, what, bytes, out, NULL);
    if (code == CL_SUCCESS) return MR_OK;
    return mr_cl_fail(err, code, "clGetCommandQueueInfo", device, "the caller's queue");
}

static mr_status check_foreign(struct mr_device *device, const mr_stream_params *params,
                               mr_error *err)
{
    cl_device_id id = NULL;
    cl_context context = NULL;
    cl_command_queue_properties properties = 0;
    mr_status st = MR_OK;
    if (!params->context || !params->queue) {
        st = mr_fail(err, MR_E_VALUE, "context and queue: one is given without the other");
        return mr_error_hint(err, st, "give both, or neither to have millrace make its own");
    }
    const cl_command_queue queue = params->queue;
    MR_TRY(ask_queue(queue, NULL, CL_QUEUE_DEVICE, sizeof(cl_device_id), &id, err));
    MR_TRY(mr_device_facts(device, id, err));
    const char *name = device->name;
    MR_TRY(ask_queue(queue, name, CL_QUEUE_CONTEXT, sizeof(cl_context), &context, err));
    MR_TRY(ask_queue(queue, name, CL_QUEUE_PROPERTIES, sizeof properties, &properties, err));
    if (context != params->context) {
        st = mr_fail(err, MR_E_VALUE, "queue: it belongs to another context than the one given");
        return mr_error_hint(err, st, "create the queue in that context");
    }
    if (properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) {
        st = mr_fail(err, MR_E_VALUE, "queue: it runs commands out of order");
        return mr_error_hint(err, st, "create it without CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE");
    }
    return MR_OK;
}

static mr_status retain_queue(struct mr_session *s, cl_command_queue queue, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clRetainCommandQueue(queue);
    if (code != CL_SUCCESS)
        return mr_cl_fail(err, code, "clRetainCommandQueue", s->device.name, "the caller's queue");
    mr_cl_count(1);
    s->queue = queue;
    return MR_OK;
}

static mr_status connect_foreign(struct mr_session *s, const mr_stream_params *params,
                                 mr_error *err)
{
    struct mr_contact contact;
    MR_TRY(mr_contact_begin(&contact, err));
    mr_status st = mr_context_acquire_foreign(params->context, s->device.name, err);
    if (st == MR_OK) {
        s->context = params->context;
        s->is_foreign = true;
        st = retain_queue(s, params->queue, err);
    }
    if (st == MR_OK) st = create_queue(s, &s->transfers, 0, err);
    mr_contact_end(&contact);
    return st;
}

static mr_status open_foreign(struct mr_session **out, const mr_stream_params *params,
                              bool needs_fp64, mr_error *err)
{
    struct mr_device device;
    MR_TRY(check_foreign(&device, params, err));
    MR_TRY(mr_device_check(&device, needs_fp64, err));
    MR_TRY(make_sure(&device, err));

    struct mr_session *s = NULL;
    mr_status st = create_session(&s, &device, err);
    if (st == MR_OK) st = connect_foreign(s, params, err);
    if (st == MR_OK) st = make_ready(s, err);
    if (st != MR_OK) mr_session_close(&s);
    *out = s;
    return st;
}

mr_status mr_session_open(struct mr_session **out, const mr_stream_params *params, bool needs_fp64,
                          mr_error *err)
{
    mr_error local;
    *out = NULL;
    if (!err) err = &local;
    if (!mr_cl(err)) return err->status;
    if (params && (params->context || params->queue))
        return open_foreign(out, params, needs_fp64, err);
    return open_best(out, params, needs_fp64, err);
}

/* The one that would be tried first, alone in the list. */
static mr_status choose_first(struct mr_device devices[], size_t count,
                              const mr_stream_params *params, bool needs_fp64, mr_error *err)
{
    const struct mr_device *best;
    MR_TRY(mr_device_choose(&best, devices, count, params->device, needs_fp64, err));
    devices[0] = *best;
    return MR_OK;
}

static mr_status list_foreign(struct mr_device **out, const mr_stream_params *params, mr_error *err)
{
    if (!mr_cl(err)) return MR_E_NO_DEVICE;
    *out = mr_alloc(1, sizeof **out);
    return *out ? check_foreign(*out, params, err) : mr_fail_no_memory(err, "the list of devices");
}

mr_status mr_session_devices(struct mr_device **out, size_t *count, const mr_stream_params *params,
                             bool needs_fp64, mr_error *err)
{
    size_t listed, found = 1;
    mr_error local;
    mr_status st;
    *out = NULL;
    *count = 0;
    if (!err) err = &local;
    if (params->context || params->queue) {
        st = list_foreign(out, params, err);
    } else {
        MR_TRY(list_allowed(out, &listed, params, err));
        st = mr_devices_are_several(params->device)
                 ? mr_device_pick(*out, listed, &found, params->device, needs_fp64, err)
                 : choose_first(*out, listed, params, needs_fp64, err);
    }
    if (st == MR_OK) {
        *count = found;
        return MR_OK;
    }
    mr_free(*out);
    *out = NULL;
    return st;
}
