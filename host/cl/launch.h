/* Kernels' arguments and launches, queues, events. */
#ifndef MR_CL_LAUNCH_H
#define MR_CL_LAUNCH_H

#include "cl/session.h"

/* Where a command goes, what it waits for and what tells that it is done. The queue that computes
 * keeps no other order; events of another queue must have been flushed. */
struct mr_command {
    cl_command_queue queue;
    cl_event *event; /* NULL: not wanted; else set (NULL on failure) and owned by the caller */
    cl_uint after_count;
    const cl_event *after;
};

/* value NULL with bytes > 0: that much local memory. A buffer: &mem, sizeof mem. */
mr_status mr_kernel_arg(struct mr_session *session, cl_kernel kernel, cl_uint index, size_t bytes,
                        const void *value, mr_error *err);

/* The largest work-group the kernel can be launched with on the session's device. */
mr_status mr_kernel_max_group(struct mr_session *session, cl_kernel kernel, size_t *out,
                              mr_error *err);

/* Enqueues `groups` work-groups of `group_elems` work-items. Always one dimension, never a global
 * offset: PoCL compiles anew for each kind. `name` is for errors. */
mr_status mr_kernel_launch(struct mr_session *session, const struct mr_command *command,
                           cl_kernel kernel, const char *name, size_t groups, size_t group_elems,
                           mr_error *err);

mr_status mr_queue_flush(struct mr_session *session, cl_command_queue queue, mr_error *err);
mr_status mr_queue_finish(struct mr_session *session, cl_command_queue queue, mr_error *err);

/* Waits, releases and nulls the event; a command that failed gives its error. NULL-safe. */
mr_status mr_event_wait(struct mr_session *session, cl_event *event, mr_error *err);

/* Whether it is complete, or failed: a wait for it would return. NULL is. */
bool mr_event_is_over(cl_event event);

/* One more reference. */
mr_status mr_event_retain(struct mr_session *session, cl_event event, mr_error *err);

#endif
