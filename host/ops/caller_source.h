/* Sequences that only C can describe: made by a call, not by the parser. */
#ifndef MR_OPS_CALLER_SOURCE_H
#define MR_OPS_CALLER_SOURCE_H

#include <millrace/sequence.h>

#include "ir/memory_source.h"
#include "ir/op.h"

/* A sequence with one reference and nothing derived yet. Takes over `context`, also when it
 * fails. */
mr_status mr_caller_source_create(struct mr_seq **out, const struct mr_op *op, void *context,
                                  mr_error *err);

/* Appends a column; without a name x, or x0, x1, ... when there are several in all. */
mr_status mr_caller_source_column(struct mr_seq *seq, const char *name, size_t at, size_t count,
                                  mr_dtype dtype, mr_error *err);

/* What a function fills, in the words of who described it. */
struct mr_caller_kind {
    const struct mr_op *op;                       /* with the feed and the free_context below */
    const char *what;                             /* feeds it: "the callback" */
    const char *again;                            /* a way to read it twice */
    mr_status (*tell)(void *user, mr_error *err); /* NULL, or what it was when fill() failed */
};
extern const struct mr_feed mr_caller_feed;
void mr_caller_free(void *context);

/* mr_seq_from_callback() for a source of that kind. */
mr_status mr_callback_sequence(struct mr_seq **out, const mr_callback_params *params,
                               const struct mr_caller_kind *kind, mr_error *err);

/* Columns of the caller's memory: 1 to 8 of them, `count` elements each. */
mr_status mr_memory_sequence(struct mr_seq **out, const struct mr_op *op,
                             const struct mr_memory_source *memory, mr_error *err);
void mr_memory_free(void *memory);
mr_status mr_memory_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                          ir_value *columns, mr_error *err);

#endif
