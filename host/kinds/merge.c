/* The aggregate of each `extent` consecutive elements, more than a leaf has (those of fewer are
 * made by kinds/chunk.c): the fixed tree above a chunk's leaves, which may be in several units, as
 * a binary counter. What a unit hands on are the counter's sums, a partial for each level and
 * value; those of levels that the leaves so far do not make are not there.
 *
 *     leaves   0   1   2   3   4 | 5   6        sums after leaf 4:  level 2 [0123], level 0 [4]
 *     units                      |
 *
 * The chunk that the sequence ends in is finished by the host. */
#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "ir/constant.h"
#include "ir/fold_class.h"
#include "kinds/leaf_kernels.h"
#include "plan/kind.h"
#include "ring/carry.h"
#include "ring/tree.h"

static unsigned levels_of(const struct mr_segment *s)
{
    unsigned levels = 0;
    while (mr_leaves_per_chunk(s->extent) >> levels) levels++;
    return levels;
}

/* Chunks that end within `count` positions from `first` on. */
static size_t chunks_that_end(const struct mr_segment *s, int64_t first, size_t count)
{
    return (size_t)((first + (int64_t)count) / s->extent - first / s->extent);
}

/* As many as end in a unit at most, and the one that the sequence ends in. */
static size_t most_entries(const struct mr_segment *s)
{
    return (size_t)(((int64_t)s->unit - 1) / s->extent) + 2;
}

/* ---- the counter ---- */

struct level {
    struct mr_partial sums[MR_MAX_COLUMNS];
};

/* The host engine has one, and whoever finishes the last chunk. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_carry_buffers(s, out);
    mr_leaves_buffers(s, out);
    mr_buffers_add(out, "sums above leaves", MR_PLACE_OWN, sizeof(struct level), levels_of(s));
    mr_buffers_add(out, "sums of the last chunk", MR_PLACE_HOST, sizeof(struct level),
                   levels_of(s));
}

static mr_dtype dtype_of(const struct mr_segment *s, size_t c)
{
    return mr_ir_dtype(&s->body, s->values[c]);
}

static void add_leaf(struct level counter[], const struct mr_segment *s, size_t c, int64_t number,
                     struct mr_partial sum)
{
    unsigned level = 0;
    for (; number >> level & 1; level++)
        sum = mr_partial_join(s->aggregate, dtype_of(s, c), &counter[level].sums[c], &sum);
    counter[level].sums[c] = sum;
}

/* The result of the `count` elements that the counter has. */
static mr_scalar result(const struct level counter[], const struct mr_segment *s, size_t c,
                        int64_t count)
{
    const int64_t leaves = mr_leaves_per_chunk(count);
    const struct mr_partial *newest = NULL;
    struct mr_partial total = {.count = 0};
    for (unsigned level = 0; leaves >> level; level++) {
        const struct mr_partial *sum = &counter[level].sums[c];
        if (!(leaves >> level & 1)) continue;
        total = newest ? mr_partial_join(s->aggregate, dtype_of(s, c), sum, &total) : *sum;
        newest = sum;
    }
    mr_scalar value = {.u64 = 0};
    total.count = count;
    (void)mr_aggregate_of(s->aggregate)->finish(&total, dtype_of(s, c), 0, &value);
    return value;
}

/* Two words for each level and value, as kernels have them. */
static size_t carry_words(const struct mr_segment *s)
{
    bool has_sums = !mr_partials_of(s->aggregate)->needs_no_values;
    return has_sums ? 2 * levels_of(s) * s->value_count : 0;
}

/* The second word is what sums of integers have above the first. */
static bool carry_says(const struct mr_segment *s, int64_t position, size_t k)
{
    const int64_t count = position % s->extent, leaves = count ? mr_leaves_per_chunk(count) : 0;
    const size_t level = k / 2 / s->value_count, c = k / 2 % s->value_count;
    bool is_used = k % 2 == 0 || mr_sums_beyond(s->aggregate, dtype_of(s, c));
    return is_used && leaves >> level & 1;
}

static void put_words(const struct level counter[], const struct mr_segment *s, int64_t position,
                      uint64_t words[])
{
    const size_t all = carry_words(s);
    for (size_t k = 0; k < all; k++) {
        const size_t level = k / 2 / s->value_count, c = k / 2 % s->value_count;
        const struct mr_partial *sum = &counter[level].sums[c];
        const uint64_t word = k % 2 ? sum->b.u64 : mr_scalar_word(dtype_of(s, c), sum->a);
        words[k] = carry_says(s, position, k) ? word : 0;
    }
}

static void get_words(struct level counter[], const struct mr_segment *s, const uint64_t words[])
{
    const size_t all = carry_words(s);
    for (size_t k = 0; k < all; k += 2) {
        const size_t level = k / 2 / s->value_count, c = k / 2 % s->value_count;
        counter[level].sums[c] = (struct mr_partial){
            .a = mr_scalar_of_word(dtype_of(s, c), words[k]), .b.u64 = words[k + 1]};
    }
}

/* Nothing of a chunk is there before its first leaf. */
static void carry_start(const struct mr_segment *s, uint64_t words[])
{
    (void)s;
    (void)words;
}

/* ---- in a stream ---- */

/* Chunks that end before a failed check are complete. */
static void judge(struct mr_runner *r, const struct mr_unit *unit, const struct mr_outcome *outcome,
                  struct mr_entries *entries)
{
    if (outcome->failed == SIZE_MAX) return;
    entries->until = chunks_that_end(r->segment, unit->first, outcome->failed);
}

/* The chunk that the sequence ends in was finished by the host, and hands nothing on. */
static mr_status settle(struct mr_runner *r, const struct mr_unit *unit, mr_error *err)
{
    return unit->is_done ? MR_OK : mr_carry_settle(r, unit, err);
}

