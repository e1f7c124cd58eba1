/* One probe for each row of host/cl/quirk.c, by its name: whether the first device of the first
 * platform still does what the row says. Prints "there" or "gone"; of a platform that no row is of
 * nothing. What ends the process is there: so each probe has a process of its own, which this
 * program starts for each row.
 *
 *     probe            all rows of the platform, a line each
 *     probe NAME       one, in this process: exit code 0 is gone, 1 is there, 2 cannot be told */
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 200
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cl/quirk.h"

enum { GONE, THERE, UNKNOWN };

extern char **environ;

static cl_platform_id platform;
static cl_device_id device;
static cl_context context;
static cl_command_queue queue;

static bool open_device(void)
{
    cl_int code = clGetPlatformIDs(1, &platform, NULL);
    if (!code) code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL);
    if (!code) context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    if (!code) queue = clCreateCommandQueue(context, device, 0, &code);
    return code == CL_SUCCESS;
}

static cl_program build(const char *text)
{
    cl_int code;
    cl_program program = clCreateProgramWithSource(context, 1, &text, NULL, &code);
    if (program && clBuildProgram(program, 1, &device, "-cl-std=CL1.2 -w", NULL, NULL)) {
        (void)clReleaseProgram(program);
        return NULL;
    }
    return program;
}

/* The kernel `probe` by `items` work-items; its one argument is an array of as many words. */
static bool run(cl_program program, uint64_t words[], size_t items)
{
    cl_int code;
    cl_kernel kernel = clCreateKernel(program, "probe", &code);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                   items * sizeof *words, words, &code);
    if (!kernel || !buffer) return false;
    code = clSetKernelArg(kernel, 0, sizeof buffer, &buffer);
    if (!code) code = clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL);
    if (!code)
        code = clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, items * sizeof *words, words, 0, NULL,
                                   NULL);
    (void)clReleaseKernel(kernel);
    (void)clReleaseMemObject(buffer);
    return code == CL_SUCCESS;
}

/* A text that no cache has seen. */
static const char *fresh_text(unsigned number)
{
    static char text[256];
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(text, sizeof text,
                   "__kernel void probe(__global ulong *w)"
                   "{ size_t i = get_global_id(0); w[i] = w[i] * %luul + %uul; }",
                   (unsigned long)(now.tv_nsec + now.tv_sec * 1000000000L), number);
    return text;
}

static double milliseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* ---- probes ---- */

static size_t mappings(void)
{
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    for (int c; maps && (c = getc(maps)) != EOF;) count += c == '\n';
    if (maps) (void)fclose(maps);
    return count;
}

/* PoCL has a cache of some 128 of them, which is no fault. */
static int keeps_kernels(void)
{
    enum { FIRST = 150, COUNT = 160 };
    uint64_t words[64] = {1};
    size_t before = 0;
    for (unsigned k = 0; k < COUNT; k++) {
        if (k == FIRST) before = mappings();
        cl_program program = build(fresh_text(k));
        if (!program || !run(program, words, 64)) return UNKNOWN;
        (void)clReleaseProgram(program);
    }
    return mappings() >= before + 2 * (COUNT - FIRST) ? THERE : GONE;
}

/* Processes that build one text at once, for the first time. */
static int races_in_cache(void)
{
    enum { PROCESSES = 4, ROUNDS = 3 };
    int found = GONE;
    for (int round = 0; round < ROUNDS && found == GONE; round++) {
        char folder[] = "/tmp/millrace-probe-XXXXXX", command[64];
        char *arguments[] = {"probe", "builds", NULL};
        pid_t pids[PROCESSES];
        if (!mkdtemp(folder) || setenv("POCL_CACHE_DIR", folder, 1)) return UNKNOWN;
        for (int k = 0; k < PROCESSES; k++)
            if (posix_spawn(&pids[k], "/proc/self/exe", NULL, NULL, arguments, environ))
                return UNKNOWN;
        for (int k = 0; k < PROCESSES; k++) {
            int status = 0;
            (void)waitpid(pids[k], &status, 0);
            if (status) found = THERE;
        }
        (void)snprintf(command, sizeof command, "rm -rf %s", folder);
        if (system(command)) return UNKNOWN;
    }
    return found;
}

static int builds(void)
{
    uint64_t words[64] = {1};
    cl_program program = build("__kernel void probe(__global ulong *w)"
                               "{ size_t i = get_global_id(0); w[i] = w[i] * 3 + i; }");
    return program && run(program, words, 64) ? GONE : THERE;
}

