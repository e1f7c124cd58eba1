#include "two_devices.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

const struct specimen two_device_rows[] = {
    {.text = "range(60000) | map(a: f64(x)*0.5, b: x % 3 == 0)"},
    {.text = "range(60000) | filter(x % 3 == 0) | window(7, max)", .staged_copies = true},
    {.text = "range(60000) | filter(x % 2 == 0) | scan(sum) | filter(x % 3 != 1)"},
    {.text = "range(60000) | filter(x % 2 == 0) | chunk(10, mean)"},
    {.text = "range(60000) | filter(x % 3 != 1) | chunk(7000, sum)"},
    {.text = "chain(fibonacci(mod=7) | take(20000), range(30000)) | map(x + 1)"},
    {.text = "range(700000) | map(x*x) | filter(x % 5 != 1) | var()", .staged_copies = true},
    {.text = "range(700000) | map(x*0.1) | sum(exact)"},
    {.text = "range(60000) | scan(sum) | hist(16, 0, 1e9)"},
    {.text = "zip(range(40000) | scan(sum), range(60000) | filter(x % 3 != 1)) | map(x0 + x1)"},
    {.text = "range(60000) | filter(x % 3 != 0) | scan(s: (s*3 + x) % 1009, init=1)"},
    {.text =
         "range(60000) | filter(x % 3 != 0) | window(7, max) | fold(s: (s*5 + x) % 65537, init=0)"},
    {.text = "range(60000) | filter(x % 3 != 1) | take_while(x < 55000)"},
    {.text = "range(60000) | map(x*7 % 60001) | drop_while(x < 50000) | map(x + 1)"},
    {.text = "range(60000) | filter(x % 2 == 0) | shuffle(1, window=700)"},
    {.text = CHILD_FILE " | take(60000) | map(x*3) | filter(x % 7 != 3)"},
    {.text = "| map(x*x) | skip(10) | last()"},
    {.text = "| map(x*x) | filter(x % 3 == 1)", .is_seekable = true},
    {.text = NULL},
};

void child_has_file(void)
{
    enum { NUMBER = 200, COUNT = 400000 };
    static int64_t values[COUNT];
    static bool is_there;
    if (is_there) return;
    for (size_t k = 0; k < COUNT; k++) values[k] = (int64_t)(k * k % 100003);
    const char *folder = getenv("TMPDIR");
    char path[256];
    (void)snprintf(path, sizeof path, "%s/" CHILD_FILE_NAME "XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    is_there = fd >= 0 && unlink(path) == 0 &&
               write(fd, values, sizeof values) == (ssize_t)sizeof values &&
               dup2(fd, NUMBER) == NUMBER && close(fd) == 0;
    if (is_there) return;
    printf("no file\n");
    exit(EXIT_FAILURE);
}

/* What a stream is refused with that may have 1 byte tells it; asked once. */
static size_t least_memory(size_t row, const struct specimen *specimen, mr_stream_params params)
{
    static size_t known[sizeof two_device_rows / sizeof two_device_rows[0]][2];
    size_t *least = &known[row][strcmp(params.device, "all") != 0];
    if (*least) return *least;
    params.max_memory_bytes = 1;
    struct specimen_result r = specimen_run(specimen, params);
    static const char before[] = "the pipeline needs at least ";
    const char *told = r.status == MR_E_BUDGET ? strstr(r.error.message, before) : NULL;
    if (told) *least = strtoul(told + strlen(before), NULL, 10);
    if (!*least) printf("%s: no least memory: %s\n", specimen->text, r.error.message);
    return *least;
}

struct specimen_result run_row(size_t row, enum device_shapes shapes, const char *device)
{
    static const char *const texts[] = {[CPU_SHAPES] = CPU_SHAPE, [GPU_SHAPES] = GPU_SHAPE};
    struct specimen specimen = two_device_rows[row];
    mr_stream_params params = {.engine = MR_ENGINE_HOST};
    child_has_file();
    if (!device) return specimen_run(&specimen, params);
    params = (mr_stream_params){.engine = MR_ENGINE_OPENCL, .device = device};
    specimen.staged_copies = specimen.staged_copies || shapes == GPU_SHAPES;
    if (shapes == OWN_SHAPES)
        params.max_memory_bytes = least_memory(row, &specimen, params);
    else
        params.shape = texts[shapes];
    return specimen_run(&specimen, params);
}

mr_stream *open_text(const char *text, const char *device, size_t batch)
{
    const mr_stream_params params = {.engine = device ? MR_ENGINE_OPENCL : MR_ENGINE_HOST,
                                     .device = device,
                                     .batch_elems = batch,
                                     .shape = device && batch ? CPU_SHAPE : NULL};
    mr_stream *s = NULL;
    mr_seq *seq = NULL;
    mr_error err = {0};
    if (mr_seq_parse(&seq, text, &err) != MR_OK || mr_stream_open(&s, seq, &params, &err) != MR_OK)
        printf("%s: %s\n", text, err.message);
    mr_seq_release(&seq);
    if (!s) exit(EXIT_FAILURE);
    return s;
}

bool is_same(const struct specimen_result *a, const struct specimen_result *b)
{
    return a->status == MR_OK && a->elements == b->elements && a->hash == b->hash;
}

void tell_row(size_t row, const char *how, const struct specimen_result *r)
{
    printf("%s, %s: %s, %lld elements", two_device_rows[row].text, how, mr_status_name(r->status),
           r->elements);
    if (r->status != MR_OK) printf(", on '%s': %s", r->error.device, r->error.message);
    for (size_t k = 0; k < r->device_count; k++)
        if (r->devices[k].is_lost)
            printf("; lost %s: %s", r->devices[k].device, r->devices[k].reason);
    printf("\n");
}

ask_for_fault *find_layer(void)
{
    ask_for_fault *found = NULL;
    void *layer = dlopen(MILLRACE_LAYER, RTLD_NOW | RTLD_NOLOAD);
    void *symbol = layer ? dlsym(layer, "layer_ask_for_fault") : NULL;
    memcpy(&found, &symbol, sizeof found);
    if (found) return found;
    printf("no layer\n");
    exit(EXIT_FAILURE);
}

bool child_is_long(void)
{
    return getenv("MILLRACE_TEST_LONG") != NULL;
}

void check_child(const char *body, const char *expected, const char *split, const char *more)
{
    static const char layer[] = "OPENCL_LAYERS=" MILLRACE_LAYER;
    static const char asan[] =
        "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0";
    const char *rest[] = {more, tests_long ? "MILLRACE_TEST_LONG=1" : NULL};
    const char *environment[] = {
        layer, split, asan, rest[0] ? rest[0] : rest[1], rest[0] ? rest[1] : NULL, NULL};
    struct child_result r = child_run(body, environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, expected);
    if (r.exit_code || strcmp(r.text, expected) != 0)
        printf("\n%s: exit code %d: %s", body, r.exit_code, r.text);
}
