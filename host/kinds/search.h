/* What ends and begins sequences at a position that a predicate finds. */
#ifndef MR_KINDS_SEARCH_H
#define MR_KINDS_SEARCH_H

#include "emit/skeleton.h"
#include "ring/runner.h"

/* Stores its elements and tells the first position where `keep` fails. */
const struct mr_skeleton *mr_search_skeleton(const struct mr_segment *s);

/* The sequence ends before the position that was found; what fails behind it does not count. */
void mr_search_judge(struct mr_runner *r, const struct mr_unit *unit,
                     const struct mr_outcome *outcome, struct mr_entries *entries);

#endif
