#include "engine/device_shape.h"

#include "cl/tuned.h"
#include "cl/verdict.h"

mr_status mr_shape_as_asked(struct mr_profile *shape, const mr_stream_params *params, mr_error *err)
{
    shape->native_math = params->native_math;
    return params->shape ? mr_profile_parse(shape, params->shape, err) : MR_OK;
}

mr_status mr_shape_on_device(struct mr_profile *out, const struct mr_device *device,
                             const mr_stream_params *params, bool *tuned, mr_error *err)
{
    if (tuned) *tuned = false;
    *out = mr_profiles[MR_PROFILE_CPU];
    out->has_fp64 = true;
    if (device) mr_device_profile(out, device, tuned);
    MR_TRY(mr_shape_as_asked(out, params, err));
    if (device && mr_rungs[device->rung].is_plain) mr_profile_make_plain(out);
    return MR_OK;
}
