#include "stream/relay.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/signals.h"
#include "emit/emit.h"
#include "engine/knobs.h"

/* What is done in this time on the host needs no device: opening one takes ten times as long. */
enum { START_AFTER_NS = 4000000 };

struct mr_relay {
    struct mr_leg leg; /* the device's; the thread's own until it is joined */
    mr_stream_params params;
    char shape[MR_PROFILE_TEXT_BYTES]; /* of the params, which need not stay */
    struct mr_control *control;
    size_t bound_bytes;
    int64_t opened_ns;
    int64_t units; /* begun so far */
    int64_t passed_at;
    pthread_t thread;
    bool is_started, is_over;
    atomic_bool is_ready; /* the thread is done, well or not */
    mr_status status;     /* of the device; the thread's, too */
    mr_error error;
    struct mr_plan *former; /* of the leg before: an iteration may still look into it */
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void mr_leg_close(struct mr_leg *leg)
{
    mr_runner_destroy(&leg->root);
    if (leg->engine) leg->engine->class->destroy(&leg->engine);
    mr_plan_destroy(&leg->plan);
}

bool mr_relay_may_begin(const mr_stream_params *params)
{
    bool is_ours = params->engine == MR_ENGINE_AUTO && !params->device && !params->context &&
                   !params->queue && mr_params_device_at_unit(params) != 1 && !params->native_math;
    return is_ours && mr_opencl_engine_check(NULL) == MR_OK;
}

/* 0 stands for no limit, and for nothing that is left of one. */
static size_t limit_left(size_t most, size_t taken)
{
    return most == 0 ? 0 : most > taken ? most - taken : 1;
}

mr_status mr_relay_fit(struct mr_plan *host, struct mr_plan *device, const mr_stream_params *params,
                       mr_error *err)
{
    size_t most = params->max_memory_bytes;
    struct mr_profile largest = mr_profiles[MR_PROFILE_DISCRETE];
    largest.unit = MR_PROFILE_MOST_UNIT;
    if (params->shape) MR_TRY(mr_profile_parse(&largest, params->shape, err));
    struct mr_plan_limits limits = {.profile = &largest,
                                    .batch = params->batch_elems,
                                    .ring = params->ring_slots,
                                    .max_memory_bytes = limit_left(most, most / 4),
                                    .on_device = true,
                                    .staged = true};
    MR_TRY(mr_plan_fit(device, &limits, err));
    size_t taken = device->host_bytes + device->device_bytes;
    limits = (struct mr_plan_limits){.batch = device->batch,
                                     .ring = device->ring,
                                     .max_memory_bytes = limit_left(most, taken),
                                     .most_unit = device->target};
    return mr_plan_fit(host, &limits, err);
}

/* ---- the thread ---- */

/* Within the bound that was told at opening: the device at hand can only need less. */
static mr_status fit(struct mr_relay *r, mr_error *err)
{
    const struct mr_plan_limits limits = {
        .batch = r->leg.plan->batch,
        .ring = r->leg.plan->ring,
        .max_memory_bytes = r->bound_bytes,
        .on_device = true,
        .staged = !r->leg.engine->shares_memory,
        .profile = &r->leg.engine->profile,
    };
    return mr_plan_fit(r->leg.plan, &limits, err);
}

static mr_status make_ready(struct mr_relay *r, mr_error *err)
{
    struct mr_plan *plan = r->leg.plan;
    MR_TRY(mr_opencl_engine_create(&r->leg.engine, &r->params, mr_plan_needs_fp64(plan), err));
    MR_TRY(fit(r, err));
    MR_TRY(mr_runner_create(&r->leg.root, plan->segments[plan->segment_count - 1], r->leg.engine,
                            r->control, err));
    return mr_runner_warm(r->leg.root, err);
}

static void *run(void *relay)
{
    struct mr_relay *r = relay;
    r->status = make_ready(r, &r->error);
    atomic_store(&r->is_ready, true);
    return NULL;
}

static void start(struct mr_relay *r)
{
    sigset_t former;
    r->is_started = true;
    mr_signals_block(&former);
    int code = pthread_create(&r->thread, NULL, run, r);
    mr_signals_restore(&former);
    if (code == 0) return;
    r->status = mr_fail(&r->error, MR_E_NO_MEMORY, "no thread for the device: %s", strerror(code));
    r->is_over = true;
}

static void join(struct mr_relay *r)
{
    if (!r->is_started) start(r);
    if (!r->is_over) (void)pthread_join(r->thread, NULL);
    r->is_over = true;
}

/* ---- the caller ---- */

mr_status mr_relay_create(struct mr_relay **out, struct mr_plan **plan,
                          const mr_stream_params *params, struct mr_control *control, mr_error *err)
{
    struct mr_relay *r = mr_alloc(1, sizeof *r);
    *out = NULL;
    if (!r) {
        mr_plan_destroy(plan);
        return mr_fail_no_memory(err, "a stream");
    }
    r->leg.plan = *plan;
    *plan = NULL;
    r->params = *params;
    if (params->shape) {
        (void)snprintf(r->shape, sizeof r->shape, "%s", params->shape);
        r->params.shape = r->shape;
    }
    r->control = control;
    r->bound_bytes = r->leg.plan->host_bytes + r->leg.plan->device_bytes;
    r->passed_at = -1;
    r->opened_ns = now_ns();
    if (mr_params_device_at_unit(params)) start(r);
    *out = r;
    return MR_OK;
}

void mr_relay_count_unit(struct mr_relay *relay)
{
    if (relay) relay->units++;
}

bool mr_relay_is_due(struct mr_relay *relay)
{
    if (!relay || relay->is_over) return false;
    unsigned at_unit = mr_params_device_at_unit(&relay->params);
    if (at_unit) return relay->units + 1 >= at_unit;
    if (!relay->is_started && now_ns() - relay->opened_ns >= START_AFTER_NS) start(relay);
    return relay->is_started && atomic_load(&relay->is_ready);
}

/* Where a root runner stands: reductions make no elements. */
static int64_t position_of(const struct mr_runner *root)
{
    if (root->segment->kind != MR_KIND_REDUCE) return root->given;
    return root->program || !root->inputs[0] ? root->next : root->inputs[0]->given;
}

void mr_relay_pass(struct mr_relay *relay, struct mr_leg *leg)
{
    if (relay->is_over) return;
    join(relay);
    if (relay->status == MR_OK)
        relay->status = mr_runner_take_over(relay->leg.root, leg->root, &relay->error);
    if (relay->status != MR_OK) {
        mr_leg_close(&relay->leg);
        return;
    }
    relay->passed_at = position_of(leg->root);
    relay->former = leg->plan;
    leg->plan = NULL;
    mr_leg_close(leg);
    *leg = relay->leg;
    relay->leg = (struct mr_leg){.root = NULL};
}

int64_t mr_relay_passed_at(const struct mr_relay *relay)
{
    return relay->passed_at;
}

const char *mr_relay_reason(const struct mr_relay *relay)
{
    if (relay->is_over) return relay->error.message;
    return relay->is_started ? "until the device is ready" : "over before a device was asked for";
}

void mr_relay_destroy(struct mr_relay **relay, bool is_forked)
{
    struct mr_relay *r = *relay;
    if (!r) return;
    *relay = NULL;
    if (is_forked && r->is_started && !r->is_over) return;
    if (r->is_started) join(r);
    mr_leg_close(&r->leg);
    mr_plan_destroy(&r->former);
    mr_free(r);
}
