/* The contexts of the process. Making one is slow and compiled programs belong to it, so each
 * device has one that all sessions share and that stays for the next session. */
#ifndef MR_CL_CONTEXT_H
#define MR_CL_CONTEXT_H

#include "cl/device_choice.h"

/* The shared context of a device, made if there is none. */
mr_status mr_context_acquire(cl_context *out, const struct mr_device *device, mr_error *err);

/* The caller's context, retained while any session uses it; `device` names its device in errors. */
mr_status mr_context_acquire_foreign(cl_context context, const char *device, mr_error *err);

/* Gives back either kind and nulls the handle. A foreign one is released with its last session,
 * and so is one that some session lost. */
void mr_context_give_back(cl_context *context, bool is_lost);

#endif
