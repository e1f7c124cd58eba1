/* Streams pulled, sought and saved. */
#include <millrace/stream.h>

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "ir/op.h"
#include "plan/kind.h"
#include "ring/tree.h"
#include "stream/recovery.h"
#include "stream/save.h"
#include "stream/stream_parts.h"

/* ---- pulling ---- */

static mr_status keep_failure(struct mr_stream *s, mr_status st, const mr_error *why, mr_error *err)
{
    if (st == MR_OK) return MR_OK;
    s->failed = st;
    s->error = *why;
    if (err) *err = *why;
    return st;
}

mr_status mr_stream_enter(struct mr_stream *s, mr_error *err)
{
    if (s->process != getpid()) {
        mr_status st = mr_fail(err, MR_E_FORKED, "the stream was opened before a fork()");
        return mr_error_hint(err, st, "open the stream in the process that uses it");
    }
    if (!atomic_exchange(&s->is_busy, true)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE, "the stream is in another call");
    return mr_error_hint(err, st,
                         "a callback must not use the stream it feeds, and a stream "
                         "belongs to one thread at a time");
}

mr_status mr_stream_leave(struct mr_stream *s, mr_status st)
{
    atomic_store(&s->is_busy, false);
    return st;
}

static mr_status check_usable(struct mr_stream *s, mr_error *err)
{
    if (s->failed != MR_OK) {
        if (err) *err = s->error;
        return s->failed;
    }
    if (mr_control_is_interrupted(&s->control)) {
        mr_error why;
        mr_fail(&why, MR_E_INTERRUPTED, "interrupted");
        return keep_failure(s, MR_E_INTERRUPTED, &why, err);
    }
    return MR_OK;
}

static bool is_terminal(const struct mr_stream *s)
{
    return mr_kind_of(s->leg.root->segment->kind)->is_terminal;
}

static void give_back(struct mr_stream *s)
{
    assert(is_terminal(s) || s->lent <= mr_runner_unread(s->leg.root));
    if (!is_terminal(s)) s->leg.root->begin += s->lent;
    s->lent = 0;
}

/* One element of a live source is waited for, more are taken as long as they are there. */
static mr_status fill_live(struct mr_stream *s, size_t batch, enum mr_fill *how, mr_error *err)
{
    struct mr_runner *root = s->leg.root;
    do {
        mr_control_ask(&s->control, MR_WAIT_FOR_ONE);
        MR_TRY(mr_runner_fill(root, 1, how, err));
    } while (*how == MR_PAUSED && s->control.is_in_lull);
    if (*how != MR_FILLED || s->control.is_in_lull) return MR_OK;
    mr_control_ask(&s->control, MR_WAIT_FOR_NONE);
    return mr_runner_fill(root, batch, how, err);
}

static mr_status fill_root(struct mr_stream *s, size_t batch, enum mr_fill *how, mr_error *err)
{
    mr_relay_tick(s->relay, &s->leg);
    if (s->leg.root->segment->is_live) return fill_live(s, batch, how, err);
    return mr_runner_fill(s->leg.root, batch, how, err);
}

/* What is left of the batch at hand. No pull goes beyond: units of whole batches end with one, and
 * their slots have no room for a rest in front of the next unit. */
static size_t rest_of_batch(const struct mr_stream *s)
{
    return s->leg.plan->batch - s->part;
}

static mr_status bring(struct mr_stream *s, size_t most, size_t *len, mr_error *err)
{
    enum mr_fill how;
    give_back(s);
    size_t batch = rest_of_batch(s) < most ? rest_of_batch(s) : most;
    do MR_TRY(fill_root(s, batch, &how, err));
    while (how == MR_PAUSED && !s->control.is_in_lull);
    const struct mr_runner *root = s->leg.root;
    size_t unread = mr_runner_unread(root);
    if (unread == 0 && how == MR_FAILED) return mr_runner_tell_failure(root, err);
    *len = unread < batch ? unread : batch;
    return MR_OK;
}

/* Brings up to `most` elements of the batch at hand into the root's current slot; *len is how many.
 * A failure is the caller's to keep. */
static mr_status pull(struct mr_stream *s, size_t most, size_t *len, mr_error *err)
{
    mr_relay_pull_begins(s->relay);
    mr_status st = bring(s, most, len, err);
    mr_relay_pull_ends(s->relay);
    return st;
}

/* `part`: of the batch at hand, elements that are out then. */
static void deliver(struct mr_stream *s, size_t len, size_t part)
{
    assert(part < s->leg.plan->batch);
    s->lent = len;
    s->part = part;
    s->position += (int64_t)len;
    s->stats.elements += (int64_t)len;
    s->stats.batches += len > 0;
}

