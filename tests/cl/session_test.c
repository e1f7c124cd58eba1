#include "cl/session.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "child.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "cl/verdict.h"
#include "device_session.h"
#include "suite.h"

static void sessions_share_the_context_and_own_their_queues(void)
{
    struct mr_session *a = device_session(), *b = device_session();
    CU_ASSERT_PTR_EQUAL(a->context, b->context);
    CU_ASSERT_PTR_NOT_EQUAL(a->queue, b->queue);
    CU_ASSERT_PTR_NOT_EQUAL(a->queue, a->transfers);
    mr_session_close(&a);
    CU_ASSERT_PTR_NULL(a);
    mr_session_close(&a);
    CU_ASSERT_EQUAL(mr_queue_finish(b, b->queue, NULL), MR_OK);
    mr_session_close(&b);
}

static void a_lost_context_is_not_used_again(void)
{
    struct mr_session *a = device_session();
    cl_context held = a->context;
    (void)mr_cl_loaded()->clRetainContext(held); /* so that no other gets its address */
    a->is_lost = true;
    mr_session_close(&a);
    struct mr_session *b = device_session();
    CU_ASSERT_PTR_NOT_EQUAL(b->context, held);
    (void)mr_cl_loaded()->clReleaseContext(held);
    mr_session_close(&b);
}

/* ---- The caller's own context and queue ---- */

struct own {
    const struct mr_cl *cl;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
};

