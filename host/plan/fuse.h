/* What is fused into one segment's body: operators down to the next cut, and filters that are masks
 * there. */
#ifndef MR_PLAN_FUSE_H
#define MR_PLAN_FUSE_H

#include "plan/plan.h"

/* plan.c: makes the segment that computes `seq`, after those it reads. `reason`: why the plan is
 * cut there; NULL: as its kind says. */
mr_status mr_plan_segment_for(struct mr_plan *plan, const struct mr_seq *seq, const char *reason,
                              struct mr_segment **out, mr_error *err);

bool mr_seq_is_fused(const struct mr_seq *seq);

/* The filters right below a reader, with maps between them, that can be masks of its body:
 *
 *     range | filter | map | filter | map | sum        two, and `below` is the range
 */
struct mr_masks {
    unsigned count;
    enum mr_kind kind;          /* of those filters */
    const struct mr_seq *below; /* at whose positions the body is evaluated then */
};
struct mr_masks mr_masks_in(const struct mr_seq *seq);

/* The state right below a reader that asks for the one element at its own position, as maps and
 * take() do: its segment can have them, too. NULL: there is none. */
const struct mr_seq *mr_state_below(const struct mr_seq *seq);

/* Another sequence that it reads; NULL: too many. */
struct mr_view *mr_segment_add_view(struct mr_segment *s, const struct mr_seq *seq, mr_error *err);

/* Writes the segment's body: the operator's own code, or its input's columns for those that
 * aggregate. With `is_worth`, a draft, without what it reads: whether filters should be masks, or
 * what stands above a state go with it. */
mr_status mr_segment_fuse(struct mr_plan *plan, struct mr_segment *s, bool *is_worth,
                          mr_error *err);

#endif
