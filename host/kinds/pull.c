/* A terminal that takes an element as it is: the first, the last. */
#include "plan/kind.h"

/* It reads its input's slots and has none. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    (void)s;
    out->has_slots = false;
}

const struct mr_kind_class mr_kind_pull = {
    .reason = "the end of the pipeline",
    .inputs = MR_INPUTS_JOINED,
    .input_reason = "its elements are joined to others",
    .is_terminal = true,
    .unit = mr_unit_of_terminal,
    .buffers = buffers,
};
