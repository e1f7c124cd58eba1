/* A terminal's unit: an entry of partials for each leaf. */
#include <math.h>
#include <string.h>

#include "engine/host_engine.h"
#include "engine/host_fold.h"

/* A leaf at hand: its lanes are those of the last evaluation. */
struct leaf {
    const struct mr_program *p;
    struct mr_slot *slot;
    size_t entry;
    int64_t first;       /* position */
    size_t count;        /* positions */
    const uint8_t *keep; /* NULL: all */
    size_t kept;
};

static const struct mr_aggregate_class *class_of(const struct leaf *leaf)
{
    return mr_aggregate_of(leaf->p->segment->aggregate);
}

static unsigned char *first_scratch(const struct leaf *leaf)
{
    return leaf->p->scratch;
}

static unsigned char *second_scratch(const struct leaf *leaf)
{
    return leaf->p->scratch + MR_HOST_LEAF_SCRATCH / 2;
}

/* The tree takes rows of MR_TREE_LANES. */
static size_t whole_rows(const struct leaf *leaf)
{
    return (leaf->count + MR_TREE_LANES - 1) / MR_TREE_LANES * MR_TREE_LANES;
}

/* Lanes ready for the tree: those not kept and those missing to a whole row of it hold the
 * identity, which changes no accumulator's bits. `out` has room for MR_LEAF lanes, and may be
 * `lanes`. */
static const void *ready(const struct leaf *leaf, const void *lanes, mr_dtype dtype,
                         mr_scalar identity, unsigned char *out)
{
    size_t size = mr_dtype_size(dtype), count = whole_rows(leaf);
    if (leaf->keep)
        mr_fold_mask(out, leaf->keep, lanes, leaf->count, dtype, identity);
    else if (count == leaf->count)
        return lanes;
    else if (lanes != out)
        memcpy(out, lanes, leaf->count * size);
    for (size_t k = leaf->count; k < count; k++) mr_lane_put(out + k * size, dtype, identity);
    return out;
}

/* Each of these writes the partials of one value, from column `at` of the slot on. */
typedef void partials(const struct leaf *leaf, size_t value, size_t at);

static void store_fold(const struct leaf *leaf, size_t value, size_t at)
{
    enum mr_aggregate fold = class_of(leaf)->fold;
    mr_dtype dtype = leaf->slot->dtypes[at];
    const void *lanes = mr_host_lanes(leaf->p, value, dtype, first_scratch(leaf), leaf->count);
    lanes = ready(leaf, lanes, dtype, mr_fold_identity(fold, dtype), second_scratch(leaf));
    mr_fold_loops(fold, dtype)
        ->tree(mr_host_entry(leaf->slot, at, leaf->entry), lanes, whole_rows(leaf));
    if (!mr_sums_beyond(leaf->p->segment->aggregate, dtype)) return;
    int64_t above = mr_fold_above(dtype, lanes, whole_rows(leaf));
    memcpy(mr_host_entry(leaf->slot, at + 1, leaf->entry), &above, sizeof above);
}

/* Whether a leaf's mean, or the sum of what it lacks, left the range of f64: then nothing is to be
 * mended. */
static double finite_or_0(double x)
{
    return fabs(x) < (double)INFINITY ? x : 0.0;
}

/* Mean, sum of squared deviations from it, and what it lacks, all as if the mean were not rounded:
 * two passes over the leaf. The second adds up the deviations too; they would be 0 in all.
 * Chan, Golub, LeVeque 1983, Algorithms for computing the sample variance, section 3. */
static void store_moments(const struct leaf *leaf, size_t value, size_t at)
{
    double sum, moments[3] = {0, 0, 0};
    const mr_scalar zero = {.f64 = 0.0};
    const struct mr_fold_loops *fold = mr_fold_loops(MR_SUM, MR_F64);
    const double *xs = mr_host_lanes(leaf->p, value, MR_F64, first_scratch(leaf), leaf->count);
    double *deviations = (double *)(void *)second_scratch(leaf);
    if (leaf->kept) {
        const size_t rows = whole_rows(leaf);
        const void *lanes = ready(leaf, xs, MR_F64, zero, second_scratch(leaf));
        fold->tree(&sum, lanes, rows);
        const double mean = sum / (double)leaf->kept;
        for (size_t k = 0; k < leaf->count; k++) deviations[k] = xs[k] - mean;
        lanes = ready(leaf, deviations, MR_F64, zero, second_scratch(leaf));
        fold->tree(&sum, lanes, rows);
        for (size_t k = 0; k < rows; k++) deviations[k] *= deviations[k];
        fold->tree(&moments[1], lanes, rows);
        sum = finite_or_0(sum);
        moments[0] = mean;
        moments[2] = sum / (double)leaf->kept;
        moments[1] -= sum * moments[2];
        if (moments[1] < 0) moments[1] = 0;
    }
    for (size_t k = 0; k < 3; k++)
        memcpy(mr_host_entry(leaf->slot, at + k, leaf->entry), &moments[k], sizeof moments[k]);
}

