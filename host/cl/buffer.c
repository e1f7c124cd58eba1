#include "cl/buffer.h"

#include <assert.h>
#include <string.h>

#include "cl/command_end.h"

static double mib(uint64_t bytes)
{
    return (double)bytes / (1024 * 1024);
}

static mr_status check_bytes(const struct mr_device *d, size_t bytes, const char *call,
                             const char *what, mr_error *err)
{
    if (bytes <= d->max_alloc_bytes) return MR_OK;
    mr_status st = mr_cl_fail(err, CL_INVALID_BUFFER_SIZE, call, d->name,
                              "%zu bytes (%.1f MiB) for %s; the limit is %llu bytes (%.1f MiB)",
                              bytes, mib(bytes), what, (unsigned long long)d->max_alloc_bytes,
                              mib(d->max_alloc_bytes));
    return mr_error_hint(err, st, "try a smaller batch_elems or max_memory_bytes");
}

mr_status mr_buffer_create(struct mr_session *session, cl_mem_flags flags, size_t bytes,
                           void *host_ptr, const char *what, cl_mem *out, mr_error *err)
{
    const struct mr_device *d = &session->device;
    cl_int code = CL_SUCCESS;
    *out = NULL;
    assert(bytes > 0);
    MR_TRY(check_bytes(d, bytes, "clCreateBuffer", what, err));
    *out = mr_cl_loaded()->clCreateBuffer(session->context, flags, bytes, host_ptr, &code);
    if (code == CL_SUCCESS && *out) {
        mr_cl_count(1);
        return MR_OK;
    }
    *out = NULL;
    return mr_cl_fail(err, code, "clCreateBuffer", d->name, "%zu bytes (%.1f MiB) for %s", bytes,
                      mib(bytes), what);
}

/* At the end of memory that belongs to a buffer. */
struct owned {
    cl_context context; /* retained by the buffer */
    void *memory;
};

/* The buffer may outlive the stream, in a command or by the consumer's reference. */
static void CL_CALLBACK free_owned(cl_mem buffer, void *user)
{
    struct owned o;
    (void)buffer;
    memcpy(&o, user, sizeof o);
    mr_cl_loaded()->clSVMFree(o.context, o.memory);
}

mr_status mr_buffer_create_shared(struct mr_session *session, size_t bytes, const char *what,
                                  cl_mem *out, void **memory, mr_error *err)
{
    const struct mr_cl *cl = mr_cl_loaded();
    const struct mr_device *d = &session->device;
    struct owned o = {.context = session->context};
    *out = NULL;
    *memory = NULL;
    MR_TRY(check_bytes(d, bytes + sizeof o, "clSVMAlloc", what, err));
    o.memory = cl->clSVMAlloc(o.context, CL_MEM_READ_WRITE | CL_MEM_SVM_FINE_GRAIN_BUFFER,
                              bytes + sizeof o, 0);
    if (!o.memory)
        return mr_cl_fail(err, CL_MEM_OBJECT_ALLOCATION_FAILURE, "clSVMAlloc", d->name,
                          "%zu bytes (%.1f MiB) for %s", bytes, mib(bytes), what);
    void *end = memcpy((char *)o.memory + bytes, &o, sizeof o);
    mr_status st = mr_buffer_create(session, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes,
                                    o.memory, what, out, err);
    cl_int code =
        st == MR_OK ? cl->clSetMemObjectDestructorCallback(*out, free_owned, end) : CL_SUCCESS;
    if (code != CL_SUCCESS) {
        mr_buffer_release(out);
        st = mr_cl_fail(err, code, "clSetMemObjectDestructorCallback", d->name, "%s", what);
    }
    if (st == MR_OK)
        *memory = o.memory;
    else
        cl->clSVMFree(o.context, o.memory);
    return st;
}

mr_status mr_buffer_create_pinned(struct mr_session *session, const struct mr_command *command,
                                  size_t bytes, const char *what, cl_mem *out, void **memory,
                                  mr_error *err)
{
    cl_int code = CL_SUCCESS;
    cl_event event = NULL;
    *memory = NULL;
    mr_status st = mr_buffer_create(session, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, bytes, NULL,
                                    what, out, err);
    if (st == MR_OK)
        *memory = mr_cl_loaded()->clEnqueueMapBuffer(
            command->queue, *out, CL_FALSE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes,
            command->after_count, command->after, command->event ? &event : NULL, &code);
    mr_command_event(command, st == MR_OK ? code : CL_INVALID_MEM_OBJECT, event);
    if (st != MR_OK || (code == CL_SUCCESS && *memory)) return st;
    mr_buffer_release(out);
    *memory = NULL;
    if (code == CL_SUCCESS) code = CL_MAP_FAILURE;
    return mr_cl_fail(err, code, "clEnqueueMapBuffer", session->device.name, "%s", what);
}

mr_status mr_buffer_retain(struct mr_session *session, cl_mem buffer, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clRetainMemObject(buffer);
    if (code != CL_SUCCESS)
        return mr_cl_fail(err, code, "clRetainMemObject", session->device.name,
                          "the caller's buffer");
    mr_cl_count(1);
    return MR_OK;
}