static void own_make(struct own *o, cl_command_queue_properties properties)
{
    struct mr_session *s = device_session();
    cl_int code;
    *o = (struct own){.cl = mr_cl_loaded(), .device = s->device.id};
    mr_session_close(&s);
    o->context = o->cl->clCreateContext(NULL, 1, &o->device, NULL, NULL, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    o->queue = o->cl->clCreateCommandQueue(o->context, o->device, properties, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
}

static void own_free(struct own *o)
{
    CU_ASSERT_EQUAL(o->cl->clReleaseCommandQueue(o->queue), CL_SUCCESS);
    CU_ASSERT_EQUAL(o->cl->clReleaseContext(o->context), CL_SUCCESS);
}

static void count_references(const struct own *o, cl_uint *context, cl_uint *queue)
{
    (void)o->cl->clGetContextInfo(o->context, CL_CONTEXT_REFERENCE_COUNT, sizeof *context, context,
                                  NULL);
    (void)o->cl->clGetCommandQueueInfo(o->queue, CL_QUEUE_REFERENCE_COUNT, sizeof *queue, queue,
                                       NULL);
}

static void the_callers_objects_are_used_and_given_back(void)
{
    struct own o;
    own_make(&o, 0);
    cl_uint before[2], after[2];
    long live = mr_cl_live_objects();
    count_references(&o, &before[0], &before[1]);

    struct mr_session *s = NULL;
    mr_stream_params params = {.context = o.context, .queue = o.queue};
    CU_ASSERT_EQUAL_FATAL(mr_session_open(&s, &params, false, NULL), MR_OK);
    CU_ASSERT_TRUE(s->is_foreign);
    CU_ASSERT_PTR_EQUAL(s->context, o.context);
    CU_ASSERT_PTR_EQUAL(s->queue, o.queue);
    CU_ASSERT_PTR_EQUAL(s->device.id, o.device);
    cl_program program = NULL;
    CU_ASSERT_EQUAL(
        mr_program_text_build(s, "__kernel void mr_nothing(void) {}\n", NULL, &program, NULL),
        MR_OK);
    mr_program_release(&program);
    mr_session_close(&s);

    count_references(&o, &after[0], &after[1]);
    CU_ASSERT_EQUAL(after[0], before[0]);
    CU_ASSERT_EQUAL(after[1], before[1]);
    CU_ASSERT_EQUAL(mr_cl_live_objects(), live);
    own_free(&o);
}

static void half_a_pair_and_a_strange_queue_are_refused(void)
{
    struct own o, other;
    struct mr_session *s = NULL;
    mr_error e;
    own_make(&o, 0);
    own_make(&other, 0);
    mr_stream_params params[] = {
        {.context = o.context}, {.queue = o.queue}, {.context = o.context, .queue = other.queue}};
    for (size_t k = 0; k < sizeof params / sizeof params[0]; k++) {
        CU_ASSERT_EQUAL(mr_session_open(&s, &params[k], false, &e), MR_E_VALUE);
        CU_ASSERT_PTR_NULL(s);
        CU_ASSERT_NOT_EQUAL(e.hint[0], '\0');
    }
    own_free(&o);
    own_free(&other);
}

static void an_out_of_order_queue_is_refused(void)
{
    struct own o;
    struct mr_session *s = NULL;
    mr_error e;
    own_make(&o, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    mr_stream_params params = {.context = o.context, .queue = o.queue};
    CU_ASSERT_EQUAL(mr_session_open(&s, &params, false, &e), MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "out of order"));
    own_free(&o);
}

/* ---- fork() ---- */

/* A bit each for what goes wrong; the alarm ends a child that hangs in the driver. */
static int use_in_child(struct mr_session *s)
{
    struct mr_session *fresh = NULL;
    int wrong = 0;
    (void)alarm(20);
    if (mr_session_check(s, NULL) != MR_E_FORKED) wrong |= 1;
    mr_session_close(&s);
    if (mr_session_open(&fresh, NULL, false, NULL) != MR_E_FORKED) wrong |= 2;
    mr_cl_purge();
    return wrong;
}

static void a_forked_child_gets_an_error_not_a_hang(void)
{
    struct mr_session *s = device_session();
    CU_ASSERT_EQUAL(mr_session_check(s, NULL), MR_OK);
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) _exit(use_in_child(s));
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT_EQUAL(mr_queue_finish(s, s->queue, NULL), MR_OK); /* the parent's goes on */
    mr_session_close(&s);
}

/* ---- The self-test ---- */

CHILD(opens_a_session)
{
    struct mr_session *s = NULL;
    mr_error e = {0};
    mr_status st = mr_session_open(&s, NULL, true, &e);
    printf("%s: %s; %s%s", mr_status_name(st), e.message, e.hint, s ? s->device.reason : "");
    mr_session_close(&s);
}

/* A compiler that is wrong in lanes is played by another question: the last -D counts. */
#define WITH_OPTIONS "MILLRACE_LAYER_BUILD_OPTIONS="

static const struct {
    const char *environment[3];
    const char *says[2];
} openings[] = {
    {{"OPENCL_LAYERS=" MILLRACE_LAYER}, {"ok"}},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"no-fp64", "MR_ENGINE_HOST"}},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_LAYER_BUILD_OPTIONS=-cl-denorms-are-zero"},
     {"no-device", "self-test: f32 multiplication (subnormal)"}},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, WITH_OPTIONS "-DI64_TO_F32=99"},
     {"ok", "kernels without vectors: self-test: i64 to f32 of 0x"}},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, WITH_OPTIONS "-DTHIRD=1ul"},
     {"ok", "kernels without vectors: self-test: position 10"}},
    /* A build that fails once, as in a race for a cache folder, and one that always does. */
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_FAULT=clBuildProgram:1:-11"}, {"ok"}},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_FAULT=clBuildProgram:1:-11:persist"},
     {"CL_BUILD_PROGRAM_FAILURE", "twice, and the driver gave no log; a disk that is full"}},
    {{"MILLRACE_ENGINE=host"}, {"no-device: MILLRACE_ENGINE=host allows no driver"}},
    {{"MILLRACE_ENGINE=hots"}, {"no-device: MILLRACE_ENGINE: 'hots' is neither host nor auto"}},
    {{"MILLRACE_ENGINE=auto"}, {"ok"}},
};

static void a_device_that_does_not_serve_is_refused_with_the_reason(void)
{
    for (size_t k = 0; k < sizeof openings / sizeof openings[0]; k++) {
        struct child_result r = child_run("opens_a_session", openings[k].environment);
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        for (size_t j = 0; j < 2 && openings[k].says[j]; j++) {
            bool said = strstr(r.text, openings[k].says[j]) != NULL;
            CU_ASSERT_TRUE(said);
            if (!said) printf("\nopening %zu: no '%s' in: %s", k, openings[k].says[j], r.text);
        }
    }
}

