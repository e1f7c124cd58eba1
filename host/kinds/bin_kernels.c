/* What kernels that add to bins are told, and what they leave. */
#include "kinds/bin_kernels.h"

#include "emit/argument.h"

void mr_bins_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_value(e, out, e->segment->bins.count, "bins");
    mr_emit_value(e, out, e->segment->bins.workers, "workers");
}

void mr_bins_define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define BIN_SETS %u\n", e->segment->bins.sets);
}

unsigned mr_bins_workers(const struct mr_segment *s)
{
    return s->bins.workers;
}

unsigned mr_bins_rounds(const struct mr_segment *s)
{
    (void)s;
    return 2;
}

size_t mr_bins_most_entries(const struct mr_segment *s)
{
    return (size_t)s->bins.count * s->bins.workers * s->bins.sets;
}

size_t mr_bins_entries(const struct mr_segment *s, int64_t first, size_t count)
{
    (void)first;
    (void)count;
    return mr_bins_most_entries(s);
}

void mr_bins_store(struct mr_segment *s)
{
    s->stored_count = s->value_count;
    for (size_t c = 0; c < s->value_count; c++) s->stored[c] = MR_U64;
}
