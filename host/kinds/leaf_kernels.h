/* Kinds that aggregate: what a unit gives is rows of partials, one a leaf, or arrays of bins. */
#ifndef MR_KINDS_LEAF_KERNELS_H
#define MR_KINDS_LEAF_KERNELS_H

#include "emit/skeleton.h"

/* A row of partials a leaf. */
const struct mr_skeleton *mr_leaves_skeleton(const struct mr_segment *s);

/* Each worker adds its share of a unit to bins of its own. */
void mr_bins_mark(struct mr_emitter *e, struct mr_strbuf *out);
void mr_bins_define(struct mr_emitter *e, struct mr_strbuf *out);

#endif
