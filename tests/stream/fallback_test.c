/* What a stream does where the device is missing, poor or faulty. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/child.h"
#include "cl/session.h"
#include "rig.h"

#define LAYER "OPENCL_LAYERS=" MILLRACE_LAYER

/* Runs a terminal and tells what came of it. */
static void report(const char *text, mr_engine_choice engine, const char *device, bool staged)
{
    const mr_stream_params params = {
        .engine = engine, .device = device, .knobs = rig_knobs(staged, 1)};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_error err = {0};
    mr_batch batch = {.len = 0};
    mr_stats stats = {.elements = 0};
    mr_status st = mr_seq_parse(&seq, text, &err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, &params, &err);
    if (st == MR_OK) st = mr_stream_next(s, &batch, &err);
    if (s) mr_stream_stats(s, &stats);
    if (st == MR_OK)
        printf("%lld on %s: %s\n", *(const long long *)batch.columns[0], stats.engine,
               stats.reason);
    else
        printf("%s: %s; %s\n", mr_status_name(st), err.message, err.hint);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

#define WITHOUT_F64 "range(1000) | map(f32(x)*0.5) | map(i64(x*2)) | scan(sum) | last()"
#define WITH_F64 "range(1000) | map(f64(x)*0.5) | map(i64(x*2)) | scan(sum) | last()"

CHILD(stream_without_f64)
{
    report(WITHOUT_F64, MR_ENGINE_OPENCL, NULL, false);
}
CHILD(stream_without_f64_staged)
{
    report(WITHOUT_F64, MR_ENGINE_OPENCL, NULL, true);
}
CHILD(stream_without_f64_auto)
{
    report(WITHOUT_F64, MR_ENGINE_AUTO, NULL, false);
}
CHILD(stream_with_f64_auto)
{
    report(WITH_F64, MR_ENGINE_AUTO, NULL, false);
}
CHILD(stream_with_f64)
{
    report(WITH_F64, MR_ENGINE_OPENCL, NULL, false);
}
CHILD(stream_with_f64_on_a_device)
{
    report(WITH_F64, MR_ENGINE_AUTO, "pthread", false);
}
CHILD(stream_on_a_device_not_there)
{
    report(WITH_F64, MR_ENGINE_AUTO, "no such thing", false);
}
CHILD(stream_on_the_host)
{
    report(WITH_F64, MR_ENGINE_HOST, NULL, false);
}

static const struct row {
    const char *child, *environment[4], *says[3];
} rows[] = {
    {"stream_with_f64", {LAYER}, {"499500 on opencl"}},
    {"stream_with_f64_on_a_device", {LAYER}, {"499500 on opencl"}},
    {"stream_on_a_device_not_there",
     {LAYER},
     {"no-device", "no such thing", "; mr_stream_params.device"}},
    /* A device without f64. */
    {"stream_without_f64", {LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"499500 on opencl"}},
    {"stream_without_f64_staged", {LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"499500 on opencl"}},
    {"stream_without_f64",
     {LAYER, "MILLRACE_LAYER_NO_FP64=1", "MILLRACE_LAYER_NOT_UNIFIED=1"},
     {"499500 on opencl"}},
    {"stream_without_f64_auto", {LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"499500 on opencl"}},
    {"stream_with_f64_auto", {LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"499500 on host", "has no f64"}},
    {"stream_with_f64", {LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"no-fp64", "MR_ENGINE_HOST"}},
    {"stream_with_f64_on_a_device",
     {LAYER, "MILLRACE_LAYER_NO_FP64=1"},
     {"no-fp64", "mr_stream_params.device"}},
    /* No device at all. */
    {"stream_with_f64_auto",
     {LAYER, "MILLRACE_LAYER_NO_PLATFORMS=1"},
     {"499500 on host", "no OpenCL platform"}},
    {"stream_with_f64",
     {LAYER, "MILLRACE_LAYER_NO_PLATFORMS=1"},
     {"no-device", "no OpenCL platform", "apt install"}},
    {"stream_with_f64_auto",
     {LAYER, "MILLRACE_LAYER_NO_DEVICES=1"},
     {"499500 on host", "no OpenCL device"}},
    {"stream_with_f64",
     {LAYER, "MILLRACE_LAYER_NO_DEVICES=1"},
     {"no-device", "no OpenCL device", "MR_ENGINE_HOST"}},
    {"stream_with_f64_auto", {"OCL_ICD_VENDORS=/nonexistent"}, {"499500 on host", "no OpenCL"}},
    {"stream_with_f64", {"OCL_ICD_VENDORS=/nonexistent"}, {"no-device", "MR_ENGINE_HOST"}},
    /* A device that cannot be used, or computes wrongly. */
    {"stream_with_f64_auto",
     {LAYER, "MILLRACE_LAYER_NO_COMPILER=1"},
     {"499500 on host", "compiler"}},
    {"stream_with_f64_auto",
     {LAYER, "MILLRACE_LAYER_BUILD_OPTIONS=-cl-denorms-are-zero"},
     {"499500 on host", "self-test"}},
    {"stream_on_the_host", {LAYER, "MILLRACE_LAYER_NO_PLATFORMS=1"}, {"499500 on host: asked for"}},
};

static void check_row(const struct row *row)
{
    struct child_result r = child_run(row->child, row->environment);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    for (size_t k = 0; k < 3 && row->says[k]; k++) {
        bool said = strstr(r.text, row->says[k]) != NULL;
        CU_ASSERT_TRUE(said);
        if (!said)
            printf("\n%s, %s: no '%s' in: %s", row->child,
                   row->environment[1] ? row->environment[1] : "", row->says[k], r.text);
    }
}

static void a_missing_or_poor_device_is_told_or_replaced(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) check_row(&rows[k]);
}

