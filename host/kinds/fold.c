/* A terminal with a state of its own: what that is after the last element. */
#include "plan/kind.h"

/* It reads its input's slots and has none. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    (void)s;
    out->has_slots = false;
}

const struct mr_kind_class mr_kind_fold = {
    .reason = "the end of the pipeline",
    .inputs = MR_INPUTS_JOINED,
    .joins_itself = true,
    .joined = MR_KIND_STATE,
    .is_terminal = true,
    .unit = mr_unit_of_terminal,
    .buffers = buffers,
};
