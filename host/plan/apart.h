/* A segment that walks from position to position leaves to a segment of its own what needs no
 * walking, many lanes at once, where that pays. The lane that walks computes the rest, whether it
 * stands below the state or above. */
#ifndef MR_PLAN_APART_H
#define MR_PLAN_APART_H

#include "plan/plan.h"

/* Moves what does not depend on a variable from the segment's body into *out, a segment that the
 * first one reads instead of its inputs; *out is NULL where all stays as it is. The caller's. */
mr_status mr_segment_set_apart(struct mr_segment **out, struct mr_segment *s, mr_error *err);

/* Whether the lane that walks takes what the body has from this node on, too. */
bool mr_walks_cheaply(const struct ir_body *b, size_t first);

#endif
