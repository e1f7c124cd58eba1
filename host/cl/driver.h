/* A driver opened by itself, without a loader: on machines that have the driver's library and no
 * libOpenCL, as containers with NVIDIA's often are. Loaders reach a driver through two things that
 * the extension cl_khr_icd prescribes: a function that lists its platforms, and a table of its
 * functions that each of its objects begins with. Both serve us as well; then this driver is the
 * only one. */
#ifndef MR_CL_DRIVER_H
#define MR_CL_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the library is a driver's: it exports no functions for programs, but what loaders ask
 * for. */
bool mr_is_driver(void *library);

/* symbols[k] becomes the function at places[k] of the driver's table, NULL where it has none; place
 * 0, clGetPlatformIDs, the function that lists its platforms. False when the driver has no
 * platform: then all of them are NULL. */
bool mr_driver_functions(void *library, const unsigned places[], size_t count, void *symbols[]);

#endif
