#include "ir/typing.h"

#include <string.h>

#include "base/memory.h"
#include "ir/constant.h"
#include "ir/foreign.h"
#include "ir/function.h"
#include "ir/op.h"
#include "ir/operand.h"

/* The guard narrowed to lanes where `condition` holds; answers the one before, to be restored. */
static ir_value narrow_guard(struct mr_walk *w, ir_value condition)
{
    ir_value before = w->l->guard;
    w->l->guard = mr_ir_both(w->l->body, before, condition);
    return before;
}

static ir_value truth(const struct mr_walk *w, const struct mr_operand *operand)
{
    return mr_operand_cast(w, operand, MR_BOOL);
}

static ir_value negated(const struct mr_walk *w, ir_value condition)
{
    return mr_ir_unary(w->l->body, IR_NOT, condition);
}

static mr_status fail_operator(const struct mr_walk *w, const struct mr_expr *expr, mr_dtype dtype)
{
    mr_status st = mr_walk_fail(w, expr, MR_E_TYPE, "'%s' is for integers, not %s",
                                mr_operator_spelling(expr->op), mr_dtype_name(dtype));
    if (expr->op == MR_OPERATOR_REM && mr_dtype_is_float(dtype))
        return mr_error_hint(w->err, st, "write fmod(a, b) or mod(a, b), or cast: i64(...)");
    if (expr->op == MR_OPERATOR_BIT_XOR)
        return mr_error_hint(w->err, st, "a power is pow(a, b), a square x*x; ^ is exclusive or");
    return mr_error_hint(w->err, st, "cast: i64(...)");
}

/* An operator on literals alone is a literal again, and a comparison of them a bool. */
static mr_status evaluate(struct mr_walk *w, const struct mr_expr *expr, const struct mr_operand *x,
                          const struct mr_operand *y, struct mr_operand *out)
{
    struct mr_literal value;
    enum mr_literal_outcome outcome =
        mr_literal_evaluate(expr->op, mr_operand_literal(x), mr_operand_literal(y), &value);
    if (outcome == MR_LITERAL_NO_SUCH) return fail_operator(w, expr, MR_F64);
    MR_TRY(mr_walk_check_literal(w, expr, outcome));
    *out = mr_operand_constant(expr, value.dtype, value.value, true);
    return MR_OK;
}

static mr_status walk_negation(struct mr_walk *w, const struct mr_expr *expr,
                               const struct mr_operand *x, struct mr_operand *out)
{
    mr_dtype dtype = x->dtype == MR_BOOL ? MR_I32 : x->dtype;
    *out = mr_operand_computed(expr, dtype,
                               mr_ir_unary(w->l->body, IR_NEG, mr_operand_cast(w, x, dtype)));
    return MR_OK;
}

static mr_status walk_unary(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out)
{
    struct mr_operand x = {0};
    MR_TRY(mr_walk_expr(w, expr->args[0], &x));
    if (expr->op == MR_OPERATOR_NOT) {
        *out = mr_operand_computed(expr, MR_BOOL, negated(w, truth(w, &x)));
        return MR_OK;
    }
    if (x.is_weak) return evaluate(w, expr, &x, &x, out);
    if (expr->op == MR_OPERATOR_NEG) return walk_negation(w, expr, &x, out);
    if (!mr_dtype_is_integer(x.dtype)) return fail_operator(w, expr, x.dtype);
    ir_value value = mr_operand_cast(w, &x, x.dtype);
    *out = mr_operand_computed(expr, x.dtype, mr_ir_unary(w->l->body, IR_NOT, value));
    return MR_OK;
}

/* The right side is lowered only for lanes that the left one does not decide. */
static mr_status walk_logic(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *left)
{
    bool is_and = expr->op == MR_OPERATOR_AND;
    struct mr_operand right = {0};
    ir_value x = truth(w, left);
    ir_value before = narrow_guard(w, is_and ? x : negated(w, x));
    MR_TRY(mr_walk_expr(w, expr->args[1], &right));
    ir_value y = truth(w, &right);
    w->l->guard = before;
    *left =
        mr_operand_computed(expr, MR_BOOL, mr_ir_binary(w->l->body, is_and ? IR_AND : IR_OR, x, y));
    return MR_OK;
}

