/* Sequences over OpenCL buffers of the caller. */
#include <millrace/device.h>

#include "cl/own_context.h"
#include "rig.h"

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

SUITE(buffer_source, {"buffers_of_the_caller_are_a_source", buffers_of_the_caller_are_a_source},
      {"buffers_in_the_wrong_place_are_refused", buffers_in_the_wrong_place_are_refused},
      NOTHING_IS_LEFT_BEHIND);
