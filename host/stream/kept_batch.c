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

/* Only the batch that is lent has its elements still. */
static bool is_lent(const struct mr_stream *s, const mr_batch *batch)
{
    if (s->lent == 0 || batch->len != s->lent) return false;
    if (batch->position + (int64_t)batch->len != s->position) return false;
    return mr_kind_of(s->leg.root->segment->kind)->is_terminal || s->leg.root->is_mapped;
}

static mr_status keep(struct mr_stream *s, const mr_batch *batch, mr_lease **out, mr_error *err)
{
    if (!is_lent(s, batch)) {
        mr_status st = mr_fail(err, MR_E_STATE, "mr_batch_keep: the batch is not lent any more");
        return mr_error_hint(err, st, "keep it before the next call on the stream");
    }
    if (!s->control.shelf) MR_TRY(mr_shelf_create(&s->control.shelf, room_for_leases(s), err));
    if (mr_kind_of(s->leg.root->segment->kind)->is_terminal)
        return mr_reduction_keep(&s->result, s->control.shelf, out, err);
    return mr_runner_keep(s->leg.root, out, err);
}

mr_status mr_batch_keep(mr_stream *s, const mr_batch *batch, mr_lease **out, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, s);
    MR_NEED(err, batch);
    MR_TRY(mr_stream_enter(s, err));
    return mr_stream_leave(s, keep(s, batch, out, err));
}
