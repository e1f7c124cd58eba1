/* Failed OpenCL calls as errors. */
#ifndef MR_CL_ERROR_CODE_H
#define MR_CL_ERROR_CODE_H

#include "base/error.h"
#include "cl/loader.h"

/* "CL_OUT_OF_RESOURCES" and so on; "unknown OpenCL error" for what is not in the table. */
const char *mr_cl_code_name(cl_int code);

/* A failed call: "clX failed: CL_Y (format... on 'device')". MR_E_NO_MEMORY for codes that mean it,
 * else MR_E_OPENCL. `device` and `format` may be NULL. */
mr_status mr_cl_fail(mr_error *err, cl_int code, const char *call, const char *device,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