static mr_status end_chunk(struct mr_runner *r, struct mr_slot *slot, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    const struct mr_engine_class *class = r->engine->class;
    const int64_t count = r->at.next % s->extent;
    uint64_t words[MR_CARRY_WORDS];
    void *out[MR_MAX_STORED] = {0};
    MR_TRY(class->carry_save(r->engine, r->program, r->last, r->at.next, words, err));
    struct level *counter = mr_alloc(levels_of(s), sizeof *counter);
    if (!counter) return mr_fail_no_memory(err, "a chunk");
    get_words(counter, s, words);
    mr_status st = class->map(r->engine, slot, s->lead, 1, true, out, err);
    for (size_t c = 0; c < s->column_count && st == MR_OK; c++)
        mr_scalar_write(s->columns[c].dtype, out[c], 0, result(counter, s, c, count));
    mr_free(counter);
    MR_TRY(st);
    MR_TRY(class->unmap(r->engine, slot, err));
    mr_unit_enqueue(r, slot, r->at.next, 1, s->lead, true);
    return MR_OK;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how, mr_error *err)
{
    MR_TRY(mr_unit_launch_program(r, slot, NULL, how, err));
    if (*how != MR_ENDED || r->at.next % r->segment->extent == 0) return MR_OK;
    *how = MR_FILLED;
    return end_chunk(r, slot, err);
}

static const struct mr_kind_runner runner = {
    .packs = true,
    .seek = mr_carry_seek,
    .launch = launch,
    .judge = judge,
    .settle = settle,
    .save = mr_carry_save,
    .restore = mr_carry_restore,
};

/* ---- on the host ---- */

static struct mr_partial leaf_of(struct mr_program *p, size_t c, size_t count)
{
    const struct mr_segment *s = p->segment;
    const enum mr_aggregate fold = mr_aggregate_of(s->aggregate)->fold;
    const mr_dtype dtype = dtype_of(s, c);
    struct mr_partial leaf = {.count = (int64_t)count};
    if (mr_partials_of(s->aggregate)->needs_no_values) return leaf;
    const void *lanes = mr_host_lanes(p, c, dtype, p->scratch, count);
    unsigned char *total = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    if (count % MR_TREE_LANES == 0)
        mr_fold_loops(fold, dtype)->tree(total, lanes, count);
    else
        mr_fold_loops(fold, dtype)->trees(total, lanes, count, count);
    leaf.a = mr_lane_get(total, dtype);
    if (mr_sums_beyond(s->aggregate, dtype)) leaf.b.i64 = mr_fold_above(dtype, lanes, count);
    return leaf;
}

static void store_chunk(const struct mr_program *p, struct mr_slot *slot, size_t entry)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++)
        mr_scalar_write(slot->dtypes[c], mr_host_entry(slot, c, entry), 0,
                        result(p->own, s, c, s->extent));
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    size_t entries = 0;
    assert(s->keep == IR_NONE);
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        const int64_t within = (launch->first + (int64_t)done) % s->extent;
        const int64_t whole = MR_LEAF - within % MR_LEAF, left = s->extent - within;
        const size_t leaf = (size_t)(left < whole ? left : whole);
        if (leaf < count) count = leaf;
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        for (size_t c = 0; c < s->value_count; c++)
            add_leaf(p->own, s, c, within / MR_LEAF, leaf_of(p, c, count));
        if ((int64_t)count == left) store_chunk(p, launch->out, entries++);
    }
    out->entries = entries; /* whoever ended it early */
}

static void save_on_host(const struct mr_program *p, int64_t position, uint64_t words[])
{
    put_words(p->own, p->segment, position, words);
}

static void load_on_host(struct mr_program *p, const uint64_t words[])
{
    get_words(p->own, p->segment, words);
}

static const struct mr_kind_host host = {
    .run = run_on_host, .carry_save = save_on_host, .carry_load = load_on_host};

/* ---- on a device ---- */

static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_leaves_define_rounds(e, out);
    mr_strbuf_addf(out, "#define VALUES %zu\n", e->segment->value_count);
}

#define OF_LEAVES                                                                                  \
    .rounds = mr_leaves_rounds, .marks = mr_leaves_marks, .tests = mr_leaves_tests,                \
    .lists = mr_leaves_lists, .define = define

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_skeleton own = {.files = {"skeleton/scan_words.cl", "skeleton/reduce.cl",
                                                     "skeleton/merge.cl"},
                                           .kernels = {{"", MR_ITEMS_LEAVES},
                                                       {"_merge", MR_ITEMS_LEAVES}},
                                           .walks_leaves = true,
                                           OF_LEAVES},
                                    shared = {.files = {"skeleton/scan_words.cl",
                                                        "skeleton/reduce_lanes.cl",
                                                        "skeleton/merge.cl"},
                                              .kernels = {{"", MR_ITEMS_SPANS},
                                                          {"_fold", MR_ITEMS_LEAVES},
                                                          {"_merge", MR_ITEMS_LEAVES}},
                                              OF_LEAVES};
    return s->shares_leaves ? &shared : &own;
}

const struct mr_kind_class mr_kind_merge = {
    .reason = "an element is made of many leaves",
    .aggregates = true,
    .takes_leaves = true,
    .has_chunks = true,
    .entries = chunks_that_end,
    .most_entries = most_entries,
    .unit = mr_unit_of_chunks,
    .buffers = buffers,
    .state_bytes = mr_carry_state_bytes,
    .state_words = "has_words (sum above?)*",
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
    .carry_start = carry_start,
    .carry_words = carry_words,
    .carry_says = carry_says,
};
