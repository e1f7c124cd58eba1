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

/* Whether it is a failed call that says something of the device or its driver. That no memory is
 * left for a buffer does not: others may have taken it. */
bool mr_cl_tells_of_device(const mr_error *err);

/* Whether what failed may succeed when others give back memory, or room on a disk. */
bool mr_cl_may_be_a_lack(const mr_error *err);
extern const char mr_cl_lack_hint[]; /* for a device that was refused for it */

#endif
