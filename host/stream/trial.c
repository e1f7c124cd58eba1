#include "stream/trial.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "cl/error_code.h"
#include "cl/session.h"
#include "engine/several_engine.h"
#include "plan/kind.h"
#include "stream/leg.h"
#include "stream/params.h"
#include "stream/reduction.h"

/* 5000 positions: four leaves and a part of one. Without f64 its place is f32's. */
static const char *const bases[] = {
    "range(5000) | map(a: f32(x)*0.37 - 900, b: x*x % 1009 - 7*x, c: u32(x)*2654435761)",
    "range(5000) | map(a: x*0.37 - 900, b: x*x % 1009 - 7*x, c: u32(x)*2654435761)",
};

/* Between them they have each text of kernels/skeleton, in the shape of CPUs or that of GPUs
 * (tests/stream/trial_test.c). */
static const struct {
    const char *skeleton;
    const char *stages; /* behind a base, or a whole pipeline */
    bool needs_fp64;
} trials[] = {
    {"fused", "", false},
    {"loop", "range(5000) | loop(n: n*5 ^ x, init=x, while=(n & 24) != 8, most=9)", false},
    {"compact", " | filter(b % 3 != 1 && c > 1000)", false},
    {"reduce", " | filter(c % 5 != 2) | max()", false},
    {"reduce (sum)", " | map(a: i32(a), b, c) | sum()", false},
    {"moments", " | map(a*a) | var()", true},
    {"exact", " | map(a, b) | sum(exact)", true},
    {"scan", " | map(a) | scan(sum)", true},
    {"scan of integers", " | map(b, c) | scan(max)", false},
    {"window", " | map(a, b) | window(7, max)", false},
    {"long window", " | map(c) | window(72, sum)", false},
    {"chunk", " | map(b) | chunk(100, sum)", false},
    {"chunks of leaves", " | map(c) | chunk(2300, sum)", false},
    {"hist", " | map(a*1.0) | hist(40, -900, 950)", true},
    {"recur", "mrg32k3a() | take(5000)", false},
    {"state", "iterate(s: t, t: t*3 ^ i, init=(0, 1)) | take(5000)", false},
    {"states", " | map(x: b) | scan(s: s*3 ^ x, init=0, every=37)", false},
};

enum { COUNT = sizeof trials / sizeof trials[0], BATCH = 8192 };

bool mr_trial_text(char text[MR_TRIAL_TEXT_BYTES], size_t k, bool has_fp64)
{
    if (k >= COUNT) return false;
    const char *stages = trials[k].stages, *base = bases[has_fp64];
    bool is_whole = stages[0] && stages[0] != ' ', is_left_out = trials[k].needs_fp64 && !has_fp64;
    (void)snprintf(text, MR_TRIAL_TEXT_BYTES, "%s%s", is_whole || is_left_out ? "" : base,
                   is_left_out ? "" : stages);
    return true;
}

static mr_status open_leg(struct mr_leg *leg, const mr_seq *seq, struct mr_engine *engine,
                          struct mr_control *control, mr_error *err)
{
    const mr_stream_params params = {.batch_elems = BATCH};
    const struct mr_plan_limits limits = mr_limits_on(&params, engine);
    MR_TRY(mr_plan_create(&leg->plan, seq, true, err));
    MR_TRY(mr_plan_fit(leg->plan, &limits, err));
    leg->engine = engine;
    MR_TRY(mr_leg_create_root(leg, control, err));
    MR_TRY(mr_runner_warm(leg->root, err));
    MR_TRY(mr_runner_bind(leg->root, control, err));
    return mr_runner_seek(leg->root, 0, err);
}

static uint64_t hash_columns(const struct mr_segment *root, const void *const columns[],
                             size_t count)
{
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, &count, sizeof count);
    for (size_t c = 0; c < root->column_count; c++)
        hash = mr_hash_bytes(hash, columns[c], count * mr_dtype_size(root->columns[c].dtype));
    return hash;
}

