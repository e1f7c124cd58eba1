/* Batches that the consumer keeps. */
#include "plan/kind.h"
#include "stream/stream_parts.h"

/* What the stream's own bound leaves of the limit. */
static size_t room_for_leases(const struct mr_stream *s)
{
    size_t own = s->stats.peak_host_bytes + s->stats.peak_device_bytes;
    if (s->max_memory_bytes == 0) return SIZE_MAX;
    return s->max_memory_bytes > own ? s->max_memory_bytes - own : 0;
}

static bool is_terminal(const struct mr_stream *s)
{
    return mr_kind_of(s->leg.root->segment->kind)->is_terminal;
}

/* Only the batch that is lent has its elements still, and only where it was lent to: the host maps
 * what it sees, a device does not. */
static mr_status check_lent(const struct mr_stream *s, int64_t position, size_t len,
                            bool is_on_device, const char *call, mr_error *err)
{
    bool is_mapped = is_terminal(s) || s->leg.root->is_mapped;
    if (s->lent > 0 && len == s->lent && position + (int64_t)len == s->position &&
        is_mapped != is_on_device)
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE, "%s: the batch is not lent any more", call);
    return mr_error_hint(err, st, "keep it before the next call on the stream");
}

static mr_status keep(struct mr_stream *s, mr_lease **out, mr_error *err)
{
    if (!s->control.shelf) MR_TRY(mr_shelf_create(&s->control.shelf, room_for_leases(s), err));
    if (is_terminal(s)) return mr_reduction_keep(&s->result, s->control.shelf, out, err);
    return mr_runner_keep(s->leg.root, out, err);
}

mr_status mr_batch_keep(mr_stream *s, const mr_batch *batch, mr_lease **out, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, s);
    MR_NEED(err, batch);
    MR_TRY(mr_stream_enter(s, err));
    mr_status st = check_lent(s, batch->position, batch->len, false, "mr_batch_keep", err);
    return mr_stream_leave(s, st == MR_OK ? keep(s, out, err) : st);
}

mr_status mr_device_batch_keep(mr_stream *s, const mr_device_batch *batch, mr_lease **out,
                               mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, s);
    MR_NEED(err, batch);
    MR_TRY(mr_stream_enter(s, err));
    mr_status st = check_lent(s, batch->position, batch->len, true, "mr_device_batch_keep", err);
    return mr_stream_leave(s, st == MR_OK ? keep(s, out, err) : st);
}
