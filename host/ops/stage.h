/* What operators share when they are described and lowered. */
#ifndef MR_OPS_STAGE_H
#define MR_OPS_STAGE_H

#include "io/number.h"
#include "ir/op.h"

/* The value of a COUNT or INT argument; INT64_MAX for `inf`. */
int64_t mr_count_argument(const struct mr_argument *argument);

/* The number as a message shows it. */
enum { MR_NUMBER_TEXT = MR_NUMBER_TEXT_BYTES };
const char *mr_number_text(const struct mr_argument *argument, char out[MR_NUMBER_TEXT]);

/* As many elements as a COUNT says; `inf`: without end. */
struct mr_length mr_length_argument(const struct mr_argument *argument);

/* Where the expressions of a stage are read: the columns of its input and `i`. While describing,
 * `values` is NULL and `position` 0. */
struct mr_scope mr_stage_scope(const struct mr_seq *seq, const ir_value *values, ir_value position);

/* Whether elements of these columns are not the same: all NaN are alike. */
ir_value mr_lower_differs(struct ir_body *b, const ir_value x[], const ir_value y[], size_t count);

/* A sequence that needs a running start: read from its beginning only. */
void mr_stage_in_order(struct mr_seq *seq, enum mr_kind kind);

/* Operators that keep some elements, as an expression in their first argument says. */
mr_status mr_predicate_check(struct mr_seq *seq, enum mr_kind kind, mr_error *err);
mr_status mr_predicate_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                             ir_value *columns, mr_error *err);

/* A source of one column x with elements that can be read from anywhere. */
mr_status mr_source_check(struct mr_seq *seq, mr_dtype dtype, struct mr_length length,
                          mr_error *err);

/* The aggregate that a CHOICE names. */
enum mr_aggregate mr_aggregate_argument(const struct mr_seq *seq, size_t at);

/* A terminal: its result has one row, a column for each of the input's. Of f32 if that is f32 and
 * seq->settings.is_narrow. */
mr_status mr_reduce_check(struct mr_seq *seq, enum mr_aggregate aggregate, mr_error *err);

/* The ways to add up, `mode` of sum and mean, their first parameter. */
#define MR_SUM_MODES "tree|exact|narrow"
mr_status mr_sum_check(struct mr_seq *seq, enum mr_aggregate tree, enum mr_aggregate exact,
                       mr_error *err);

#endif
