#include "engine/lane_act.h"

#include <string.h>

#include "base/clock.h"

static void *own_register(struct mr_lanes *l, int32_t number)
{
    return l->storage + (size_t)number * MR_REGISTER_BYTES;
}

void mr_do_compute(struct mr_lanes *l, const struct mr_lane_act *s)
{
    const void *const *at = l->at;
    void *out = own_register(l, s->out);
    s->loop(out, at[s->in[0]], at[s->in[1]], at[s->in[2]], l->lanes);
    l->at[s->out] = out;
}

void mr_do_constant(struct mr_lanes *l, const struct mr_lane_act *s)
{
    void *out = own_register(l, s->out);
    mr_lane_fill(out, s->dtype, s->imm);
    l->at[s->out] = out;
}

void mr_do_end(struct mr_lanes *l, const struct mr_lane_act *s)
{
    const struct mr_lanes_input *input = &l->inputs[s->input];
    void *out = own_register(l, s->out);
    mr_lane_fill(out, MR_I64, (mr_scalar){.i64 = input->first + (int64_t)input->count});
    l->at[s->out] = out;
}

void mr_do_words(struct mr_lanes *l, const struct mr_lane_act *s)
{
    l->at[s->out] = s->words;
}

void mr_do_index(struct mr_lanes *l, const struct mr_lane_act *s)
{
    int64_t *out = own_register(l, s->out);
    /* What is stored could be these, for all that a compiler knows: numbers of its own make the
     * loop one of vectors. */
    const uint64_t first = (uint64_t)l->first;
    const size_t lanes = l->lanes;
    for (size_t k = 0; k < lanes; k++) out[k] = (int64_t)(first + k);
    l->at[s->out] = out;
}

/* The nearest element that may be read to the one `distance` after the input's first. */
static size_t nearest(const struct mr_lanes_input *input, int64_t distance)
{
    if (distance < 0) return 0;
    return (uint64_t)distance < input->count ? (size_t)distance : input->count - 1;
}

/* Loads of consecutive elements are read where they are, if whole multiples of them are there. */
void mr_do_stream(struct mr_lanes *l, const struct mr_lane_act *s)
{
    const struct mr_lanes_input *input = &l->inputs[s->input];
    const unsigned char *column = input->columns[s->column];
    uint64_t distance = (uint64_t)l->first + (uint64_t)s->offset - (uint64_t)input->first;
    unsigned char *out = own_register(l, s->out);
    l->at[s->out] = out;
    if ((int64_t)distance >= 0 && distance <= input->count) {
        size_t left = input->count - (size_t)distance;
        if (l->lanes <= left) {
            l->at[s->out] = column + (size_t)distance * s->size;
            return;
        }
        if (l->count <= left) {
            memcpy(out, column + (size_t)distance * s->size, l->count * s->size);
            return;
        }
    }
    if (!input->count) {
        memset(out, 0, l->lanes * s->size);
        return;
    }
    for (size_t k = 0; k < l->count; k++)
        memcpy(out + k * s->size, column + nearest(input, (int64_t)(distance + k)) * s->size,
               s->size);
}

#define GATHER(name, U)                                                                            \
    static void name(void *out, const void *column, const struct mr_lanes_input *input,            \
                     const int64_t *positions, size_t count)                                       \
    {                                                                                              \
        U *results = out;                                                                          \
        const U *elements = column;                                                                \
        for (size_t k = 0; k < count; k++) {                                                       \
            int64_t distance = (int64_t)((uint64_t)positions[k] - (uint64_t)input->first);         \
            results[k] = elements[nearest(input, distance)];                                       \
        }                                                                                          \
    }
GATHER(gather_1, uint8_t)
GATHER(gather_4, uint32_t)
GATHER(gather_8, uint64_t)

