/* Kinds that fold leaves: what a unit gives is entries of partials, one a leaf, or results of
 * chunks. */
#ifndef MR_KINDS_LEAF_KERNELS_H
#define MR_KINDS_LEAF_KERNELS_H

#include "emit/skeleton.h"
#include "plan/buffer_list.h"

/* Partials of each leaf; its result where a chunk is one and work-items share leaves. */
const struct mr_skeleton *mr_leaves_skeleton(const struct mr_segment *s);

/* What skeletons that fold leaves have in common. */
extern const struct mr_text_mark mr_leaves_marks[];
extern const struct mr_text_test mr_leaves_tests[];
extern const struct mr_text_list mr_leaves_lists[];

/* Rounds of a last kernel that folds a unit's leaves, and their numbers for its text. */
unsigned mr_leaves_rounds(const struct mr_segment *s);
void mr_leaves_define_rounds(struct mr_emitter *e, struct mr_strbuf *out);

/* Whether the partials of leaves stay in working memory, for a kernel that folds them. */
bool mr_leaves_stay(const struct mr_segment *s);

/* What its kernels leave for others: lanes where work-items share leaves, and partials. */
void mr_leaves_buffers(const struct mr_segment *s, struct mr_buffers *out);

/* What is kept of a leaf: a count, then the partials of each value. Returns how many dtypes. */
size_t mr_leaf_dtypes(const struct mr_segment *s, mr_dtype out[MR_MAX_STORED]);

#endif