/* Who goes on begins a batch there. */
static bool recovers(struct mr_stream *s, mr_error *why)
{
    if (!mr_recover(&s->leg, &s->result, why)) return false;
    s->part = 0;
    return true;
}

bool mr_stream_goes_on(struct mr_stream *s, int64_t position, mr_error *why)
{
    if (recovers(s, why)) return true;
    if (!mr_relay_return(s->relay, &s->leg, position, why)) return false;
    s->part = 0;
    return true;
}

static mr_status reduce_once(struct mr_stream *s, mr_error *err)
{
    mr_error why;
    if (s->is_reduced) return MR_OK;
    mr_status st;
    do st = mr_reduction_run(&s->result, &s->leg, s->relay, &why);
    while (st != MR_OK && mr_stream_goes_on(s, s->leg.root->at.given, &why));
    MR_TRY(keep_failure(s, st, &why, err));
    s->is_reduced = true;
    return MR_OK;
}

/* Up to `most` entries of a terminal's result, from the position on. */
static void view_result(struct mr_stream *s, size_t most, mr_batch *out)
{
    size_t at = (size_t)s->position, left = s->result.entries - at;
    assert(at <= s->result.entries);
    for (size_t c = 0; c < out->column_count; c++)
        out->columns[c] = (const char *)s->result.columns[c] +
                          at * mr_dtype_size(s->leg.root->segment->columns[c].dtype);
    out->len = left < most ? left : most;
}

static mr_status pull_mapped(struct mr_stream *s, size_t most, mr_batch *out, mr_error *err)
{
    out->len = 0;
    MR_TRY(pull(s, most, &out->len, err));
    if (out->len == 0) return MR_OK;
    mr_status st = mr_runner_map(s->leg.root, out->columns, err);
    if (st != MR_OK) out->len = 0;
    return st;
}

/* Up to `most` elements of the batch at hand, where they are. */
static mr_status view(struct mr_stream *s, size_t most, mr_batch *out, mr_error *err)
{
    mr_error why;
    MR_TRY(check_usable(s, err));
    if (is_terminal(s)) {
        MR_TRY(reduce_once(s, err));
        view_result(s, rest_of_batch(s) < most ? rest_of_batch(s) : most, out);
        return MR_OK;
    }
    mr_status st;
    do st = pull_mapped(s, most, out, &why);
    while (st != MR_OK && mr_stream_goes_on(s, s->position, &why));
    return keep_failure(s, st, &why, err);
}

static mr_status next(struct mr_stream *s, mr_batch *out, mr_error *err)
{
    out->position = s->position;
    out->column_count = s->leg.root->segment->column_count;
    MR_TRY(view(s, SIZE_MAX, out, err));
    deliver(s, out->len, 0);
    return MR_OK;
}

mr_status mr_stream_next(mr_stream *s, mr_batch *out, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, s);
    MR_NEED(err, out);
    *out = (mr_batch){.len = 0};
    MR_TRY(mr_stream_enter(s, err));
    return mr_stream_leave(s, next(s, out, err));
}

static mr_status pull_lent(struct mr_stream *s, size_t *len, mr_device_batch *out, mr_error *err)
{
    struct mr_engine *engine = s->leg.engine;
    MR_TRY(pull(s, SIZE_MAX, len, err));
    if (*len == 0) return MR_OK;
    MR_TRY(mr_runner_unmap(s->leg.root, err));
    return engine->class->lend(engine, s->leg.root->current, out, err);
}

static mr_status next_device(struct mr_stream *s, mr_device_batch *out, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    mr_error why;
    size_t len = 0;
    *out = (mr_device_batch){.position = s->position,
                             .column_count = s->leg.root->segment->column_count};
    MR_TRY(check_usable(s, err));
    give_back(s);
    if (s->relay && !is_terminal(s)) mr_relay_pass(s->relay, &s->leg);
    MR_TRY(check_usable(s, err)); /* the pass may have waited until it was interrupted */
    struct mr_engine *engine = s->leg.engine;
    if (!engine->class->lend || is_terminal(s)) {
        mr_status st = mr_fail(err, MR_E_STATE, "batches of this stream are not on a device");
        return mr_error_hint(err, st,
                             "use mr_stream_next(), or the OpenCL engine without a terminal");
    }
    mr_status st;
    do st = pull_lent(s, &len, out, &why);
    while (st != MR_OK && recovers(s, &why));
    MR_TRY(keep_failure(s, st, &why, err));
    if (len == 0) return MR_OK;
    out->len = len;
    out->offset = s->leg.root->begin;
    deliver(s, len, 0);
    return MR_OK;
}

mr_status mr_stream_next_device(mr_stream *s, mr_device_batch *out, mr_error *err)
{
    MR_NEED(err, s);
    MR_NEED(err, out);
    *out = (mr_device_batch){.len = 0};
    MR_TRY(mr_stream_enter(s, err));
    return mr_stream_leave(s, next_device(s, out, err));
}

