#include "cl/own_context.h"

#include "cl/session.h"
#include "suite.h"

void own_context_make(struct own_context *o)
{
    struct mr_session *s = NULL;
    cl_int code;
    CU_ASSERT_EQUAL_FATAL(mr_session_open(&s, NULL, false, NULL), MR_OK);
    *o = (struct own_context){.cl = mr_cl_loaded(), .device = s->device.id};
    mr_session_close(&s);
    o->context = o->cl->clCreateContext(NULL, 1, &o->device, NULL, NULL, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
    o->queue = o->cl->clCreateCommandQueue(o->context, o->device, 0, &code);
    CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
}

void own_context_free(struct own_context *o)
{
    CU_ASSERT_EQUAL(o->cl->clReleaseCommandQueue(o->queue), CL_SUCCESS);
    CU_ASSERT_EQUAL(o->cl->clReleaseContext(o->context), CL_SUCCESS);
}

cl_command_queue own_queue_for(const mr_device_batch *b)
{
    const struct mr_cl *cl = mr_cl_loaded();
    cl_context context = NULL;
    cl_device_id device = NULL;
    (void)cl->clGetMemObjectInfo(b->buffers[0], CL_MEM_CONTEXT, sizeof(cl_context), &context, NULL);
    (void)cl->clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof device, &device, NULL);
    return cl->clCreateCommandQueue(context, device, 0, NULL);
}

bool own_read(cl_command_queue queue, const mr_device_batch *b, size_t c, size_t from, size_t count,
              size_t width, void *to)
{
    return mr_cl_loaded()->clEnqueueReadBuffer(
               queue, b->buffers[c], CL_TRUE, (b->offset + from) * width, count * width, to,
               b->event ? 1 : 0, b->event ? &b->event : NULL, NULL) == CL_SUCCESS;
}