/* A constant count is part of the code's shape where it leaves few bits of many. */
static bool leaves_few_bits(const struct mr_expr *expr, mr_dtype dtype,
                            const struct mr_operand *count)
{
    return expr->op == MR_OPERATOR_SHR && dtype == MR_U64 && count->is_constant &&
           (count->scalar.u64 & 63) >= 32;
}

/* Shifts keep the left side's dtype; the count's low bits are all that matters. */
static mr_status walk_shift(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *left,
                            const struct mr_operand *right)
{
    if (!mr_dtype_is_integer(left->dtype)) return fail_operator(w, expr, left->dtype);
    if (!mr_dtype_is_integer(right->dtype)) return fail_operator(w, expr, right->dtype);
    if (left->is_weak && right->is_weak) return evaluate(w, expr, left, right, left);
    ir_value x = mr_operand_cast(w, left, left->dtype);
    ir_value count = leaves_few_bits(expr, left->dtype, right)
                         ? mr_ir_const(w->l->body, left->dtype,
                                       mr_scalar_cast(left->dtype, right->dtype, right->scalar))
                         : mr_operand_cast(w, right, left->dtype);
    enum ir_op op = expr->op == MR_OPERATOR_SHL ? IR_SHL : IR_SHR;
    *left = mr_operand_computed(expr, left->dtype, mr_ir_binary(w->l->body, op, x, count));
    return MR_OK;
}

/* What an operator on two operands of one dtype is in the IR. */
static const struct {
    enum ir_op op;
    bool compares, swaps, is_bitwise;
} binary_rows[MR_OPERATOR_COUNT] = {
    [MR_OPERATOR_BIT_OR] = {.op = IR_OR, .is_bitwise = true},
    [MR_OPERATOR_BIT_XOR] = {.op = IR_XOR, .is_bitwise = true},
    [MR_OPERATOR_BIT_AND] = {.op = IR_AND, .is_bitwise = true},
    [MR_OPERATOR_EQ] = {.op = IR_EQ, .compares = true},
    [MR_OPERATOR_NE] = {.op = IR_NE, .compares = true},
    [MR_OPERATOR_LT] = {.op = IR_LT, .compares = true},
    [MR_OPERATOR_LE] = {.op = IR_LE, .compares = true},
    [MR_OPERATOR_GT] = {.op = IR_LT, .compares = true, .swaps = true},
    [MR_OPERATOR_GE] = {.op = IR_LE, .compares = true, .swaps = true},
    [MR_OPERATOR_ADD] = {.op = IR_ADD},
    [MR_OPERATOR_SUB] = {.op = IR_SUB},
    [MR_OPERATOR_MUL] = {.op = IR_MUL},
    [MR_OPERATOR_DIV] = {.op = IR_DIV},
    [MR_OPERATOR_REM] = {.op = IR_REM},
};

static mr_status walk_meeting(struct mr_walk *w, const struct mr_expr *expr,
                              struct mr_operand *left, const struct mr_operand *right)
{
    const struct mr_operand both[2] = {*left, *right};
    bool compares = binary_rows[expr->op].compares, is_bitwise = binary_rows[expr->op].is_bitwise;
    bool divides = expr->op == MR_OPERATOR_DIV || expr->op == MR_OPERATOR_REM;
    mr_dtype dtype;
    ir_value x, y;
    if (left->is_weak && right->is_weak) {
        MR_TRY(evaluate(w, expr, left, right, left));
        if (compares) *left = mr_operand_constant(expr, MR_BOOL, left->scalar, false);
        return MR_OK;
    }
    MR_TRY(mr_meet(w, expr, both, 2, &dtype));
    if ((is_bitwise || expr->op == MR_OPERATOR_REM) && mr_dtype_is_float(dtype))
        return fail_operator(w, expr, dtype);
    if (expr->op == MR_OPERATOR_REM && dtype == MR_BOOL) return fail_operator(w, expr, dtype);
    if (dtype == MR_BOOL && !is_bitwise && !compares) dtype = MR_I32;
    MR_TRY(mr_settle(w, left, dtype, &x));
    MR_TRY(divides ? mr_settle_divisor(w, right, dtype, &y) : mr_settle(w, right, dtype, &y));
    bool swaps = binary_rows[expr->op].swaps;
    ir_value code =
        mr_ir_binary(w->l->body, binary_rows[expr->op].op, swaps ? y : x, swaps ? x : y);
    *left = mr_operand_computed(expr, compares ? MR_BOOL : dtype, code);
    return MR_OK;
}

