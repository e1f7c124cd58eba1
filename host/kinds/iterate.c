/* A map applied to its own result, on the host. */
#include "plan/kind.h"

/* The element before is what the operator's code starts from. */
static void shape(struct mr_segment *s)
{
    struct ir_body *b = &s->body;
    s->values[0] = mr_ir_load(b, 0, 0, s->columns[0].dtype, mr_ir_index(b), false);
}

static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    (void)s;
    return aim->batch;
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add_lanes(out, s);
}

const struct mr_kind_class mr_kind_iterate = {
    .name = "iterate",
    .reason = "sequential by nature: each element is made from the one before, on the host",
    .keeps_reason = true,
    .shape = shape,
    .unit = unit,
    .buffers = buffers,
};
