/* A terminal's value: the whole sequence folded, as one entry (or, for a histogram, its bins). */
#ifndef MR_STREAM_REDUCTION_H
#define MR_STREAM_REDUCTION_H

#include "stream/relay.h"

struct mr_reduction {
    void *columns[MR_MAX_COLUMNS]; /* owned, `entries` elements each; or by */
    struct mr_lease *kept;         /* once the consumer keeps them; NULL: never */
    size_t entries;
    bool is_begun;
    mr_sums sums;
};

/* Runs the leg's root (kind REDUCE) to its end, maybe on the leg that the relay (or NULL) passes
 * to. Blocks. Called again after a failure, with a root that has what was folded, goes on. */
mr_status mr_reduction_run(struct mr_reduction *out, struct mr_leg *leg, struct mr_relay *relay,
                           mr_error *err);

/* The same of the positions alone that the plan ends at (plan/counting.h), from where the
 * root was sought to, and without finishing: what was folded is in the root's leaves, or in the
 * columns: bins, or the row of first() and last(), without which out->rows is 0. A count that is
 * known beforehand, and what is decided early, leaves fewer leaves. */
mr_status mr_reduction_run_part(struct mr_reduction *out, struct mr_leg *leg,
                                struct mr_relay *relay, mr_error *err);

/* What is folded so far, and from where the root goes on; or, once it is reduced, the result. */
void mr_reduction_save(const struct mr_reduction *r, struct mr_runner *root, bool is_reduced,
                       struct mr_bytes_out *out);
mr_status mr_reduction_restore(struct mr_reduction *r, struct mr_runner *root, bool *is_reduced,
                               struct mr_bytes_in *in, mr_error *err);

/* The consumer keeps the result. */
mr_status mr_reduction_keep(struct mr_reduction *r, struct mr_shelf *shelf, mr_lease **out,
                            mr_error *err);

void mr_reduction_free(struct mr_reduction *reduction);

#endif
