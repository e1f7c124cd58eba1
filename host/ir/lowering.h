/* How operators write code: an operator's `lower` asks for its inputs' columns at some position and
 * answers with its own at the position it was asked for. */
#ifndef MR_IR_LOWERING_H
#define MR_IR_LOWERING_H

#include "ir/body.h"
#include "ir/seq.h"

struct mr_lowering {
    struct ir_body *body;
    ir_value guard; /* lanes for which the code counts; IR_NONE: all. Checks outside it are void */
    int64_t ahead;  /* elements that are read may be so many behind the end; 0: none is */
    int64_t most_ahead;   /* at most so far */
    ir_value exists;      /* ahead: those that are there; IR_NONE: all */
    bool needs_no_values; /* only how many elements there are: nothing that makes them may fail */
    ir_value position;    /* what the operator now writing was asked for: where its checks fail */
    ir_value keep;        /* set by operators of kind COMPACT, STOP, DROP */
    ir_value *failing;    /* inside a loop: gathers the lanes that fail in a turn; else NULL */

    /* The planner's: columns of a sequence at a position, fused or read from a buffer. */
    mr_status (*input)(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err);
    /* The planner's: whether what reads the sequence has it in its own body. */
    bool (*is_fused)(const struct mr_seq *seq);
    /* The planner's: column k at a position of memory that the caller owns. */
    mr_status (*memory)(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                        ir_value *columns, mr_error *err);
};

/* The operator's only (or first) input at a position. The guard is narrower afterwards where the
 * input drops elements or has none there: what is computed of them counts no longer. */
static inline mr_status mr_lower_input(struct mr_lowering *l, const struct mr_seq *seq,
                                       ir_value position, ir_value *columns, mr_error *err)
{
    return l->input(l, seq->inputs[0], position, columns, err);
}

/* An element `distance` before (less than 0) or behind the one at `position` of an input that is
 * read there, too. */
struct mr_neighbour {
    ir_value position;
    ir_value exists; /* IR_NONE: always */
    ir_value guard;  /* for what is computed of it: lanes for which the code counts and it exists */
    ir_value columns[MR_MAX_COLUMNS];
};
mr_status mr_lower_neighbour(struct mr_lowering *l, const struct mr_seq *input, ir_value position,
                             int64_t distance, struct mr_neighbour *out, mr_error *err);

/* A `bad` lane inside the guard ends the sequence there. */
static inline void mr_lower_check(struct mr_lowering *l, ir_value bad, mr_status status,
                                  const struct mr_seq *blame)
{
    if (l->needs_no_values) return;
    if (l->failing) {
        bad = mr_ir_both(l->body, l->guard, bad);
        *l->failing = *l->failing == IR_NONE ? bad : mr_ir_binary(l->body, IR_OR, *l->failing, bad);
        return;
    }
    struct ir_check check = {mr_ir_both(l->body, l->guard, bad), status, blame, l->position};
    mr_ir_check(l->body, check);
}

/* A numeric argument as a kernel argument of this dtype, converted by mr_number_as(). */
ir_value mr_lower_argument(struct mr_lowering *l, const struct mr_argument *argument,
                           mr_dtype dtype);

#endif
