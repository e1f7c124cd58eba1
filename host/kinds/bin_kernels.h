/* Kinds that add to bins: what a unit gives is sets of them (struct mr_bin_sets), one column of u64
 * for each value. */
#ifndef MR_KINDS_BIN_KERNELS_H
#define MR_KINDS_BIN_KERNELS_H

#include "emit/skeleton.h"

void mr_bins_mark(struct mr_emitter *e, struct mr_strbuf *out);
void mr_bins_define(struct mr_emitter *e, struct mr_strbuf *out);
unsigned mr_bins_workers(const struct mr_segment *s);

/* Where work-items share leaves: the bins are cleared, then values are added. */
unsigned mr_bins_rounds(const struct mr_segment *s);

/* All bins of all sets, however many positions. */
size_t mr_bins_entries(const struct mr_segment *s, int64_t first, size_t count);
size_t mr_bins_most_entries(const struct mr_segment *s);
void mr_bins_store(struct mr_segment *s);

#endif
