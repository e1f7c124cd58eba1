/* An OpenCL driver for tests: PoCL's under other clothes, that does what drivers have done. It is
 * an .icd's library, so no layer stands between and what is found of it is kept.
 *
 * MILLRACE_DRIVER_VERSION   what it says of itself; "9.9-test" otherwise
 * MILLRACE_DRIVER_FAULT     "WHERE:HOW". WHERE: load; list:TEXT, where it is loaded and the
 *                           names of all .icd files, in order, have TEXT in them; context;
 *                           or build:TEXT, of a source that has TEXT in it. HOW: abort, exit,
 *                           hang, eat
 * MILLRACE_DRIVER_WRONG     lanes; optimised: lanes, unless built with -cl-opt-disable; always; or
 *                           TEXT: a source with it does not build unless with -cl-opt-disable
 * MILLRACE_DRIVER_ANSWER    "CALL:CODE" of clCreateKernel or clEnqueueNDRangeKernel, for kernels
 *                           that are optimised; "CALL:CODE:always": for any
 * MILLRACE_DRIVER_LOG       a file that gets a byte for each process that loads it */
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 200
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <CL/cl_icd.h>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

typedef cl_int(CL_API_CALL *list_function)(cl_uint size, cl_platform_id platforms[],
                                           cl_uint *found);

static cl_icd_dispatch own; /* PoCL's functions as they are */
static void *pocl;

/* ---- what it does wrong ---- */

static void eat(void)
{
    enum { BLOCK = 32 << 20, MOST = 128 };
    for (int k = 0; k < MOST; k++) {
        char *block = malloc(BLOCK);
        if (block) memset(block, k + 1, BLOCK);
        (void)usleep(20000);
    }
}

/* text: what the fault's is sought in; NULL: it has none. */
static void be_faulty(const char *where, const char *text)
{
    const char *fault = getenv("MILLRACE_DRIVER_FAULT"), *how = fault ? strrchr(fault, ':') : NULL;
    size_t length = strlen(where);
    if (!how || strncmp(fault, where, length) != 0 || fault[length] != ':') return;
    if (text) {
        char part[128];
        (void)snprintf(part, sizeof part, "%.*s", (int)(how - fault - (ptrdiff_t)length - 1),
                       fault + length + 1);
        if (!strstr(text, part)) return;
    }
    if (!strcmp(how, ":abort")) abort();
    if (!strcmp(how, ":exit")) exit(3);
    if (!strcmp(how, ":eat")) eat();
    while (!strcmp(how, ":hang")) (void)sleep(1);
}

/* ---- its functions ---- */

static cl_context CL_API_CALL create_context(
    const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
    void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *data, cl_int *code)
{
    be_faulty("context", NULL);
    return own.clCreateContext(properties, count, devices, notify, data, code);
}

static cl_int CL_API_CALL device_info(cl_device_id device, cl_device_info what, size_t bytes,
                                      void *value, size_t *needed)
{
    const char *version = getenv("MILLRACE_DRIVER_VERSION");
    if (what != CL_DRIVER_VERSION) return own.clGetDeviceInfo(device, what, bytes, value, needed);
    if (!version) version = "9.9-test";
    if (needed) *needed = strlen(version) + 1;
    if (value && bytes > strlen(version)) memcpy(value, version, strlen(version) + 1);
    return CL_SUCCESS;
}

static char *source_of(cl_program program)
{
    size_t bytes = 0;
    (void)own.clGetProgramInfo(program, CL_PROGRAM_SOURCE, 0, NULL, &bytes);
    char *source = calloc(bytes + 1, 1);
    if (source && bytes)
        (void)own.clGetProgramInfo(program, CL_PROGRAM_SOURCE, bytes, source, NULL);
    return source;
}

static cl_int CL_API_CALL build(cl_program program, cl_uint count, const cl_device_id *devices,
                                const char *options, void(CL_CALLBACK *done)(cl_program, void *),
                                void *data)
{
    const char *wrong = getenv("MILLRACE_DRIVER_WRONG");
    bool is_optimised = !options || !strstr(options, "-cl-opt-disable"), fails = false;
    char more[4096];
    char *source = source_of(program);
    if (source) be_faulty("build", source);
    if (!wrong) wrong = "";
    const char *extra = !strcmp(wrong, "always")                      ? "-cl-denorms-are-zero"
                        : !strcmp(wrong, "optimised") && is_optimised ? "-DTHIRD=1ul"
                        : !strcmp(wrong, "lanes")                     ? "-DTHIRD=1ul"
                                                                      : "";
    if (!extra[0] && wrong[0]) fails = is_optimised && source && strstr(source, wrong);
    free(source);
    if (fails) return CL_BUILD_PROGRAM_FAILURE;
    (void)snprintf(more, sizeof more, "%s %s", options ? options : "", extra);
    return own.clBuildProgram(program, count, devices, more, done, data);
}

static bool is_optimised(cl_program program, cl_device_id device)
{
    char options[4096] = "";
    (void)own.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_OPTIONS, sizeof options,
                                    options, NULL);
    return !strstr(options, "-cl-opt-disable");
}

