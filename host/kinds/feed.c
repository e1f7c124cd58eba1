/* The host fills batches: files, pipes, callbacks. */
#include "ir/op.h"
#include "plan/kind.h"

/* Slots of a file's pages take more of it at once than rows of their own could. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    size_t more = s->window > s->rows ? s->window - s->rows : 0;
    mr_buffers_add(out, "what reading holds", MR_PLACE_HOST, s->seq->op->feed->scratch_bytes, 1);
    mr_buffers_add(out, "windows of the file", MR_PLACE_WINDOW,
                   s->slots * mr_dtype_size(s->stored[0]), more);
}

const struct mr_kind_class mr_kind_feed = {
    .name = "buffer",
    .reason = "the host fills it",
    .inputs = MR_INPUTS_NONE,
    .buffers = buffers,
};
