/* A terminal: how many elements lie in each bin of a range. */
#include <string.h>

#include "engine/host_engine.h"
#include "plan/kind.h"

/* Sets of bins that work-items count into: as many as caches hold. Each counts in several by turns,
 * so that equal neighbours do not wait for each other; one before a set's bins is for what counts
 * nowhere. Measured under PoCL on two cores (bench/README.md). */
static void shape(struct mr_segment *s)
{
    enum { FEW = 4096 };
    s->hist = s->seq->settings.bins;
    s->bins = s->hist.count + 1;
    s->workers = s->hist.count <= FEW ? 16 : 4;
    s->tables = s->hist.count <= FEW ? 4 : 1;
}

static void count_bins(const struct mr_segment *s, uint64_t *bins, const double *xs,
                       const uint8_t *keep, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!keep || keep[k]) bins[mr_bins_find(&s->hist, xs[k])]++;
}

/* One worker fills one set of bins. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++)
        memset(mr_host_row(launch->out, c, 0), 0, (size_t)s->bins * sizeof(uint64_t));
    for (size_t done = 0, count; done < launch->count; done += count) {
        count = mr_host_leaf(launch, done);
        mr_host_evaluate(p, launch, done, count, out);
        for (size_t c = 0; c < s->value_count; c++)
            count_bins(s, mr_host_row(launch->out, c, 0),
                       mr_host_lanes(p, c, MR_F64, p->scratch, count), mr_host_keep(p), count);
    }
    out->rows = (size_t)s->bins;
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_histogram = {
    .name = "reduce",
    .reason = "the end of the pipeline",
    .aggregates = true,
    .is_terminal = true,
    .rows = MR_ROWS_BINS,
    .shape = shape,
    .unit = mr_unit_of_terminal,
    .host = &host,
};
