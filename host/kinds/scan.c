/* A running aggregate. */
#include "emit/argument.h"
#include "emit/column.h"
#include "emit/skeleton.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "ir/aggregate.h"
#include "ir/constant.h"
#include "plan/kind.h"
#include "ring/carry.h"

static mr_dtype value_dtype(const struct mr_segment *s, size_t c)
{
    return mr_ir_dtype(&s->body, s->values[c]);
}

/* Whether a scan's folds give the same bits however operands are grouped, so that W prefixes may be
 * made at once. A mask has one bit a lane of 32 or 64 bits; bool columns have lanes of 8, so they
 * take the path without masks. */
static bool is_in_lanes(const struct mr_segment *s)
{
    bool rounds = !mr_fold_chooses(mr_aggregate_of(s->aggregate)->fold);
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype dtype = value_dtype(s, c);
        if (dtype == MR_BOOL || (rounds && mr_dtype_is_float(dtype))) return false;
    }
    return true;
}

static unsigned leaves_abreast(const struct mr_segment *s, const struct mr_profile *profile)
{
    return is_in_lanes(s) ? 1 : profile->side_by_side;
}

static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define ABREAST %u\n", leaves_abreast(e->segment, e->profile));
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    /* Prefixes of floats run through a leaf in the order of the contract: one item walks it, also
     * where the others share it. */
    static const struct mr_skeleton
        leaves = {.files = {"skeleton/scan_words.cl", "skeleton/scan.cl", "skeleton/scan_apply.cl"},
                  .kernels = {{"", MR_ITEMS_LEAVES}, {"_apply", MR_ITEMS_SHARED}},
                  .has_before_in_leaf = true,
                  .define = define,
                  .leaves = leaves_abreast,
                  .strip_vectors = 2},
        lanes = {.files = {"skeleton/scan_words.cl", "skeleton/scan_lanes.cl",
                           "skeleton/scan_apply.cl"},
                 .kernels = {{"", MR_ITEMS_LEAVES}, {"_apply", MR_ITEMS_SHARED}},
                 .has_before_in_leaf = true,
                 .define = define,
                 .leaves = leaves_abreast,
                 .strip_vectors = 2},
        walks = {.files = {"skeleton/scan_words.cl", "skeleton/scan_walks.cl"},
                 .kernels = {{"", MR_ITEMS_SPANS},
                             {"_before", MR_ITEMS_LEAVES},
                             {"_apply", MR_ITEMS_SPANS}},
                 .has_before_in_leaf = true},
        pieces = {.files = {"skeleton/scan_words.cl", "skeleton/scan_pieces.cl"},
                  .kernels = {{"", MR_ITEMS_SPANS},
                              {"_sums", MR_ITEMS_LEAVES},
                              {"_sums_2", MR_ITEMS_LEAVES},
                              {"_blocks", MR_ITEMS_LEAVES},
                              {"_apply", MR_ITEMS_SPANS}},
                  .has_no_strips = true,
                  .has_pieces = true};
    if (is_in_lanes(s)) return s->shares_leaves ? &pieces : &lanes;
    return s->shares_leaves ? &walks : &leaves;
}

/* For each value the fold of the leaves before and that of the leaf so far. */
static void carry_start(const struct mr_segment *s, uint64_t words[])
{
    for (size_t c = 0; c < s->value_count; c++) {
        mr_scalar identity = mr_fold_identity(s->aggregate, value_dtype(s, c));
        words[2 * c] = words[2 * c + 1] = mr_scalar_word(value_dtype(s, c), identity);
    }
}

/* It walks its slot twice, the second time in the caches if they have room. */
static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    const struct mr_unit_aim half = {.positions = aim->positions / 2, .batch = aim->batch};
    return mr_unit_of_batches(s, &half);
}

static void add_folds(struct mr_buffers *out, const struct mr_segment *s, size_t column,
                      const char *what, const char *name, size_t elems)
{
    mr_buffers_add_working(
        out, (struct mr_working){.what = what,
                                 .name = name,
                                 .is_of_column = true,
                                 .column = column,
                                 .dtype = mr_fold_dtype(s->aggregate, value_dtype(s, column)),
                                 .elems = elems});
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    enum { LEAST_PIECE = 8 }; /* of 64-bit values; of others there are fewer */
    mr_carry_buffers(s, out);
    out->items = mr_leaves_in(s);
    out->sets = MR_WORKING_SETS;
    for (size_t c = 0; c < s->value_count; c++) {
        if (!s->shares_leaves || !is_in_lanes(s)) {
            add_folds(out, s, c, "totals of leaves", "totals", 1);
            continue;
        }
        add_folds(out, s, c, "totals of pieces", "sums", MR_LEAF / LEAST_PIECE);
        add_folds(out, s, c, "their folds", "sums_2_", MR_LEAF / LEAST_PIECE / LEAST_PIECE);
        add_folds(out, s, c, "the folds of these", "sums_3_", 3);
        add_folds(out, s, c, "totals of blocks", "blocks", 1);
    }
}

static const struct mr_kind_runner runner = {MR_CARRY_RUNNER};

static void begin_carries(struct mr_program *p, const struct mr_launch *launch)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_scalar identity = mr_fold_identity(s->aggregate, launch->out->dtypes[c]);
        launch->out->carries[c] =
            launch->previous ? launch->previous->carries[c] : (struct mr_carry){identity, identity};
    }
}

/* What was within a leaf that is whole goes to what is before the next one. */
static struct mr_carry begin_leaf(const struct mr_segment *s, mr_dtype dtype, struct mr_carry carry)
{
    return (struct mr_carry){
        .before = mr_fold_loops(s->aggregate, dtype)->values(carry.before, carry.within),
        .within = mr_fold_identity(s->aggregate, dtype)};
}

/* The host does so when the next leaf begins; to others it is already done. */
static struct mr_carry carry_before(const struct mr_segment *s, size_t c, struct mr_carry carry,
                                    int64_t position)
{
    return position % MR_LEAF ? carry : begin_leaf(s, value_dtype(s, c), carry);
}

/* A prefix inside each leaf, combined with that of all leaves before it: the same bits wherever
 * units are cut. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    struct mr_slot *slot = launch->out;
    begin_carries(p, launch);
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        size_t lane = (size_t)((launch->first + (int64_t)done) % MR_LEAF);
        if (count > MR_LEAF - lane) count = MR_LEAF - lane;
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        for (size_t c = 0; c < s->value_count; c++) {
            mr_dtype dtype = slot->dtypes[c];
            struct mr_carry *carry = &slot->carries[c];
            const struct mr_fold_loops *fold = mr_fold_loops(s->aggregate, dtype);
            if (lane == 0) *carry = begin_leaf(s, dtype, *carry);
            const void *lanes = mr_host_lanes(p, c, dtype, p->scratch, count);
            fold->prefixes(mr_host_entry(slot, c, done), lanes, count, carry->before,
                           &carry->within);
        }
    }
}

static const struct mr_kind_host host = {.run = run_on_host, .carry_before = carry_before};

const struct mr_kind_class mr_kind_scan = {
    .reason = "each element needs the sum of those before",
    .is_one_by_one = true,
    .aggregates = true,
    .is_running = true,
    .gives_as_many = true,
    .unit = unit,
    .buffers = buffers,
    .runner = &runner,
    .state_bytes = mr_carry_state_bytes,
    .state_words = "has_words (before within)*",
    .host = &host,
    .skeleton = skeleton,
    .carry_start = carry_start,
};
