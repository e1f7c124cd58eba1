#include "cl/launch.h"

#include "cl/command_end.h"

/* ---- Kernels ---- */

mr_status mr_kernel_arg(struct mr_session *session, cl_kernel kernel, cl_uint index, size_t bytes,
                        const void *value, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clSetKernelArg(kernel, index, bytes, value);
    if (code == CL_SUCCESS) return MR_OK;
    return mr_cl_fail(err, code, "clSetKernelArg", session->device.name, "argument %u of %zu bytes",
                      (unsigned)index, bytes);
}

mr_status mr_kernel_max_group(struct mr_session *session, cl_kernel kernel, size_t *out,
                              mr_error *err)
{
    *out = 0;
    cl_int code = mr_cl_loaded()->clGetKernelWorkGroupInfo(
        kernel, session->device.id, CL_KERNEL_WORK_GROUP_SIZE, sizeof *out, out, NULL);
    if (code == CL_SUCCESS) return MR_OK;
    return mr_cl_fail(err, code, "clGetKernelWorkGroupInfo", session->device.name, NULL);
}

mr_status mr_kernel_launch(struct mr_session *session, const struct mr_command *command,
                           cl_kernel kernel, const char *name, size_t groups, size_t group_elems,
                           mr_error *err)
{
    size_t global_elems = groups * group_elems;
    cl_event event = NULL;
    cl_int code = mr_cl_loaded()->clEnqueueNDRangeKernel(
        command->queue, kernel, 1, NULL, &global_elems, &group_elems, command->after_count,
        command->after, command->event ? &event : NULL);
    mr_command_event(command, code, event);
    if (code == CL_SUCCESS) return MR_OK;
    session->is_lost = true;
    return mr_cl_fail(err, code, "clEnqueueNDRangeKernel", session->device.name,
                      "kernel %s, %zu groups of %zu", name, groups, group_elems);
}

/* ---- Queues ---- */

mr_status mr_queue_flush(struct mr_session *session, cl_command_queue queue, mr_error *err)
{
    return mr_command_result(session, mr_cl_loaded()->clFlush(queue), "clFlush", err);
}

mr_status mr_queue_finish(struct mr_session *session, cl_command_queue queue, mr_error *err)
{
    return mr_command_result(session, mr_cl_loaded()->clFinish(queue), "clFinish", err);
}

/* ---- Events ---- */

/* CL_COMPLETE, a state before it (positive), or the code the command failed with (negative). */
static cl_int event_state(cl_event event)
{
    cl_int state = CL_COMPLETE;
    cl_int code = mr_cl_loaded()->clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                                 sizeof state, &state, NULL);
    return code == CL_SUCCESS ? state : code;
}

mr_status mr_event_wait(struct mr_session *session, cl_event *event, mr_error *err)
{
    if (!*event) return MR_OK;
    cl_int code = mr_cl_loaded()->clWaitForEvents(1, event);
    cl_int state = code == CL_SUCCESS || code == CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST
                       ? event_state(*event)
                       : CL_COMPLETE;
    mr_event_release(event);
    if (code == CL_SUCCESS && state == CL_COMPLETE) return MR_OK;
    /* The command's own code says more than "an event failed". */
    session->is_lost = true;
    return mr_cl_fail(err, state < 0 ? state : code, "clWaitForEvents", session->device.name,
                      "a command failed");
}

bool mr_event_is_over(cl_event event)
{
    return !event || event_state(event) <= CL_COMPLETE;
}

mr_status mr_event_retain(struct mr_session *session, cl_event event, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clRetainEvent(event);
    if (code == CL_SUCCESS) mr_cl_count(1);
    return mr_command_result(session, code, "clRetainEvent", err);
}
