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
