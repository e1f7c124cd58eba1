#include <millrace/stream.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "emit/emit.h"
#include "ir/op.h"
#include "stream/reduction.h"

struct mr_stream {
    struct mr_plan *plan;
    struct mr_engine *engine;
    struct mr_runner *root;
    struct mr_reduction result; /* of a terminal, once computed */
    bool is_reduced;
    atomic_bool interrupted;
    pid_t process;
    size_t lent; /* elements of the root's current slot that the consumer holds */
    int64_t position;
    mr_status failed; /* sticky */
    mr_error error;
    mr_stats stats;
    struct timespec opened;
};

/* ---- opening ---- */

static bool needs_fp64(const struct mr_plan *plan)
{
    for (size_t k = 0; k < plan->segment_count; k++)
        if (mr_segment_needs_fp64(plan->segments[k])) return true;
    return false;
}

/* The device the caller wants, or, when it is left to us and there is none that fits, the host. */
static mr_status choose_engine(struct mr_stream *s, const mr_stream_params *params, mr_error *err)
{
    mr_error why;
    if (params->engine != MR_ENGINE_HOST) {
        mr_status st = mr_opencl_engine_create(&s->engine, params, needs_fp64(s->plan), &why);
        if (st == MR_OK) return MR_OK;
        bool must = params->engine == MR_ENGINE_OPENCL || params->device || params->context;
        if (must && err) *err = why;
        if (must) return st;
    }
    MR_TRY(mr_host_engine_create(&s->engine, err));
    (void)snprintf(s->engine->reason, sizeof s->engine->reason, "%.150s",
                   params->engine == MR_ENGINE_HOST ? "asked for" : why.message);
    return MR_OK;
}

static mr_status fit_plan(struct mr_stream *s, const mr_stream_params *params, mr_error *err)
{
    const struct mr_plan_limits limits = {
        .batch = params->batch_elems,
        .ring = params->ring_slots,
        .max_memory_bytes = params->max_memory_bytes,
        .on_device = s->engine->class->lend != NULL,
        .staged = s->engine->class->lend && !s->engine->shares_memory,
    };
    return mr_plan_fit(s->plan, &limits, err);
}

static void describe(struct mr_stream *s)
{
    (void)snprintf(s->stats.engine, sizeof s->stats.engine, "%s", s->engine->class->name);
    (void)snprintf(s->stats.device, sizeof s->stats.device, "%s", s->engine->device);
    (void)snprintf(s->stats.reason, sizeof s->stats.reason, "%s", s->engine->reason);
    s->stats.peak_host_bytes = s->plan->host_bytes;
    s->stats.peak_device_bytes = s->plan->device_bytes;
}

mr_status mr_stream_open(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                         mr_error *err)
{
    static const mr_stream_params defaults;
    struct mr_stream *s = mr_alloc(1, sizeof *s);
    *out = NULL;
    if (!s) return mr_fail_no_memory(err, "a stream");
    if (!params) params = &defaults;
    s->process = getpid();
    (void)clock_gettime(CLOCK_MONOTONIC, &s->opened);

    mr_status st = mr_plan_create(&s->plan, seq, !params->no_fuse, err);
    if (st == MR_OK) st = choose_engine(s, params, err);
    if (st == MR_OK) st = fit_plan(s, params, err);
    if (st == MR_OK)
        st = mr_runner_create(&s->root, s->plan->segments[s->plan->segment_count - 1], s->engine,
                              &s->interrupted, err);
    if (st == MR_OK) st = mr_runner_seek(s->root, 0, err);
    if (st == MR_OK) {
        describe(s);
        *out = s;
    } else {
        mr_stream_close(&s);
    }
    return st;
}

void mr_stream_close(mr_stream **stream)
{
    if (!stream || !*stream) return;
    struct mr_stream *s = *stream;
    if (s->engine && s->process == getpid()) (void)s->engine->class->finish(s->engine, NULL);
    mr_runner_destroy(&s->root);
    if (s->engine) s->engine->class->destroy(&s->engine);
    mr_plan_destroy(&s->plan);
    mr_reduction_free(&s->result);
    mr_free(s);
    *stream = NULL;
}

/* ---- pulling ---- */

static mr_status keep_failure(struct mr_stream *s, mr_status st, const mr_error *why, mr_error *err)
{
    if (st == MR_OK) return MR_OK;
    s->failed = st;
    s->error = *why;
    if (err) *err = *why;
    return st;
}

static mr_status check_usable(struct mr_stream *s, mr_error *err)
{
    if (s->process != getpid()) {
        mr_status st = mr_fail(err, MR_E_FORKED, "the stream was opened before a fork()");
        return mr_error_hint(err, st, "open the stream in the process that uses it");
    }
    if (s->failed != MR_OK) {
        if (err) *err = s->error;
        return s->failed;
    }
    if (atomic_load(&s->interrupted)) {
        mr_error why;
        mr_fail(&why, MR_E_INTERRUPTED, "interrupted");
        return keep_failure(s, MR_E_INTERRUPTED, &why, err);
    }
    return MR_OK;
}

static bool is_terminal(const struct mr_stream *s)
{
    return s->root->segment->kind == MR_KIND_REDUCE;
}

static void give_back(struct mr_stream *s)
{
    if (!is_terminal(s)) s->root->begin += s->lent;
    s->lent = 0;
}

/* Brings up to a batch of elements into the root's current slot; *len is how many. */
static mr_status pull(struct mr_stream *s, size_t *len, mr_error *err)
{
    mr_error why;
    MR_TRY(check_usable(s, err));
    give_back(s);
    mr_status st = mr_runner_fill(s->root, s->plan->batch, &why);
    size_t unread = mr_runner_unread(s->root);
    if (st == MR_OK && unread == 0 && s->root->failed != MR_OK) {
        st = s->root->failed;
        why = s->root->error;
    }
    MR_TRY(keep_failure(s, st, &why, err));
    *len = unread < s->plan->batch ? unread : s->plan->batch;
    return MR_OK;
}

