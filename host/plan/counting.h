/* Part of the positions that a terminal takes, so that several processes share them. */
#ifndef MR_PLAN_COUNTING_H
#define MR_PLAN_COUNTING_H

#include "plan/plan.h"

/* What the positions of a terminal are: those below the filters right before it, which mask
 * positions and move none.
 *
 *     range(1e9) | map | filter | map | filter | sum()       those of the first map */
const struct mr_seq *mr_terminal_input(const struct mr_seq *terminal);

/* The segment whose domain they are. Not the last one where a filter packs its survivors because
 * the terminal takes them as they come. */
struct mr_segment *mr_plan_counting(const struct mr_plan *plan);

/* Ends the positions at `until`, before mr_plan_fit(). */
void mr_plan_end_at(struct mr_plan *plan, int64_t until);

#endif
