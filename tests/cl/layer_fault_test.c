/* Every OpenCL call of a small run fails in turn. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "ledger_file.h"
#include "suite.h"

enum { COUNT = 256, GROUP = 64 };

struct run {
    struct mr_session *session;
    cl_program program;
    cl_kernel kernel;
    cl_mem buffer, copy;
    cl_event event;
    void *mapped;
};

static const char text[] = "__kernel void mr_square(__global int *out, int start)\n"
                           "{\n"
                           "    int k = start + (int)get_global_id(0);\n"
                           "    out[get_global_id(0)] = k * k;\n"
                           "}\n";

static mr_status prepare(struct run *r, mr_error *err)
{
    const int start = 3;
    size_t bytes = COUNT * sizeof(int), group;
    MR_TRY(mr_session_open(&r->session, NULL, false, err));
    MR_TRY(mr_program_text_build(r->session, text, NULL, &r->program, err));
    MR_TRY(mr_kernel_create(r->session, r->program, "mr_square", &r->kernel, err));
    MR_TRY(mr_kernel_max_group(r->session, r->kernel, &group, err));
    MR_TRY(mr_buffer_create(r->session, CL_MEM_READ_WRITE, bytes, NULL, "out", &r->buffer, err));
    MR_TRY(mr_buffer_create(r->session, CL_MEM_READ_WRITE, bytes, NULL, "copy", &r->copy, err));
    MR_TRY(mr_kernel_arg(r->session, r->kernel, 0, sizeof(cl_mem), &r->buffer, err));
    return mr_kernel_arg(r->session, r->kernel, 1, sizeof start, &start, err);
}

static mr_status compute(struct run *r, mr_error *err)
{
    struct mr_session *s = r->session;
    size_t bytes = COUNT * sizeof(int);
    struct mr_command compute = {.queue = s->queue, .event = &r->event};
    MR_TRY(mr_build_begin("", err));
    mr_status st = mr_kernel_launch(s, &compute, r->kernel, "mr_square", COUNT / GROUP, GROUP, err);
    if (st == MR_OK) st = mr_queue_flush(s, s->queue, err);
    mr_build_end();
    if (st != MR_OK) return st;

    struct mr_command transfer = {.queue = s->transfers, .after_count = 1, .after = &r->event};
    MR_TRY(mr_buffer_copy(s, &transfer, r->buffer, 0, r->copy, 0, bytes, err));
    mr_event_release(&r->event);
    transfer = (struct mr_command){.queue = s->transfers, .event = &r->event};
    MR_TRY(mr_buffer_map(s, &transfer, r->copy, CL_MAP_READ, 0, bytes, &r->mapped, err));
    return mr_event_wait(s, &r->event, err);
}

static mr_status finish(struct run *r, mr_status st, mr_error *err)
{
    for (int k = 0; st == MR_OK && k < COUNT; k++)
        if (((const int *)r->mapped)[k] != (k + 3) * (k + 3))
            st = mr_fail(err, MR_E_INTERNAL, "wrong element %d", k);
    struct mr_command unmap = {.queue = r->session ? r->session->transfers : NULL};
    if (r->mapped) {
        mr_status unmapped = mr_buffer_unmap(r->session, &unmap, r->copy, &r->mapped, err);
        if (st == MR_OK) st = unmapped;
    }
    if (r->session) (void)mr_queue_finish(r->session, r->session->queue, NULL);
    mr_event_release(&r->event);
    mr_buffer_release(&r->buffer);
    mr_buffer_release(&r->copy);
    mr_kernel_release(&r->kernel);
    mr_program_release(&r->program);
    mr_session_close(&r->session);
    return st;
}

static mr_status run_once(mr_error *err)
{
    struct run r = {0};
    *err = (mr_error){0};
    mr_status st = prepare(&r, err);
    if (st == MR_OK) st = compute(&r, err);
    return finish(&r, st, err);
}

/* Twice: what failed once succeeds the second time, in the same process. */
CHILD(runs_twice)
{
    mr_error first, second;
    (void)run_once(&first);
    (void)run_once(&second);
    mr_cl_purge();
    printf("%s [%s] %d; %s [%s]; live %ld\n", mr_status_name(first.status), first.call,
           first.cl_code, mr_status_name(second.status), second.call, mr_cl_live_objects());
}

/* Asked by LeakSanitizer. A mapping whose unmap was made to fail stays with PoCL; that nothing of
 * ours is left there is told by the ledger. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return child_is("runs_twice") ? "leak:libpocl" : "";
}

static struct ledger_file ledger;

/* Number of calls made; -1 when something was not released. */
static long calls_made(void)
{
    return ledger_file_take(&ledger, "calls", LEDGER_IS_BALANCED);
}

/* What a driver keeps of a call that the layer refused is no leak of ours: for those there are the
 * ledger and the count of live bytes. */
