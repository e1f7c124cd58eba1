#include "stream/relay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "emit/emit.h"
#include "engine/device_shape.h"
#include "engine/knobs.h"
#include "plan/kind.h"
#include "stream/consumers.h"

/* What is done in this time on the host needs no device: opening one takes ten times as long. */
enum { START_AFTER_NS = 4000000 };

/* A stream that lived so long would have gained by the device, had its kernels been there. */
enum { WORTH_KERNELS_NS = 250000000 };

struct mr_relay {
    struct mr_plan *plan; /* the device's, until its making starts */
    struct mr_making *making;
    mr_stream_params params;
    char shape[MR_PROFILE_TEXT_BYTES]; /* of the params, which need not stay */
    struct mr_control *control;
    struct mr_told told;
    struct mr_consumers consumers;
    int64_t opened_ns, begun_ns; /* begun: by the first pull */
    int64_t passed_at;
    bool watches_consumers, is_begun, is_started, is_over;
    mr_error error;         /* why there is no device */
    struct mr_plan *former; /* the host's: an iteration may still look into it */
    char device[96];        /* that was passed to */
    char returned[160];     /* "", or why the host engine goes on */
};

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
    largest.unit = MR_PROFILE_UNIT_OF_ANY_DEVICE;
    MR_TRY(mr_shape_as_asked(&largest, params, err));
    struct mr_plan_limits limits = mr_limits_on_device(params, &largest, false, 1);
    limits.max_memory_bytes = limit_left(most, most / 4);
    MR_TRY(mr_plan_fit(device, &limits, err));
    const struct mr_told told = mr_told_of(device);
    limits = mr_limits_on_host(params);
    mr_limits_within(&limits, &told);
    limits.max_memory_bytes = limit_left(most, told.bytes);
    limits.most_unit = device->target;
    return mr_plan_fit(host, &limits, err);
}

/* There is nothing to wait for any more. */
static void end(struct mr_relay *r)
{
    r->is_over = true;
    r->control->is_due = NULL;
    r->control->pause = false;
}

static void start(struct mr_relay *r)
{
    r->is_started = true;
    mr_status st = mr_making_start(&r->making, &r->plan, &r->params, &r->told, &r->error);
    if (st != MR_OK) end(r);
}

/* Whether there is something to do for the stream, in the middle of a unit as well: to start, or to
 * pass. */
static bool is_wanted(void *relay)
{
    struct mr_relay *r = relay;
    if (mr_params_device_at_unit(&r->params)) return false;
    if (r->is_started && !mr_making_is_done(r->making)) return false;
    int64_t now = mr_now_ns();
    return now - r->begun_ns >= START_AFTER_NS && mr_consumers_wait(&r->consumers, now);
}

mr_status mr_relay_create(struct mr_relay **out, struct mr_plan **plan,
                          const mr_stream_params *params, struct mr_control *control, mr_error *err)
{
    struct mr_relay *r = mr_alloc(1, sizeof *r);
    *out = NULL;
    if (!r) {
        mr_plan_destroy(plan);
        return mr_fail_no_memory(err, "a stream");
    }
    r->plan = *plan;
    *plan = NULL;
    r->params = *params;
    if (params->shape) {
        (void)snprintf(r->shape, sizeof r->shape, "%s", params->shape);
        r->params.shape = r->shape;
    }
    r->control = control;
    control->is_due = is_wanted;
    control->due_user = r;
    r->told = mr_told_of(r->plan);
    r->passed_at = -1;
    r->opened_ns = r->begun_ns = mr_now_ns();
    if (mr_params_device_at_unit(params)) start(r);
    *out = r;
    return MR_OK;
}

static bool is_due(struct mr_relay *r)
{
    unsigned at_unit = mr_params_device_at_unit(&r->params);
    return at_unit ? r->control->units + 1 >= at_unit : r->is_started && is_wanted(r);
}

/* Where a root runner stands: reductions make no elements. */
static int64_t position_of(const struct mr_runner *root)
{
    if (!mr_kind_of(root->segment->kind)->is_terminal) return root->at.given;
    return root->program || !root->inputs[0] ? root->at.next : root->inputs[0]->at.given;
}

