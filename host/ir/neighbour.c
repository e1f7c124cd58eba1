/* Expressions at elements before and behind the one at hand: prev, lag, lead. */
#include "ir/function.h"

static mr_status fail_here(const struct mr_walk *w, const struct mr_expr *call)
{
    mr_status st =
        mr_walk_fail(w, call, MR_E_TYPE, "%s() needs elements, there are none here", call->name);
    return mr_error_hint(w->err, st, "it reads those of the stage's input: ... | map(%s)",
                         call->arg_count == 2 ? "prev(x, 0)" : "lag(x, 1, 0)");
}

static mr_status read_distance(const struct mr_walk *w, const struct mr_expr *call, int64_t *out)
{
    struct mr_number number;
    mr_scalar value;
    *out = 1;
    if (call->arg_count == 2) return MR_OK;
    const struct mr_expr *written = call->args[1];
    MR_TRY(mr_constant_expr(written, w->op, &number, w->err));
    if (number.is_real || !mr_number_as(&number, MR_I64, &value) || value.i64 < 0 ||
        value.i64 > MR_MOST_NEIGHBOUR) {
        mr_status st =
            mr_walk_fail(w, written, MR_E_VALUE, "%s() looks 0 to %d elements away, a whole number",
                         call->name, MR_MOST_NEIGHBOUR);
        return mr_error_hint(w->err, st, "farther ones: zip(a: s, b: s | skip(n))");
    }
    *out = value.i64;
    return MR_OK;
}

/* The scope of the element at `position`, whose columns are read; where only dtypes are asked for,
 * any will do. */
static mr_status move_scope(const struct mr_walk *w, ir_value position,
                            ir_value columns[MR_MAX_COLUMNS], struct mr_scope *out)
{
    struct mr_lowering *l = w->l;
    *out = *w->scope;
    out->position = position;
    if (!l->input) return MR_OK;
    out->values = columns;
    return l->input(l, w->scope->owner->inputs[0], position, columns, w->err);
}

static mr_status walk_there(struct mr_walk *w, const struct mr_expr *x, ir_value position,
                            ir_value exists, struct mr_operand *out)
{
    ir_value columns[MR_MAX_COLUMNS];
    struct mr_lowering *l = w->l;
    const struct mr_scope *scope = w->scope;
    struct mr_scope there;
    ir_value guard = l->guard, at = l->position;
    l->guard = mr_ir_both(l->body, guard, exists);
    mr_status st = move_scope(w, position, columns, &there);
    w->scope = &there;
    l->position = position;
    if (st == MR_OK) st = mr_walk_expr(w, x, out);
    w->scope = scope;
    l->position = at;
    l->guard = guard;
    return st;
}

static mr_status walk_default(struct mr_walk *w, const struct mr_expr *expr, ir_value exists,
                              struct mr_operand *out)
{
    struct mr_lowering *l = w->l;
    ir_value guard = l->guard;
    l->guard = mr_ir_both(l->body, guard, mr_ir_unary(l->body, IR_NOT, exists));
    mr_status st = mr_walk_expr(w, expr, out);
    l->guard = guard;
    return st;
}

/* The default takes the dtype of x, as a literal does or because it has it. */
static mr_status check_default(const struct mr_walk *w, const struct mr_expr *call,
                               const struct mr_operand *x, const struct mr_operand *other,
                               mr_dtype met)
{
    if (x->is_weak || met == x->dtype) return MR_OK;
    mr_status st = mr_walk_fail(w, other->expr, MR_E_TYPE, "the default is %s where %s() is %s",
                                mr_dtype_name(other->dtype), call->name, mr_dtype_name(x->dtype));
    return mr_error_hint(w->err, st, "cast one of them: %s(...)", mr_dtype_name(met));
}

mr_status mr_walk_neighbour(struct mr_walk *w, const struct mr_expr *call, struct mr_operand *out)
{
    struct ir_body *b = w->l->body;
    struct mr_operand sides[2] = {{0}};
    ir_value values[2];
    int64_t distance;
    mr_dtype dtype;
    if (!w->scope->has_neighbours) return fail_here(w, call);
    MR_TRY(read_distance(w, call, &distance));
    ir_value far = mr_ir_const_int(b, MR_I64, distance), position = w->scope->position;
    ir_value exists = mr_ir_binary(b, IR_LE, far, position);
    position = mr_ir_binary(b, IR_SUB, position, far);
    MR_TRY(walk_there(w, call->args[0], position, exists, &sides[0]));
    MR_TRY(walk_default(w, call->args[call->arg_count - 1], exists, &sides[1]));
    MR_TRY(mr_meet(w, call, sides, 2, &dtype));
    MR_TRY(check_default(w, call, &sides[0], &sides[1], dtype));
    for (int k = 0; k < 2; k++) MR_TRY(mr_settle(w, &sides[k], dtype, &values[k]));
    *out =
        mr_operand_computed(call, dtype, mr_ir_ternary(b, IR_SELECT, exists, values[0], values[1]));
    return MR_OK;
}