void mr_do_gather(struct mr_lanes *l, const struct mr_lane_act *s)
{
    const struct mr_lanes_input *input = &l->inputs[s->input];
    void *out = own_register(l, s->out);
    l->at[s->out] = out;
    if (!input->count)
        memset(out, 0, l->lanes * s->size);
    else if (s->size == 1)
        gather_1(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
    else if (s->size == 4)
        gather_4(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
    else
        gather_8(out, input->columns[s->column], input, l->at[s->in[0]], l->count);
}

void mr_do_check(struct mr_lanes *l, const struct mr_lane_act *s)
{
    if (l->ignored && s->blame == l->ignored) return;
    const unsigned char *bad = l->at[s->in[0]];
    const unsigned char *hit = memchr(bad, 1, l->count);
    if (!hit) return;
    size_t lane = (size_t)(hit - bad);
    if (lane > l->failed || (lane == l->failed && s->check > l->failed_check)) return;
    l->failed = lane;
    l->failed_check = s->check;
}

/* ---- time ---- */

void mr_lanes_begin(struct mr_lanes *l, bool (*abandons)(void *user), void *user)
{
    l->abandons = abandons;
    l->abandon_user = user;
    l->work = 0;
    l->began_ns = 0;
    l->takes_long = l->is_abandoned = false;
}

/* An act counts as its lanes and as some more for its call. So many take 50 us to 5 ms. */
enum { ACT_WORK = 16, WORK_BETWEEN_LOOKS = 1 << 18, LONG_NS = 5000000 };

bool mr_lanes_take_long(struct mr_lanes *l)
{
    if (l->work < WORK_BETWEEN_LOOKS || l->takes_long) return l->takes_long;
    int64_t now = mr_now_ns();
    if (!l->began_ns) l->began_ns = now;
    l->work = 0;
    return l->takes_long = now - l->began_ns >= LONG_NS;
}

/* Between two turns, of which there may be a million. */
static bool is_abandoned(struct mr_lanes *l)
{
    if (l->is_abandoned || !l->abandons || l->work < WORK_BETWEEN_LOOKS) return l->is_abandoned;
    if (!mr_lanes_take_long(l)) return false;
    l->work = 0;
    return l->is_abandoned = l->abandons(l->abandon_user);
}

/* ---- loops ---- */

void mr_lane_acts(struct mr_lanes *l, size_t end)
{
    l->work += (end - l->at_act) * (l->lanes + ACT_WORK);
    while (l->at_act < end) {
        const struct mr_lane_act *s = &l->acts[l->at_act++];
        s->act(l, s);
    }
}

void mr_do_carry(struct mr_lanes *l, const struct mr_lane_act *s)
{
    size_t place = s->imm.u64 == MR_BEGINS ? MR_MAX_COLUMNS : (size_t)s->imm.u64;
    l->at[s->out] = l->carried[place];
}

/* A register's own copy of another, so that it can be changed. */
void mr_do_copy(struct mr_lanes *l, const struct mr_lane_act *s)
{
    void *out = own_register(l, s->out);
    memcpy(out, l->at[s->in[0]], l->lanes * s->size);
    l->at[s->out] = out;
}

#define HAND_ON(name, U)                                                                           \
    static void name(void *restrict state, const void *restrict next, const uint8_t *restrict on,  \
                     size_t lanes)                                                                 \
    {                                                                                              \
        U *xs = state;                                                                             \
        const U *ys = next;                                                                        \
        for (size_t k = 0; k < lanes; k++) xs[k] = on[k] ? ys[k] : xs[k];                          \
    }
HAND_ON(hand_on_1, uint8_t)
HAND_ON(hand_on_4, uint32_t)
HAND_ON(hand_on_8, uint64_t)

/* The state's next value, in lanes that are still on: in[1] holds which. */
void mr_do_hand_on(struct mr_lanes *l, const struct mr_lane_act *s)
{
    void *state = own_register(l, s->out);
    const uint8_t *on = l->at[s->in[1]];
    if (s->size == 1)
        hand_on_1(state, l->at[s->in[0]], on, l->lanes);
    else if (s->size == 4)
        hand_on_4(state, l->at[s->in[0]], on, l->lanes);
    else
        hand_on_8(state, l->at[s->in[0]], on, l->lanes);
}

/* Turns until no lane is on. in[0]: whether each goes on; in[1]: lanes that count; none: all. */
void mr_do_loop(struct mr_lanes *l, const struct mr_lane_act *s)
{
    const size_t begin = l->at_act, lanes = l->lanes;
    uint8_t *on = own_register(l, s->out);
    l->at[s->out] = on;
    memset(on, 0, lanes);
    if (s->in[1] == MR_NO_REGISTER)
        memset(on, 1, l->count);
    else
        memcpy(on, l->at[s->in[1]], l->count);
    for (int64_t turn = 0; turn < s->imm.i64 && !is_abandoned(l); turn++) {
        l->at_act = begin;
        mr_lane_acts(l, s->turn);
        const uint8_t *goes_on = s->in[0] == MR_NO_REGISTER ? on : l->at[s->in[0]];
        uint8_t any = 0;
        for (size_t k = 0; k < lanes; k++) any |= on[k] &= goes_on[k];
        if (!any) break;
        mr_lane_acts(l, s->end);
    }
    l->at_act = s->end;
}
