/* Expressions meet columns: names are resolved, weak literals take the dtype of what they meet,
 * mixed dtypes promote, and the code is written, all in one walk.
 *
 * Promotion: bool with bool computes as i32; the wider integer wins; signed with unsigned of the
 * same or a wider width is an error; an integer with a float gives f64; f32 with f64 gives f64. */
#ifndef MR_IR_TYPING_H
#define MR_IR_TYPING_H

#include "ir/lowering.h"

struct mr_scope {
    const struct mr_seq *owner;      /* whose argument the expression is; for messages */
    const struct mr_column *columns; /* of the stage's input; `x` is the only one's second name */
    size_t column_count;
    size_t variable_count; /* so many of them, the first, are no columns of the input */
    /* By column: an integer whose dtype is not known yet, which is typed as a literal is; NULL:
     * none. For dtypes alone. */
    const bool *gives_way;
    const ir_value *values;
    ir_value position;   /* what `i` is; IR_NONE: there is none here */
    bool has_neighbours; /* the columns are those of owner's first input, at `position` */
};

/* Writes code for the expression; *out has a definite dtype (a lone integer literal is i64, a lone
 * float literal f64). */
mr_status mr_lower_expr(struct mr_lowering *l, const struct mr_scope *scope,
                        const struct mr_expr *expr, ir_value *out, mr_error *err);

/* Whether a scope has room for them is for its maker to see to. */
enum { MR_MAX_SCOPE = 2 * MR_MAX_COLUMNS };

/* The same in a given dtype, as a cast has it. */
mr_status mr_lower_expr_as(struct mr_lowering *l, const struct mr_scope *scope,
                           const struct mr_expr *expr, mr_dtype dtype, ir_value *out,
                           mr_error *err);

/* The dtype the expression has in this scope (values are not needed), or its error. */
mr_status mr_type_expr(const struct mr_scope *scope, const struct mr_expr *expr, mr_dtype *out,
                       mr_error *err);

/* The same, and whether it is a literal, which takes another dtype where it meets one. */
mr_status mr_type_literal(const struct mr_scope *scope, const struct mr_expr *expr, mr_dtype *out,
                          bool *is_literal, mr_error *err);

/* The numbers that have names where no column has: pi and e. */
bool mr_named_number(const char *name, double *out);

/* The number an expression of literals only stands for. `op` names the operator in messages. */
mr_status mr_constant_expr(const struct mr_expr *expr, const char *op, struct mr_number *out,
                           mr_error *err);

/* Converts a number to a dtype when its value fits: integers exactly, a real into an integer dtype
 * only if it is integral, anything into floats (rounded to nearest). False when it does not fit. */
bool mr_number_as(const struct mr_number *number, mr_dtype dtype, mr_scalar *out);

/* Every function name of the language, for "did you mean" and the documentation; NULL at the
 * end. */
extern const char *const mr_function_names[];

#endif
