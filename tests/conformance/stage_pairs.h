/* Each operator next to each kind of stage. */
#ifndef MR_TESTS_CONFORMANCE_STAGE_PAIRS_H
#define MR_TESTS_CONFORMANCE_STAGE_PAIRS_H

#include "ir/op.h"
#include "pattern.h"

/* A pattern of a call of the operator, the one that pairs are made of: a row of a table, or the
 * last call in its example; false where it has none. */
bool operator_call(char *out, size_t size, const struct mr_op *op);

/* Every source, then each kind. */
void check_sources_before_kinds(void);

/* What comes from outside, fed in this way, then each kind. */
void check_feeds_before_kinds(enum feeding feeding);

/* What comes from outside, fed in this way, then every stage and every terminal. */
void check_feeds_before_operators(enum feeding feeding);

/* Every stage before, or behind, each kind. */
void check_stages_before_kinds(void);
void check_stages_behind_kinds(void);

/* Every terminal behind each kind. */
void check_terminals_behind_kinds(void);

#endif
