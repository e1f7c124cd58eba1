/* The door to OpenCL: libOpenCL is opened at run time, so that millrace starts on machines without
 * it. Nothing outside host/cl calls a function of this table. */
#ifndef MR_CL_LOADER_H
#define MR_CL_LOADER_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 200
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#elif CL_TARGET_OPENCL_VERSION < 200
#error "millrace itself is built for OpenCL 2.0 headers; devices may be of 1.2"
#endif
#include <CL/cl.h>

#include <stdbool.h>

#include "base/error.h"
#include "cl/functions.h"

struct mr_cl {
#define MR_CL_MEMBER(name, place) __typeof__(&name) name;
    MR_CL_FUNCTIONS(MR_CL_MEMBER)
    MR_CL_LATER_FUNCTIONS(MR_CL_MEMBER)
#undef MR_CL_MEMBER
};

/* The table, loaded at the first call by whichever thread comes first; NULL with MR_E_NO_DEVICE
 * when there is no loader, or with MR_E_FORKED in a child of the process that loaded it.
 * MILLRACE_OPENCL_LIBRARY names another file than libOpenCL.so.1, a loader or a driver. Without a
 * loader NVIDIA's driver is opened by itself.
 * The first call sets POCL_CACHE_DIR if nothing else gives PoCL a folder of the user's own. */
const struct mr_cl *mr_cl(mr_error *err);

/* Whether the table is that of one driver that was opened by itself: no list of drivers is read. */
bool mr_cl_is_driver(void);

/* The table for code that holds an OpenCL object and so knows that it is loaded. */
const struct mr_cl *mr_cl_loaded(void);

#endif
