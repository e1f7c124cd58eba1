/* One probe for each row of host/cl/quirk.c, by its name: whether the first device of the first
 * platform still does what the row says. Prints "there" or "gone"; of a platform that no row is of
 * nothing. What ends the process is there: so each probe has a process of its own, which this
 * program starts for each row.
 *
 *     probe            all rows of the platform, a line each
 *     probe NAME       one, in this process: exit code 0 is gone, 1 is there, 2 cannot
 *                      be told, 3 a race that was not seen in some rounds */
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 200
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>

#include <fcntl.h>
#include <glob.h>
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

enum { GONE, THERE, UNKNOWN, UNSEEN, ANSWERS };
static const char *const answers[ANSWERS] = {"gone", "there", "cannot be told", "not seen"};

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

/* For the processes that this one starts: a cache that nobody has filled. */
#define NEW_CACHE "/tmp/millrace-probe-XXXXXX"
static bool make_cache(char folder[sizeof NEW_CACHE])
{
    return mkdtemp(folder) && !setenv("POCL_CACHE_DIR", folder, 1);
}

static void remove_cache(const char *folder)
{
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command)) (void)fprintf(stderr, "%s is left\n", folder);
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

static unsigned char *binary_of(cl_program program, size_t *bytes)
{
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *bytes, bytes, NULL)) return NULL;
    unsigned char *content = calloc(*bytes + 1, 1);
    if (content && clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof content, &content, NULL))
        return NULL;
    return content;
}

static cl_program from_binary(const unsigned char *content, size_t bytes)
{
    cl_int status, code;
    cl_program program =
        clCreateProgramWithBinary(context, 1, &device, &bytes, &content, &status, &code);
    return program && !clBuildProgram(program, 1, &device, NULL, NULL, NULL) ? program : NULL;
}

/* Where a binary holds the name of the folder that it is unpacked into: that of the one folder
 * which the program was compiled in, "AB/CDEFG...". */
static unsigned char *folder_name(unsigned char *content, size_t bytes)
{
    const char *cache = getenv("POCL_CACHE_DIR");
    char pattern[256];
    unsigned char *name = NULL;
    glob_t found;
    if (!cache) return NULL;
    (void)snprintf(pattern, sizeof pattern, "%s/[A-Z][A-Z]/????????????????????*", cache);
    if (!glob(pattern, 0, NULL, &found) && found.gl_pathc == 1) {
        const char *path = found.gl_pathv[0] + strlen(cache) + 1;
        name = memmem(content, bytes, path, strlen(path));
    }
    globfree(&found);
    return name;
}

/* PoCL has a cache of some 128 of them, which is no fault. Compiling so many takes a minute; a
 * binary under other names is as many libraries. */
static int keeps_kernels(void)
{
    enum { FIRST = 150, COUNT = 160 };
    uint64_t words[64] = {1};
    size_t before = 0, bytes = 0;
    cl_program program = build(fresh_text(0));
    if (!program || !run(program, words, 64)) return UNKNOWN;
    unsigned char *content = binary_of(program, &bytes);
    unsigned char *name = content ? folder_name(content, bytes) : NULL;
    for (unsigned k = 0; name && k < COUNT; k++) {
        if (k == FIRST) before = mappings();
        name[20] = (unsigned char)('A' + k % 16);
        name[21] = (unsigned char)('A' + k / 16);
        program = from_binary(content, bytes);
        if (!program || !run(program, words, 64)) return UNKNOWN;
        (void)clReleaseProgram(program);
    }
    free(content);
    if (!name) return UNKNOWN;
    return mappings() >= before + 2 * (COUNT - FIRST) ? THERE : GONE;
}

/* Processes that build one text at once, for the first time: how many it went wrong in. */
static int builds_gone_wrong(double start)
{
    enum { PROCESSES = 6 };
    char *arguments[] = {"probe", "builds", NULL}, moment[32];
    pid_t pids[PROCESSES];
    int wrong = 0;
    (void)snprintf(moment, sizeof moment, "%.3f", start);
    if (setenv("MILLRACE_PROBE_START", moment, 1)) return -1;
    for (int k = 0; k < PROCESSES; k++)
        if (posix_spawn(&pids[k], "/proc/self/exe", NULL, NULL, arguments, environ)) return -1;
    for (int k = 0; k < PROCESSES; k++) {
        int status = 0;
        (void)waitpid(pids[k], &status, 0);
        wrong += status != 0;
    }
    return wrong;
}

/* That it went well some times does not prove that the race is gone. */
static int races_in_cache(void)
{
    enum { ROUNDS = 3, OPENING_MS = 400 };
    int wrong = 0;
    for (int round = 0; round < ROUNDS && wrong == 0; round++) {
        char folder[] = NEW_CACHE;
        if (!make_cache(folder)) return UNKNOWN;
        wrong = builds_gone_wrong(milliseconds() + OPENING_MS);
        remove_cache(folder);
    }
    return wrong < 0 ? UNKNOWN : wrong ? THERE : UNSEEN;
}

