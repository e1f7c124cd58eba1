/* A user's own state: variables that each position makes from those of the one before. */
#include <string.h>

#include "emit/argument.h"
#include "emit/column.h"
#include "emit/skeleton.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "plan/kind.h"
#include "ring/carry.h"

static void every_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_value(e, out, e->segment->extent, "every");
}

static void before_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(
        e, out, (struct mr_kernel_arg){.what = MR_ARG_BEFORE, .dtype = MR_U64, .is_const = true},
        "before");
}

static void after_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_AFTER, .dtype = MR_U64},
                     "after");
}

static void type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype dtype = mr_column_dtype(e);
    mr_strbuf_addf(out, "%s%s", dtype == MR_BOOL ? "vm32" : "v",
                   dtype == MR_BOOL ? "" : mr_dtype_name(dtype));
}

static void next_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    ir_value next = e->segment->values[e->column];
    if (mr_column_dtype(e) == MR_BOOL)
        mr_emit_mask(e, out, next, 32);
    else
        mr_strbuf_addf(out, "v%d", next);
}

static void word_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_addf(out, "%d", MR_STATUS_STOP);
}

static void keep_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, e->segment->keep, 32);
}

/* ---- what many paths read ---- */

static bool is_slot_load(const struct mr_emitter *e, size_t node)
{
    enum mr_form form = e->notes[node].form;
    return (form == MR_FORM_SLOT || form == MR_FORM_EDGE) && mr_all_needs(e, node);
}

/* `round`: the node. */
static bool go_to_load(struct mr_emitter *e, size_t number)
{
    size_t node = number ? e->round + 1 : 0;
    while (node < e->segment->body.count && !is_slot_load(e, node)) node++;
    e->round = node;
    return node < e->segment->body.count;
}

static void add_vector(struct mr_strbuf *out, mr_dtype dtype)
{
    mr_strbuf_addf(out, "v%s", dtype == MR_BOOL ? "byte" : mr_dtype_name(dtype));
}

static void load_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_slot_load(e, out, (ir_value)e->round);
}

static void load_number_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", e->round);
}

static void load_vector_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_vector(out, mr_emitter_node(e, (ir_value)e->round)->dtype);
}

static void stored_vector_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_vector(out, mr_column_dtype(e));
}

static bool ends(const struct mr_emitter *e)
{
    return e->segment->keep != IR_NONE;
}

/* Enough to fill the lanes of some work-items, and long enough to fill vectors of a path. */
static bool has_many_paths(const struct mr_segment *s)
{
    enum { MANY = 64, LONG = 16 };
    return s->extent >= LONG && s->extent <= (int64_t)(s->unit / MANY);
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {{"EVERY", every_mark},
                                                {"BEFORE", before_mark},
                                                {"AFTER", after_mark},
                                                {"STATE_TYPE", type_mark},
                                                {"NEXT", next_mark},
                                                {"STOP_WORD", word_mark},
                                                {"KEEP", keep_mark},
                                                {"LOAD", load_mark},
                                                {"LOAD_NUMBER", load_number_mark},
                                                {"LOAD_VECTOR", load_vector_mark},
                                                {"STORED_VECTOR", stored_vector_mark},
                                                {NULL, NULL}};
    static const struct mr_text_list lists[] = {{"LOAD", go_to_load}, {NULL, NULL}};
    static const struct mr_text_test tests[] = {{"ENDS", ends}, {NULL, NULL}};
    /* Each position needs the one before: a work-item walks a path in every shape. */
    static const struct mr_skeleton one = {
        .files = {"skeleton/scan_words.cl", "skeleton/state.cl"},
        .kernels = {{"", MR_ITEMS_PATHS}},
        .marks = marks,
        .tests = tests,
        .has_no_runs = true,
        .has_one_lane = true,
    };
    static const struct mr_skeleton many = {
        .files = {"skeleton/scan_words.cl", "skeleton/state_paths.cl"},
        .kernels = {{"", MR_ITEMS_PATHS}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
        .has_no_runs = true,
        .lanes_are_apart = true,
    };
    return has_many_paths(s) ? &many : &one;
}

/* Position 0 begins anew: nobody reads what was before. */
static void carry_start(const struct mr_segment *s, uint64_t words[])
{
    (void)s;
    (void)words;
}

static size_t value_count(const struct mr_segment *s)
{
    return s->column_count;
}

static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_rows *rows)
{
    (void)r;
    (void)unit;
    if (outcome->stop == SIZE_MAX) return;
    rows->ends = true;
    rows->excuses = outcome->stop < outcome->failed;
    if (outcome->stop < rows->until) rows->until = outcome->stop;
}

static const struct mr_kind_runner runner = {MR_CARRY_RUNNER, .judge = judge};

/* What lanes read as carried: the last row, and whether a path begins. */
static void carry(struct mr_program *p, const struct mr_launch *launch, size_t done, bool begins)
{
    const struct mr_segment *s = p->segment;
    const struct mr_slot *slot = launch->out;
    for (size_t c = 0; c < s->value_count; c++) {
        unsigned char *to = p->scratch + c * MR_CARRY_ROOM;
        if (done)
            memcpy(to, mr_host_row(slot, c, done - 1), mr_dtype_size(slot->dtypes[c]));
        else if (launch->previous)
            mr_lane_put(to, slot->dtypes[c], launch->previous->carries[c].before);
    }
    p->scratch[MR_MAX_COLUMNS * MR_CARRY_ROOM] = begins;
    mr_lanes_carry(p->lanes, p->scratch);
}

/* Position by position, to the first that fails or ends it. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    struct mr_slot *slot = launch->out;
    int64_t step = launch->first % s->extent;
    for (size_t done = 0; done < launch->count;
         done++, step = step + 1 < s->extent ? step + 1 : 0) {
        carry(p, launch, done, step == 0);
        mr_host_evaluate(p, launch, done, 1, out);
        mr_host_store(p, slot, done, 1);
        const uint8_t *keep = mr_host_keep(p);
        if (keep && !keep[0]) out->stop = done;
        if (out->failed != SIZE_MAX || out->stop != SIZE_MAX) return;
    }
    for (size_t c = 0; c < s->value_count && launch->count; c++)
        slot->carries[c] = (struct mr_carry){
            .before = mr_lane_get(mr_host_row(slot, c, launch->count - 1), slot->dtypes[c])};
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_state = {
    .name = "state",
    .reason = "sequential by nature: each element needs the state before it",
    .keeps_reason = true,
    .is_one_by_one = true,
    .walks = true,
    .apart = MR_KIND_FUSED,
    .value_count = value_count,
    .gives_as_many = true,
    .runner = &runner,
    .state_bytes = mr_carry_state_bytes,
    .host = &host,
    .skeleton = skeleton,
    .carry_start = carry_start,
    .has_status = true,
};