static void deliver(struct mr_stream *s, size_t len)
{
    s->lent = len;
    s->position += (int64_t)len;
    s->stats.elements += (int64_t)len;
    s->stats.batches += len > 0;
}

static mr_status reduce_once(struct mr_stream *s, mr_error *err)
{
    mr_error why;
    MR_TRY(check_usable(s, err));
    if (s->is_reduced) return MR_OK;
    MR_TRY(keep_failure(s, mr_reduction_run(&s->result, s->root, &why), &why, err));
    s->is_reduced = true;
    return MR_OK;
}

static mr_status next_of_terminal(struct mr_stream *s, mr_batch *out, mr_error *err)
{
    MR_TRY(reduce_once(s, err));
    size_t left = s->result.rows - (size_t)s->position;
    size_t len = left < s->plan->batch ? left : s->plan->batch;
    for (size_t c = 0; c < out->column_count; c++)
        out->columns[c] = (const char *)s->result.columns[c] +
                          (size_t)s->position * mr_dtype_size(s->root->segment->columns[c].dtype);
    out->len = len;
    deliver(s, len);
    return MR_OK;
}

mr_status mr_stream_next(mr_stream *s, mr_batch *out, mr_error *err)
{
    mr_error why;
    size_t len;
    *out = (mr_batch){.position = s->position, .column_count = s->root->segment->column_count};
    if (is_terminal(s)) return next_of_terminal(s, out, err);
    MR_TRY(pull(s, &len, err));
    if (len) MR_TRY(keep_failure(s, mr_runner_map(s->root, out->columns, &why), &why, err));
    out->len = len;
    deliver(s, len);
    return MR_OK;
}

mr_status mr_stream_next_device(mr_stream *s, mr_device_batch *out, mr_error *err)
{
    mr_error why;
    size_t len;
    *out =
        (mr_device_batch){.position = s->position, .column_count = s->root->segment->column_count};
    if (!s->engine->class->lend || is_terminal(s)) {
        mr_status st = mr_fail(err, MR_E_STATE, "batches of this stream are not on a device");
        return mr_error_hint(err, st,
                             "use mr_stream_next(), or the OpenCL engine without a terminal");
    }
    MR_TRY(pull(s, &len, err));
    if (len == 0) return MR_OK;
    mr_status st = mr_runner_unmap(s->root, &why);
    if (st == MR_OK) st = s->engine->class->lend(s->engine, s->root->current, out, &why);
    MR_TRY(keep_failure(s, st, &why, err));
    out->len = len;
    out->offset = s->root->begin;
    deliver(s, len);
    return MR_OK;
}

mr_status mr_stream_release(mr_stream *s, mr_error *err)
{
    MR_TRY(check_usable(s, err));
    give_back(s);
    return MR_OK;
}

/* ---- position ---- */

mr_status mr_stream_seek(mr_stream *s, int64_t position, mr_error *err)
{
    const struct mr_segment *root = s->root->segment;
    mr_error why;
    MR_TRY(check_usable(s, err));
    if (position < 0)
        return mr_fail(err, MR_E_VALUE, "seek: position %lld is negative", (long long)position);
    give_back(s);
    if (position == s->position) return MR_OK;
    if (is_terminal(s) || root->is_live || (position > 0 && root->access == MR_FROM_START)) {
        const struct mr_seq *stage = mr_seq_not_seekable(s->plan->seq);
        mr_status st = mr_op_fail(stage ? stage : s->plan->seq, NULL, err, MR_E_NOT_SEEKABLE,
                                  "its elements cannot be reached without those before");
        return mr_error_hint(err, st, "open the stream again, or seek in the sequence before it");
    }
    MR_TRY(keep_failure(s, mr_runner_seek(s->root, position, &why), &why, err));
    s->position = position;
    return MR_OK;
}

int64_t mr_stream_tell(const mr_stream *s)
{
    return s->position;
}

void mr_stream_interrupt(mr_stream *s)
{
    atomic_store(&s->interrupted, true);
}

static int64_t count_stalls(const struct mr_runner *r)
{
    int64_t stalls = r->stalls;
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) stalls += count_stalls(r->inputs[v]);
    return stalls;
}

void mr_stream_stats(const mr_stream *s, mr_stats *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    *out = s->stats;
    out->seconds =
        (double)(now.tv_sec - s->opened.tv_sec) + (double)(now.tv_nsec - s->opened.tv_nsec) * 1e-9;
    out->elements_per_second = out->seconds > 0 ? (double)out->elements / out->seconds : 0;
    out->stalls = count_stalls(s->root);
}

/* ---- one value ---- */

mr_status mr_reduce(const mr_seq *seq, const mr_stream_params *params, mr_scalar *value,
                    mr_dtype *dtype, mr_error *err)
{
    mr_stream *s;
    mr_batch batch;
    if (seq->op->role != MR_TERMINAL || seq->column_count != 1 || seq->length.most != 1) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE, "the sequence is not one value");
        return mr_error_hint(err, st, "end it in a terminal over one column, such as sum()");
    }
    MR_TRY(mr_stream_open(&s, seq, params, err));
    mr_status st = mr_stream_next(s, &batch, err);
    if (st == MR_OK) *value = mr_scalar_read(seq->columns[0].dtype, batch.columns[0], 0);
    if (st == MR_OK && dtype) *dtype = seq->columns[0].dtype;
    mr_stream_close(&s);
    return st;
}
