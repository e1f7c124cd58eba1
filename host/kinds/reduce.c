/* A terminal: one aggregate of everything. */
#include <assert.h>

#include "emit/argument.h"
#include "emit/column.h"
#include "emit/numbers.h"
#include "emit/scalars.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"
#include "ring/leaves.h"
#include "ring/runner.h"

/* Its state is what is folded; the stream adds leaves to it and has it saved with the result. */
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

static bool counts(const struct mr_emitter *e)
{
    return class_of(e)->partials == MR_PARTIALS_COUNT;
}

/* Whether an entry is made of several leaves of a chunk. */
static bool merges(const struct mr_segment *s)
{
    return mr_kind_of(s->kind)->has_chunks && s->extent > MR_LEAF;
}

bool mr_leaves_stay(const struct mr_segment *s)
{
    return s->folds_units || merges(s);
}

/* Whether a leaf's result is made, and not its partials. */
static bool finishes(const struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    return mr_kind_of(s->kind)->has_chunks && !merges(s);
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
    return e->notes[mr_column_value(e)].is_small;
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
    bool chunks = mr_kind_of(e->segment->kind)->has_chunks;
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
    mr_emit_mask(e, out, mr_column_value(e), 32);
}

/* Where the partials of the work-item's leaf go: to an entry, or to working memory, for those that
 * fold the unit. */
static void partials_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    if (mr_leaves_stay(e->segment)) return;
    mr_emit_long(e, out, MR_ARG_TO_ENTRY, "to");
    mr_emit_outputs(e, out);
}

/* The stored column of the value's partial `number`; the first of all is the count. */
static size_t stored_column(const struct mr_emitter *e, size_t number)
{
    mr_dtype partials[3];
    for (size_t c = 0; c < e->column; c++)
        number += mr_partial_dtypes(
            e->segment->aggregate, mr_ir_dtype(&e->segment->body, e->segment->values[c]), partials);
    return 1 + number;
}

static void add_place(struct mr_emitter *e, struct mr_strbuf *out, size_t column)
{
    bool stays = mr_leaves_stay(e->segment);
    mr_strbuf_addf(out, "%s%zu[%s]", stays ? "leaf" : "out", column,
                   stays ? "index" : "to + index");
}

static void count_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_place(e, out, 0);
}

static void partial_0_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_place(e, out, stored_column(e, 0));
}

static void partial_1_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_place(e, out, stored_column(e, 1));
}

static void partial_2_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_place(e, out, stored_column(e, 2));
}

/* As the last of the kernels has them. */
static void stored_0_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", stored_column(e, 0));
}

static void stored_1_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", stored_column(e, 1));
}

static void stored_2_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", stored_column(e, 2));
}

/* A chunk's result, in what the column gives. A sum of one leaf whose values are near 0 never
 * wraps. */
static void finished_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    const char *total = mr_column_dtype(e) == MR_I64 ? "(long)total" : "total";
    assert(class_of(e)->finishing != MR_FINISHED_BY_CODE);
    if (class_of(e)->finishing == MR_FINISHED_AS_TOTAL)
        mr_strbuf_addf(out, "(%s)total", mr_cl_type_name(e->segment->stored[e->column]));
    else if (merges(e->segment) && goes_beyond(e))
        mr_strbuf_add(out, "f64_of_128(total, above) / (double)n");
    else if (adds_halves(e))
        mr_strbuf_add(out, "f64_of_128(total, above_64(total, halves)) / (double)n");
    else
        mr_strbuf_addf(out, "(double)%s / (double)n", total);
}

const struct mr_text_mark mr_leaves_marks[] = {
    {"LEAVES", leaves_mark},       {"KEEPS", keeps_mark},         {"UPPER", upper_mark},
    {"LESS", less_mark},           {"DECISION", decision_mark},   {"PARTIALS", partials_mark},
    {"COUNT", count_mark},         {"PARTIAL_0", partial_0_mark}, {"PARTIAL_1", partial_1_mark},
    {"PARTIAL_2", partial_2_mark}, {"STORED_0", stored_0_mark},   {"STORED_1", stored_1_mark},
    {"STORED_2", stored_2_mark},   {"FINISHED", finished_mark},   {NULL, NULL},
};

const struct mr_text_test mr_leaves_tests[] = {
    {"DEVIATIONS", has_deviations},
    {"BEYOND", goes_beyond},
    {"KEEPS_LEAF", keeps_leaf},
    {"HALVES", adds_halves},
    {"COUNTS", counts},
    {"COUNTS_DECISIONS", counts_decisions},
    {"EXTENDS_SIGN", extends_sign},
    {"EXTENDS_ZERO", extends_zero},
    {"FINISHES", finishes},
    {NULL, NULL},
};

const struct mr_text_list mr_leaves_lists[] = {
    {"FOLDED", go_to_folded}, {"PLACED", go_to_placed}, {"DECIDED", go_to_decided}, {NULL, NULL}};

/* A leaf of one endless chunk is one loop that reads and folds. */
static void define_endless(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_add(out, "#define ONLY_READS 1\n");
}