static struct child_result run_with_fault(const char *fault)
{
    /* Of a device without finer sharing, whose self-test reads what it computed. */
    const char *environment[] = {"OPENCL_LAYERS=" MILLRACE_LAYER,
                                 "MILLRACE_LAYER_VERSION=OpenCL 1.2",
                                 ledger.variable,
                                 "ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0",
                                 fault,
                                 NULL};
    return child_run("runs_twice", environment);
}

static void a_run_without_faults_is_balanced(void)
{
    ledger = ledger_file_make();
    struct child_result r = run_with_fault(NULL);
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "ok [] 0; ok []; live 0\n");
    CU_ASSERT_TRUE(calls_made() > 50);
}

static void check_fault(const char *fault, const char *must_say)
{
    struct child_result r = run_with_fault(fault);
    bool good = r.exit_code == EXIT_SUCCESS && strstr(r.text, "live 0") &&
                (!must_say || strstr(r.text, must_say)) && calls_made() > 0;
    CU_ASSERT_TRUE(good);
    if (!good) printf("\n%s: exit code %d: %s", fault, r.exit_code, r.text);
}

/* Neither a crash nor a leak, and the run after it succeeds. */
static void every_call_may_fail_once(void)
{
    ledger = ledger_file_make();
    (void)run_with_fault(NULL);
    long calls = calls_made(), step = tests_long ? 1 : 4;
    CU_ASSERT_TRUE_FATAL(calls > 50);
    for (long k = 1; k <= calls / 2; k += step) {
        char fault[64];
        (void)snprintf(fault, sizeof fault, "MILLRACE_FAULT=*:%ld:-5", k);
        check_fault(fault, "; ok []");
    }
}

static const struct {
    const char *fault, *says;
} rows[] = {
    {"clCreateContext:1:-6", "out-of-memory [clCreateContext] -6"},
    {"clCreateCommandQueue:1:-35", "ok [] 0; ok []"}, /* one in order will do */
    {"clCreateCommandQueue:1:-30", "[clCreateCommandQueue] -30"},
    {"clCreateCommandQueue:2:-6", "out-of-memory [clCreateCommandQueue] -6"},
    {"clCreateProgramWithSource:2:-6", "ok [] 0; ok []"}, /* builds are tried once more */
    {"clCreateProgramWithSource:2:-6:persist", "out-of-memory [clCreateProgramWithSource] -6"},
    {"clBuildProgram:2:-11", "ok [] 0; ok []"},
    {"clBuildProgram:2:-11:persist", "opencl [clBuildProgram] -11"}, /* no log: not our text */
    {"clBuildProgram:2:-5:persist", "out-of-memory [clBuildProgram] -5"},
    {"clRetainProgram:2:-6", "out-of-memory [clRetainProgram] -6"},
    {"clCreateKernel:2:-46", "opencl [clCreateKernel] -46"},
    {"clCreateBuffer:9:-4", "out-of-memory [clCreateBuffer] -4"},
    {"clCreateBuffer:10:-61", "out-of-memory [clCreateBuffer] -61"},
    {"clSetKernelArg:10:-51", "opencl [clSetKernelArg] -51"},
    {"clEnqueueNDRangeKernel:2:-54", "opencl [clEnqueueNDRangeKernel] -54"},
    {"clFlush:1:-36", "opencl [clFlush] -36"},
    {"clEnqueueCopyBuffer:1:-4", "out-of-memory [clEnqueueCopyBuffer] -4"},
    {"clEnqueueMapBuffer:1:-12", "opencl [clEnqueueMapBuffer] -12"},
    {"clWaitForEvents:2:-14", "ok [] 0; ok []"}, /* the self-test's: once more, with more care */
    {"clWaitForEvents:6:-14", "opencl [clWaitForEvents] -14"},
    {"clWaitForEvents:1:-36:persist", "no-device [] 0; no-device []"},
    {"clWaitForEvents:6:-36:persist", "opencl [clWaitForEvents] -36"},
    {"clEnqueueUnmapMemObject:1:-38", "opencl [clEnqueueUnmapMemObject] -38"},
    {"clEnqueueReadBuffer:1:-36:persist", "no-device [] 0; no-device []"},
};

static void a_failed_call_gives_its_documented_error(void)
{
    ledger = ledger_file_make();
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        char fault[96];
        (void)snprintf(fault, sizeof fault, "MILLRACE_FAULT=%s", rows[k].fault);
        check_fault(fault, rows[k].says);
    }
}

SUITE(layer_fault, {"a_run_without_faults_is_balanced", a_run_without_faults_is_balanced},
      {"every_call_may_fail_once", every_call_may_fail_once},
      {"a_failed_call_gives_its_documented_error", a_failed_call_gives_its_documented_error});