static mr_status read_all(struct mr_stream *s, size_t count, void *const columns[], size_t *got,
                          mr_error *err)
{
    const struct mr_segment *root = s->leg.root->segment;
    const size_t column_count = root->column_count;
    mr_dtype dtypes[MR_MAX_COLUMNS];
    for (size_t c = 0; c < column_count; c++) dtypes[c] = root->columns[c].dtype;
    while (*got < count) {
        mr_batch piece = {.column_count = column_count};
        mr_status st = view(s, count - *got, &piece, err);
        if (st != MR_OK && *got == 0) return st;
        if (st != MR_OK || piece.len == 0) return MR_OK; /* a failure stays for the next call */
        for (size_t c = 0; c < column_count; c++) {
            size_t size = mr_dtype_size(dtypes[c]);
            memcpy((char *)columns[c] + *got * size, piece.columns[c], piece.len * size);
        }
        *got += piece.len;
        deliver(s, piece.len, (s->part + piece.len) % s->leg.plan->batch);
    }
    return MR_OK;
}

mr_status mr_stream_read(mr_stream *s, size_t count, void *const columns[], size_t *got,
                         mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, got);
    *got = 0;
    MR_NEED(err, s);
    MR_NEED(err, columns);
    MR_TRY(mr_stream_enter(s, err));
    mr_status st = check_usable(s, err);
    for (size_t c = 0; c < s->leg.root->segment->column_count && st == MR_OK; c++)
        if (!columns[c]) st = mr_fail(err, MR_E_VALUE, "mr_stream_read: columns[%zu] is NULL", c);
    if (st == MR_OK) st = read_all(s, count, columns, got, err);
    return mr_stream_leave(s, st);
}

mr_status mr_stream_give_back(mr_stream *s, mr_error *err)
{
    MR_NEED(err, s);
    MR_TRY(mr_stream_enter(s, err));
    mr_status st = check_usable(s, err);
    if (st == MR_OK) give_back(s);
    return mr_stream_leave(s, st);
}

/* ---- position ---- */

static mr_status seek(struct mr_stream *s, int64_t position, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    const struct mr_segment *root = s->leg.root->segment;
    mr_error why;
    MR_TRY(check_usable(s, err));
    if (position < 0)
        return mr_fail(err, MR_E_VALUE, "seek: position %lld is negative", (long long)position);
    give_back(s);
    if (position == s->position) return MR_OK;
    if (is_terminal(s) || root->is_live || (position > 0 && root->access == MR_FROM_START)) {
        const struct mr_seq *stage = mr_seq_not_seekable(s->leg.plan->seq);
        mr_status st = mr_op_fail(stage ? stage : s->leg.plan->seq, NULL, err, MR_E_NOT_SEEKABLE,
                                  "its elements cannot be reached without those before");
        return mr_error_hint(err, st, "open the stream again, or seek in the sequence before it");
    }
    mr_status st;
    do st = mr_runner_seek(s->leg.root, position, &why);
    while (st != MR_OK && mr_stream_goes_on(s, position, &why));
    MR_TRY(keep_failure(s, st, &why, err));
    s->position = position;
    s->part = 0;
    mr_stream_count_from_here(s);
    return MR_OK;
}

mr_status mr_stream_seek(mr_stream *s, int64_t position, mr_error *err)
{
    MR_NEED(err, s);
    MR_TRY(mr_stream_enter(s, err));
    return mr_stream_leave(s, seek(s, position, err));
}

mr_status mr_stream_save(mr_stream *s, void *bytes, size_t size, size_t *needed, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, needed);
    *needed = 0;
    MR_NEED(err, s);
    if (size) MR_NEED(err, bytes);
    if (s->is_polled) return mr_stream_put(s, bytes, size, needed, err);
    MR_TRY(mr_stream_enter(s, err));
    return mr_stream_leave(s, mr_stream_put(s, bytes, size, needed, err));
}

mr_status mr_stream_restore(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                            const void *bytes, size_t size, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, seq);
    MR_NEED(err, bytes);
    MR_TRY(mr_stream_open(out, seq, params, err));
    mr_status st = mr_stream_get(*out, bytes, size, err);
    if (st == MR_OK) mr_stream_count_from_here(*out);
    if (st != MR_OK) mr_stream_close(out);
    return st;
}

void mr_stream_interrupt(mr_stream *s)
{
    if (s) atomic_store(&s->control.interrupted, true);
}

/* ---- one value ---- */

mr_status mr_reduce(const mr_seq *seq, const mr_stream_params *params, mr_scalar *value,
                    mr_dtype *dtype, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    mr_stream *s;
    mr_batch batch = {.len = 0};
    MR_NEED(err, seq);
    MR_NEED(err, value);
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
