/* Variables of operators that have a state: `a: b, b: a + b, init=(0, 1)`. */
#ifndef MR_OPS_VARIABLES_H
#define MR_OPS_VARIABLES_H

#include "ir/op.h"

/* Where the operator has them among its parameters; its last one holds the next values. */
struct mr_variables_at {
    size_t init, goes_on; /* a list of starts; an expression, `while` */
    bool has_x0;          /* one variable x may start at parameter `x0` instead, or at a second
                            * expression without a name */
    size_t x0;
    bool starts_are_known; /* before there is an element */
    bool has_input;        /* its columns are in scope too, and cannot have the same names */
};

/* Checks the variables and makes them the first columns of seq, each in the dtype of its start. A
 * start that is a literal has the dtype that its variable's next value asks for. */
mr_status mr_variables_check(struct mr_seq *seq, const struct mr_variables_at *at, mr_error *err);

/* The n-th variable's next value and start, as written. */
const struct mr_expr *mr_variable_next(const struct mr_seq *seq, const struct mr_variables_at *at,
                                       size_t n);
const struct mr_expr *mr_variable_start(const struct mr_seq *seq, const struct mr_variables_at *at,
                                        size_t n);

/* How many next values there are. */
size_t mr_variable_count(const struct mr_seq *seq, const struct mr_variables_at *at);

/* Code of kind STATE: columns at a position, of the input's there (NULL: none), with what `i` is
 * in next values. `sees_start`: the first of a path is made from the start by the next values; else
 * it is the start. */
mr_status mr_variables_lower(struct mr_lowering *l, const struct mr_seq *seq,
                             const struct mr_variables_at *at, const ir_value inputs[], ir_value i,
                             bool sees_start, ir_value *columns, mr_error *err);

/* The number of elements in a path, argument `every`; without end: INT64_MAX. */
void mr_every_check(struct mr_seq *seq, size_t every);
#define MR_EVERY_PARAM                                                                             \
    {                                                                                              \
        "every", MR_PARAM_COUNT, .by_name = true, .optional = true, .range = MR_FROM(1),           \
                                 .brief = "starts anew after so many elements; such paths run in " \
                                          "parallel",                                              \
                                 .hint = "leave it out for one path without end"                   \
    }

/* Where expressions see the variables and the input's columns. */
struct mr_variable_scope {
    struct mr_scope scope;
    struct mr_column columns[MR_MAX_SCOPE];
    ir_value values[MR_MAX_SCOPE];
};
/* `states` or `inputs` may be NULL: there are none. `count`: of variables. */
void mr_variable_scope(struct mr_variable_scope *out, const struct mr_seq *seq, size_t count,
                       const ir_value states[], const ir_value inputs[], ir_value position);

#endif