/* `left` is what args[0] gave, and becomes what the operator gives. */
static mr_status walk_binary(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *left)
{
    struct mr_operand right = {0};
    if (expr->op == MR_OPERATOR_AND || expr->op == MR_OPERATOR_OR) return walk_logic(w, expr, left);
    MR_TRY(mr_walk_expr(w, expr->args[1], &right));
    if (expr->op == MR_OPERATOR_SHL || expr->op == MR_OPERATOR_SHR)
        return walk_shift(w, expr, left, &right);
    return walk_meeting(w, expr, left, &right);
}

static bool is_binary(const struct mr_expr *expr)
{
    return expr->kind == MR_EXPR_OPERATOR && expr->arg_count == 2;
}

/* a + b + c + ... leans to the left, thousands deep: that side is walked without recursion. */
static mr_status walk_spine(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out)
{
    size_t depth = 0;
    const struct mr_expr *leftmost = expr;
    for (; is_binary(leftmost); leftmost = leftmost->args[0]) depth++;
    const struct mr_expr **spine = mr_alloc(depth, sizeof(const struct mr_expr *));
    if (!spine) return mr_fail_no_memory(w->err, "an expression");
    leftmost = expr;
    for (size_t k = depth; k-- > 0; leftmost = leftmost->args[0]) spine[k] = leftmost;

    mr_status st = mr_walk_expr(w, leftmost, out);
    for (size_t k = 0; k < depth && st == MR_OK; k++) st = walk_binary(w, spine[k], out);
    mr_free(spine);
    return st;
}

/* What chooses among literals is a literal. */
static mr_status choose(struct mr_walk *w, const struct mr_expr *expr,
                        const struct mr_operand *condition, const struct mr_operand sides[2],
                        struct mr_operand *out)
{
    mr_dtype dtype;
    MR_TRY(mr_meet(w, expr, sides, 2, &dtype));
    bool is_weak = sides[0].is_weak && sides[1].is_weak;
    bool holds = mr_scalar_cast(MR_BOOL, condition->dtype, condition->scalar).u64;
    const struct mr_operand *side = &sides[holds ? 0 : 1];
    if (is_weak && dtype != MR_F64) dtype = side->dtype;
    *out =
        mr_operand_constant(expr, dtype, mr_scalar_cast(dtype, side->dtype, side->scalar), is_weak);
    return MR_OK;
}

static mr_status walk_conditional(struct mr_walk *w, const struct mr_expr *expr,
                                  struct mr_operand *out)
{
    struct mr_operand condition = {0}, sides[2] = {{0}};
    ir_value values[2];
    mr_dtype dtype;
    MR_TRY(mr_walk_expr(w, expr->args[0], &condition));
    ir_value taken = truth(w, &condition);
    ir_value before = narrow_guard(w, taken);
    MR_TRY(mr_walk_expr(w, expr->args[1], &sides[0]));
    w->l->guard = before;
    narrow_guard(w, negated(w, taken));
    MR_TRY(mr_walk_expr(w, expr->args[2], &sides[1]));
    w->l->guard = before;
    if (condition.is_constant && sides[0].is_constant && sides[1].is_constant)
        return choose(w, expr, &condition, sides, out);
    MR_TRY(mr_meet(w, expr, sides, 2, &dtype));
    for (int k = 0; k < 2; k++) MR_TRY(mr_settle(w, &sides[k], dtype, &values[k]));
    *out = mr_operand_computed(expr, dtype,
                               mr_ir_ternary(w->l->body, IR_SELECT, taken, values[0], values[1]));
    return MR_OK;
}

static mr_status fail_function(const struct mr_walk *w, const struct mr_expr *expr)
{
    size_t count = 0;
    while (mr_function_names[count]) count++;
    mr_status st = mr_walk_fail(w, expr, MR_E_NAME, "unknown function '%s'", expr->name);
    const char *here = mr_foreign_function(expr->name);
    if (here) return mr_error_hint(w->err, st, "%s", here);
    const char *nearest = mr_nearest_name(expr->name, mr_function_names, count);
    if (nearest) return mr_error_hint(w->err, st, "did you mean '%s'?", nearest);
    return mr_error_hint(w->err, st,
                         "functions are abs, min, max, sqrt, exp, sin and so on, and "
                         "casts like i64(x)");
}

