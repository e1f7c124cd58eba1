/* A state that is stepped, and can jump. */
#include "ir/library.h"
#include "ir/op.h"
#include "plan/kind.h"

/* What the recurrence is called with, and the position that it jumps to. */
static size_t value_count(const struct mr_segment *s)
{
    return mr_library[s->seq->op->recurrence].arity + 1;
}

/* The host finds what its arguments are, for every engine. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add_lanes(out, s);
}

const struct mr_kind_class mr_kind_recur = {
    .name = "recurrence",
    .reason = "each term needs the one before",
    .is_one_by_one = true,
    .value_count = value_count,
    .gives_as_many = true,
    .gives_whole_batches = true,
    .buffers = buffers,
};