/* A driver that fails is as it should be; one that ends the process is not. */
static int needs_files(void)
{
    const struct rlimit none = {512, 512};
    uint64_t words[64] = {1};
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &none)) return UNKNOWN;
    cl_program program = build(fresh_text(0));
    if (program) (void)run(program, words, 64);
    return GONE;
}

static int reads_sources_slowly(void)
{
    static char text[1 << 16];
    size_t used = 0, bytes = 0;
    while (used < sizeof text - 200)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "float f%zu(float x) { return x * %zu.0f; }\n", used, used);
    (void)strcat(text, "__kernel void probe(__global ulong *w) { w[get_global_id(0)] = 1; }");
    uint64_t words[64] = {1};
    cl_program program = build(text);
    if (!program || !run(program, words, 64)) return UNKNOWN;
    double start = milliseconds();
    cl_program again = build(text);
    double from_source = milliseconds() - start;
    if (!again || clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, NULL))
        return UNKNOWN;
    unsigned char *content = calloc(bytes + 1, 1);
    const unsigned char *given = content;
    cl_int status, code;
    if (!content || clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof given, &content, NULL))
        return UNKNOWN;
    start = milliseconds();
    again = clCreateProgramWithBinary(context, 1, &device, &bytes, &given, &status, &code);
    if (!again || clBuildProgram(again, 1, &device, NULL, NULL, NULL)) return UNKNOWN;
    return from_source > 2 * (milliseconds() - start) ? THERE : GONE;
}

static int asks_for_much(void)
{
    enum { ROOM = 160 << 20 };
    size_t bytes = 0;
    uint64_t words[64] = {1};
    unsigned long pages = 0;
    cl_program program = build(fresh_text(0));
    FILE *statm = fopen("/proc/self/statm", "re");
    if (!program || !run(program, words, 64) || !statm || fscanf(statm, "%lu", &pages) != 1)
        return UNKNOWN;
    (void)fclose(statm);
    rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ROOM;
    if (setrlimit(RLIMIT_AS, &(struct rlimit){most, most})) return UNKNOWN;
    (void)clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, NULL);
    return GONE;
}

static int interprets(void)
{
    enum { ITEMS = 4096 };
    static uint64_t words[ITEMS];
    cl_program program = build(
        "__kernel void probe(__global ulong *w) { size_t i = get_global_id(0);"
        "ulong x = w[i]; for (int k = 0; k < 100; k++) x = x * 25214903917ul + 11; w[i] = x; }");
    if (!program || !run(program, words, 64)) return UNKNOWN;
    double start = milliseconds();
    if (!run(program, words, ITEMS)) return UNKNOWN;
    return (milliseconds() - start) * 1e6 / (ITEMS * 100.0) > 50 ? THERE : GONE; /* ns a step */
}

static const struct {
    const char *name;
    int (*probe)(void);
} probes[] = {
    {"keeps-kernels", keeps_kernels},
    {"races-in-cache", races_in_cache},
    {"needs-files", needs_files},
    {"reads-sources-slowly", reads_sources_slowly},
    {"asks-for-much", asks_for_much},
    {"interprets", interprets},
    {"builds", builds}, /* what races-in-cache starts */
};

static int probe_by_name(const char *name)
{
    enum { MOST_SECONDS = 240 };
    (void)alarm(MOST_SECONDS);
    if (!open_device()) return UNKNOWN;
    for (size_t k = 0; k < sizeof probes / sizeof probes[0]; k++)
        if (!strcmp(probes[k].name, name)) return probes[k].probe();
    return UNKNOWN;
}

/* ---- all of them ---- */

static void probe_in_child(const char *program, const char *name)
{
    static const char *const words[] = {"gone", "there", "cannot be told"};
    char *arguments[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)name, NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid;
    int status = 0;
    (void)posix_spawn_file_actions_init(&quiet);
    (void)posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    bool is_there = posix_spawn(&pid, "/proc/self/exe", &quiet, NULL, arguments, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&quiet);
    if (!is_there || waitpid(pid, &status, 0) != pid) return;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) <= UNKNOWN;
    const char *found = ended                         ? words[WEXITSTATUS(status)]
                        : WTERMSIG(status) == SIGALRM ? words[UNKNOWN]
                                                      : "there, it ends the process";
    printf("%s: %s\n", name, found);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    char name[96] = "";
    if (argc > 1) _exit(probe_by_name(argv[1])); /* without what drivers do at the end */
    if (clGetPlatformIDs(1, &platform, NULL) ||
        clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL))
        return UNKNOWN;
    for (size_t k = 0; k < MR_QUIRKS; k++)
        if (!strcmp(mr_quirks[k].platform, name)) probe_in_child(argv[0], mr_quirks[k].name);
    return 0;
}
