/* A terminal: one aggregate of everything. */
#include "base/memory.h"
#include "emit/argument.h"
#include "emit/column.h"
#include "emit/numbers.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"
#include "ring/leaves.h"
#include "ring/runner.h"

/* What is folded; the stream adds leaves to it and has it saved with the result. */
static mr_status open(struct mr_runner *r, mr_error *err)
{
    r->state = mr_alloc(1, sizeof(struct mr_leaves));
    return r->state ? MR_OK : mr_fail_no_memory(err, "a segment");
}

static void close(struct mr_runner *r)
{
    mr_free(r->state);
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    mr_leaves_start(r->state, r->segment, (uint64_t)mr_leaf_number(INT64_MAX, position));
    return mr_runner_seek_inputs(r, position, err);
}

static void move(struct mr_runner *to, struct mr_runner *from)
{
    void *held = to->state;
    to->state = from->state;
    from->state = held;
}

static const struct mr_kind_runner runner = {
    .open = open,
    .close = close,
    .seek = seek,
    .move = move,
};

/* ---- what is folded ---- */

static const struct mr_aggregate_class *class_of(const struct mr_emitter *e)
{
    return mr_aggregate_of(e->segment->aggregate);
}

static bool is_placed(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_PLACE;
}

/* What is kept of a leaf is the first position that decides. */
static bool finds_decision(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_DECISION;
}

static bool has_deviations(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_MOMENTS;
}

static bool is_folded(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_FOLD || has_deviations(e);
}

static bool go_to_folded(struct mr_emitter *e, size_t number)
{
    return is_folded(e) && mr_go_to_value(e, number);
}

static bool go_to_placed(struct mr_emitter *e, size_t number)
{
    return is_placed(e) && mr_go_to_value(e, number);
}

static bool go_to_decided(struct mr_emitter *e, size_t number)
{
    return finds_decision(e) && mr_go_to_value(e, number);
}

/* Whether deviations are made of the leaf's values, which the one work-item that walks it has
 * kept. */
static bool keeps_leaf(const struct mr_emitter *e)
{
    return has_deviations(e) && !mr_emitter_shares_leaves(e);
}

/* Where no check can fail in the leaf, it is enough that some position decides: to count them takes
 * half the time of a look at each vector. */
static bool counts_decisions(const struct mr_emitter *e)
{
    return finds_decision(e) && e->segment->body.check_count == 0;
}

/* The sum of a leaf's integers wraps only if some are far from 0. */
static bool is_near_0(const struct mr_emitter *e)
{
    return e->notes[e->segment->values[e->column]].is_small;
}

static bool goes_beyond(const struct mr_emitter *e)
{
    return mr_sums_beyond(e->segment->aggregate, mr_column_dtype(e));
}

/* Whether the upper halves of integers are added up beside them. */
static bool adds_halves(const struct mr_emitter *e)
{
    return goes_beyond(e) && !is_near_0(e);
}

static bool extends_sign(const struct mr_emitter *e)
{
    return goes_beyond(e) && is_near_0(e) && mr_column_dtype(e) == MR_I64;
}

static bool extends_zero(const struct mr_emitter *e)
{
    return goes_beyond(e) && is_near_0(e) && mr_column_dtype(e) != MR_I64;
}

/* ---- marks ---- */

static void leaves_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    bool chunks = e->segment->extent != INT64_MAX;
    mr_emit_long(e, out, MR_ARG_LEAF_NUMBER, "leaf_number");
    mr_emit_value(e, out, chunks ? e->segment->extent : 0, "extent");
    mr_emit_value(e, out, chunks ? mr_leaves_per_chunk(e->segment->extent) : 1, "per_chunk");
    mr_emit_long(e, out, MR_ARG_LEAVES, "leaves");
}

/* The mask of what counts, in lanes of the value. */
static void keeps_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    unsigned bits = mr_column_bits(e);
    if (mr_keep_bits(e) == bits)
        mr_strbuf_add(out, "keeps");
    else
        mr_strbuf_addf(out, "TO_M%u(keeps)", bits);
}

static void upper_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_column_dtype(e) == MR_I64 ? "I64" : "U64");
}

static void less_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_fold_of(class_of(e)->fold)->better);
}

static void decision_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (!class_of(e)->deciding) mr_strbuf_add(out, "!");
    mr_emit_mask(e, out, e->segment->values[e->column], 32);
}

/* The output that takes a column's partial; the first one is the count. */
static void add_partial(struct mr_emitter *e, struct mr_strbuf *out, size_t number)
{
    mr_dtype partials[3];
    for (size_t c = 0; c < e->column; c++)
        number += mr_partial_dtypes(
            e->segment->aggregate, mr_ir_dtype(&e->segment->body, e->segment->values[c]), partials);
    mr_strbuf_addf(out, "%zu", 1 + number);
}

static void partial_0_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_partial(e, out, 0);
}

static void partial_1_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_partial(e, out, 1);
}

