#include "stream/params.h"

#include "base/error.h"

static mr_status fail_ignored(const char *name, const char *why, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_VALUE, "%s: %s", name, why);
    return mr_error_hint(err, st, "leave it out, or choose MR_ENGINE_OPENCL");
}

static mr_status check_host(const mr_stream_params *p, mr_error *err)
{
    static const char *const why = "the host engine has no use for it";
    if (p->device) return fail_ignored("mr_stream_params.device", why, err);
    if (p->context) return fail_ignored("context", why, err);
    if (p->queue) return fail_ignored("queue", why, err);
    if (p->shape) return fail_ignored("mr_stream_params.shape", why, err);
    if (p->native_math) return fail_ignored("mr_stream_params.native_math", why, err);
    return MR_OK;
}

static mr_status check_own_context(const mr_stream_params *p, mr_error *err)
{
    if (!p->context != !p->queue) {
        mr_status st = mr_fail(err, MR_E_VALUE, "%s: given without %s",
                               p->context ? "context" : "queue", p->context ? "queue" : "context");
        return mr_error_hint(err, st, "give both, or neither to have millrace make its own");
    }
    if (!p->context || !p->device) return MR_OK;
    mr_status st = mr_fail(err, MR_E_VALUE, "mr_stream_params.device: the queue has one already");
    return mr_error_hint(err, st, "give either a device's name or a context and a queue");
}

mr_status mr_params_check(const mr_stream_params *p, mr_error *err)
{
    struct mr_profile ignored = mr_profiles[MR_PROFILE_CPU];
    MR_NEED_ZERO(err, "mr_stream_params", p->reserved);
    if (p->engine != MR_ENGINE_AUTO && p->engine != MR_ENGINE_HOST &&
        p->engine != MR_ENGINE_OPENCL) {
        mr_status st = mr_fail(err, MR_E_VALUE, "engine: %d is none", (int)p->engine);
        return mr_error_hint(err, st, "MR_ENGINE_AUTO, MR_ENGINE_HOST or MR_ENGINE_OPENCL");
    }
    if (p->engine == MR_ENGINE_HOST) return check_host(p, err);
    if (p->shape) MR_TRY(mr_profile_parse(&ignored, p->shape, err));
    return check_own_context(p, err);
}

mr_status mr_params_plan(struct mr_plan **out, const mr_stream_params *params, const mr_seq *seq,
                         mr_error *err)
{
    MR_TRY(mr_plan_create(out, seq, !params->no_fuse, err));
    if (params->watch_sums) mr_plan_watch_sums(*out);
    return MR_OK;
}

struct mr_plan_limits mr_limits_on_host(const mr_stream_params *params)
{
    return (struct mr_plan_limits){.batch = params->batch_elems,
                                   .ring = params->ring_slots,
                                   .max_memory_bytes = params->max_memory_bytes};
}

struct mr_plan_limits mr_limits_on_device(const mr_stream_params *params,
                                          const struct mr_profile *shape, bool shares_memory,
                                          unsigned devices)
{
    struct mr_plan_limits limits = mr_limits_on_host(params);
    limits.on_device = true;
    limits.staged = !shares_memory;
    limits.profile = shape;
    limits.devices = devices;
    return limits;
}

struct mr_plan_limits mr_limits_on(const mr_stream_params *params, const struct mr_engine *engine)
{
    if (!engine->class->lend) return mr_limits_on_host(params);
    struct mr_plan_limits limits =
        mr_limits_on_device(params, &engine->profile, engine->shares_memory, engine->devices);
    limits.others = engine->other_shapes;
    return limits;
}

struct mr_told mr_told_of(const struct mr_plan *plan)
{
    return (struct mr_told){
        .batch = plan->batch, .ring = plan->ring, .bytes = plan->host_bytes + plan->device_bytes};
}

void mr_limits_within(struct mr_plan_limits *limits, const struct mr_told *told)
{
    limits->batch = told->batch;
    limits->ring = told->ring;
    limits->max_memory_bytes = told->bytes;
    limits->most_unit = MR_PROFILE_UNIT_OF_ANY_DEVICE;
}
