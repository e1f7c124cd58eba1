#include "cl/error_code.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* cl.h of OpenCL 1.2, and cl_ext.h for the loader's -1001. */
#define CODES(ROW)                                                                                 \
    ROW(0, CL_SUCCESS)                                                                             \
    ROW(-1, CL_DEVICE_NOT_FOUND)                                                                   \
    ROW(-2, CL_DEVICE_NOT_AVAILABLE)                                                               \
    ROW(-3, CL_COMPILER_NOT_AVAILABLE)                                                             \
    ROW(-4, CL_MEM_OBJECT_ALLOCATION_FAILURE)                                                      \
    ROW(-5, CL_OUT_OF_RESOURCES)                                                                   \
    ROW(-6, CL_OUT_OF_HOST_MEMORY)                                                                 \
    ROW(-7, CL_PROFILING_INFO_NOT_AVAILABLE)                                                       \
    ROW(-8, CL_MEM_COPY_OVERLAP)                                                                   \
    ROW(-9, CL_IMAGE_FORMAT_MISMATCH)                                                              \
    ROW(-10, CL_IMAGE_FORMAT_NOT_SUPPORTED)                                                        \
    ROW(-11, CL_BUILD_PROGRAM_FAILURE)                                                             \
    ROW(-12, CL_MAP_FAILURE)                                                                       \
    ROW(-13, CL_MISALIGNED_SUB_BUFFER_OFFSET)                                                      \
    ROW(-14, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)                                         \
    ROW(-15, CL_COMPILE_PROGRAM_FAILURE)                                                           \
    ROW(-16, CL_LINKER_NOT_AVAILABLE)                                                              \
    ROW(-17, CL_LINK_PROGRAM_FAILURE)                                                              \
    ROW(-18, CL_DEVICE_PARTITION_FAILED)                                                           \
    ROW(-19, CL_KERNEL_ARG_INFO_NOT_AVAILABLE)                                                     \
    ROW(-30, CL_INVALID_VALUE)                                                                     \
    ROW(-31, CL_INVALID_DEVICE_TYPE)                                                               \
    ROW(-32, CL_INVALID_PLATFORM)                                                                  \
    ROW(-33, CL_INVALID_DEVICE)                                                                    \
    ROW(-34, CL_INVALID_CONTEXT)                                                                   \
    ROW(-35, CL_INVALID_QUEUE_PROPERTIES)                                                          \
    ROW(-36, CL_INVALID_COMMAND_QUEUE)                                                             \
    ROW(-37, CL_INVALID_HOST_PTR)                                                                  \
    ROW(-38, CL_INVALID_MEM_OBJECT)                                                                \
    ROW(-39, CL_INVALID_IMAGE_FORMAT_DESCRIPTOR)                                                   \
    ROW(-40, CL_INVALID_IMAGE_SIZE)                                                                \
    ROW(-41, CL_INVALID_SAMPLER)                                                                   \
    ROW(-42, CL_INVALID_BINARY)                                                                    \
    ROW(-43, CL_INVALID_BUILD_OPTIONS)                                                             \
    ROW(-44, CL_INVALID_PROGRAM)                                                                   \
    ROW(-45, CL_INVALID_PROGRAM_EXECUTABLE)                                                        \
    ROW(-46, CL_INVALID_KERNEL_NAME)                                                               \
    ROW(-47, CL_INVALID_KERNEL_DEFINITION)                                                         \
    ROW(-48, CL_INVALID_KERNEL)                                                                    \
    ROW(-49, CL_INVALID_ARG_INDEX)                                                                 \
    ROW(-50, CL_INVALID_ARG_VALUE)                                                                 \
    ROW(-51, CL_INVALID_ARG_SIZE)                                                                  \
    ROW(-52, CL_INVALID_KERNEL_ARGS)                                                               \
    ROW(-53, CL_INVALID_WORK_DIMENSION)                                                            \
    ROW(-54, CL_INVALID_WORK_GROUP_SIZE)                                                           \
    ROW(-55, CL_INVALID_WORK_ITEM_SIZE)                                                            \
    ROW(-56, CL_INVALID_GLOBAL_OFFSET)                                                             \
    ROW(-57, CL_INVALID_EVENT_WAIT_LIST)                                                           \
    ROW(-58, CL_INVALID_EVENT)                                                                     \
    ROW(-59, CL_INVALID_OPERATION)                                                                 \
    ROW(-60, CL_INVALID_GL_OBJECT)                                                                 \
    ROW(-61, CL_INVALID_BUFFER_SIZE)                                                               \
    ROW(-62, CL_INVALID_MIP_LEVEL)                                                                 \
    ROW(-63, CL_INVALID_GLOBAL_WORK_SIZE)                                                          \
    ROW(-64, CL_INVALID_PROPERTY)                                                                  \
    ROW(-65, CL_INVALID_IMAGE_DESCRIPTOR)                                                          \
    ROW(-66, CL_INVALID_COMPILER_OPTIONS)                                                          \
    ROW(-67, CL_INVALID_LINKER_OPTIONS)                                                            \
    ROW(-68, CL_INVALID_DEVICE_PARTITION_COUNT)                                                    \
    ROW(-1001, CL_PLATFORM_NOT_FOUND_KHR)