static mr_status check_arity(const struct mr_walk *w, const struct mr_expr *expr, size_t arity)
{
    if (expr->arg_count == arity) return MR_OK;
    const struct mr_function *f = mr_function_find(expr->name);
    mr_status st = mr_walk_fail(w, expr, MR_E_ARITY, "%s() takes %zu argument%s%s, not %zu",
                                expr->name, arity, arity == 1 ? "" : "s",
                                f && mr_function_is_variadic(f) ? " or more" : "", expr->arg_count);
    return mr_error_hint(w->err, st, "write %s(%s)", expr->name,
                         f ? mr_function_parameters(f) : "x");
}

static mr_status walk_cast(struct mr_walk *w, const struct mr_expr *expr, mr_dtype dtype,
                           struct mr_operand *out)
{
    struct mr_operand x = {0};
    MR_TRY(check_arity(w, expr, 1));
    MR_TRY(mr_walk_expr(w, expr->args[0], &x));
    if (x.is_constant)
        *out = mr_operand_constant(expr, dtype, mr_scalar_cast(dtype, x.dtype, x.scalar), false);
    else
        *out = mr_operand_computed(expr, dtype, mr_operand_cast(w, &x, dtype));
    return MR_OK;
}

static mr_status walk_call(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out)
{
    struct mr_operand operands[MR_MAX_ARITY] = {{0}};
    for (mr_dtype dtype = MR_BOOL; dtype < MR_DTYPE_COUNT; dtype++)
        if (strcmp(expr->name, mr_dtype_name(dtype)) == 0) return walk_cast(w, expr, dtype, out);
    const struct mr_function *f = mr_function_find(expr->name);
    if (!f) return fail_function(w, expr);
    if (f->rule == MR_READS_NEIGHBOUR) {
        MR_TRY(check_arity(w, expr, f->arity));
        return mr_walk_neighbour(w, expr, f, out);
    }
    bool takes_more = mr_function_is_variadic(f) && expr->arg_count > f->arity;
    if (!takes_more) MR_TRY(check_arity(w, expr, f->arity));
    for (size_t k = 0; k < f->arity; k++) MR_TRY(mr_walk_expr(w, expr->args[k], &operands[k]));
    MR_TRY(mr_function_apply(w, expr, f, operands, out));
    for (size_t k = f->arity; k < expr->arg_count; k++) {
        operands[0] = *out;
        MR_TRY(mr_walk_expr(w, expr->args[k], &operands[1]));
        MR_TRY(mr_function_apply(w, expr, f, operands, out));
    }
    return MR_OK;
}

mr_status mr_walk_expr(struct mr_walk *w, const struct mr_expr *expr, struct mr_operand *out)
{
    if (expr->constant_name) MR_TRY(mr_walk_check_constant(w, expr));
    switch (expr->kind) {
    case MR_EXPR_INTEGER: {
        struct mr_literal value = mr_literal_integer(expr->integer);
        *out = mr_operand_constant(expr, value.dtype, value.value, true);
        return MR_OK;
    }
    case MR_EXPR_REAL:
        if (expr->name) MR_TRY(mr_walk_check_name(w, expr));
        *out = mr_operand_constant(expr, MR_F64, (mr_scalar){.f64 = expr->real}, true);
        return MR_OK;
    case MR_EXPR_BOOL:
        if (expr->name) MR_TRY(mr_walk_check_name(w, expr));
        *out = mr_operand_constant(expr, MR_BOOL, (mr_scalar){.u64 = expr->integer != 0}, false);
        return MR_OK;
    case MR_EXPR_TEXT: return mr_walk_fail(w, expr, MR_E_TYPE, "a number is expected, not a text");
    case MR_EXPR_NAME: return mr_walk_name(w, expr, out);
    case MR_EXPR_OPERATOR:
        return is_binary(expr) ? walk_spine(w, expr, out) : walk_unary(w, expr, out);
    case MR_EXPR_CONDITIONAL: return walk_conditional(w, expr, out);
    case MR_EXPR_CALL: return walk_call(w, expr, out);
    }
    return mr_walk_fail(w, expr, MR_E_INTERNAL, "an expression of no kind");
}