void mr_relay_pass(struct mr_relay *relay, struct mr_leg *leg)
{
    struct mr_leg next;
    if (!relay->is_over && !relay->is_started) start(relay);
    if (relay->is_over) return;
    end(relay);
    mr_status st = mr_making_take(&relay->making, &next, relay->control, NULL, &relay->error);
    if (st == MR_OK) st = mr_runner_take_over(next.root, leg->root, &relay->error);
    if (st != MR_OK) {
        mr_leg_close(&next);
        return;
    }
    relay->passed_at = position_of(leg->root);
    (void)snprintf(relay->device, sizeof relay->device, "%s", next.engine->device);
    relay->former = leg->plan;
    leg->plan = NULL;
    mr_leg_close(leg);
    *leg = next;
}

void mr_relay_watch_consumers(struct mr_relay *relay)
{
    if (relay) relay->watches_consumers = true;
}

void mr_relay_pull_begins(struct mr_relay *relay)
{
    const void *thread = mr_this_thread();
    if (!relay || relay->is_over || !relay->watches_consumers) return;
    if (mr_consumers_are_just(&relay->consumers, thread)) return;
    mr_consumers_begin(&relay->consumers, thread, mr_now_ns());
}

void mr_relay_pull_ends(struct mr_relay *relay)
{
    if (relay && relay->consumers.is_pulling) mr_consumers_end(&relay->consumers, mr_now_ns());
}

void mr_relay_tick(struct mr_relay *relay, struct mr_leg *leg)
{
    if (!relay || relay->is_over) return;
    if (!relay->is_begun) relay->begun_ns = mr_now_ns();
    relay->is_begun = true;
    if (!relay->control->pause) return;
    relay->control->pause = false;
    if (!relay->is_started && is_wanted(relay)) start(relay);
    if (!relay->is_over && is_due(relay)) mr_relay_pass(relay, leg);
}

/* Opens the host's leg where `from` is. */
static mr_status open_former(struct mr_leg *host, struct mr_runner *from,
                             struct mr_control *control)
{
    struct mr_bytes_out out = {.bytes = NULL};
    mr_runner_save(from, 0, &out);
    out = (struct mr_bytes_out){.bytes = mr_alloc(1, out.used), .size = out.used};
    if (!out.bytes) return MR_E_NO_MEMORY;
    mr_runner_save(from, 0, &out);
    struct mr_bytes_in in = {.bytes = out.bytes, .size = out.used};
    mr_status st = mr_leg_open_host(host, control, NULL);
    if (st == MR_OK) st = mr_runner_restore(host->root, &in, NULL);
    mr_free(out.bytes);
    return st;
}

bool mr_relay_return(struct mr_relay *relay, struct mr_leg *leg, int64_t position,
                     const mr_error *why)
{
    if (!relay || !relay->former || !why->call[0] || leg->root->segment->is_live) return false;
    struct mr_leg host = {.plan = relay->former};
    struct mr_runner *from = leg->root;
    if (open_former(&host, from, relay->control) != MR_OK) {
        host.plan = NULL;
        mr_leg_close(&host);
        return false;
    }
    bool is_terminal = mr_kind_of(from->segment->kind)->is_terminal;
    if (is_terminal && from->kind->move) from->kind->move(host.root, from);
    mr_leg_close(leg);
    *leg = host;
    relay->former = NULL;
    (void)snprintf(relay->returned, sizeof relay->returned,
                   "from element %" PRId64 " on, as %.110s", position, why->message);
    return true;
}

int64_t mr_relay_passed_at(const struct mr_relay *relay)
{
    return relay->passed_at;
}

const char *mr_relay_device(const struct mr_relay *relay)
{
    return relay && relay->passed_at >= 0 ? relay->device : NULL;
}

const char *mr_relay_reason(const struct mr_relay *relay)
{
    if (relay->returned[0]) return relay->returned;
    if (relay->passed_at >= 0) return NULL;
    if (relay->is_over) return relay->error.message;
    if (mr_consumers_are_several(&relay->consumers)) return "quick enough for those who pull";
    return relay->is_started ? "until the device is ready" : "over before a device was asked for";
}

void mr_relay_destroy(struct mr_relay **relay)
{
    struct mr_relay *r = *relay;
    if (!r) return;
    *relay = NULL;
    mr_making_leave(&r->making, mr_now_ns() - r->opened_ns >= WORTH_KERNELS_NS);
    mr_plan_destroy(&r->plan);
    mr_plan_destroy(&r->former);
    mr_free(r);
}
