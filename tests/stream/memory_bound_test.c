/* Memory does not grow with the sequence, and stays within what was told at opening. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cl/child.h"
#include "cl/ledger_file.h"
#include "cl/session.h"
#include "rig.h"
#include "stream/stream_parts.h"

#define PIPELINE_VARIABLE "MILLRACE_TEST_PIPELINE"
#define ENGINE_VARIABLE "MILLRACE_TEST_ENGINE"
#define BUDGET_VARIABLE "MILLRACE_TEST_BUDGET"
#define ADDRESS_SPACE_VARIABLE "MILLRACE_TEST_ADDRESS_SPACE"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY 1 /* the sanitizer's own memory is in every figure of the process */
#else
#define HAS_SHADOW_MEMORY 0
#endif

static const size_t mib = 1024 * 1024;

/* "VmHWM" is the most that was resident, "VmPeak" the most address space, in bytes. */
static size_t process_bytes(const char *what)
{
    char line[256];
    size_t kib = 0, length = strlen(what);
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, what, length) && line[length] == ':')
            (void)sscanf(line + length + 1, "%zu", &kib);
    if (file) (void)fclose(file);
    return kib * 1024;
}

static size_t number_of(const char *variable)
{
    const char *text = getenv(variable);
    return text ? (size_t)strtoull(text, NULL, 10) : 0;
}

struct figures {
    size_t resident, address_space, host, device;
    double value;
};

/* ---- the children ---- */

static mr_status measure(const mr_stream_params *params, mr_error *err)
{
    const char *text = getenv(PIPELINE_VARIABLE);
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_stats stats;
    mr_batch batch;
    mr_status st = mr_seq_parse(&seq, text ? text : "", err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, params, err);
    if (st == MR_OK) st = mr_stream_next(s, &batch, err);
    if (st == MR_OK) {
        double value = mr_seq_column_dtype(seq, 0) == MR_F64
                           ? *(const double *)batch.columns[0]
                           : (double)*(const int64_t *)batch.columns[0];
        mr_stream_stats(s, &stats);
        printf("%zu %zu %zu %zu %.17g\n", process_bytes("VmHWM"), process_bytes("VmPeak"),
               stats.peak_host_bytes, stats.peak_device_bytes, value);
    }
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return st;
}

CHILD(measures_memory)
{
    size_t address_space = number_of(ADDRESS_SPACE_VARIABLE);
    const struct rlimit limit = {.rlim_cur = address_space, .rlim_max = address_space};
    if (address_space && setrlimit(RLIMIT_AS, &limit) != 0) printf("no limit could be set\n");
    const mr_stream_params params = {.engine = (mr_engine_choice)number_of(ENGINE_VARIABLE),
                                     .max_memory_bytes = number_of(BUDGET_VARIABLE)};
    mr_error err = {0};
    if (measure(&params, &err) != MR_OK) printf("%s; %s\n", err.message, err.hint);
}

/* What PoCL takes before a stream adds anything to it. */
CHILD(measures_an_empty_device)
{
    struct mr_session *s = NULL;
    mr_error err = {0};
    if (mr_session_open(&s, NULL, false, &err) == MR_OK)
        printf("%zu %zu 0 0 0\n", process_bytes("VmHWM"), process_bytes("VmPeak"));
    mr_session_close(&s);
}

/* ---- and their parent ---- */

static struct figures run(const char *body, const char *pipeline, mr_engine_choice engine,
                          size_t budget, size_t address_space)
{
    char variables[4][512];
    struct figures f = {0};
    (void)snprintf(variables[0], sizeof variables[0], PIPELINE_VARIABLE "=%s", pipeline);
    (void)snprintf(variables[1], sizeof variables[1], ENGINE_VARIABLE "=%d", (int)engine);
    (void)snprintf(variables[2], sizeof variables[2], BUDGET_VARIABLE "=%zu", budget);
    (void)snprintf(variables[3], sizeof variables[3], ADDRESS_SPACE_VARIABLE "=%zu", address_space);
    const char *environment[] = {variables[0], variables[1], variables[2], variables[3], NULL};
    struct child_result r = child_run(body, environment);
    bool good =
        r.exit_code == EXIT_SUCCESS && sscanf(r.text, "%zu %zu %zu %zu %lf", &f.resident,
                                              &f.address_space, &f.host, &f.device, &f.value) == 5;
    CU_ASSERT_TRUE(good);
    if (!good) printf("\n%s: exit code %d: %s", pipeline, r.exit_code, r.text);
    return f;
}

