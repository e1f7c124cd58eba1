/* Each `extent` consecutive elements in a random order, that of the seed. */
#include "plan/kind.h"

static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    size_t batches = mr_unit_of_batches(s, aim);
    return (size_t)s->extent > batches ? (size_t)s->extent : batches;
}

static size_t least_positions(const struct mr_segment *s)
{
    return (size_t)s->extent;
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add(out, "a window's order", MR_PLACE_HOST, sizeof(uint32_t), (size_t)s->extent);
}

const struct mr_kind_class mr_kind_shuffle = {
    .name = "shuffle",
    .reason = "the host puts each window in its random order",
    .is_whole = true,
    .inputs = MR_INPUTS_JOINED,
    .input_reason = "the host shuffles its elements",
    .unit = unit,
    .least_positions = least_positions,
    .buffers = buffers,
};