const char *mr_cl_code_name(cl_int code)
{
    switch (code) {
#define CODE_CASE(number, name)                                                                    \
    case number: return #name;
        CODES(CODE_CASE)
#undef CODE_CASE
    default: return "unknown OpenCL error";
    }
}

static bool means_no_memory(cl_int code)
{
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
           code == CL_OUT_OF_HOST_MEMORY || code == CL_INVALID_BUFFER_SIZE;
}

/* The way out, by code. */
static const char *hint_for(cl_int code)
{
    if (means_no_memory(code)) return "try a smaller batch_elems, ring_slots or max_memory_bytes";
    if (code == -1001) return "apt install pocl-opencl-icd, or use MR_ENGINE_HOST";
    return "see whether the driver works elsewhere; MR_ENGINE_HOST does without it";
}

mr_status mr_cl_fail(mr_error *err, cl_int code, const char *call, const char *device,
                     const char *format, ...)
{
    char what[256] = "", where[128] = "";
    if (format) {
        va_list list;
        va_start(list, format);
        (void)vsnprintf(what, sizeof what, format, list);
        va_end(list);
    }
    if (device && device[0])
        (void)snprintf(where, sizeof where, "%son '%s'", what[0] ? " " : "", device);
    const char *open = what[0] || where[0] ? " (" : "", *close = open[0] ? ")" : "";

    mr_status st = means_no_memory(code) ? MR_E_NO_MEMORY : MR_E_OPENCL;
    mr_fail(err, st, "%s failed: %s%s%s%s%s", call, mr_cl_code_name(code), open, what, where,
            close);
    mr_error_hint(err, st, "%s", hint_for(code));
    if (!err) return st;
    err->cl_code = code;
    (void)snprintf(err->call, sizeof err->call, "%s", call);
    (void)snprintf(err->device, sizeof err->device, "%s", device ? device : "");
    return st;
}

bool mr_cl_tells_of_device(const mr_error *err)
{
    bool allocates = !strcmp(err->call, "clCreateBuffer") || !strcmp(err->call, "clSVMAlloc");
    return err->call[0] && !(allocates && means_no_memory(err->cl_code));
}

/* A build that fails without a log may have found the disk full; with one it is MR_E_INTERNAL. */
bool mr_cl_may_be_a_lack(const mr_error *err)
{
    return err->status == MR_E_NO_MEMORY ||
           (err->status == MR_E_OPENCL && err->cl_code == CL_BUILD_PROGRAM_FAILURE);
}

const char mr_cl_lack_hint[] =
    "a disk that is full or memory that others hold may be the cause: try again in a new process, "
    "choose another with mr_stream_params.device, or use MR_ENGINE_HOST";
