/* A device made ready for one stream: context, queues, and what belongs to the caller. */
#ifndef MR_CL_SESSION_H
#define MR_CL_SESSION_H

#include <stdatomic.h>
#include <sys/types.h>

#include <millrace/stream.h>

#include "cl/device_choice.h"

/* One thread at a time; only slots that were kept are destroyed on any once the stream is closed.
 * Contexts are shared by all sessions on a device and stay when the last one closes, for the next;
 * queues are the session's own. */
struct mr_session {
    struct mr_device device;
    cl_context context;
    cl_command_queue queue;     /* computes; in any order that events allow, or the caller's */
    cl_command_queue transfers; /* copies; in order */
    bool is_foreign;            /* context and queue are the caller's */
    atomic_bool is_lost;        /* a command failed: no later session gets this context */
    pid_t process;
};

/* The devices that params->device means, if these are several (mr_devices_are_several()), or the
 * one that mr_session_open() would try first: *count of them in *out, which is freed with
 * mr_free(). None is opened. */
mr_status mr_session_devices(struct mr_device **out, size_t *count, const mr_stream_params *params,
                             bool needs_fp64, mr_error *err);

/* Opens this one. */
mr_status mr_session_open_on(struct mr_session **out, const struct mr_device *device,
                             mr_error *err);

/* Opens the device that params->device names (or the best one), or takes params->context and
 * params->queue (both or neither; the queue in order and of that context; both retained until
 * close). At a device's first use in the process its self-test runs; one that fails is refused and,
 * if the choice was ours, the next best tried. params may be NULL. */
mr_status mr_session_open(struct mr_session **out, const mr_stream_params *params, bool needs_fp64,
                          mr_error *err);

/* In a context of its own that is not lost, which no program, kernel or buffer is of. */
mr_status mr_session_renew(struct mr_session *session, mr_error *err);

/* Waits for both queues, releases queues and context. NULL-safe, nulls the pointer; in a forked
 * child only frees host memory. Programs and kernels are released before. */
void mr_session_close(struct mr_session **session);

/* MR_E_FORKED in another process than the one that opened it. */
mr_status mr_session_check(const struct mr_session *session, mr_error *err);

/* Releases the contexts no session uses and their programs. For the end of a program and for tests
 * that count objects; harmless at any time. */
void mr_cl_purge(void);

#endif
