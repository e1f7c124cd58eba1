/* How a sequence would run, in words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <millrace/stream.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "base/spelling.h"
#include "base/strbuf.h"
#include "cl/session.h"
#include "emit/emit.h"
#include "emit/passes.h"
#include "engine/device_shape.h"
#include "engine/knobs.h"
#include "ir/op.h"
#include "plan/kind.h"
#include "stream/params.h"
#include "stream/relay.h"

static void add_columns(struct mr_strbuf *out, const struct mr_column columns[], size_t count)
{
    for (size_t c = 0; c < count; c++) {
        mr_strbuf_add(out, c ? ", " : "");
        mr_strbuf_add_name(out, columns[c].name);
        mr_strbuf_addf(out, " %s", mr_dtype_name(columns[c].dtype));
    }
}

static void add_length(struct mr_strbuf *out, struct mr_length length)
{
    if (length.kind == MR_LENGTH_ENDLESS)
        mr_strbuf_add(out, "endless");
    else if (length.kind == MR_LENGTH_UNKNOWN && length.most == INT64_MAX)
        mr_strbuf_add(out, "of unknown length");
    else
        mr_strbuf_addf(out, "%s%" PRId64 " element%s",
                       length.kind == MR_LENGTH_KNOWN ? "" : "at most ", length.most,
                       length.most == 1 ? "" : "s");
}

static void add_bytes(struct mr_strbuf *out, size_t bytes)
{
    if (bytes > 0 && bytes < 1 << 10)
        mr_strbuf_addf(out, "%zu B", bytes);
    else if (bytes < 1 << 20)
        mr_strbuf_addf(out, "%.1f KiB", (double)bytes / 1024);
    else
        mr_strbuf_addf(out, "%.1f MiB", (double)bytes / (1 << 20));
}

/* What the file said itself, so that nothing was guessed unseen. */
static void add_note(struct mr_strbuf *out, const struct mr_seq *seq)
{
    if (!seq->note) return;
    mr_strbuf_add(out, "  ");
    mr_strbuf_add_shown(out, seq->text);
    mr_strbuf_addf(out, ": %s\n", seq->note);
}

static void add_inputs(struct mr_strbuf *out, const struct mr_segment *s)
{
    for (size_t v = 0; v < s->view_count; v++) {
        const struct mr_view *view = &s->views[v];
        if (view->segment)
            mr_strbuf_addf(out, "  reads segment %u", view->segment->number);
        else
            mr_strbuf_addf(out, "  reads the caller's memory (%s)", view->seq->op->name);
        if (view->offset) mr_strbuf_addf(out, " from element %" PRId64, view->offset);
        if (view->halo + s->reach)
            mr_strbuf_addf(out, " with a halo of %" PRIu32, view->halo + s->reach);
        mr_strbuf_add(out, "\n");
    }
}

/* What it will allocate: how many of how many bytes each, as the bound counts them. */
static void add_buffers(struct mr_strbuf *out, const struct mr_segment *s,
                        const struct mr_plan_limits *limits)
{
    struct mr_buffers buffers;
    struct mr_buffer_line lines[MR_MAX_BUFFER_LINES];
    mr_buffers_of(&buffers, s);
    size_t count = mr_buffers_lines(lines, &buffers, limits->on_device, limits->staged);
    mr_strbuf_add(out, "  buffers: ");
    for (size_t k = 0; k < count; k++) {
        mr_strbuf_addf(out, "%s%s %zu x ", k ? ", " : "", lines[k].what, lines[k].count);
        add_bytes(out, lines[k].bytes);
    }
    mr_strbuf_add(out, "\n");
}

static void add_segment(struct mr_strbuf *out, const struct mr_segment *s, bool is_root,
                        const struct mr_plan_limits *limits)
{
    mr_strbuf_addf(out, "segment %u: %s (%s)\n", s->number, s->name[0] ? s->name : s->seq->op->name,
                   mr_kind_names[s->kind]);
    add_note(out, s->seq);
    add_inputs(out, s);
    mr_strbuf_add(out, "  gives ");
    add_columns(out, s->columns, s->column_count);
    mr_strbuf_add(out, "; ");
    add_length(out, s->length);
    mr_strbuf_addf(out, "\n  work units of %zu positions in %u slots", s->unit, s->slots);
    if (mr_kind_of(s->kind)->is_terminal && s->keep != IR_NONE)
        mr_strbuf_add(out, "; filters are masks");
    mr_strbuf_add(out, "\n");
    add_buffers(out, s, limits);
    mr_strbuf_addf(out, "  %s: %s\n", is_root ? "last" : "cut", s->reason);
}