/* What races-in-cache starts: once the device is open, it waits for the others. */
static int builds(void)
{
    const char *moment = getenv("MILLRACE_PROBE_START");
    uint64_t words[64] = {1};
    while (moment && milliseconds() < strtod(moment, NULL)) continue;
    cl_program program = build("__kernel void probe(__global ulong *w)"
                               "{ size_t i = get_global_id(0); w[i] = w[i] * 3 + i; }");
    return program && run(program, words, 64) ? GONE : THERE;
}

static bool launch(cl_kernel kernel, cl_mem buffer, size_t items, size_t group)
{
    return !clSetKernelArg(kernel, 0, sizeof buffer, &buffer) &&
           !clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items, &group, 0, NULL, NULL);
}

/* Launches that grow, with shorter ones behind each, all in flight at once. */
static int loses_grids(void)
{
    enum { GROUP = 64, GRIDS = 200, ROUNDS = 20 };
    cl_program program = build(fresh_text(0));
    cl_kernel kernel = program ? clCreateKernel(program, "probe", NULL) : NULL;
    cl_mem buffer =
        clCreateBuffer(context, CL_MEM_READ_WRITE, GROUP * GRIDS * sizeof(uint64_t), NULL, NULL);
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t grid = 1; grid <= GRIDS; grid++)
            if (!kernel || !buffer || !launch(kernel, buffer, grid * GROUP, GROUP) ||
                !launch(kernel, buffer, (grid + 1) / 2 * GROUP, GROUP))
                return UNKNOWN;
        if (clFinish(queue)) return UNKNOWN;
        (void)clReleaseKernel(kernel);
        kernel = clCreateKernel(program, "probe", NULL);
    }
    return UNSEEN;
}

static int stacks_groups(void)
{
    enum { GROUP = 256, ITEMS = 4 * GROUP };
    cl_program program =
        build("__kernel void probe(__global ulong *w) { ulong own[8192]; size_t i = "
              "get_global_id(0); for (int k = 0; k < 8192; k++) own[k] = w[i] + k * w[0];"
              "for (int k = 0; k < 8192; k++) w[i] += own[(k * 7919 + w[i]) % 8192]; }");
    cl_kernel kernel = program ? clCreateKernel(program, "probe", NULL) : NULL;
    cl_mem buffer =
        clCreateBuffer(context, CL_MEM_READ_WRITE, ITEMS * sizeof(uint64_t), NULL, NULL);
    bool is_done = kernel && buffer && launch(kernel, buffer, ITEMS, GROUP) && !clFinish(queue);
    return is_done ? GONE : UNKNOWN;
}

/* LLVM 18's, of a group of four: "Instruction Combining did not reach a fixpoint". */
static int ends_in_passes(void)
{
    cl_program program =
        build("__kernel void probe(__global long *w) { const long p = w[0], r = w[2], n = w[3];"
              "long s = w[4]; for (long i = w[5]; i < n; i++) { s -= p; const int none = s == 0;"
              "const long d = none ? 1 : s, x = d == -1 ? -r : r / d;"
              "if (none) w[7] = i; w[8 + i] = x; } w[6] = s; }");
    static const uint64_t none[64];
    cl_int code;
    cl_kernel kernel = program ? clCreateKernel(program, "probe", NULL) : NULL;
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof none,
                                   (void *)(uintptr_t)none, &code);
    return kernel && buffer && launch(kernel, buffer, 4, 4) && !clFinish(queue) ? GONE : UNKNOWN;
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

static int needs_children(void)
{
    char folder[] = NEW_CACHE;
    uint64_t words[64] = {1};
    if (!make_cache(folder)) return UNKNOWN;
    (void)signal(SIGCHLD, SIG_IGN);
    cl_program program = build(fresh_text(0));
    if (program) (void)run(program, words, 64);
    (void)signal(SIGCHLD, SIG_DFL);
    remove_cache(folder);
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
    unsigned char *content = again ? binary_of(program, &bytes) : NULL;
    if (!content) return UNKNOWN;
    start = milliseconds();
    if (!from_binary(content, bytes)) return UNKNOWN;
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
    {"loses-grids", loses_grids},
    {"stacks-groups", stacks_groups},
    {"races-in-cache", races_in_cache},
    {"needs-files", needs_files},
    {"needs-children", needs_children},
    {"reads-sources-slowly", reads_sources_slowly},
    {"asks-for-much", asks_for_much},
    {"ends-in-passes", ends_in_passes},
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
    char *arguments[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)name, NULL};
    char folder[] = NEW_CACHE;
    posix_spawn_file_actions_t quiet;
    pid_t pid;
    int status = 0;
    if (!make_cache(folder)) return;
    (void)posix_spawn_file_actions_init(&quiet);
    (void)posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    bool is_there = posix_spawn(&pid, "/proc/self/exe", &quiet, NULL, arguments, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&quiet);
    bool is_over = is_there && waitpid(pid, &status, 0) == pid;
    remove_cache(folder);
    if (!is_over) return;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) < ANSWERS;
    const char *found = ended                         ? answers[WEXITSTATUS(status)]
                        : WTERMSIG(status) == SIGALRM ? answers[UNKNOWN]
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