static struct figures run_length(const char *stages, mr_engine_choice engine, int64_t length)
{
    char pipeline[256];
    (void)snprintf(pipeline, sizeof pipeline, "range(0, %" PRId64 ") | %s", length, stages);
    return run("measures_memory", pipeline, engine, 0, 0);
}

static void check_growth(const char *stages, mr_engine_choice engine, int64_t length)
{
    for (int k = 0; k < 2; k++) (void)run_length(stages, engine, 1000000); /* fills the caches */
    struct figures little = run_length(stages, engine, 1000000);
    struct figures much = run_length(stages, engine, length);
    size_t grown = much.resident > little.resident ? much.resident - little.resident : 0;
    CU_ASSERT_EQUAL(much.device, little.device);
    CU_ASSERT_EQUAL(much.host, little.host);
    CU_ASSERT_TRUE(HAS_SHADOW_MEMORY || grown <= 2 * mib);
    if (tests_long || grown > 2 * mib)
        printf("\n%s, %" PRId64 " elements: %.2f MiB, for 1e6 %.2f MiB, on the device %zu bytes",
               stages, length, (double)much.resident / (double)mib,
               (double)little.resident / (double)mib, much.device);
}

static void memory_does_not_grow_with_the_sequence(void)
{
    static const char *const stages[] = {"map(x*x) | filter(x % 7 == 2) | sum()",
                                         "map(x*x) | filter(x % 7 == 2) | scan(sum) | last()"};
    for (size_t k = 0; k < 2; k++) {
        check_growth(stages[k], MR_ENGINE_OPENCL, tests_long ? 10000000000 : 100000000);
        check_growth(stages[k], MR_ENGINE_HOST, tests_long ? 1000000000 : 10000000);
    }
}

/* ---- a file larger than the memory ---- */

static char path[64], file_pipeline[256];

static void make_sparse_file(int64_t bytes)
{
    (void)snprintf(path, sizeof path, "/tmp/millrace-sparse-%ld", (long)getpid());
    (void)snprintf(file_pipeline, sizeof file_pipeline,
                   "read(\"%s\", dtype=f32, format=raw) | map(x*2 + 3) | filter(x > 1) | mean()",
                   path);
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(ftruncate(fileno(file), (off_t)bytes), 0);
    (void)fclose(file);
}

static void a_file_is_streamed_within_its_budget(void)
{
    enum { WARM = 1 << 20 };
    const int64_t size = HAS_SHADOW_MEMORY ? (int64_t)1 << 28 : (int64_t)1 << 32;
    make_sparse_file(WARM);
    for (int k = 0; k < 2; k++) /* fills the caches */
        (void)run("measures_memory", file_pipeline, MR_ENGINE_OPENCL, 64 * mib, 0);
    make_sparse_file(size);
    struct figures empty = run("measures_an_empty_device", "", MR_ENGINE_OPENCL, 0, 0);
    size_t limit = HAS_SHADOW_MEMORY ? 0 : empty.address_space + 128 * mib;
    struct figures f = run("measures_memory", file_pipeline, MR_ENGINE_OPENCL, 64 * mib, limit);
    CU_ASSERT_EQUAL(f.value, 3);
    CU_ASSERT_TRUE(f.host + f.device <= 64 * mib);
    CU_ASSERT_TRUE(HAS_SHADOW_MEMORY || f.resident <= empty.resident + 64 * mib);
    if (tests_long)
        printf("\n4 GiB file: %.1f MiB resident, %.1f MiB with an empty device; address space "
               "%.1f MiB of %.1f; told %.1f MiB host, %.1f MiB device",
               (double)f.resident / (double)mib, (double)empty.resident / (double)mib,
               (double)f.address_space / (double)mib, (double)limit / (double)mib,
               (double)f.host / (double)mib, (double)f.device / (double)mib);
    (void)unlink(path);
}

