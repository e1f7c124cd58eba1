/* Sequences over OpenCL buffers of the caller. */
#include <stdio.h>

#include <millrace/device.h>

#include "cl/own_context.h"
#include "cl/session.h"
#include "rig.h"
#include "two_devices.h"

enum { COUNT = 5000 };

static mr_seq *from_buffers(cl_mem buffers[], size_t columns, size_t count)
{
    mr_buffer described[2] = {{.dtype = MR_I64}, {.dtype = MR_I64}};
    mr_seq *seq = NULL;
    for (size_t k = 0; k < columns; k++) described[k].memory = buffers[k];
    rig_watch();
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_buffers(&seq, described, columns, count, NULL), MR_OK);
    return seq;
}

static void buffers_of_the_caller_are_a_source(void)
{
    static int64_t content[COUNT];
    struct own_context o;
    cl_int code;
    own_context_make(&o);
    for (int64_t n = 0; n < COUNT; n++) content[n] = 2 * n;
    cl_mem buffers[2];
    for (int k = 0; k < 2; k++) {
        buffers[k] =
            o.cl->clCreateBuffer(o.context, CL_MEM_COPY_HOST_PTR, sizeof content, content, &code);
        CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    }
    mr_seq *seq = from_buffers(buffers, 2, COUNT), *sum = rig_pipe(seq, "map((x0 + x1)/2)");
    for (int staged = 0; staged < 2; staged++) {
        mr_stream_params params = rig_own_params(&o, 1000, staged);
        mr_stream *s = rig_open(sum, &params);
        mr_status st;
        CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, rig_doubled, &st, NULL), COUNT);
        mr_stream_close(&s);
    }
    mr_seq_release(&sum);
    mr_seq_release(&seq);
    cl_uint references = 0;
    for (int k = 0; k < 2; k++) {
        CU_ASSERT_EQUAL(o.cl->clGetMemObjectInfo(buffers[k], CL_MEM_REFERENCE_COUNT,
                                                 sizeof references, &references, NULL),
                        CL_SUCCESS);
        CU_ASSERT_EQUAL(references, 1);
        (void)o.cl->clReleaseMemObject(buffers[k]);
    }
    own_context_free(&o);
}

static void buffers_in_the_wrong_place_are_refused(void)
{
    struct own_context o;
    cl_int code;
    own_context_make(&o);
    cl_mem buffer = o.cl->clCreateBuffer(o.context, CL_MEM_READ_ONLY, 800, NULL, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    const struct {
        size_t count;
        mr_stream_params params;
        mr_status st;
    } rows[] = {
        {100, rig_params(&rigs[0], 64, 2), MR_E_NO_DEVICE},
        {100, rig_params(&rigs[1], 64, 2), MR_E_VALUE},
        {101, rig_own_params(&o, 64, false), MR_E_VALUE},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq = from_buffers(&buffer, 1, rows[k].count);
        mr_stream *s = NULL;
        mr_error err = {0};
        CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &rows[k].params, &err), rows[k].st);
        CU_ASSERT_PTR_NULL(s);
        CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
        mr_seq_release(&seq);
    }
    mr_seq *seq = NULL;
    const mr_buffer none = {.dtype = MR_I64}, one = {.dtype = MR_I64, .memory = buffer};
    CU_ASSERT_EQUAL(mr_seq_from_buffers(&seq, &none, 1, 10, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(mr_seq_from_buffers(&seq, &one, 9, 10, NULL), MR_E_LIMIT);
    (void)o.cl->clReleaseMemObject(buffer);
    own_context_free(&o);
}

/* Each call that a stream begins with on what the caller gave; only of a queue's device the name is
 * not known yet. */
CHILD(fails_at_objects_of_the_caller)
{
    static const char *const faults[] = {"clRetainMemObject:1:-5", "clRetainContext:1:-5",
                                         "clGetCommandQueueInfo:2:-5",
                                         "clGetCommandQueueInfo:3:-5"};
    struct mr_session *opened = NULL;
    mr_seq *source = NULL, *seq = NULL;
    mr_error err = {0};
    cl_int code;
    if (mr_session_open(&opened, NULL, false, &err)) printf("%s\n", err.message);
    mr_buffer given = {.dtype = MR_I64};
    given.memory =
        mr_cl_loaded()->clCreateBuffer(opened->context, CL_MEM_READ_ONLY, COUNT * 8, NULL, &code);
    const mr_stream_params params = {
        .engine = MR_ENGINE_OPENCL, .context = opened->context, .queue = opened->transfers};
    if (mr_seq_from_buffers(&source, &given, 1, COUNT, &err) ||
        mr_seq_pipe(&seq, source, "map(x + 1)", &err))
        printf("%s\n", err.message);
    for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
        mr_stream *s = NULL;
        ask_for_fault *ask = find_layer();
        (void)ask(faults[k], -1);
        mr_status st = mr_stream_open(&s, seq, &params, &err);
        (void)ask(NULL, -1);
        printf("%s %s\n", st ? err.call : "none", err.device[0] ? "named" : "nameless");
        mr_stream_close(&s);
    }
}

static void errors_at_objects_of_the_caller_name_the_device(void)
{
    check_child("fails_at_objects_of_the_caller",
                "clRetainMemObject named\nclRetainContext named\n"
                "clGetCommandQueueInfo named\nclGetCommandQueueInfo named\n",
                TWO_PARTS, NULL);
}

SUITE(buffer_source, {"buffers_of_the_caller_are_a_source", buffers_of_the_caller_are_a_source},
      {"buffers_in_the_wrong_place_are_refused", buffers_in_the_wrong_place_are_refused},
      {"errors_at_objects_of_the_caller_name_the_device",
       errors_at_objects_of_the_caller_name_the_device},
      NOTHING_IS_LEFT_BEHIND);
