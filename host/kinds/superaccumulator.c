/* A terminal: an exact sum, in bins that are numbers of fixed point (ir/exact.h). */
#include <string.h>

#include "emit/column.h"
#include "engine/c_prelude.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "ir/exact.h"
#include "kinds/bin_kernels.h"
#include "plan/kind.h"

#define LEAF MR_LEAF
#include "lib/exact.cl"

/* The mask of what counts: values have 64 bits. */
static void keeps_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_keep_bits(e) == 64 ? "keeps" : "TO_M64(keeps)");
}

static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_bins_define(e, out);
    mr_strbuf_addf(out,
                   "#define MR_EXACT_ONE %d\n#define MR_EXACT_LEAST %d\n"
                   "#define MR_EXACT_COUNT %d\n#define MR_EXACT_NANS %d\n"
                   "#define MR_EXACT_UPS %d\n#define MR_EXACT_DOWNS %d\n"
                   "#define MR_EXACT_OTHERS %d\n",
                   MR_EXACT_ONE, MR_EXACT_LEAST, MR_EXACT_COUNT, MR_EXACT_NANS, MR_EXACT_UPS,
                   MR_EXACT_DOWNS, MR_EXACT_OTHERS);
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"BINS", mr_bins_mark}, {"KEEPS", keeps_mark}, {NULL, NULL}};
    static const struct mr_skeleton exact = {
        .files = {"skeleton/superaccumulator.cl"},
        .kernels = {{"", MR_ITEMS_WORKERS}},
        .workers = mr_bins_workers,
        .library = "lib/exact.cl",
        .marks = marks,
        .define = define,
    };
    static const struct mr_skeleton shared = {
        .files = {"skeleton/superaccumulator_shared.cl"},
        .kernels = {{"", MR_ITEMS_SPANS}},
        .rounds = mr_bins_rounds,
        .library = "lib/exact_lanes.cl",
        .marks = marks,
        .define = define,
    };
    return s->shares_leaves ? &shared : &exact;
}

/* A worker has bins of its own, but where work-items share leaves: there so many sets of them are
 * what thousands add to, a few numbers each. */
static void shape(struct mr_segment *s)
{
    enum { WORKERS = 16, SETS = 64 };
    s->bins = (struct mr_bin_sets){
        .count = MR_EXACT_BINS, .workers = s->shares_leaves ? SETS : WORKERS, .sets = 1};
}

/* A whole leaf of value `column`: lanes missing or not kept hold what adds nothing. */
static void *take_leaf(const struct mr_program *p, size_t column, mr_dtype dtype, size_t count)
{
    unsigned char *leaf = p->scratch + MR_HOST_LEAF_SCRATCH / 2;
    mr_scalar nothing = {.u64 = 0};
    if (dtype == MR_F64) nothing.f64 = -0.0;
    const void *lanes = mr_host_lanes(p, column, dtype, p->scratch, count);
    const uint8_t *keep = mr_host_keep(p);
    if (keep)
        mr_fold_mask(leaf, keep, lanes, count, dtype, nothing);
    else
        memcpy(leaf, lanes, count * sizeof(uint64_t));
    for (size_t k = count; k < MR_LEAF; k++)
        mr_lane_put(leaf + k * sizeof(uint64_t), dtype, nothing);
    return leaf;
}

static void add_leaf(const struct mr_program *p, size_t column, uint64_t *bins, size_t count,
                     int *guess)
{
    mr_dtype dtype = mr_ir_dtype(&p->segment->body, p->segment->values[column]);
    const uint8_t *keep = mr_host_keep(p);
    void *leaf = take_leaf(p, column, dtype, count);
    for (size_t k = 0; k < count; k++) bins[MR_EXACT_COUNT] += keep ? keep[k] : 1;
    if (dtype == MR_I64)
        mr_exact_i64(bins, leaf);
    else if (dtype == MR_U64)
        mr_exact_u64(bins, leaf);
    else
        mr_exact_f64(bins, leaf, guess);
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    int guesses[MR_MAX_COLUMNS] = {0};
    for (size_t c = 0; c < s->value_count; c++)
        memset(mr_host_entry(launch->out, c, 0), 0, MR_EXACT_BINS * sizeof(uint64_t));
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        for (size_t c = 0; c < s->value_count; c++)
            add_leaf(p, c, mr_host_entry(launch->out, c, 0), count, &guesses[c]);
    }
    out->entries = MR_EXACT_BINS;
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_superaccumulator = {
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .takes_leaves = true,
    .entries = mr_bins_entries,
    .most_entries = mr_bins_most_entries,
    .store = mr_bins_store,
    .shape = shape,
    .unit = mr_unit_of_terminal,
    .host = &host,
    .skeleton = skeleton,
};
