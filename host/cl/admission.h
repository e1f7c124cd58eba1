/* Which implementations of OpenCL a stream goes over to by itself.
 *
 * Drivers miscompile. A wrong answer is worse than a slower one, so without being asked a stream
 * takes only implementations that this project verified (docs/drivers.md), or which were seen on
 * this machine to agree with the host engine (millrace verify --all). A device that is named is
 * taken in any case, once it has passed its self-test. */
#ifndef MR_CL_ADMISSION_H
#define MR_CL_ADMISSION_H

#include "cl/device_choice.h"

bool mr_device_is_admitted(const struct mr_device *device);

/* Puts down for later processes that the device agreed, or did not. */
void mr_device_admit(const struct mr_device *device, bool agrees);

#endif