static mr_status add_kernels(struct mr_strbuf *out, const struct mr_plan *plan,
                             const struct mr_profile *profile, mr_error *err)
{
    for (size_t k = 0; k < plan->segment_count; k++) {
        struct mr_segment s;
        struct mr_source_text source;
        mr_segment_on(&s, plan->segments[k], mr_profile_shares_leaves(profile));
        if (!mr_kind_of(s.kind)->skeleton) continue;
        MR_TRY(mr_emit_segment(&source, &s, profile, err));
        mr_strbuf_addf(out, "\n/* segment %u, %u lanes */\n", s.number, source.width);
        /* The prelude and the library come before the last #line. */
        const char *text = mr_strbuf_text(&source.text), *kernel = text;
        for (const char *p = text; (p = strstr(p, "\n#line 1 ")); p++) kernel = p + 1;
        mr_strbuf_add(out, kernel);
        mr_source_text_free(&source);
    }
    return MR_OK;
}

static mr_status add_passes(struct mr_strbuf *out, const struct mr_plan *plan,
                            const struct mr_profile *profile, mr_error *err)
{
    for (size_t k = 0; k < plan->segment_count; k++)
        if (mr_kind_of(plan->segments[k]->kind)->skeleton)
            MR_TRY(mr_emit_passes(out, plan->segments[k], profile, err));
    return MR_OK;
}

/* What it would run on: shapes, whose the first is, and the limits that go with them. */
struct setting {
    struct mr_device *devices; /* NULL: none was asked, or there is none */
    size_t count;
    struct mr_profile profiles[MR_MAX_DEVICES]; /* with units for all of them */
    bool is_tuned[MR_MAX_DEVICES];
    struct mr_strbuf whose;
    struct mr_plan_limits limits;
};

static void set_host(struct setting *out, const mr_stream_params *params)
{
    out->count = 1;
    out->profiles[0] = mr_profiles[MR_PROFILE_HOST];
    out->profiles[0].has_fp64 = true;
    out->limits = mr_limits_on_host(params);
    mr_strbuf_add(&out->whose, "the host engine");
}

/* The devices that would be taken, where they may be asked for. */
static void ask_devices(struct setting *out, const struct mr_plan *plan,
                        const mr_stream_params *params)
{
    mr_error why = {.message = "no device was asked"};
    if (mr_params_ask_drivers(params))
        (void)mr_session_devices(&out->devices, &out->count, params, mr_plan_needs_fp64(plan),
                                 &why);
    if (out->devices) {
        mr_strbuf_add(&out->whose, out->devices[0].name);
        if (out->count > MR_MAX_DEVICES) out->count = MR_MAX_DEVICES;
        return;
    }
    out->count = 1;
    mr_strbuf_addf(&out->whose, "CPUs; %s", why.message);
}

static mr_status set_device(struct setting *out, const struct mr_plan *plan,
                            const mr_stream_params *params, mr_error *err)
{
    bool shares_memory = true;
    unsigned others = 0;
    ask_devices(out, plan, params);
    for (size_t k = 0; k < out->count; k++) {
        const struct mr_device *device = out->devices ? &out->devices[k] : NULL;
        MR_TRY(mr_shape_on_device(&out->profiles[k], device, params, &out->is_tuned[k], err));
        others += !mr_profile_join(&out->profiles[0], &out->profiles[k]);
        shares_memory = shares_memory && (!device || device->shares_memory);
    }
    for (size_t k = 1; k < out->count; k++) {
        out->profiles[k].unit = out->profiles[0].unit;
        out->profiles[k].ring = out->profiles[0].ring;
    }
    out->limits =
        mr_limits_on_device(params, &out->profiles[0],
                            mr_params_share_memory(params, shares_memory), (unsigned)out->count);
    out->limits.others = others;
    return MR_OK;
}

/* Whether no device before it has the same shape. */
static bool is_new(const struct setting *s, size_t device)
{
    char shape[MR_PROFILE_TEXT_BYTES], before[MR_PROFILE_TEXT_BYTES];
    mr_profile_write(shape, &s->profiles[device]);
    for (size_t k = 0; k < device; k++) {
        mr_profile_write(before, &s->profiles[k]);
        if (!strcmp(before, shape)) return false;
    }
    return true;
}

static void add_shapes(struct mr_strbuf *out, struct setting *s, const mr_stream_params *params)
{
    char shape[MR_PROFILE_TEXT_BYTES];
    for (size_t k = 0; k < s->count; k++) {
        if (!is_new(s, k)) continue;
        mr_profile_write(shape, &s->profiles[k]);
        mr_strbuf_addf(out, "shape: %s (%s%s", shape,
                       k ? s->devices[k].name : mr_strbuf_text(&s->whose),
                       s->is_tuned[k] && !params->shape ? ", tuned" : "");
        if (k == 0 && s->count > 1)
            mr_strbuf_addf(out, ", the first of %zu devices that share the units", s->count);
        mr_strbuf_add(out, s->limits.on_device && params->shape ? ", as given)\n" : ")\n");
    }
}