/* ---- leaves folded on the device ---- */

/* Levels of the tree that a work-item folds in a round: a unit of 4096 leaves takes two, and 63
 * folds are a few microseconds of one. */
enum { ROUND_LEVELS = 6 };

unsigned mr_leaves_rounds(const struct mr_segment *s)
{
    unsigned levels = 0;
    if (!s->shares_leaves) return 1;
    while (mr_leaves_in(s) >> (levels + 1)) levels++;
    return levels <= ROUND_LEVELS ? 1 : (levels + ROUND_LEVELS - 1) / ROUND_LEVELS;
}

void mr_leaves_define_rounds(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define ROUND_LEVELS %d\n#define ROUNDS %u\n", ROUND_LEVELS,
                   mr_leaves_rounds(e->segment));
}

#define OWN .marks = mr_leaves_marks, .tests = mr_leaves_tests, .lists = mr_leaves_lists
#define IN_ROUNDS .rounds = mr_leaves_rounds, .define = mr_leaves_define_rounds

static const struct mr_skeleton *shared_skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton skeletons[2][2] = {
        {{.files = {"skeleton/reduce_lanes.cl"},
          .kernels = {{"", MR_ITEMS_SPANS}, {"_fold", MR_ITEMS_LEAVES}},
          OWN},
         {.files = {"skeleton/reduce_lanes.cl", "skeleton/reduce_tree.cl"},
          .kernels = {{"", MR_ITEMS_SPANS}, {"_fold", MR_ITEMS_LEAVES}, {"_tree", MR_ITEMS_LEAVES}},
          IN_ROUNDS,
          OWN}},
        {{.files = {"skeleton/reduce_lanes.cl", "skeleton/reduce_moments.cl"},
          .kernels = {{"", MR_ITEMS_SPANS},
                      {"_fold", MR_ITEMS_LEAVES},
                      {"_deviations", MR_ITEMS_SPANS},
                      {"_moments", MR_ITEMS_LEAVES}},
          OWN},
         {.files = {"skeleton/reduce_lanes.cl", "skeleton/reduce_moments.cl",
                    "skeleton/reduce_tree.cl"},
          .kernels = {{"", MR_ITEMS_SPANS},
                      {"_fold", MR_ITEMS_LEAVES},
                      {"_deviations", MR_ITEMS_SPANS},
                      {"_moments", MR_ITEMS_LEAVES},
                      {"_tree", MR_ITEMS_LEAVES}},
          IN_ROUNDS,
          OWN}}};
    bool has_moments = mr_aggregate_of(s->aggregate)->partials == MR_PARTIALS_MOMENTS;
    return &skeletons[has_moments][s->folds_units];
}

const struct mr_skeleton *mr_leaves_skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton chunks = {
        .files = {"skeleton/reduce.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}},
        .marks = mr_leaves_marks,
        .tests = mr_leaves_tests,
        .lists = mr_leaves_lists,
        .walks_leaves = true,
    };
    static const struct mr_skeleton endless = {
        .files = {"skeleton/reduce.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}},
        .marks = mr_leaves_marks,
        .tests = mr_leaves_tests,
        .lists = mr_leaves_lists,
        .define = define_endless,
        .walks_leaves = true,
    };
    if (s->shares_leaves) return shared_skeleton(s);
    return mr_kind_of(s->kind)->is_terminal ? &endless : &chunks;
}

/* ---- the kind ---- */

/* Who has work-items that share leaves has many, and a way to the host that costs: a unit's leaves
 * are folded there as far as they are complete subtrees, which are few. A live source may give
 * parts of leaves. Devices where no work-items share leaves give leaves, and so do others beside
 * them. */
static void shape(struct mr_segment *s)
{
    s->folds_units = s->shares_leaves && !s->is_live && !s->is_mixed;
}

/* An entry is of a leaf, or of one of the complete subtrees that a unit's leaves are. */
static size_t entries(const struct mr_segment *s, int64_t first, size_t count)
{
    const size_t leaves = mr_leaves_at(s, first, count);
    const uint64_t at = (uint64_t)mr_leaf_number(s->extent, first);
    return s->folds_units ? mr_subtrees_in(at, at + leaves) : leaves;
}

static size_t most_entries(const struct mr_segment *s)
{
    const size_t leaves = mr_leaves_in(s);
    return s->folds_units ? mr_most_subtrees(leaves) : leaves;
}

static void store(struct mr_segment *s)
{
    s->stored_count = mr_leaf_dtypes(s, s->stored);
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add(out, "trees of leaves", MR_PLACE_STATE, sizeof(struct mr_leaves), 1);
    mr_leaves_buffers(s, out);
}

const struct mr_kind_class mr_kind_reduce = {
    .reason = "the end of the pipeline",
    .shape = shape,
    .aggregates = true,
    .is_terminal = true,
    .takes_leaves = true,
    .entries = entries,
    .most_entries = most_entries,
    .store = store,
    .unit = mr_unit_of_terminal,
    .buffers = buffers,
    .runner = &runner,
    .host = &mr_host_leaves,
    .skeleton = mr_leaves_skeleton,
};
