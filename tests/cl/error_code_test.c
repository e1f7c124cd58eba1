#include "cl/error_code.h"

#include <string.h>

#include "suite.h"

/* Numbers from the header, names by the preprocessor. */
#define NAMED(name)                                                                                \
    {                                                                                              \
        name, #name                                                                                \
    }
static const struct {
    cl_int code;
    const char *name;
} header_rows[] = {
    NAMED(CL_SUCCESS),
    NAMED(CL_DEVICE_NOT_FOUND),
    NAMED(CL_DEVICE_NOT_AVAILABLE),
    NAMED(CL_COMPILER_NOT_AVAILABLE),
    NAMED(CL_MEM_OBJECT_ALLOCATION_FAILURE),
    NAMED(CL_OUT_OF_RESOURCES),
    NAMED(CL_OUT_OF_HOST_MEMORY),
    NAMED(CL_PROFILING_INFO_NOT_AVAILABLE),
    NAMED(CL_MEM_COPY_OVERLAP),
    NAMED(CL_IMAGE_FORMAT_MISMATCH),
    NAMED(CL_IMAGE_FORMAT_NOT_SUPPORTED),
    NAMED(CL_BUILD_PROGRAM_FAILURE),
    NAMED(CL_MAP_FAILURE),
    NAMED(CL_MISALIGNED_SUB_BUFFER_OFFSET),
    NAMED(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
    NAMED(CL_COMPILE_PROGRAM_FAILURE),
    NAMED(CL_LINKER_NOT_AVAILABLE),
    NAMED(CL_LINK_PROGRAM_FAILURE),
    NAMED(CL_DEVICE_PARTITION_FAILED),
    NAMED(CL_KERNEL_ARG_INFO_NOT_AVAILABLE),
    NAMED(CL_INVALID_VALUE),
    NAMED(CL_INVALID_DEVICE_TYPE),
    NAMED(CL_INVALID_PLATFORM),
    NAMED(CL_INVALID_DEVICE),
    NAMED(CL_INVALID_CONTEXT),
    NAMED(CL_INVALID_QUEUE_PROPERTIES),
    NAMED(CL_INVALID_COMMAND_QUEUE),
    NAMED(CL_INVALID_HOST_PTR),
    NAMED(CL_INVALID_MEM_OBJECT),
    NAMED(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR),
    NAMED(CL_INVALID_IMAGE_SIZE),
    NAMED(CL_INVALID_SAMPLER),
    NAMED(CL_INVALID_BINARY),
    NAMED(CL_INVALID_BUILD_OPTIONS),
    NAMED(CL_INVALID_PROGRAM),
    NAMED(CL_INVALID_PROGRAM_EXECUTABLE),
    NAMED(CL_INVALID_KERNEL_NAME),
    NAMED(CL_INVALID_KERNEL_DEFINITION),
    NAMED(CL_INVALID_KERNEL),
    NAMED(CL_INVALID_ARG_INDEX),
    NAMED(CL_INVALID_ARG_VALUE),
    NAMED(CL_INVALID_ARG_SIZE),
    NAMED(CL_INVALID_KERNEL_ARGS),
    NAMED(CL_INVALID_WORK_DIMENSION),
    NAMED(CL_INVALID_WORK_GROUP_SIZE),
    NAMED(CL_INVALID_WORK_ITEM_SIZE),
    NAMED(CL_INVALID_GLOBAL_OFFSET),
    NAMED(CL_INVALID_EVENT_WAIT_LIST),
    NAMED(CL_INVALID_EVENT),
    NAMED(CL_INVALID_OPERATION),
    NAMED(CL_INVALID_GL_OBJECT),
    NAMED(CL_INVALID_BUFFER_SIZE),
    NAMED(CL_INVALID_MIP_LEVEL),
    NAMED(CL_INVALID_GLOBAL_WORK_SIZE),
    NAMED(CL_INVALID_PROPERTY),
    NAMED(CL_INVALID_IMAGE_DESCRIPTOR),
    NAMED(CL_INVALID_COMPILER_OPTIONS),
    NAMED(CL_INVALID_LINKER_OPTIONS),
    NAMED(CL_INVALID_DEVICE_PARTITION_COUNT),
};

static void every_code_of_the_header_has_its_name(void)
{
    for (size_t k = 0; k < sizeof header_rows / sizeof header_rows[0]; k++)
        CU_ASSERT_STRING_EQUAL(mr_cl_code_name(header_rows[k].code), header_rows[k].name);
    CU_ASSERT_STRING_EQUAL(mr_cl_code_name(-1001), "CL_PLATFORM_NOT_FOUND_KHR");
    CU_ASSERT_STRING_EQUAL(mr_cl_code_name(-9999), "unknown OpenCL error");
}

static void a_failed_call_names_call_code_reason_and_device(void)
{
    mr_error e;
    CU_ASSERT_EQUAL(mr_cl_fail(&e, CL_MAP_FAILURE, "clEnqueueMapBuffer", "dev", "slot %d", 2),
                    MR_E_OPENCL);
    CU_ASSERT_STRING_EQUAL(e.message,
                           "clEnqueueMapBuffer failed: CL_MAP_FAILURE (slot 2 on 'dev')");
    CU_ASSERT_STRING_EQUAL(e.call, "clEnqueueMapBuffer");
    CU_ASSERT_STRING_EQUAL(e.device, "dev");
    CU_ASSERT_EQUAL(e.cl_code, CL_MAP_FAILURE);
    CU_ASSERT_NOT_EQUAL(e.hint[0], '\0');
}

static void absent_parts_leave_no_brackets(void)
{
    mr_error e;
    mr_cl_fail(&e, CL_INVALID_VALUE, "clFlush", NULL, NULL);
    CU_ASSERT_STRING_EQUAL(e.message, "clFlush failed: CL_INVALID_VALUE");
    mr_cl_fail(&e, CL_INVALID_VALUE, "clFlush", "dev", NULL);
    CU_ASSERT_STRING_EQUAL(e.message, "clFlush failed: CL_INVALID_VALUE (on 'dev')");
    mr_cl_fail(&e, CL_INVALID_VALUE, "clFlush", NULL, "again");
    CU_ASSERT_STRING_EQUAL(e.message, "clFlush failed: CL_INVALID_VALUE (again)");
}

static void codes_for_lack_of_memory_are_out_of_memory(void)
{
    const cl_int codes[] = {-4, -5, -6, -61};
    for (size_t k = 0; k < sizeof codes / sizeof codes[0]; k++) {
        mr_error e;
        CU_ASSERT_EQUAL(mr_cl_fail(&e, codes[k], "clCreateBuffer", "dev", NULL), MR_E_NO_MEMORY);
        CU_ASSERT_PTR_NOT_NULL(strstr(e.hint, "max_memory_bytes"));
    }
    CU_ASSERT_EQUAL(mr_cl_fail(NULL, -36, "clFinish", "dev", NULL), MR_E_OPENCL);
}

static const struct {
    const char *call; /* NULL: none failed */
    cl_int code;
    bool tells, may_be_a_lack;
} failures[] = {
    {NULL, 0, false, true}, /* host memory of this process */
    {"clBuildProgram", CL_BUILD_PROGRAM_FAILURE, true, true},
    {"clBuildProgram", CL_OUT_OF_HOST_MEMORY, true, true},
    {"clCreateKernel", CL_INVALID_KERNEL, true, false},
    {"clEnqueueNDRangeKernel", CL_OUT_OF_RESOURCES, true, true},
    {"clEnqueueNDRangeKernel", CL_INVALID_COMMAND_QUEUE, true, false},
    {"clWaitForEvents", CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, true, false},
    {"clCreateBuffer", CL_MEM_OBJECT_ALLOCATION_FAILURE, false, true},
    {"clCreateBuffer", CL_OUT_OF_HOST_MEMORY, false, true},
    {"clCreateBuffer", CL_INVALID_VALUE, true, false},
    {"clSVMAlloc", CL_MEM_OBJECT_ALLOCATION_FAILURE, false, true},
};

static void a_failure_tells_of_the_device_or_of_a_lack(void)
{
    for (size_t k = 0; k < sizeof failures / sizeof failures[0]; k++) {
        mr_error e;
        if (failures[k].call)
            (void)mr_cl_fail(&e, failures[k].code, failures[k].call, NULL, NULL);
        else
            (void)mr_fail_no_memory(&e, "a thing");
        CU_ASSERT_EQUAL(mr_cl_tells_of_device(&e), failures[k].tells);
        CU_ASSERT_EQUAL(mr_cl_may_be_a_lack(&e), failures[k].may_be_a_lack);
    }
}

SUITE(error_code,
      {"a_failure_tells_of_the_device_or_of_a_lack", a_failure_tells_of_the_device_or_of_a_lack},
      {"every_code_of_the_header_has_its_name", every_code_of_the_header_has_its_name},
      {"a_failed_call_names_call_code_reason_and_device",
       a_failed_call_names_call_code_reason_and_device},
      {"absent_parts_leave_no_brackets", absent_parts_leave_no_brackets},
      {"codes_for_lack_of_memory_are_out_of_memory", codes_for_lack_of_memory_are_out_of_memory});