CHILD(counts_programs_of_a_session)
{
    struct mr_session *s = NULL;
    if (getenv("RUNS_ANEW")) mr_verdict_ask_anew();
    printf("%s", mr_status_name(mr_session_open(&s, NULL, false, NULL)));
    printf(" %zu", mr_program_cache_count());
    mr_session_close(&s);
}

/* The first process finds out; the others take its word unless they are told not to, or something
 * stands between. */
static void a_device_that_passed_is_not_asked_again(void)
{
    const char *home = getenv("HOME"), *chosen = getenv("POCL_CACHE_DIR");
    char folder[] = "/tmp/millrace-test-XXXXXX", ours[64], kernels[600], path[400];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(ours, sizeof ours, "XDG_CACHE_HOME=%s", folder);
    (void)snprintf(kernels, sizeof kernels, "POCL_CACHE_DIR=%s%s",
                   chosen ? chosen
                   : home ? home
                          : "/tmp",
                   chosen ? "" : "/.cache/pocl/kcache");
    const struct {
        const char *more, *says;
    } processes[] = {{NULL, "ok 1"},
                     {NULL, "ok 0"},
                     {"RUNS_ANEW=1", "ok 1"},
                     {"OPENCL_LAYERS=" MILLRACE_LAYER, "ok 1"},
                     {NULL, "ok 0"}};
    for (size_t k = 0; k < sizeof processes / sizeof processes[0]; k++) {
        const char *environment[] = {ours, kernels, processes[k].more, NULL};
        struct child_result r = child_run("counts_programs_of_a_session", environment);
        CU_ASSERT_STRING_EQUAL(r.text, processes[k].says);
    }

    size_t findings = 0;
    (void)snprintf(path, sizeof path, "%s/millrace", folder);
    DIR *entries = opendir(path);
    for (struct dirent *e; entries && (e = readdir(entries));) {
        if (e->d_name[0] == '.') continue;
        findings += strncmp(e->d_name, "passed-", 7) == 0;
        (void)snprintf(path, sizeof path, "%s/millrace/%s", folder, e->d_name);
        CU_ASSERT_EQUAL(unlink(path), 0);
    }
    if (entries) (void)closedir(entries);
    CU_ASSERT_EQUAL(findings, 1);
    (void)snprintf(path, sizeof path, "%s/millrace", folder);
    CU_ASSERT_EQUAL(rmdir(path), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void no_host_memory_at_any_point_is_an_error_without_leaks(void)
{
    mr_cl_purge();
    size_t before = mr_memory_live_bytes();
    mr_status st = MR_E_NO_MEMORY;
    uint64_t nth = 1;
    for (bool fails = true; fails && nth < 200; nth++) {
        struct mr_session *s = NULL;
        mr_error e = {0};
        mr_memory_fail_at(nth, 0);
        st = mr_session_open(&s, NULL, false, &e);
        mr_memory_fail_at(0, 0);
        fails = mr_memory_did_fail();
        CU_ASSERT_TRUE(st == MR_OK || (e.message[0] && !s));
        mr_session_close(&s);
        mr_cl_purge();
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
    }
    CU_ASSERT_EQUAL(st, MR_OK);
    CU_ASSERT_TRUE(nth > 5);
}

SUITE(session,
      {"sessions_share_the_context_and_own_their_queues",
       sessions_share_the_context_and_own_their_queues},
      {"a_lost_context_is_not_used_again", a_lost_context_is_not_used_again},
      {"the_callers_objects_are_used_and_given_back", the_callers_objects_are_used_and_given_back},
      {"half_a_pair_and_a_strange_queue_are_refused", half_a_pair_and_a_strange_queue_are_refused},
      {"an_out_of_order_queue_is_refused", an_out_of_order_queue_is_refused},
      {"a_forked_child_gets_an_error_not_a_hang", a_forked_child_gets_an_error_not_a_hang},
      {"a_device_that_does_not_serve_is_refused_with_the_reason",
       a_device_that_does_not_serve_is_refused_with_the_reason},
      {"a_device_that_passed_is_not_asked_again", a_device_that_passed_is_not_asked_again},
      {"no_host_memory_at_any_point_is_an_error_without_leaks",
       no_host_memory_at_any_point_is_an_error_without_leaks});