static mr_status hash_value(uint64_t *hash, struct mr_leg *leg, mr_error *err)
{
    struct mr_reduction value = {.entries = 0};
    const void *columns[MR_MAX_COLUMNS] = {NULL};
    mr_status st = mr_reduction_run(&value, leg, NULL, err);
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++) columns[c] = value.columns[c];
    if (st == MR_OK) *hash = hash_columns(leg->root->segment, columns, value.entries);
    mr_reduction_free(&value);
    return st;
}

/* All elements are one batch. */
static mr_status hash_elements(uint64_t *hash, struct mr_leg *leg, mr_error *err)
{
    const void *columns[MR_MAX_COLUMNS] = {NULL};
    struct mr_runner *root = leg->root;
    enum mr_fill how;
    MR_TRY(mr_runner_fill(root, BATCH, &how, err));
    MR_TRY(mr_runner_tell_failure(root, err));
    if (mr_runner_unread(root) > 0) MR_TRY(mr_runner_map(root, columns, err));
    *hash = hash_columns(root->segment, columns, mr_runner_unread(root));
    return MR_OK;
}

/* The engine stays open. */
static mr_status hash_on(uint64_t *hash, const mr_seq *seq, struct mr_engine *engine, mr_error *err)
{
    struct mr_leg leg = {.root = NULL};
    struct mr_control control = {.units = 0};
    mr_status st = open_leg(&leg, seq, engine, &control, err);
    if (st == MR_OK)
        st = mr_kind_of(leg.root->segment->kind)->is_terminal ? hash_value(hash, &leg, err)
                                                              : hash_elements(hash, &leg, err);
    (void)engine->class->finish(engine, NULL);
    leg.engine = NULL;
    mr_leg_close(&leg);
    return st;
}

/* What says nothing of the device: what this process lacks, or that nobody waits any more. */
static bool is_of_the_process(mr_status st, const mr_error *why)
{
    if (st != MR_OK && why->call[0]) return !mr_cl_tells_of_device(why);
    return st == MR_E_NO_MEMORY || st == MR_E_LIMIT || st == MR_E_INTERRUPTED;
}

static void (*told)(const char *phase);

void mr_trial_tell(void (*say)(const char *phase))
{
    told = say;
}

static void tell(size_t trial)
{
    char phase[64];
    (void)snprintf(phase, sizeof phase, "the trial of %s", trials[trial].skeleton);
    if (told) told(phase);
}

static mr_status try_one(struct mr_trial_fault *fault, size_t trial, bool has_fp64,
                         struct mr_engine *host, struct mr_engine *device, mr_error *err)
{
    mr_seq *seq = NULL;
    uint64_t hashes[2] = {0, 0};
    char text[MR_TRIAL_TEXT_BYTES];
    if (!mr_trial_text(text, trial, has_fp64) || !text[0]) return MR_OK;
    mr_status st = mr_seq_parse(&seq, text, err);
    if (st == MR_OK) st = hash_on(&hashes[0], seq, host, err);
    if (st == MR_OK) {
        mr_error why = {.status = MR_OK};
        st = hash_on(&hashes[1], seq, device, &why);
        fault->is_fleeting = mr_cl_may_be_a_lack(&why);
        if (st != MR_OK && !is_of_the_process(st, &why))
            (void)snprintf(fault->reason, MR_TRIAL_REASON_BYTES, "trial of %s: %.120s",
                           trials[trial].skeleton, why.message);
        else if (st == MR_OK && hashes[0] != hashes[1])
            (void)snprintf(fault->reason, MR_TRIAL_REASON_BYTES,
                           "trial of %s: other bits than the host engine's",
                           trials[trial].skeleton);
        if (fault->reason[0]) st = MR_OK;
        if (st != MR_OK && err) *err = why;
    }
    mr_seq_release(&seq);
    return st;
}

mr_status mr_trial_run(struct mr_trial_fault *fault, struct mr_engine *engine, bool has_fp64,
                       mr_error *err)
{
    struct mr_engine *host = NULL;
    *fault = (struct mr_trial_fault){.reason = ""};
    mr_status st = mr_host_engine_create(&host, err);
    for (size_t k = 0; st == MR_OK && !fault->reason[0] && k < COUNT; k++) {
        tell(k);
        if (has_fp64 || !trials[k].needs_fp64) st = try_one(fault, k, has_fp64, host, engine, err);
    }
    if (host) host->class->destroy(&host);
    return st;
}

