#include "layer.h"

#include <string.h>

#include "../../host/cl/functions.h"

const cl_icd_dispatch *layer_target;
static cl_icd_dispatch dispatch;

#define EXPORTED __attribute__((visibility("default")))

/* ---- the device that an object is of ---- */

/* Of contexts the only one that ours have, as it was named: PoCL tells the whole of a part. */
enum { MOST_CONTEXTS = 256 };
static struct {
    cl_context context;
    cl_device_id device;
} contexts[MOST_CONTEXTS];
static unsigned context_count; /* under the lock of whoever makes contexts */

static void remember_context(cl_context context, cl_device_id device)
{
    contexts[context_count % MOST_CONTEXTS].device = device;
    contexts[context_count++ % MOST_CONTEXTS].context = context;
}

static cl_device_id of_context(cl_context context)
{
    for (unsigned k = MOST_CONTEXTS; k-- > 0;) {
        unsigned last_first = (context_count + k) % MOST_CONTEXTS;
        if (contexts[last_first].context == context) return contexts[last_first].device;
    }
    return NULL;
}

static cl_device_id of_queue(cl_command_queue queue)
{
    cl_device_id device = NULL;
    (void)layer_target->clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL);
    return device;
}

#define OF_OBJECT(name, type, ask, what)                                                           \
    static cl_device_id name(type object)                                                          \
    {                                                                                              \
        cl_context context = NULL;                                                                 \
        (void)layer_target->ask(object, what, sizeof(cl_context), &context, NULL);                 \
        return context ? of_context(context) : NULL;                                               \
    }
OF_OBJECT(of_buffer, cl_mem, clGetMemObjectInfo, CL_MEM_CONTEXT)
OF_OBJECT(of_program, cl_program, clGetProgramInfo, CL_PROGRAM_CONTEXT)
OF_OBJECT(of_kernel, cl_kernel, clGetKernelInfo, CL_KERNEL_CONTEXT)
OF_OBJECT(of_event, cl_event, clGetEventInfo, CL_EVENT_CONTEXT)

static cl_device_id of_itself(cl_device_id device)
{
    return device;
}

static cl_device_id of_platform(cl_platform_id platform)
{
    (void)platform;
    return NULL;
}

static cl_device_id of_number(cl_uint number)
{
    (void)number;
    return NULL;
}

#define HEAD(first, ...) first
#define FIRST(...) HEAD(__VA_ARGS__, 0)
#define DEVICE_OF(object)                                                                          \
    _Generic((object), cl_context                                                                  \
             : of_context, cl_command_queue                                                        \
             : of_queue, cl_mem                                                                    \
             : of_buffer, cl_program                                                               \
             : of_program, cl_kernel                                                               \
             : of_kernel, cl_event                                                                 \
             : of_event, cl_device_id                                                              \
             : of_itself, cl_platform_id                                                           \
             : of_platform, cl_uint                                                                \
             : of_number)(object)

/* What every call begins with. */
static cl_int enter(const char *name, cl_device_id device)
{
    if (strncmp(name, "clRelease", 9) != 0) ledger_call();
    return fault_next(name, device);
}