static void a_budget_is_told_before_the_run_and_refused_when_too_small(void)
{
    make_sparse_file(1 << 20);
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_seq *seq = rig_parse(file_pipeline);
        mr_stream_params params = rig_params(rig, 0, 0);
        mr_stream *s = NULL;
        mr_error err = {0};
        char *text = NULL;
        params.max_memory_bytes = 64 * mib;
        CU_ASSERT_EQUAL(mr_explain(&text, seq, &params, false, &err), MR_OK);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "memory: at most"));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "; allowed: 64.0 MiB\n"));
        mr_text_free(&text);

        params.max_memory_bytes = 20000;
        CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, &err), MR_E_BUDGET);
        CU_ASSERT_EQUAL(mr_explain(&text, seq, &params, false, NULL), MR_E_BUDGET);
        CU_ASSERT_PTR_NULL(text);
        size_t least = 0, more = 0;
        CU_ASSERT_EQUAL(
            sscanf(err.message, "the pipeline needs at least %zu bytes, %zu more", &least, &more),
            2);
        CU_ASSERT_EQUAL(least - more, 20000);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "max_memory_bytes"));

        /* The least is enough, and one byte less is not. */
        params.max_memory_bytes = least;
        CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, &err), MR_OK);
        mr_batch batch;
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_OK);
        CU_ASSERT_EQUAL(*(const double *)batch.columns[0], 3);
        mr_stream_close(&s);
        params.max_memory_bytes = least - 1;
        CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, &err), MR_E_BUDGET);
        mr_seq_release(&seq);
    }
    (void)unlink(path);
}

/* ---- the bound itself ---- */

static const char *const bounded[] = {
    "range(300000)",
    "range(300000) | map(a: x*x, b: f32(x), c: x % 2 == 0)",
    "range(300000) | filter(x % 3 == 0)",
    "range(300000) | scan(sum) | window(100, max) | chunk(10, mean)",
    "zip(uniform(1), uniform(2)) | filter(x0*x0 + x1*x1 < 1) | take(1000) | count()",
    "chain(range(300000) | filter(x > 5), range(10) | scan(prod))",
    "fibonacci(mod=1000) | drop_while(x < 900) | take_while(x != 7)",
    "range(300000) | hist(1000, 0, 300000)",
    "range(300000) | window(5000, mean) | argmax()",
    "range(300000) | window(4096, max) | filter(x > 7)",
    "range(300000) | filter(x > 7) | map(a: x, b: x < 9) | shuffle(1, window=100000)",
    "range(300000) | scan(sum) | shuffle(1, window=10) | sum()",
    "range(300000) | scan(s: 0.9*s + x, init=0) | window(7, mean)",
    "range(300000) | map(a: x*0.5, b: x) | chunk(5000, mean)",
    "range(300000) | map(a: x*0.5, b: x, c: x*2) | var()",
    "range(300000) | map(x*0.5) | sum(exact)",
    "poisson(50) | take(300000) | map(x % 7 == 3 ? 1/(x - 2) : x) | filter(x > 0)",
};
enum { BOUNDED = sizeof bounded / sizeof bounded[0] };

/* On the host engine everything a stream has is counted; what it told is not much more: registers
 * that several values have, handles of a device. */