/* A stream that the host engine begins keeps buffers for both engines, and a device goes on within
 * what is told of any. */
static mr_status fit_relay(struct mr_plan *plan, struct setting *setting, const mr_seq *seq,
                           const mr_stream_params *params, mr_error *err)
{
    struct mr_plan *host = NULL, *device = NULL;
    mr_status st = mr_params_plan(&host, params, seq, err);
    if (st == MR_OK) st = mr_params_plan(&device, params, seq, err);
    if (st == MR_OK) st = mr_relay_fit(host, device, params, err);
    if (st == MR_OK) {
        const struct mr_told told = mr_told_of(device);
        struct mr_plan_limits limits = setting->limits;
        mr_limits_within(&limits, &told);
        st = mr_plan_fit(plan, &limits, err);
        plan->host_bytes = host->host_bytes + device->host_bytes;
        plan->device_bytes = device->device_bytes;
    }
    mr_plan_destroy(&host);
    mr_plan_destroy(&device);
    return st;
}

static mr_status fit(struct mr_plan *plan, struct setting *setting, const mr_seq *seq,
                     const mr_stream_params *params, mr_error *err)
{
    if (params->engine == MR_ENGINE_HOST)
        set_host(setting, params);
    else
        MR_TRY(set_device(setting, plan, params, err));
    if (mr_relay_may_begin(params)) {
        mr_status st = fit_relay(plan, setting, seq, params, err);
        if (st != MR_E_BUDGET) return st; /* else the device is waited for */
    }
    return mr_plan_fit(plan, &setting->limits, err);
}

static void add_memory(struct mr_strbuf *out, const struct mr_plan *plan, size_t allowed_bytes)
{
    mr_strbuf_add(out, "memory: at most ");
    add_bytes(out, plan->host_bytes);
    mr_strbuf_add(out, " on the host, ");
    add_bytes(out, plan->device_bytes);
    mr_strbuf_add(out, " on the device");
    if (allowed_bytes) {
        mr_strbuf_add(out, "; allowed: ");
        add_bytes(out, allowed_bytes);
    }
    mr_strbuf_add(out, "\n");
}

static void add_plan(struct mr_strbuf *out, const struct mr_plan *plan, const struct mr_seq *seq,
                     const struct mr_plan_limits *limits)
{
    mr_strbuf_add(out, "columns: ");
    add_columns(out, seq->columns, seq->column_count);
    mr_strbuf_add(out, "; ");
    add_length(out, seq->length);
    mr_strbuf_add(out, "\n");
    for (size_t k = 0; k < plan->segment_count; k++)
        add_segment(out, plan->segments[k], k + 1 == plan->segment_count, limits);
}

mr_status mr_explain(char **out, const mr_seq *seq, const mr_stream_params *params, unsigned parts,
                     mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    static const mr_stream_params defaults;
    struct mr_strbuf text = {0};
    struct mr_plan *plan = NULL;
    struct setting setting = {.count = 0};
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, seq);
    if (!params) params = &defaults;
    if (parts & ~(unsigned)(MR_EXPLAIN_KERNELS | MR_EXPLAIN_PASSES))
        return mr_fail(err, MR_E_VALUE, "mr_explain: parts=%u has bits that mean nothing", parts);
    MR_TRY(mr_params_check(params, err));
    mr_status st = mr_params_plan(&plan, params, seq, err);
    if (st == MR_OK) st = fit(plan, &setting, seq, params, err);
    if (st == MR_OK) {
        add_plan(&text, plan, seq, &setting.limits);
        add_shapes(&text, &setting, params);
        mr_strbuf_addf(&text, "batches of %zu elements, ring of %u\n", plan->batch, plan->ring);
        add_memory(&text, plan, params->max_memory_bytes);
        if (parts & MR_EXPLAIN_PASSES) st = add_passes(&text, plan, &setting.profiles[0], err);
        if (st == MR_OK && (parts & MR_EXPLAIN_KERNELS))
            st = add_kernels(&text, plan, &setting.profiles[0], err);
    }
    mr_plan_destroy(&plan);
    mr_free(setting.devices);
    mr_strbuf_free(&setting.whose);
    if (st == MR_OK && text.failed) st = mr_fail_no_memory(err, "the explanation");
    if (st == MR_OK)
        *out = text.text;
    else
        mr_strbuf_free(&text);
    return st;
}
