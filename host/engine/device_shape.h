/* The shape of code that a stream has on a device. */
#ifndef MR_ENGINE_DEVICE_SHAPE_H
#define MR_ENGINE_DEVICE_SHAPE_H

#include <millrace/stream.h>

#include "cl/device_choice.h"
#include "plan/profile.h"

/* What the caller asks of a shape: another one (params->shape), functions that are the device's
 * own. */
mr_status mr_shape_as_asked(struct mr_profile *shape, const mr_stream_params *params,
                            mr_error *err);

/* The device's, as the table or `millrace tune` has it, or the caller's own; on a rung without
 * vectors it has none. NULL: of CPUs. `tuned` (may be NULL) says whether it was tuned. */
mr_status mr_shape_on_device(struct mr_profile *out, const struct mr_device *device,
                             const mr_stream_params *params, bool *tuned, mr_error *err);

#endif
