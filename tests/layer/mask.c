#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer.h"

static struct {
    bool no_fp64, not_unified, no_compiler, big_endian, no_devices, no_platforms;
    cl_ulong max_alloc;
    const char *version, *driver, *build_options;
    int gpu_part; /* -1: none */
    bool gpu_has_own_memory;
} mask;

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && !strcmp(value, "1");
}

void mask_read_environment(void)
{
    const char *max_alloc = getenv("MILLRACE_LAYER_MAX_ALLOC");
    const char *gpu_part = getenv("MILLRACE_LAYER_GPU_PART");
    mask.gpu_part = gpu_part ? (int)strtol(gpu_part, NULL, 10) : -1;
    mask.gpu_has_own_memory = gpu_part && strstr(gpu_part, ":own");
    mask.no_fp64 = is_set("MILLRACE_LAYER_NO_FP64");
    mask.not_unified = is_set("MILLRACE_LAYER_NOT_UNIFIED");
    mask.no_compiler = is_set("MILLRACE_LAYER_NO_COMPILER");
    mask.big_endian = is_set("MILLRACE_LAYER_BIG_ENDIAN");
    mask.no_devices = is_set("MILLRACE_LAYER_NO_DEVICES");
    mask.no_platforms = is_set("MILLRACE_LAYER_NO_PLATFORMS");
    mask.max_alloc = max_alloc ? strtoull(max_alloc, NULL, 10) : 0;
    mask.version = getenv("MILLRACE_LAYER_VERSION");
    mask.driver = getenv("MILLRACE_LAYER_DRIVER");
    mask.build_options = getenv("MILLRACE_LAYER_BUILD_OPTIONS");
}

cl_int mask_platforms(cl_uint entries, cl_platform_id *platforms, cl_uint *count)
{
    if (!mask.no_platforms) return layer_target->clGetPlatformIDs(entries, platforms, count);
    if (count) *count = 0;
    return -1001;
}

cl_int mask_devices(cl_platform_id platform, cl_device_type type, cl_uint entries,
                    cl_device_id *devices, cl_uint *count)
{
    if (!mask.no_devices) return split_devices(platform, type, entries, devices, count);
    if (count) *count = 0;
    return CL_DEVICE_NOT_FOUND;
}

/* Answers as the driver would. */
static cl_int answer(const void *content, size_t content_bytes, size_t bytes, void *value,
                     size_t *needed)
{
    if (needed) *needed = content_bytes;
    if (!value) return CL_SUCCESS;
    if (bytes < content_bytes) return CL_INVALID_VALUE;
    memcpy(value, content, content_bytes);
    return CL_SUCCESS;
}

static cl_int answer_zero(size_t content_bytes, size_t bytes, void *value, size_t *needed)
{
    const cl_ulong zero = 0;
    return answer(&zero, content_bytes, bytes, value, needed);
}

/* The same length with blanks in place of the name, which the specification allows. */
static cl_int extensions_without_fp64(cl_device_id device, size_t bytes, void *value,
                                      size_t *needed)
{
    cl_int code = layer_target->clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, bytes, value, needed);
    char *word = code == CL_SUCCESS && value ? strstr(value, "cl_khr_fp64") : NULL;
    if (word) memset(word, ' ', strlen("cl_khr_fp64"));
    return code;
}

static bool is_gpu_part(cl_device_id device)
{
    return mask.gpu_part >= 0 && split_is_part(device, (unsigned)mask.gpu_part);
}

cl_int mask_device_info(cl_device_id device, cl_device_info what, size_t bytes, void *value,
                        size_t *needed)
{
    const cl_device_type gpu = CL_DEVICE_TYPE_GPU;
    if (what == CL_DEVICE_TYPE && is_gpu_part(device))
        return answer(&gpu, sizeof gpu, bytes, value, needed);
    if (what == CL_DEVICE_HOST_UNIFIED_MEMORY && mask.gpu_has_own_memory && is_gpu_part(device))
        return answer_zero(sizeof(cl_bool), bytes, value, needed);
    if (what == CL_DEVICE_EXTENSIONS && mask.no_fp64)
        return extensions_without_fp64(device, bytes, value, needed);
    if (what == CL_DEVICE_DOUBLE_FP_CONFIG && mask.no_fp64)
        return answer_zero(sizeof(cl_device_fp_config), bytes, value, needed);
    if ((what == CL_DEVICE_HOST_UNIFIED_MEMORY && mask.not_unified) ||
        (what == CL_DEVICE_COMPILER_AVAILABLE && mask.no_compiler) ||
        (what == CL_DEVICE_ENDIAN_LITTLE && mask.big_endian))
        return answer_zero(sizeof(cl_bool), bytes, value, needed);
    if (what == CL_DEVICE_MAX_MEM_ALLOC_SIZE && mask.max_alloc)
        return answer(&mask.max_alloc, sizeof mask.max_alloc, bytes, value, needed);
    if (what == CL_DRIVER_VERSION && mask.driver)
        return answer(mask.driver, strlen(mask.driver) + 1, bytes, value, needed);
    if (what == CL_DEVICE_VERSION && mask.version)
        return answer(mask.version, strlen(mask.version) + 1, bytes, value, needed);
    return layer_target->clGetDeviceInfo(device, what, bytes, value, needed);
}

cl_int mask_build(cl_program program, cl_uint count, const cl_device_id *devices,
                  const char *options, void(CL_CALLBACK *done)(cl_program, void *), void *data)
{
    char longer[4096];
    gate_wait();
    if (mask.build_options) {
        (void)snprintf(longer, sizeof longer, "%s %s", options ? options : "", mask.build_options);
        options = longer;
    }
    return layer_target->clBuildProgram(program, count, devices, options, done, data);
}