/* What is to be answered to a call about a program. */
static cl_int answer(const char *call, cl_program program)
{
    const char *wanted = getenv("MILLRACE_DRIVER_ANSWER");
    size_t length = strlen(call);
    cl_device_id device = NULL;
    if (!wanted || strncmp(wanted, call, length) != 0 || wanted[length] != ':') return CL_SUCCESS;
    (void)own.clGetProgramInfo(program, CL_PROGRAM_DEVICES, sizeof(cl_device_id), &device, NULL);
    if (!strstr(wanted, ":always") && !is_optimised(program, device)) return CL_SUCCESS;
    return (cl_int)strtol(wanted + length + 1, NULL, 10);
}

static cl_kernel CL_API_CALL create_kernel(cl_program program, const char *name, cl_int *code)
{
    cl_int wanted = answer("clCreateKernel", program);
    if (wanted == CL_SUCCESS) return own.clCreateKernel(program, name, code);
    if (code) *code = wanted;
    return NULL;
}

static cl_int CL_API_CALL enqueue_kernel(cl_command_queue queue, cl_kernel kernel, cl_uint rank,
                                         const size_t *offset, const size_t *global,
                                         const size_t *local, cl_uint count, const cl_event *after,
                                         cl_event *event)
{
    cl_program program = NULL;
    (void)own.clGetKernelInfo(kernel, CL_KERNEL_PROGRAM, sizeof(cl_program), &program, NULL);
    cl_int wanted = answer("clEnqueueNDRangeKernel", program);
    if (wanted != CL_SUCCESS) return wanted;
    return own.clEnqueueNDRangeKernel(queue, kernel, rank, offset, global, local, count, after,
                                      event);
}

/* ---- what a loader asks for ---- */

/* In the table that all of PoCL's objects point to. */
static void dress(cl_icd_dispatch *table)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)table & ~(page - 1);
    size_t bytes = (uintptr_t)table + sizeof *table - from;
    (void)mprotect((void *)from, bytes, PROT_READ | PROT_WRITE);
    own = *table;
    table->clCreateContext = create_context;
    table->clGetDeviceInfo = device_info;
    table->clBuildProgram = build;
    table->clCreateKernel = create_kernel;
    table->clEnqueueNDRangeKernel = enqueue_kernel;
}

static void log_load(void)
{
    const char *path = getenv("MILLRACE_DRIVER_LOG");
    int file = path ? open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    if (write(file, ".", 1) != 1) abort();
    (void)close(file);
}

/* "a.icd b.icd", of a folder or of one file. */
static void write_list(char *out, size_t size)
{
    const char *vendors = getenv("OCL_ICD_VENDORS"),
               *slash = vendors ? strrchr(vendors, '/') : NULL;
    struct dirent **entries;
    int count = vendors ? scandir(vendors, &entries, NULL, alphasort) : -1;
    (void)snprintf(out, size, "%s", count < 0 && slash ? slash + 1 : "");
    for (int k = 0; k < count; k++) {
        size_t used = strlen(out);
        if (strstr(entries[k]->d_name, ".icd"))
            (void)snprintf(out + used, size - used, "%s%s", used ? " " : "", entries[k]->d_name);
        free(entries[k]);
    }
    if (count >= 0) free(entries);
}

static void *find_pocl(void)
{
    char name[512] = "libpocl.so.2";
    FILE *icd = fopen("/etc/OpenCL/vendors/pocl.icd", "re");
    if (icd && !fgets(name, sizeof name, icd)) name[0] = '\0';
    if (icd) (void)fclose(icd);
    name[strcspn(name, "\n")] = '\0';
    return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

static void *ask_pocl(const char *name)
{
    void *(*address)(const char *) = NULL;
    void *symbol = pocl ? dlsym(pocl, "clGetExtensionFunctionAddress") : NULL;
    memcpy(&address, &symbol, sizeof address);
    return address ? address(name) : NULL;
}

static cl_int CL_API_CALL list_platforms(cl_uint size, cl_platform_id platforms[], cl_uint *found)
{
    list_function list = NULL;
    cl_platform_id platform = NULL;
    static bool is_loaded;
    char names[4096];
    if (!is_loaded) {
        log_load();
        be_faulty("load", NULL);
        write_list(names, sizeof names);
        be_faulty("list", names);
        is_loaded = true;
    }
    void *symbol = ask_pocl("clIcdGetPlatformIDsKHR");
    memcpy(&list, &symbol, sizeof list);
    if (!list) return CL_INVALID_VALUE;
    cl_int code = list(1, &platform, NULL);
    if (code == CL_SUCCESS && !own.clGetPlatformIDs && platform) {
        cl_icd_dispatch *table;
        memcpy(&table, platform, sizeof table);
        dress(table);
    }
    return list(size, platforms, found);
}

EXPORTED CL_API_ENTRY void *CL_API_CALL clGetExtensionFunctionAddress(const char *name)
{
    list_function list = list_platforms;
    void *symbol;
    if (!pocl) pocl = find_pocl();
    if (strcmp(name, "clIcdGetPlatformIDsKHR") != 0) return ask_pocl(name);
    memcpy(&symbol, &list, sizeof symbol);
    return symbol;
}
