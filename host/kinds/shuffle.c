/* Each `extent` consecutive elements in a random order, that of the seed: whole windows of the
 * input, gathered by the host.
 *
 *     input     | a b c d | e f g h | i j        windows of 4; the last one is shorter
 *     elements  | c a d b | f h e g | j i        each in the order of (seed, its number)
 */
#include "ops/splitmix.h"
#include "ring/runner.h"

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
    mr_buffers_add(out, "a window's order", MR_PLACE_STATE, sizeof(uint32_t), (size_t)s->extent);
}

/* Evenly below `bound`, without a remainder: Lemire, Fast random integer generation in an interval
 * (ACM TOMACS 29, 2019), algorithm 5 for words of 32 bits. */
static uint32_t draw_below(uint32_t bound, uint64_t *state)
{
    uint64_t product = (mr_splitmix(state) >> 32) * bound;
    if ((uint32_t)product < bound)
        for (uint32_t least = -bound % bound; (uint32_t)product < least;)
            product = (mr_splitmix(state) >> 32) * bound;
    return (uint32_t)(product >> 32);
}

/* 0 .. length-1 in random order: Knuth, TAOCP 2, 3.4.2, algorithm P. */
static void draw_order(uint32_t order[], uint32_t length, uint64_t seed, uint64_t window)
{
    uint64_t state = mr_splitmix(&seed) ^ window;
    state = mr_splitmix(&state);
    for (uint32_t k = 0; k < length; k++) order[k] = k;
    for (uint32_t last = length; last-- > 1;) {
        uint32_t other = draw_below(last + 1, &state), held = order[last];
        order[last] = order[other];
        order[other] = held;
    }
}

/* How many elements of the window from `first` on there are, known once `ready` of them stand in
 * the input: all, as far as the input did not fail. */
static size_t window_length(const struct mr_runner *r, int64_t first, size_t ready)
{
    const struct mr_segment *s = r->segment;
    int64_t left = s->length.most - first;
    if ((int64_t)ready >= s->extent) return (size_t)s->extent;
    if (r->inputs[0]->at.failed == MR_OK) return ready;
    return s->length.kind == MR_LENGTH_KNOWN && left < s->extent ? (size_t)left : (size_t)s->extent;
}

static void gather(void *out, const void *in, const uint32_t order[], size_t count, size_t size)
{
    if (size == 8)
        for (size_t k = 0; k < count; k++) ((uint64_t *)out)[k] = ((const uint64_t *)in)[order[k]];
    else if (size == 4)
        for (size_t k = 0; k < count; k++) ((uint32_t *)out)[k] = ((const uint32_t *)in)[order[k]];
    else
        for (size_t k = 0; k < count; k++) ((uint8_t *)out)[k] = ((const uint8_t *)in)[order[k]];
}

/* One window behind the `done` elements of this unit; returns how many come before the first that
 * the failed input does not have. */
static size_t shuffle_window(struct mr_runner *r, const void *const in[], void *const out[],
                             size_t done, size_t ready)
{
    const struct mr_segment *s = r->segment;
    int64_t first = r->at.next + (int64_t)done;
    size_t length = window_length(r, first, ready), good = 0;
    uint32_t *order = r->state;
    draw_order(order, (uint32_t)length, s->seq->settings.seed, (uint64_t)(first / s->extent));
    while (good < length && order[good] < ready) good++;
    for (size_t c = 0; c < s->column_count; c++) {
        size_t size = mr_dtype_size(s->columns[c].dtype);
        gather((uint8_t *)out[c] + done * size, (const uint8_t *)in[c] + done * size, order, good,
               size);
    }
    return good;
}

/* A window is made whole. */
static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    r->at.dropped = position % r->segment->extent;
    r->at.next = r->at.given = r->at.origin = position - r->at.dropped;
    return mr_runner_seek_inputs(r, r->at.next, err);
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    struct mr_runner *input = r->inputs[0];
    size_t window = (size_t)s->extent, done = 0;
    const void *in[MR_MAX_COLUMNS];
    void *out[MR_MAX_STORED] = {NULL};
    MR_TRY(mr_runner_fill(input, window, how, err));
    if (*how == MR_PAUSED) return MR_OK;
    size_t ready = mr_runner_unread(input);
    if (ready > s->unit) ready = s->unit;
    if (ready >= window) ready -= ready % window;
    if (ready > 0) {
        MR_TRY(mr_runner_map(input, in, err));
        MR_TRY(r->engine->class->map(r->engine, slot, s->lead, ready, true, out, err));
        for (size_t from = 0; from < ready; from += window)
            done += shuffle_window(r, in, out, from, ready - from);
        MR_TRY(r->engine->class->unmap(r->engine, slot, err));
    }
    input->begin += ready;
    r->at.is_exhausted = *how != MR_FILLED;
    if (*how == MR_FAILED) mr_runner_fail_like(r, input);
    if (done == 0) return MR_OK;
    mr_unit_enqueue(r, slot, r->at.next, done, s->lead, true);
    r->at.next += (int64_t)done;
    *how = MR_FILLED;
    return MR_OK;
}

static const struct mr_kind_runner runner = {
    .seek = seek,
    .launch = launch,
};

const struct mr_kind_class mr_kind_shuffle = {
    .reason = "the host puts each window in its random order",
    .is_whole = true,
    .inputs = MR_INPUTS_JOINED,
    .input_reason = "the host shuffles its elements",
    .unit = unit,
    .least_positions = least_positions,
    .buffers = buffers,
    .runner = &runner,
};