/* ---- engines ---- */

/* Destroys an engine that the trial finds fault with: it is to be made again, on the next rung. */
static mr_status try_engine(struct mr_engine **engine, mr_error *err)
{
    struct mr_trial_fault fault;
    if (!(*engine)->needs_trial) return MR_OK;
    mr_status st = mr_trial_run(&fault, *engine, (*engine)->has_fp64, err);
    if (st == MR_OK) mr_opencl_engine_put_trial(*engine, &fault);
    if (st != MR_OK || fault.reason[0]) (*engine)->class->destroy(engine);
    return st;
}

/* On this device, on the rung where the trial finds no fault; MR_E_NO_DEVICE: there is none. */
static mr_status create_tried(struct mr_engine **out, const struct mr_device *device,
                              const mr_stream_params *params, mr_error *err)
{
    *out = NULL;
    while (!*out) {
        MR_TRY(mr_opencl_engine_create_on(out, device, params, err));
        MR_TRY(try_engine(out, err));
    }
    return MR_OK;
}

/* Devices of one name are told apart by their numbers. */
static void label(struct mr_candidate *candidate, const struct mr_device devices[], size_t count,
                  size_t k)
{
    bool is_alone = true;
    for (size_t n = 0; n < count; n++)
        is_alone = is_alone && (n == k || strcmp(devices[n].name, devices[k].name) != 0);
    if (is_alone)
        (void)snprintf(candidate->label, sizeof candidate->label, "%s", devices[k].name);
    else
        (void)snprintf(candidate->label, sizeof candidate->label, "%u: %.90s", devices[k].number,
                       devices[k].name);
}

/* For stats. */
static void tell_too_many(struct mr_engine *engine, size_t count)
{
    char rest[sizeof engine->reason];
    memcpy(rest, engine->reason, sizeof rest);
    (void)snprintf(engine->reason, sizeof engine->reason,
                   "of %zu devices the first %d, the limit; %.100s", count, (int)MR_MAX_DEVICES,
                   rest);
}

/* One that cannot be opened is told of; only where none can be, it is the failure. */
static mr_status create_several(struct mr_engine **out, const mr_stream_params *params,
                                bool needs_fp64, mr_error *err)
{
    struct mr_candidate *candidates = mr_alloc(MR_MAX_DEVICES, sizeof *candidates);
    struct mr_device *devices = NULL;
    size_t count = 0, opened = 0;
    mr_status st = candidates ? mr_session_devices(&devices, &count, params, needs_fp64, err)
                              : mr_fail_no_memory(err, "the engine");
    const size_t all = count;
    if (count > MR_MAX_DEVICES) count = MR_MAX_DEVICES;
    mr_status last = MR_OK;
    for (size_t k = 0; st == MR_OK && k < count; k++) {
        struct mr_candidate *c = &candidates[k];
        label(c, devices, count, k);
        last = create_tried(&c->engine, &devices[k], params, &c->why);
        if (is_of_the_process(last, &c->why) && !c->why.call[0]) st = last;
        if (last != MR_OK && err) *err = c->why;
        opened += last == MR_OK;
    }
    if (st == MR_OK && opened == 0) st = last;
    if (st == MR_OK && count == 1)
        *out = candidates[0].engine; /* all there is */
    else if (st == MR_OK)
        st = mr_several_engine_create(out, candidates, count, err);
    if (st == MR_OK && all > count) tell_too_many(*out, all);
    for (size_t k = 0; st != MR_OK && k < count; k++)
        if (candidates && candidates[k].engine)
            candidates[k].engine->class->destroy(&candidates[k].engine);
    mr_free(candidates);
    mr_free(devices);
    return st;
}

mr_status mr_trial_create_engine(struct mr_engine **out, const mr_stream_params *params,
                                 bool needs_fp64, mr_error *err)
{
    *out = NULL;
    if (mr_devices_are_several(params->device)) return create_several(out, params, needs_fp64, err);
    while (!*out) {
        MR_TRY(mr_opencl_engine_create(out, params, needs_fp64, err));
        MR_TRY(try_engine(out, err));
    }
    return MR_OK;
}