static void a_stream_takes_what_it_told(void)
{
    static const size_t batches[] = {64, 1000, 65536};
    for (size_t k = 0; k < BOUNDED; k++)
        for (size_t b = 0; b < 3; b++) {
            mr_seq *seq = rig_parse(bounded[k]);
            mr_stream_params params = rig_params(&rigs[0], batches[b], 3);
            size_t before = rig_live_bytes(), most = 0;
            mr_stream *s = rig_open(seq, &params);
            mr_batch batch = {.len = 1};
            for (int n = 0; batch.len && n < 20; n++) {
                if (rig_live_bytes() - before > most) most = rig_live_bytes() - before;
                CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
            }
            mr_stats stats;
            mr_stream_stats(s, &stats);
            const size_t spare = s->leg.plan->segment_count * 128 * 1024;
            bool good = most <= stats.peak_host_bytes && stats.peak_host_bytes <= most + spare;
            CU_ASSERT_TRUE(good);
            if (!good)
                printf("\n%s, batch %zu: %zu bytes, told %zu", bounded[k], batches[b], most,
                       stats.peak_host_bytes);
            mr_stream_close(&s);
            mr_seq_release(&seq);
        }
}

CHILD(measures_buffers)
{
    const char *text = getenv(PIPELINE_VARIABLE);
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL,
                                     .device = getenv("MILLRACE_LAYER_SPLIT") ? "all" : NULL,
                                     .knobs = rig_knobs(number_of(ENGINE_VARIABLE) != 0, 0)};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_stats stats = {.elements = 0};
    mr_batch batch = {.len = 1};
    mr_error err;
    mr_status st = mr_seq_parse(&seq, text ? text : "", &err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, &err);
    while (st == MR_OK && batch.len) st = mr_stream_next(s, &batch, &err);
    if (s) mr_stream_stats(s, &stats);
    if (st == MR_OK)
        printf("%zu %zu\n", stats.peak_device_bytes, stats.peak_host_bytes);
    else
        printf("%s\n", err.message);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

/* Where copies are staged the driver allocates them on the host; elsewhere what it allocates there
 * is the device's as well. */
static void check_told(const char *pipeline, bool is_staged, const char *told, long on_host,
                       long on_device)
{
    enum { SELF_TEST_BYTES = 2 * 4096 }; /* of two devices */
    char *end;
    long told_device = strtol(told, &end, 10), told_host = strtol(end, NULL, 10);
    if (!is_staged) on_device += on_host;
    bool good = told_device > 0 && on_device > 0 && on_device <= told_device + SELF_TEST_BYTES;
    if (is_staged) good = good && on_host > 0 && on_host <= told_host;
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s: made %ld bytes, %ld on the host, told %s", pipeline, on_device, on_host,
               told);
}

static void the_buffers_on_the_device_are_no_more_than_it_told(void)
{
    char pipeline[256];
    const struct ledger_file ledger = ledger_file_make();
    for (size_t k = 0; k < BOUNDED; k++) {
        (void)snprintf(pipeline, sizeof pipeline, PIPELINE_VARIABLE "=%s", bounded[k]);
        /* Every third on two devices of one core each, if there are two; these by turns in one
         * shape and in two. */
        const char *environment[] = {"OPENCL_LAYERS=" MILLRACE_LAYER,
                                     ledger.variable,
                                     pipeline,
                                     k % 2 ? ENGINE_VARIABLE "=1" : ENGINE_VARIABLE "=0",
                                     k % 3 == 2 ? "MILLRACE_LAYER_SPLIT=1" : NULL,
                                     k % 6 == 5 ? "MILLRACE_LAYER_GPU_PART=1" : NULL,
                                     NULL};
        struct child_result r = child_run("measures_buffers", environment);
        long on_host = ledger_file_number(&ledger, "host_bytes", NULL);
        check_told(bounded[k], k % 2, r.text, on_host,
                   ledger_file_take(&ledger, "device_bytes", NULL));
    }
}

SUITE(memory_bound,
      {"memory_does_not_grow_with_the_sequence", memory_does_not_grow_with_the_sequence},
      {"a_file_is_streamed_within_its_budget", a_file_is_streamed_within_its_budget},
      {"a_budget_is_told_before_the_run_and_refused_when_too_small",
       a_budget_is_told_before_the_run_and_refused_when_too_small},
      {"a_stream_takes_what_it_told", a_stream_takes_what_it_told},
      {"the_buffers_on_the_device_are_no_more_than_it_told",
       the_buffers_on_the_device_are_no_more_than_it_told},
      NOTHING_IS_LEFT_BEHIND);
