/* What ends and begins sequences at a position that a predicate finds. */
#ifndef MR_KINDS_SEARCH_H
#define MR_KINDS_SEARCH_H

#include "emit/skeleton.h"

/* Stores its elements and tells the first position where `keep` fails. */
const struct mr_skeleton *mr_search_skeleton(const struct mr_segment *s);

#endif
