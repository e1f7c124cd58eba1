/* A state that is stepped, and can jump. */
#include <string.h>

#include "emit/argument.h"
#include "emit/scalars.h"
#include "emit/skeleton.h"
#include "engine/host_engine.h"
#include "engine/lane_recurrence.h"
#include "ir/library.h"
#include "ir/op.h"
#include "plan/kind.h"

static void numbers_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_START, .type = "ulong16"},
                     "start");
}

static void recurrence_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_library[e->segment->seq->op->recurrence].c_name);
}

/* The recurrence's own numbers, behind other arguments. */
static void scalars_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t c = 1; c < e->segment->value_count; c++) {
        mr_strbuf_add(out, ", ");
        mr_emit_scalar(e, out, e->segment->values[c]);
    }
}

static void term_type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_cl_type_name(e->segment->stored[0]));
}

static void term_dtype_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_dtype_name(e->segment->stored[0]));
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"NUMBERS", numbers_mark}, {"RECURRENCE", recurrence_mark}, {"SCALARS", scalars_mark},
        {"TYPE", term_type_mark},  {"DTYPE", term_dtype_mark},      {NULL, NULL},
    };
    /* A step needs the one before: a work-item has a piece of consecutive terms in every shape. A
     * jump to a lane's term of the next row would cost more than it saves. */
    static const struct mr_skeleton recur = {
        .files = {"skeleton/recur.cl"},
        .kernels = {{"", MR_ITEMS_SHARED}},
        .marks = marks,
        .has_no_strips = true,
        .walks_side_by_side = true,
        .takes_scalars = true,
    };
    (void)s;
    return &recur;
}

/* What the recurrence is called with, and the position that it jumps to. */
static size_t value_count(const struct mr_segment *s)
{
    return mr_library[s->seq->op->recurrence].arity + 1;
}

/* The host finds what its arguments are, for every engine. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    (void)s;
    out->has_lanes = true;
    mr_buffers_add(out, "its state", MR_PLACE_OWN, sizeof(struct mr_stepper), 1);
}

static void open_on_host(struct mr_program *p)
{
    mr_stepper_open(p->own, p->segment, p->lanes);
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    struct mr_stepper *stepper = p->own;
    uint64_t *terms = (uint64_t *)(void *)p->scratch;
    mr_dtype dtype = launch->out->dtypes[0];
    unsigned char *lanes = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    (void)out;
    mr_stepper_seek(stepper, launch->first);
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        stepper->recurrence->terms(&stepper->state, terms, count, stepper->args);
        mr_lane_cast(dtype, MR_U64)(lanes, terms, NULL, NULL, mr_lane_multiple(count));
        memcpy(mr_host_entry(launch->out, 0, done), lanes, count * mr_dtype_size(dtype));
    }
    stepper->at += (int64_t)launch->out->computed;
}

static const struct mr_kind_host host = {.run = run_on_host, .open = open_on_host};

const struct mr_kind_class mr_kind_recur = {
    .reason = "each term needs the one before",
    .is_one_by_one = true,
    .value_count = value_count,
    .gives_as_many = true,
    .gives_whole_batches = true,
    .buffers = buffers,
    .host = &host,
    .skeleton = skeleton,
};