/* The dtype is MR_DTYPE_COUNT: its own. */
static mr_status lower_as(struct mr_lowering *l, const struct mr_scope *scope,
                          const struct mr_expr *expr, mr_dtype dtype, ir_value *out, mr_error *err)
{
    struct mr_walk w = {.l = l, .scope = scope, .op = scope->owner->op->name, .err = err};
    struct mr_operand operand = {0};
    ir_value guard = l->guard;
    mr_status st = mr_walk_expr(&w, expr, &operand);
    l->guard = guard;
    if (st == MR_OK)
        *out = mr_operand_cast(&w, &operand, dtype == MR_DTYPE_COUNT ? operand.dtype : dtype);
    return st;
}

mr_status mr_lower_expr(struct mr_lowering *l, const struct mr_scope *scope,
                        const struct mr_expr *expr, ir_value *out, mr_error *err)
{
    return lower_as(l, scope, expr, MR_DTYPE_COUNT, out, err);
}

mr_status mr_lower_expr_as(struct mr_lowering *l, const struct mr_scope *scope,
                           const struct mr_expr *expr, mr_dtype dtype, ir_value *out, mr_error *err)
{
    return lower_as(l, scope, expr, dtype, out, err);
}

mr_status mr_type_literal(const struct mr_scope *scope, const struct mr_expr *expr, mr_dtype *out,
                          bool *is_literal, mr_error *err)
{
    struct ir_body body = {0};
    struct mr_lowering l = {.body = &body, .guard = IR_NONE, .keep = IR_NONE};
    ir_value stand_ins[MR_MAX_SCOPE];
    for (size_t k = 0; k < scope->column_count; k++)
        stand_ins[k] =
            mr_ir_param(&body, scope->columns[k].dtype, (mr_scalar){.u64 = 0}, &scope->columns[k]);
    struct mr_scope filled = *scope;
    filled.values = stand_ins;
    if (scope->position != IR_NONE) filled.position = mr_ir_index(&body);
    struct mr_walk w = {.l = &l, .scope = &filled, .op = scope->owner->op->name, .err = err};
    struct mr_operand operand = {0};
    mr_status st = mr_body_status(&body, err); /* or there may be no index */
    if (st == MR_OK) st = mr_walk_expr(&w, expr, &operand);
    if (st == MR_OK) st = mr_body_status(&body, err);
    if (st == MR_OK) *out = operand.dtype;
    *is_literal = operand.is_weak;
    mr_body_free(&body);
    return st;
}

mr_status mr_type_expr(const struct mr_scope *scope, const struct mr_expr *expr, mr_dtype *out,
                       mr_error *err)
{
    bool ignored;
    return mr_type_literal(scope, expr, out, &ignored, err);
}

mr_status mr_constant_expr(const struct mr_expr *expr, const char *op, struct mr_number *out,
                           mr_error *err)
{
    struct ir_body body = {0};
    struct mr_lowering l = {.body = &body, .guard = IR_NONE, .keep = IR_NONE};
    const struct mr_scope scope = {.position = IR_NONE};
    struct mr_walk w = {.l = &l, .scope = &scope, .op = op, .err = err};
    struct mr_operand operand = {0};
    mr_status st = mr_walk_expr(&w, expr, &operand);
    mr_body_free(&body);
    if (st != MR_OK) return st;
    if (!operand.is_constant)
        return mr_error_hint(
            err, mr_walk_fail(&w, expr, MR_E_TYPE, "a number must be written out here"),
            "operators, ?:, casts, abs, min, max, clamp and sign of numbers may be used");
    *out = mr_number_of(operand.dtype, operand.scalar);
    return MR_OK;
}

ir_value mr_lower_argument(struct mr_lowering *l, const struct mr_argument *argument,
                           mr_dtype dtype)
{
    mr_scalar value;
    if (!mr_number_as(&argument->number, dtype, &value)) value.u64 = 0;
    return mr_ir_param(l->body, dtype, value, argument);
}
