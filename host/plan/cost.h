/* What code costs, roughly, in operations: whether values are made twice or stored and read again,
 * and whether filters are one segment or several.
 *
 * What is measured against these costs, here, in apart.c, fuse.c and plan.c, was timed on one CPU
 * (Zen 4), and holds for all devices: a saved state goes on only where the sequence is cut as it
 * was (stream/save.c), and it may go on anywhere. */
#ifndef MR_PLAN_COST_H
#define MR_PLAN_COST_H

#include "plan/plan.h"

/* A node's own cost; more than any limit where to make its value takes longer than to load it. */
unsigned mr_cost_of_node(const struct ir_body *b, const struct ir_node *n);

/* The cost of all that the segment's values are made of, in *out. */
mr_status mr_cost_of_values(unsigned *out, const struct mr_segment *s, mr_error *err);

/* The cost of the nodes from `first` on. */
unsigned mr_cost_from(const struct ir_body *b, size_t first);

#endif
