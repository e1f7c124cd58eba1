/* The OpenCL engine: a device, opened and closed. */
#include <stdio.h>

#include "base/memory.h"
#include "cl/selftest.h"
#include "cl/verdict.h"
#include "engine/device_shape.h"
#include "engine/engine.h"
#include "engine/knobs.h"
#include "engine/opencl_program.h"
#include "engine/opencl_slot.h"
#include "engine/opencl_unit.h"

static mr_status finish(struct mr_engine *engine, mr_error *err)
{
    struct mr_opencl *e = mr_opencl_of(engine);
    MR_TRY(mr_session_check(e->session, err));
    return mr_opencl_finish(e, err);
}

static bool is_unsettled(const struct mr_engine *engine)
{
    return ((const struct mr_opencl *)engine)->is_unsettled;
}

static void destroy(struct mr_engine **engine)
{
    if (!engine || !*engine) return;
    mr_session_close(&mr_opencl_of(*engine)->session);
    mr_free(*engine);
    *engine = NULL;
}

static const struct mr_engine_class opencl_class = {
    .name = "opencl",
    .program_create = mr_opencl_program_create,
    .program_build = mr_opencl_program_build,
    .program_bind = mr_opencl_program_bind,
    .program_destroy = mr_opencl_program_destroy,
    .slot_create = mr_slot_create,
    .slot_destroy = mr_slot_destroy,
    .place = mr_slot_place,
    .launch = mr_opencl_launch,
    .wait = mr_opencl_wait,
    .is_done = mr_opencl_is_done,
    .copy = mr_slot_copy,
    .map = mr_slot_map,
    .unmap = mr_slot_unmap,
    .keep = mr_slot_keep,
    .lend = mr_slot_lend,
    .carry_save = mr_slot_carry_save,
    .carry_load = mr_slot_carry_load,
    .is_unsettled = is_unsettled,
    .finish = finish,
    .destroy = destroy,
};

mr_status mr_opencl_engine_check(mr_error *err)
{
    mr_error local;
    if (!err) err = &local;
    return mr_cl(err) ? MR_OK : err->status;
}

void mr_opencl_engine_put_trial(const struct mr_engine *e, const struct mr_trial_fault *fault)
{
    mr_device_put_trial(&((const struct mr_opencl *)e)->session->device, fault->reason,
                        !fault->is_fleeting);
}

/* Takes the session over, also on failure. */
static mr_status create_engine(struct mr_engine **out, struct mr_session *session,
                               const mr_stream_params *params, mr_error *err)
{
    struct mr_opencl *e = mr_alloc(1, sizeof *e);
    mr_status st = e ? MR_OK : mr_fail_no_memory(err, "the engine");
    if (e) e->session = session;
    if (st == MR_OK) st = mr_shape_on_device(&e->base.profile, &session->device, params, NULL, err);
    if (st != MR_OK) {
        mr_session_close(&session);
        mr_free(e);
        return st;
    }
    e->base.class = &opencl_class;
    const struct mr_device *device = &e->session->device;
    e->staged = !mr_params_share_memory(params, device->shares_memory);
    e->shares_finely = !e->staged && device->shares_finely;
    e->pins = e->staged;
    e->base.shares_memory = !e->staged;
    /* Drivers of other devices pin what they read, which a file's pages may not bear. */
    e->base.reads_in_place = !e->staged && !params->no_map && (device->type & CL_DEVICE_TYPE_CPU);
    e->base.has_fp64 = device->has_fp64;
    e->base.needs_trial = !mr_device_is_tried(device);
    e->base.parallel = device->compute_units;
    (void)snprintf(e->base.device, sizeof e->base.device, "%s", device->name);
    (void)snprintf(e->base.reason, sizeof e->base.reason, "%s", device->reason);
    *out = &e->base;
    return MR_OK;
}

mr_status mr_opencl_engine_create(struct mr_engine **out, const mr_stream_params *params,
                                  bool needs_fp64, mr_error *err)
{
    struct mr_session *session;
    *out = NULL;
    MR_TRY(mr_session_open(&session, params, needs_fp64, err));
    return create_engine(out, session, params, err);
}

mr_status mr_opencl_engine_create_on(struct mr_engine **out, const struct mr_device *device,
                                     const mr_stream_params *params, mr_error *err)
{
    struct mr_session *session;
    *out = NULL;
    MR_TRY(mr_session_open_on(&session, device, err));
    return create_engine(out, session, params, err);
}
