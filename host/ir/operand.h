/* Operands of an expression while it is walked: code, or a number known now.
 *
 * A weak operand is a literal or what is made of literals: an i64, a u64 (above 2^63-1) or an f64
 * that takes the dtype of what it meets. All others have the dtype they say. */
#ifndef MR_IR_OPERAND_H
#define MR_IR_OPERAND_H

#include "ir/literal.h"
#include "ir/typing.h"

struct mr_operand {
    const struct mr_expr *expr; /* where it stands */
    mr_dtype dtype;
    bool is_constant; /* `scalar` holds it, and no code was written yet */
    bool is_weak;
    mr_scalar scalar;
    ir_value code;
};

struct mr_walk {
    struct mr_lowering *l;
    const struct mr_scope *scope;
    const char *op; /* for messages */
    mr_error *err;
};

static inline struct mr_operand mr_operand_constant(const struct mr_expr *expr, mr_dtype dtype,
                                                    mr_scalar value, bool is_weak)
{
    return (struct mr_operand){.expr = expr,
                               .dtype = dtype,
                               .is_constant = true,
                               .is_weak = is_weak,
                               .scalar = value,
                               .code = IR_NONE};
}

static inline struct mr_operand mr_operand_computed(const struct mr_expr *expr, mr_dtype dtype,
                                                    ir_value code)
{
    return (struct mr_operand){.expr = expr, .dtype = dtype, .code = code};
}

/* Any expression. */
mr_status mr_walk_expr(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out);

/* What a name stands for: a column, the position, a number. */
mr_status mr_walk_name(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out);

/* A bare word that means something else is not taken for the column of that name, nor is the column
 * forgotten: i, nan. */
mr_status mr_walk_check_name(const struct mr_walk *w, const struct mr_expr *expr);

/* Nor is a column forgotten that has the name of a constant of the caller's. */
mr_status mr_walk_check_constant(const struct mr_walk *w, const struct mr_expr *expr);

/* The number that a constant operand is. */
struct mr_literal mr_operand_literal(const struct mr_operand *operand);

/* What is wrong with an expression of literals, if anything is; NO_SUCH is for the caller to
 * tell. */
mr_status mr_walk_check_literal(const struct mr_walk *w, const struct mr_expr *at,
                                enum mr_literal_outcome outcome);

/* "map: ..." at an expression. */
mr_status mr_walk_fail(const struct mr_walk *w, const struct mr_expr *at, mr_status status,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The dtype at which operands meet; bools alone stay bool. `at` is what joins them. */
mr_status mr_meet(const struct mr_walk *w, const struct mr_expr *at,
                  const struct mr_operand operands[], size_t count, mr_dtype *out);

/* The operand's code in a dtype that mr_meet() gave. A literal becomes a kernel argument. */
mr_status mr_settle(const struct mr_walk *w, const struct mr_operand *operand, mr_dtype dtype,
                    ir_value *out);

/* The same as a divisor: never 0 in an integer dtype, lanes that divide by 0 are checked. */
mr_status mr_settle_divisor(const struct mr_walk *w, const struct mr_operand *operand,
                            mr_dtype dtype, ir_value *out);

/* The operand's code in any dtype, as a cast does it. */
ir_value mr_operand_cast(const struct mr_walk *w, const struct mr_operand *operand, mr_dtype dtype);

#endif
