/* Its inputs one after the other. */
#include "ring/runner.h"

struct joining {
    size_t input; /* the one that is read */
};

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    (void)s;
    mr_buffers_add(out, "the input at hand", MR_PLACE_STATE, sizeof(struct joining), 1);
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    struct joining *j = r->state;
    for (size_t v = 0; v < r->segment->view_count; v++)
        MR_TRY(mr_runner_seek(r->inputs[v], 0, err));
    for (j->input = 0; j->input < r->segment->view_count; j->input++) {
        struct mr_length length = r->segment->views[j->input].seq->length;
        if (position == 0) return MR_OK;
        if (length.kind != MR_LENGTH_KNOWN || position < length.most)
            return mr_runner_seek(r->inputs[j->input], position, err);
        position -= length.most;
    }
    return MR_OK;
}

/* Copies what the input has ready. */
static mr_status copy_ready(struct mr_runner *r, struct mr_slot *slot, struct mr_runner *input,
                            mr_error *err)
{
    const struct mr_segment *s = r->segment;
    size_t count = mr_runner_unread(input);
    if (count > s->unit) count = s->unit;
    MR_TRY(mr_runner_unmap(input, err));
    MR_TRY(
        r->engine->class->copy(r->engine, slot, s->lead, input->current, input->begin, count, err));
    input->begin += count;
    mr_unit_enqueue(r, slot, r->at.next, count, s->lead, true);
    r->at.next += (int64_t)count;
    return MR_OK;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how, mr_error *err)
{
    struct joining *j = r->state;
    for (; j->input < r->segment->view_count; j->input++) {
        struct mr_runner *input = r->inputs[j->input];
        MR_TRY(mr_runner_fill(input, 1, how, err));
        if (*how == MR_FILLED) return copy_ready(r, slot, input, err);
        if (*how == MR_FAILED) mr_runner_fail_like(r, input);
        if (*how != MR_ENDED) return MR_OK;
    }
    r->at.is_exhausted = true;
    *how = MR_ENDED;
    return MR_OK;
}

/* Those before are over, those behind not begun. */
static bool reads(const struct mr_runner *r, size_t v)
{
    const struct joining *j = r->state;
    return v == j->input;
}

static size_t state_bytes(const struct mr_segment *s)
{
    (void)s;
    return 1;
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct joining *j = r->state;
    mr_put_number(out, j->input);
}

static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct joining *j = r->state;
    (void)err;
    j->input = (size_t)mr_get_at_most(in, (int64_t)r->segment->view_count);
    return MR_OK;
}

static const struct mr_kind_runner runner = {
    .seek = seek,
    .launch = launch,
    .reads = reads,
    .save = save,
    .restore = restore,
};

const struct mr_kind_class mr_kind_concat = {
    .reason = "where one input ends is known only afterwards",
    .inputs = MR_INPUTS_JOINED,
    .input_reason = "its elements are joined to others",
    .buffers = buffers,
    .state_bytes = state_bytes,
    .state_words = "input",
    .runner = &runner,
};
