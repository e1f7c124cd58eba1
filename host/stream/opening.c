/* Streams opened and closed: on the host engine, on a device, or on the one with the other to
 * follow. */
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <millrace/stream.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "emit/emit.h"
#include "engine/knobs.h"
#include "ir/op.h"
#include "plan/counting.h"
#include "stream/params.h"
#include "stream/save.h"
#include "stream/stream_parts.h"

static void tell_peaks(struct mr_stream *s)
{
    s->stats.peak_host_bytes = s->leg.plan->host_bytes;
    s->stats.peak_device_bytes = s->leg.plan->device_bytes;
}

/* A plan for the positions that the stream is to take. */
static mr_status make_plan(struct mr_plan **out, const struct mr_stream *s,
                           const mr_stream_params *params, const mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_params_plan(out, params, seq, err));
    if (s->until) mr_plan_end_at(*out, s->until);
    return MR_OK;
}

static mr_status open_host(struct mr_stream *s, const mr_seq *seq, const mr_stream_params *params,
                           const char *reason, mr_error *err)
{
    const struct mr_plan_limits limits = mr_limits_on_host(params);
    MR_TRY(make_plan(&s->leg.plan, s, params, seq, err));
    MR_TRY(mr_plan_fit(s->leg.plan, &limits, err));
    MR_TRY(mr_leg_open_host(&s->leg, &s->control, err));
    tell_peaks(s);
    (void)snprintf(s->leg.engine->reason, sizeof s->leg.engine->reason, "%.150s", reason);
    return MR_OK;
}

/* The device that the caller wants; *has_device tells whether there is one at all. */
static mr_status open_device(struct mr_stream *s, const mr_seq *seq, const mr_stream_params *params,
                             bool *has_device, mr_error *err)
{
    struct mr_plan *plan;
    struct mr_making *making;
    *has_device = false;
    MR_TRY(make_plan(&plan, s, params, seq, err));
    MR_TRY(mr_making_start(&making, &plan, params, NULL, err));
    MR_TRY(mr_making_take(&making, &s->leg, &s->control, has_device, err));
    tell_peaks(s);
    s->stats.native_math = params->native_math && mr_plan_has_native(s->leg.plan);
    return MR_OK;
}

/* When it is left to us and there is no device, the host engine. */
static mr_status open_leg(struct mr_stream *s, const mr_seq *seq, const mr_stream_params *params,
                          mr_error *err)
{
    mr_error why;
    bool has_device;
    if (params->engine == MR_ENGINE_HOST) return open_host(s, seq, params, "asked for", err);
    mr_status st = open_device(s, seq, params, &has_device, &why);
    bool must = params->engine == MR_ENGINE_OPENCL || params->device || params->context;
    if (st != MR_OK && !must && !has_device && st != MR_E_INTERRUPTED)
        return open_host(s, seq, params, why.message, err);
    if (st != MR_OK && err) *err = why;
    return st;
}

/* ---- opening on the host engine, with a device to follow ---- */

static mr_status open_relay(struct mr_stream *s, const mr_seq *seq, const mr_stream_params *params,
                            mr_error *err)
{
    struct mr_plan *device = NULL;
    mr_status st = make_plan(&s->leg.plan, s, params, seq, err);
    if (st == MR_OK) st = make_plan(&device, s, params, seq, err);
    if (st == MR_OK) st = mr_relay_fit(s->leg.plan, device, params, err);
    if (st == MR_OK) {
        s->stats.peak_host_bytes = s->leg.plan->host_bytes + device->host_bytes;
        s->stats.peak_device_bytes = device->device_bytes;
        st = mr_leg_open_host(&s->leg, &s->control, err);
    }
    if (st == MR_OK) st = mr_relay_create(&s->relay, &device, params, &s->control, err);
    mr_plan_destroy(&device);
    return st;
}

/* Where the host engine cannot begin (a limit too tight for two, memory of the device's) the device
 * is waited for. */
static mr_status open_any(struct mr_stream *s, const mr_seq *seq, const mr_stream_params *params,
                          mr_error *err)
{
    if (mr_relay_may_begin(params)) {
        mr_status st = open_relay(s, seq, params, err);
        if (st != MR_E_BUDGET && st != MR_E_NO_DEVICE) return st;
        mr_leg_close(&s->leg);
    }
    return open_leg(s, seq, params, err);
}

mr_status mr_stream_open_part(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                              int64_t from, int64_t until, mr_error *err)
{
    static const mr_stream_params defaults;
    if (!params) params = &defaults;
    MR_TRY(mr_params_check(params, err));
    struct mr_stream *s = mr_alloc(1, sizeof *s);
    if (!s) return mr_fail_no_memory(err, "a stream");
    s->process = getpid();
    s->from = from;
    s->until = until;
    s->control.cancel = params->cancel;
    s->control.is_brief = mr_params_are_brief(params);
    s->control.computed = &s->computed;
    s->seq = mr_seq_ref((struct mr_seq *)seq);
    (void)clock_gettime(CLOCK_MONOTONIC, &s->opened);
    s->max_memory_bytes = params->max_memory_bytes;
    s->poll = params->poll;
    s->poll_user = params->poll_user;
    if (s->poll) s->control.poll = mr_stream_poll;
    s->control.poll_user = s;
    mr_status st = mr_control_check(&s->control, err);
    if (st == MR_OK) st = mr_stream_note_origin(s, params, err);
    if (st == MR_OK) st = open_any(s, seq, params, err);
    if (st == MR_OK) st = mr_seq_claim(seq, &s->claimed, err);
    if (st == MR_OK)
        *out = s;
    else
        mr_stream_close(&s);
    return st;
}

mr_status mr_stream_open(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                         mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, seq);
    return mr_stream_open_part(out, seq, params, 0, 0, err);
}

void mr_stream_close(mr_stream **stream)
{
    if (!stream || !*stream) return;
    struct mr_stream *s = *stream;
    struct mr_engine *engine = s->leg.engine;
    bool is_forked = s->process != getpid();
    if (!is_forked && atomic_load(&s->is_busy)) return;
    atomic_store(&s->control.interrupted, true);
    if (engine && !is_forked) (void)engine->class->finish(engine, NULL);
    mr_leg_close(&s->leg);
    mr_relay_destroy(&s->relay);
    mr_reduction_free(&s->result);
    mr_shelf_close(&s->control.shelf);
    mr_seq_unclaim(s->seq, &s->claimed);
    mr_seq_unref(&s->seq);
    mr_free(s->files);
    mr_free(s);
    *stream = NULL;
}