static void partial_2_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_partial(e, out, 2);
}

static const struct mr_text_mark marks[] = {
    {"LEAVES", leaves_mark},       {"KEEPS", keeps_mark},         {"UPPER", upper_mark},
    {"LESS", less_mark},           {"DECISION", decision_mark},   {"PARTIAL_0", partial_0_mark},
    {"PARTIAL_1", partial_1_mark}, {"PARTIAL_2", partial_2_mark}, {NULL, NULL},
};

static const struct mr_text_test tests[] = {
    {"DEVIATIONS", has_deviations},
    {"KEEPS_LEAF", keeps_leaf},
    {"HALVES", adds_halves},
    {"COUNTS_DECISIONS", counts_decisions},
    {"EXTENDS_SIGN", extends_sign},
    {"EXTENDS_ZERO", extends_zero},
    {NULL, NULL},
};

static const struct mr_text_list lists[] = {
    {"FOLDED", go_to_folded}, {"PLACED", go_to_placed}, {"DECIDED", go_to_decided}, {NULL, NULL}};

/* A leaf of one endless chunk is one loop that reads and folds. */
static void define_endless(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_add(out, "#define ONLY_READS 1\n");
}

static const struct mr_skeleton *shared_skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton lanes = {
        .files = {"skeleton/reduce_lanes.cl"},
        .kernels = {{"", MR_ITEMS_SPANS}, {"_fold", MR_ITEMS_LEAVES}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
    };
    static const struct mr_skeleton moments = {
        .files = {"skeleton/reduce_lanes.cl", "skeleton/reduce_moments.cl"},
        .kernels = {{"", MR_ITEMS_SPANS},
                    {"_fold", MR_ITEMS_LEAVES},
                    {"_deviations", MR_ITEMS_SPANS},
                    {"_moments", MR_ITEMS_LEAVES}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
    };
    bool has_moments = mr_aggregate_of(s->aggregate)->partials == MR_PARTIALS_MOMENTS;
    return has_moments ? &moments : &lanes;
}

const struct mr_skeleton *mr_leaves_skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton chunks = {
        .files = {"skeleton/reduce.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
    };
    static const struct mr_skeleton endless = {
        .files = {"skeleton/reduce.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
        .define = define_endless,
    };
    if (s->shares_leaves) return shared_skeleton(s);
    return mr_kind_of(s->kind)->is_terminal ? &endless : &chunks;
}

/* ---- lanes of shared leaves ---- */

/* A row of lanes for each leaf, whoever has which of them. */
static void add_lanes(struct mr_buffers *out, const char *what, const char *name, size_t column,
                      mr_dtype dtype)
{
    mr_buffers_add_working(out, (struct mr_working){.what = what,
                                                    .name = name,
                                                    .is_of_column = true,
                                                    .column = column,
                                                    .dtype = dtype,
                                                    .elems = MR_ROW_LANES});
}

static void add_column_lanes(struct mr_buffers *out, const struct mr_segment *s, size_t column)
{
    mr_dtype dtype = mr_ir_dtype(&s->body, s->values[column]);
    switch (mr_aggregate_of(s->aggregate)->partials) {
    case MR_PARTIALS_FOLD:
        add_lanes(out, "lanes of folds", "lanes_a", column, mr_fold_dtype(s->aggregate, dtype));
        if (mr_sums_beyond(s->aggregate, dtype))
            add_lanes(out, "lanes of upper halves", "lanes_h", column, MR_U64);
        return;
    case MR_PARTIALS_MOMENTS:
        add_lanes(out, "lanes of sums", "lanes_a", column, MR_F64);
        add_lanes(out, "lanes of deviations", "lanes_d", column, MR_F64);
        return;
    case MR_PARTIALS_PLACE:
        add_lanes(out, "lanes of values", "lanes_a", column, dtype);
        add_lanes(out, "lanes of places", "lanes_b", column, MR_I64);
        return;
    case MR_PARTIALS_DECISION: add_lanes(out, "decisions", "found", column, MR_I64); return;
    default: return;
    }
}

/* One set: the kernels that read lanes are short, and a unit hardly waits for those before it. */
void mr_leaves_buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    if (!s->shares_leaves) return;
    out->items = mr_leaves_in(s);
    out->sets = 1;
    if (s->keep != IR_NONE && mr_aggregate_of(s->aggregate)->needs_count)
        mr_buffers_add_working(
            out, (struct mr_working){
                     .what = "counts", .name = "counts", .dtype = MR_U32, .elems = MR_ROW_LANES});
    for (size_t c = 0; c < s->value_count; c++) add_column_lanes(out, s, c);
}

const struct mr_kind_class mr_kind_reduce = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_LEAVES,
    .unit = mr_unit_of_terminal,
    .buffers = mr_leaves_buffers,
    .runner = &runner,
    .host = &mr_host_leaves,
    .skeleton = mr_leaves_skeleton,
};