/* A call that returns a code; on success `references` of `kind` are gained (or given back). */
#define CALL(name, kind, references, target, parameters, arguments)                                \
    static cl_int CL_API_CALL layer_##name parameters                                              \
    {                                                                                              \
        cl_int code = enter(#name, DEVICE_OF(FIRST arguments));                                    \
        if (code == CL_SUCCESS) code = target arguments;                                           \
        if (code == CL_SUCCESS) ledger_add(kind, references);                                      \
        return code;                                                                               \
    }

#define PLAIN(name, parameters, arguments)                                                         \
    CALL(name, LEDGER_NOTHING, 0, layer_target->name, parameters, arguments)

#define COUNTED(name, kind, references, type)                                                      \
    CALL(name, kind, references, layer_target->name, (type object), (object))

/* A call that returns an object and takes `code` last. */
#define CREATION(name, kind, type, parameters, arguments)                                          \
    static type CL_API_CALL layer_##name parameters                                                \
    {                                                                                              \
        cl_int failure = enter(#name, DEVICE_OF(FIRST arguments)), ignored;                        \
        if (!code) code = &ignored;                                                                \
        *code = failure;                                                                           \
        if (failure != CL_SUCCESS) return NULL;                                                    \
        type made = layer_target->name arguments;                                                  \
        if (made) ledger_add(kind, 1);                                                             \
        return made;                                                                               \
    }

/* A command that may give an event. */
#define COMMAND(name, what, blocks, size, memory, target, parameters, arguments)                   \
    static cl_int CL_API_CALL layer_##name parameters                                              \
    {                                                                                              \
        cl_int code = enter(#name, of_queue(queue));                                               \
        if (code == CL_SUCCESS) code = target arguments;                                           \
        if (code == CL_SUCCESS) ledger_add(LEDGER_EVENT, event ? 1 : 0);                           \
        if (code == CL_SUCCESS)                                                                    \
            trace_command(what, queue, blocks, size, memory, count, after, event);                 \
        return code;                                                                               \
    }

CALL(clGetPlatformIDs, LEDGER_NOTHING, 0, mask_platforms,
     (cl_uint entries, cl_platform_id *platforms, cl_uint *count), (entries, platforms, count))
CALL(clGetDeviceIDs, LEDGER_NOTHING, 0, mask_devices,
     (cl_platform_id platform, cl_device_type type, cl_uint entries, cl_device_id *devices,
      cl_uint *count),
     (platform, type, entries, devices, count))
CALL(clGetDeviceInfo, LEDGER_NOTHING, 0, mask_device_info,
     (cl_device_id device, cl_device_info what, size_t bytes, void *value, size_t *needed),
     (device, what, bytes, value, needed))
CALL(clBuildProgram, LEDGER_NOTHING, 0, mask_build,
     (cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
      void(CL_CALLBACK *done)(cl_program, void *), void *data),
     (program, count, devices, options, done, data))

PLAIN(clGetPlatformInfo,
      (cl_platform_id object, cl_platform_info what, size_t bytes, void *value, size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clGetContextInfo,
      (cl_context object, cl_context_info what, size_t bytes, void *value, size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clGetCommandQueueInfo,
      (cl_command_queue object, cl_command_queue_info what, size_t bytes, void *value,
       size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clGetMemObjectInfo,
      (cl_mem object, cl_mem_info what, size_t bytes, void *value, size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clGetProgramBuildInfo,
      (cl_program object, cl_device_id device, cl_program_build_info what, size_t bytes,
       void *value, size_t *needed),
      (object, device, what, bytes, value, needed))
PLAIN(clGetProgramInfo,
      (cl_program object, cl_program_info what, size_t bytes, void *value, size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clGetKernelWorkGroupInfo,
      (cl_kernel object, cl_device_id device, cl_kernel_work_group_info what, size_t bytes,
       void *value, size_t *needed),
      (object, device, what, bytes, value, needed))
PLAIN(clGetEventInfo,
      (cl_event object, cl_event_info what, size_t bytes, void *value, size_t *needed),
      (object, what, bytes, value, needed))
PLAIN(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t bytes, const void *value),
      (kernel, index, bytes, value))
PLAIN(clFlush, (cl_command_queue queue), (queue))

static cl_int CL_API_CALL layer_clFinish(cl_command_queue queue)
{
    cl_int failure = enter("clFinish", of_queue(queue));
    trace_wait(0, NULL);
    return failure == CL_SUCCESS ? layer_target->clFinish(queue) : failure;
}

PLAIN(clSetMemObjectDestructorCallback,
      (cl_mem buffer, void(CL_CALLBACK *notify)(cl_mem, void *), void *data),
      (buffer, notify, data))

COUNTED(clRetainContext, LEDGER_CONTEXT, 1, cl_context)
COUNTED(clReleaseContext, LEDGER_CONTEXT, -1, cl_context)
COUNTED(clRetainCommandQueue, LEDGER_QUEUE, 1, cl_command_queue)
COUNTED(clReleaseCommandQueue, LEDGER_QUEUE, -1, cl_command_queue)
COUNTED(clRetainProgram, LEDGER_PROGRAM, 1, cl_program)
CALL(clReleaseProgram, LEDGER_PROGRAM, -1, shadow_release_program, (cl_program object), (object))
COUNTED(clReleaseKernel, LEDGER_KERNEL, -1, cl_kernel)
COUNTED(clRetainEvent, LEDGER_EVENT, 1, cl_event)
COUNTED(clReleaseEvent, LEDGER_EVENT, -1, cl_event)

/* What is counted of a buffer: that of memory on the host may be kept where no command is known to
 * be over. */
static enum ledger_kind kind_of_flags(cl_mem_flags flags)
{
    return flags & CL_MEM_ALLOC_HOST_PTR ? LEDGER_SHARED : LEDGER_BUFFER;
}

static enum ledger_kind kind_of_buffer(cl_mem buffer)
{
    cl_mem_flags flags = 0;
    (void)layer_target->clGetMemObjectInfo(buffer, CL_MEM_FLAGS, sizeof flags, &flags, NULL);
    return kind_of_flags(flags);
}

static cl_int CL_API_CALL layer_clRetainMemObject(cl_mem object)
{
    cl_int code = enter("clRetainMemObject", of_buffer(object));
    if (code == CL_SUCCESS) code = layer_target->clRetainMemObject(object);
    if (code == CL_SUCCESS) ledger_add(kind_of_buffer(object), 1);
    return code;
}

static cl_int CL_API_CALL layer_clReleaseMemObject(cl_mem object)
{
    const enum ledger_kind kind = kind_of_buffer(object);
    cl_int code = enter("clReleaseMemObject", of_buffer(object));
    if (code == CL_SUCCESS) code = shadow_release_buffer(object);
    if (code == CL_SUCCESS) ledger_add(kind, -1);
    return code;
}

CREATION(clCreateCommandQueue, LEDGER_QUEUE, cl_command_queue,
         (cl_context context, cl_device_id device, cl_command_queue_properties properties,
          cl_int *code),
         (context, device, properties, code))
CREATION(clCreateProgramWithSource, LEDGER_PROGRAM, cl_program,
         (cl_context context, cl_uint count, const char **texts, const size_t *lengths,
          cl_int *code),
         (context, count, texts, lengths, code))
CREATION(clCreateProgramWithBinary, LEDGER_PROGRAM, cl_program,
         (cl_context context, cl_uint count, const cl_device_id *devices, const size_t *lengths,
          const unsigned char **programs, cl_int *status, cl_int *code),
         (context, count, devices, lengths, programs, status, code))
CREATION(clCreateKernel, LEDGER_KERNEL, cl_kernel,
         (cl_program program, const char *name, cl_int *code), (program, name, code))

COMMAND(clEnqueueNDRangeKernel, TRACE_KERNEL, CL_FALSE, global[0], NULL, slow_launch,
        (cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
         const size_t *global, const size_t *local, cl_uint count, const cl_event *after,
         cl_event *event),
        (queue, kernel, dimensions, offset, global, local, count, after, event))
static cl_int unmap(cl_command_queue queue, cl_mem buffer, void *pointer, cl_uint count,
                    const cl_event *after, cl_event *event)
{
    pinned_remove(pointer);
    return layer_target->clEnqueueUnmapMemObject(queue, buffer, pointer, count, after, event);
}

COMMAND(clEnqueueUnmapMemObject, TRACE_OTHER, CL_FALSE, 0, NULL, unmap,
        (cl_command_queue queue, cl_mem buffer, void *pointer, cl_uint count, const cl_event *after,
         cl_event *event),
        (queue, buffer, pointer, count, after, event))
COMMAND(clEnqueueReadBuffer, TRACE_READ, blocking, bytes, to, layer_target->clEnqueueReadBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t bytes,
         void *to, cl_uint count, const cl_event *after, cl_event *event),
        (queue, buffer, blocking, offset, bytes, to, count, after, event))
COMMAND(clEnqueueWriteBuffer, TRACE_WRITE, blocking, bytes, from,
        layer_target->clEnqueueWriteBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t bytes,
         const void *from, cl_uint count, const cl_event *after, cl_event *event),
        (queue, buffer, blocking, offset, bytes, from, count, after, event))
COMMAND(clEnqueueCopyBuffer, TRACE_OTHER, CL_FALSE, bytes, NULL, layer_target->clEnqueueCopyBuffer,
        (cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset, size_t to_offset,
         size_t bytes, cl_uint count, const cl_event *after, cl_event *event),
        (queue, from, to, from_offset, to_offset, bytes, count, after, event))
COMMAND(clEnqueueFillBuffer, TRACE_OTHER, CL_FALSE, bytes, NULL, shadow_fill,
        (cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_bytes,
         size_t offset, size_t bytes, cl_uint count, const cl_event *after, cl_event *event),
        (queue, buffer, pattern, pattern_bytes, offset, bytes, count, after, event))

static cl_int CL_API_CALL layer_clWaitForEvents(cl_uint count, const cl_event *events)
{
    cl_int failure = enter("clWaitForEvents", count ? of_event(events[0]) : NULL);
    trace_wait(count, events);
    return failure == CL_SUCCESS ? layer_target->clWaitForEvents(count, events) : failure;
}

static cl_context CL_API_CALL layer_clCreateContext(
    const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
    void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data, cl_int *code)
{
    cl_int failure = enter("clCreateContext", count ? devices[0] : NULL), ignored;
    if (!code) code = &ignored;
    *code = failure;
    if (failure != CL_SUCCESS) return NULL;
    cl_context made = layer_target->clCreateContext(properties, count, devices, notify, data, code);
    if (made) ledger_add(LEDGER_CONTEXT, 1);
    if (made && count) remember_context(made, devices[0]);
    return made;
}

static cl_mem CL_API_CALL layer_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t bytes,
                                               void *host_ptr, cl_int *code)
{
    cl_int failure = enter("clCreateBuffer", of_context(context)), ignored;
    if (!code) code = &ignored;
    *code = failure;
    if (failure != CL_SUCCESS) return NULL;
    cl_mem made = layer_target->clCreateBuffer(context, flags, bytes, host_ptr, code);
    if (made) ledger_add(kind_of_flags(flags), 1);
    if (made && !(flags & CL_MEM_USE_HOST_PTR)) ledger_bytes(bytes, flags & CL_MEM_ALLOC_HOST_PTR);
    return made;
}

static void *CL_API_CALL layer_clEnqueueMapBuffer(cl_command_queue queue, cl_mem buffer,
                                                  cl_bool blocking, cl_map_flags flags,
                                                  size_t offset, size_t bytes, cl_uint count,
                                                  const cl_event *after, cl_event *event,
                                                  cl_int *code)
{
    cl_int failure = enter("clEnqueueMapBuffer", of_queue(queue)), ignored;
    if (!code) code = &ignored;
    *code = failure;
    if (failure != CL_SUCCESS) return NULL;
    bool flips = flip_is_meant(flags, bytes);
    if (flips) blocking = CL_TRUE; /* what the device computed has to be there */
    void *pointer = layer_target->clEnqueueMapBuffer(queue, buffer, blocking, flags, offset, bytes,
                                                     count, after, event, code);
    if (*code == CL_SUCCESS && event) ledger_add(LEDGER_EVENT, 1);
    bool pins = *code == CL_SUCCESS && pinned_is_meant(buffer, flags);
    if (pins) pinned_add(pointer, bytes);
    if (*code == CL_SUCCESS)
        trace_command(pins ? TRACE_OTHER : TRACE_MAP, queue, blocking, bytes, NULL, count, after,
                      event);
    if (flips) flip_bit(pointer);
    return pointer;
}

static void *CL_API_CALL layer_clSVMAlloc(cl_context context, cl_svm_mem_flags flags, size_t bytes,
                                          cl_uint alignment)
{
    if (enter("clSVMAlloc", of_context(context)) != CL_SUCCESS) return NULL;
    void *memory = layer_target->clSVMAlloc(context, flags, bytes, alignment);
    if (memory) ledger_add(LEDGER_SHARED, 1);
    if (memory) ledger_bytes(bytes, false);
    return memory;
}

static void CL_API_CALL layer_clSVMFree(cl_context context, void *memory)
{
    ledger_add(LEDGER_SHARED, -1);
    layer_target->clSVMFree(context, memory);
}

/* Khronos ICD loader, "Layers": what a layer exports. */
EXPORTED CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t bytes,
                                                        void *value, size_t *needed)
{
    const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
    static const char name[] = "millrace test layer";
    const void *content = what == CL_LAYER_API_VERSION ? (const void *)&version : name;
    size_t content_bytes = what == CL_LAYER_API_VERSION ? sizeof version : sizeof name;
    if (what != CL_LAYER_API_VERSION && what != CL_LAYER_NAME) return CL_INVALID_VALUE;
    if (value && bytes < content_bytes) return CL_INVALID_VALUE;
    if (value) memcpy(value, content, content_bytes);
    if (needed) *needed = content_bytes;
    return CL_SUCCESS;
}

EXPORTED CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint entries, const cl_icd_dispatch *target,
                                                     cl_uint *entries_ret,
                                                     const cl_icd_dispatch **layer)
{
    if (!target || !entries_ret || !layer || entries < sizeof dispatch / sizeof(void *))
        return CL_INVALID_VALUE;
    layer_target = target;
    memcpy(&dispatch, target, sizeof dispatch);
#define REPLACE(name, place) dispatch.name = layer_##name;
    MR_CL_FUNCTIONS(REPLACE)
    MR_CL_LATER_FUNCTIONS(REPLACE)
#undef REPLACE
    fault_read_environment();
    flip_read_environment();
    ledger_read_environment();
    mask_read_environment();
    shadow_read_environment();
    slow_read_environment();
    split_read_environment();
    *entries_ret = sizeof dispatch / sizeof(void *);
    *layer = &dispatch;
    return CL_SUCCESS;
}