static size_t count_set(const uint8_t *bytes, size_t count)
{
    uint32_t set = 0;
    for (size_t k = 0; k < count; k++) set += bytes[k];
    return set;
}

/* Where the first of the kept is that decides: any by one that holds, all by one that does not. */
static void store_decision(const struct leaf *leaf, size_t value, size_t at)
{
    int decides = class_of(leaf)->deciding;
    const uint8_t *holds = mr_host_lanes(leaf->p, value, MR_BOOL, first_scratch(leaf), leaf->count);
    holds = ready(leaf, holds, MR_BOOL, (mr_scalar){.u64 = !decides}, second_scratch(leaf));
    const uint8_t *hit = memchr(holds, decides, leaf->count);
    int64_t position = hit ? leaf->first + (hit - holds) : INT64_MAX;
    memcpy(mr_host_entry(leaf->slot, at, leaf->entry), &position, sizeof position);
}

/* The extreme value and its position; when nothing is kept, the fold's identity and no position. */
static void store_extreme(const struct leaf *leaf, size_t value, size_t at)
{
    enum mr_aggregate fold = class_of(leaf)->fold;
    mr_dtype dtype = leaf->slot->dtypes[at];
    const unsigned char *lanes =
        mr_host_lanes(leaf->p, value, dtype, first_scratch(leaf), leaf->count);
    size_t best = mr_fold_extreme(fold, dtype, lanes, leaf->keep, leaf->count);
    int64_t position = best < leaf->count ? leaf->first + (int64_t)best : INT64_MAX;
    void *entry = mr_host_entry(leaf->slot, at, leaf->entry);
    if (best < leaf->count)
        memcpy(entry, lanes + best * mr_dtype_size(dtype), mr_dtype_size(dtype));
    else
        mr_lane_put(entry, dtype, mr_fold_identity(fold, dtype));
    memcpy(mr_host_entry(leaf->slot, at + 1, leaf->entry), &position, sizeof position);
}

static void store_leaf(const struct leaf *leaf)
{
    static partials *const stores[] = {
        [MR_PARTIALS_FOLD] = store_fold,
        [MR_PARTIALS_MOMENTS] = store_moments,
        [MR_PARTIALS_PLACE] = store_extreme,
        [MR_PARTIALS_DECISION] = store_decision,
    };
    const struct mr_segment *s = leaf->p->segment;
    int64_t kept = (int64_t)leaf->kept;
    memcpy(mr_host_entry(leaf->slot, 0, leaf->entry), &kept, sizeof kept);
    partials *store = stores[class_of(leaf)->partials];
    size_t at = 1;
    for (size_t c = 0; c < s->value_count && store; c++) {
        mr_dtype unused[3];
        store(leaf, c, at);
        at += mr_partial_dtypes(s->aggregate, mr_ir_dtype(&s->body, s->values[c]), unused);
    }
}

/* Positions from this one to the end of its leaf. */
static size_t left_in_leaf(const struct mr_segment *s, int64_t position)
{
    int64_t within = position % s->extent, whole = MR_LEAF - within % MR_LEAF;
    return (size_t)(s->extent - within < whole ? s->extent - within : whole);
}

static void run(struct mr_program *p, const struct mr_launch *launch, struct mr_outcome *out)
{
    struct leaf leaf = {.p = p, .slot = launch->out};
    for (size_t done = 0, most; (most = mr_host_leaf(p, launch, done)); done += leaf.count) {
        leaf.first = launch->first + (int64_t)done;
        leaf.count = left_in_leaf(p->segment, leaf.first);
        if (leaf.count > most) leaf.count = most;
        if (!mr_host_evaluate(p, launch, done, leaf.count, out)) break;
        leaf.keep = mr_host_keep(p);
        leaf.kept = leaf.keep ? count_set(leaf.keep, leaf.count) : leaf.count;
        store_leaf(&leaf);
        leaf.entry++;
    }
    out->entries = leaf.entry;
}

const struct mr_kind_host mr_host_leaves = {.run = run};