mr_status mr_buffer_check(struct mr_session *session, cl_mem buffer, size_t bytes, const char *what,
                          mr_error *err)
{
    const struct mr_cl *cl = mr_cl_loaded();
    cl_context context = NULL;
    size_t size = 0;
    cl_int code =
        cl->clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof(cl_context), &context, NULL);
    if (code == CL_SUCCESS)
        code = cl->clGetMemObjectInfo(buffer, CL_MEM_SIZE, sizeof size, &size, NULL);
    if (code != CL_SUCCESS)
        return mr_cl_fail(err, code, "clGetMemObjectInfo", session->device.name, "%s", what);
    if (context != session->context) {
        mr_status st = mr_fail(err, MR_E_VALUE, "%s: it belongs to another OpenCL context", what);
        return mr_error_hint(err, st, "open the stream with the context and queue of the buffer");
    }
    if (size >= bytes) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_VALUE, "%s: it holds %zu bytes, %zu are needed", what, size, bytes);
    return mr_error_hint(err, st, "give the number of elements the buffer holds");
}

mr_status mr_buffer_map(struct mr_session *session, const struct mr_command *command, cl_mem buffer,
                        cl_map_flags flags, size_t offset, size_t bytes, void **out, mr_error *err)
{
    cl_int code = CL_SUCCESS;
    cl_event event = NULL;
    *out = mr_cl_loaded()->clEnqueueMapBuffer(command->queue, buffer, CL_FALSE, flags, offset,
                                              bytes, command->after_count, command->after,
                                              command->event ? &event : NULL, &code);
    mr_command_event(command, code, event);
    if (code != CL_SUCCESS) *out = NULL;
    return mr_command_result(session, code, "clEnqueueMapBuffer", err);
}

mr_status mr_buffer_unmap(struct mr_session *session, const struct mr_command *command,
                          cl_mem buffer, void **pointer, mr_error *err)
{
    if (!*pointer) {
        mr_command_event(command, CL_SUCCESS, NULL);
        return MR_OK;
    }
    cl_event event = NULL;
    cl_int code = mr_cl_loaded()->clEnqueueUnmapMemObject(command->queue, buffer, *pointer,
                                                          command->after_count, command->after,
                                                          command->event ? &event : NULL);
    mr_command_event(command, code, event);
    *pointer = NULL;
    return mr_command_result(session, code, "clEnqueueUnmapMemObject", err);
}

mr_status mr_buffer_read(struct mr_session *session, const struct mr_command *command,
                         cl_mem buffer, size_t offset, size_t bytes, void *to, mr_error *err)
{
    cl_event event = NULL;
    cl_int code = mr_cl_loaded()->clEnqueueReadBuffer(
        command->queue, buffer, CL_FALSE, offset, bytes, to, command->after_count, command->after,
        command->event ? &event : NULL);
    mr_command_event(command, code, event);
    return mr_command_result(session, code, "clEnqueueReadBuffer", err);
}

mr_status mr_buffer_write(struct mr_session *session, const struct mr_command *command,
                          cl_mem buffer, size_t offset, size_t bytes, const void *from,
                          mr_error *err)
{
    cl_event event = NULL;
    cl_int code = mr_cl_loaded()->clEnqueueWriteBuffer(
        command->queue, buffer, CL_FALSE, offset, bytes, from, command->after_count, command->after,
        command->event ? &event : NULL);
    mr_command_event(command, code, event);
    return mr_command_result(session, code, "clEnqueueWriteBuffer", err);
}

mr_status mr_buffer_copy(struct mr_session *session, const struct mr_command *command, cl_mem from,
                         size_t from_offset, cl_mem to, size_t to_offset, size_t bytes,
                         mr_error *err)
{
    cl_event event = NULL;
    assert(from != to || from_offset + bytes <= to_offset || to_offset + bytes <= from_offset);
    cl_int code = mr_cl_loaded()->clEnqueueCopyBuffer(
        command->queue, from, to, from_offset, to_offset, bytes, command->after_count,
        command->after, command->event ? &event : NULL);
    mr_command_event(command, code, event);
    return mr_command_result(session, code, "clEnqueueCopyBuffer", err);
}

mr_status mr_buffer_fill(struct mr_session *session, const struct mr_command *command,
                         cl_mem buffer, const void *pattern, size_t pattern_bytes, size_t offset,
                         size_t bytes, mr_error *err)
{
    cl_event event = NULL;
    assert(offset % pattern_bytes == 0 && bytes % pattern_bytes == 0);
    cl_int code = mr_cl_loaded()->clEnqueueFillBuffer(
        command->queue, buffer, pattern, pattern_bytes, offset, bytes, command->after_count,
        command->after, command->event ? &event : NULL);
    mr_command_event(command, code, event);
    return mr_command_result(session, code, "clEnqueueFillBuffer", err);
}
