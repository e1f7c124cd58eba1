/* A terminal: how many elements lie in each bin of a range. */
#include <string.h>

#include "emit/argument.h"
#include "emit/column.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "ir/bins.h"
#include "ir/constant.h"
#include "kinds/bin_kernels.h"
#include "plan/kind.h"

/* The numbers of ir/bins.h, of the dtype that the values have. */
static void numbers_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    const struct mr_bins *bins = &e->segment->bins.range;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"bins_low", bins->low},
                   {"bins_high", bins->high},
                   {"bins_width", bins->width},
                   {"bins_scale", bins->scale},
                   {"bins_shift", bins->shift}};
    e->column = 0;
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        struct mr_kernel_arg arg = {.dtype = mr_column_dtype(e)};
        arg.bits = mr_scalar_word(arg.dtype, (mr_scalar){.f64 = numbers[k].value});
        mr_emit_argument(e, out, arg, "%s", numbers[k].name);
    }
}

static void keep_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_mask(e, out, e->segment->keep, mr_column_bits(e));
}

/* The first edge, where it is not 0. */
static void from_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, e->segment->bins.range.low == 0 ? "" : "(vf64)(bins_low) + ");
}

static bool is_exact(const struct mr_emitter *e)
{
    return e->segment->bins.range.form == MR_BINS_EXACT;
}

static bool is_whole(const struct mr_emitter *e)
{
    return e->segment->bins.range.form == MR_BINS_WHOLE;
}

static bool is_wide(const struct mr_emitter *e)
{
    return e->segment->bins.range.form == MR_BINS_WIDE;
}

static bool is_narrow(const struct mr_emitter *e)
{
    return e->segment->bins.range.form == MR_BINS_NARROW;
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"NUMBERS", numbers_mark}, {"BINS", mr_bins_mark}, {"KEEP", keep_mark},
        {"FROM", from_mark},       {NULL, NULL},
    };
    static const struct mr_text_test tests[] = {{"EXACT", is_exact},
                                                {"WHOLE", is_whole},
                                                {"WIDE", is_wide},
                                                {"NARROW", is_narrow},
                                                {NULL, NULL}};
    static const struct mr_skeleton hist = {
        .files = {"skeleton/histogram.cl"},
        .kernels = {{"", MR_ITEMS_WORKERS}},
        .workers = mr_bins_workers,
        .marks = marks,
        .tests = tests,
        .define = mr_bins_define,
    };
    static const struct mr_skeleton shared = {
        .files = {"skeleton/histogram_shared.cl"},
        .kernels = {{"", MR_ITEMS_SPANS}},
        .rounds = mr_bins_rounds,
        .marks = marks,
        .tests = tests,
        .define = mr_bins_define,
    };
    return s->shares_leaves ? &shared : &hist;
}

/* Sets of bins that work-items count into: as many as caches hold. Each counts in several by turns,
 * so that equal neighbours do not wait for each other; one before a set's bins is for what counts
 * nowhere. Measured under PoCL on two cores (bench/README.md). */
static void shape(struct mr_segment *s)
{
    enum { FEW = 4096 };
    const struct mr_bins *range = &s->seq->settings.bins;
    bool is_small = range->count <= FEW;
    s->bins = (struct mr_bin_sets){.count = range->count + 1,
                                   .workers = is_small ? 16 : 4,
                                   .sets = is_small ? 4 : 1,
                                   .range = *range};
}

static void count_bins(const struct mr_segment *s, uint64_t *bins, const double *xs,
                       const uint8_t *keep, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!keep || keep[k]) bins[mr_bins_find(&s->bins.range, xs[k])]++;
}

/* One worker fills one set of bins. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++)
        memset(mr_host_entry(launch->out, c, 0), 0, (size_t)s->bins.count * sizeof(uint64_t));
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        for (size_t c = 0; c < s->value_count; c++)
            count_bins(s, mr_host_entry(launch->out, c, 0),
                       mr_host_lanes(p, c, MR_F64, p->scratch, count), mr_host_keep(p), count);
    }
    out->entries = (size_t)s->bins.count;
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_histogram = {
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