/* Codes that drivers give for kernels that they cannot build or run. */
static const struct {
    const char *call, *code, *name;
    bool is_tried_twice; /* on the same rung: builds, by PoCL */
} failures[] = {
    {"clBuildProgram", "-5", "CL_OUT_OF_RESOURCES", true},
    {"clCreateKernel", "-5", "CL_OUT_OF_RESOURCES", false},
    {"clCreateKernel", "-48", "CL_INVALID_KERNEL", false},
    {"clEnqueueNDRangeKernel", "-5", "CL_OUT_OF_RESOURCES", false},
    {"clEnqueueNDRangeKernel", "-6", "CL_OUT_OF_HOST_MEMORY", false},
    {"clEnqueueNDRangeKernel", "-36", "CL_INVALID_COMMAND_QUEUE", false},
    {"clEnqueueNDRangeKernel", "-54", "CL_INVALID_WORK_GROUP_SIZE", false},
    {"clWaitForEvents", "-5", "CL_OUT_OF_RESOURCES", false},
    {"clWaitForEvents", "-36", "CL_INVALID_COMMAND_QUEUE", false},
};

static void a_call_that_fails_in_the_self_test_is_an_answer(void)
{
    for (size_t k = 0; k < sizeof failures / sizeof failures[0]; k++) {
        char once[80], always[96], says[128];
        (void)snprintf(once, sizeof once, "MILLRACE_FAULT=%s:1:%s", failures[k].call,
                       failures[k].code);
        (void)snprintf(always, sizeof always, "%s:persist", once);
        (void)snprintf(says, sizeof says, "self-test: %s failed: %s (", failures[k].call,
                       failures[k].name);
        const struct row cases[] = {
            {"stream_with_f64", {LAYER, once}, {"499500 on opencl", "kernels not optimised", says}},
            {"stream_with_f64", {LAYER, always}, {"no-device", "cannot be used", says}},
            {"stream_with_f64_auto", {LAYER, always}, {"499500 on host", "cannot be used", says}},
        };
        for (size_t n = failures[k].is_tried_twice; n < sizeof cases / sizeof cases[0]; n++)
            check_row(&cases[n]);
    }
}

/* Others may have taken it: no other device is tried, and no more care. */
static void memory_that_is_short_in_the_self_test_is_told_as_such(void)
{
    static const struct row row = {
        "stream_with_f64",
        {LAYER, "MILLRACE_LAYER_VERSION=OpenCL 1.2", "MILLRACE_FAULT=clCreateBuffer:1:-4"},
        {"out-of-memory: clCreateBuffer failed", "max_memory_bytes"}};
    check_row(&row);
}

SUITE(fallback,
      {"a_call_that_fails_in_the_self_test_is_an_answer",
       a_call_that_fails_in_the_self_test_is_an_answer},
      {"memory_that_is_short_in_the_self_test_is_told_as_such",
       memory_that_is_short_in_the_self_test_is_told_as_such},
      {"a_missing_or_poor_device_is_told_or_replaced",
       a_missing_or_poor_device_is_told_or_replaced});
