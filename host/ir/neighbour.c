/* Expressions at elements before and behind the one at hand: prev, lag, lead. */
#include <string.h>

#include "ir/function.h"

static mr_status fail_here(const struct mr_walk *w, const struct mr_expr *call)
{
    mr_status st =
        mr_walk_fail(w, call, MR_E_TYPE, "%s() needs elements, there are none here", call->name);
    return mr_error_hint(w->err, st, "it reads those of the stage's input: ... | map(%s)",
                         call->arg_count == 2 ? "prev(x, 0)" : "lag(x, 1, 0)");
}

/* What reaches there, if anything does. */
static mr_status hint_distance(const struct mr_walk *w, const struct mr_expr *call, bool is_whole,
                               int64_t distance, mr_status st)
{
    const char *name = call->name, *other = strcmp(name, "lag") == 0 ? "lead" : "lag";
    if (!is_whole)
        return mr_error_hint(w->err, st, "the distance is a whole number: %s(x, 1, 0)", name);
    if (distance < 0 && distance >= -MR_MOST_NEIGHBOUR)
        return mr_error_hint(w->err, st, "the other way looks %s(x, %d, 0)", other, (int)-distance);
    return mr_error_hint(w->err, st, "farther ones: zip(a: s, b: s | skip(n))");
}

static mr_status read_distance(const struct mr_walk *w, const struct mr_expr *call, int64_t *out)
{
    struct mr_number number;
    mr_scalar value;
    *out = 1;
    if (call->arg_count == 2) return MR_OK;
    const struct mr_expr *written = call->args[1];
    mr_status st = mr_constant_expr(written, w->op, &number, w->err);
    if (st == MR_E_NAME || st == MR_E_TYPE) return hint_distance(w, call, false, 0, st);
    MR_TRY(st);
    if (!mr_number_as(&number, MR_I64, &value)) value.i64 = INT64_MAX;
    if (number.is_real || value.i64 < 0 || value.i64 > MR_MOST_NEIGHBOUR) {
        st =
            mr_walk_fail(w, written, MR_E_VALUE, "%s() looks 0 to %d elements away, a whole number",
                         call->name, MR_MOST_NEIGHBOUR);
        return hint_distance(w, call, !number.is_real, value.i64, st);
    }
    *out = value.i64;
    return MR_OK;
}

/* Whether the element is before the end, as far as lengths tell; IR_NONE: it is, or reading tells.
 * Stages that have as many elements share one number, so that one condition is one value. */
static ir_value within(struct mr_lowering *l, ir_value position, const struct mr_seq *input)
{
    const struct mr_length *length = &input->length;
    bool is_known = length->kind == MR_LENGTH_KNOWN;
    if (!is_known && length->most == INT64_MAX) return IR_NONE;
    while (input->input_count == 1 && input->inputs[0]->length.most == length->most) {
        if (!is_known && !(l->is_fused && l->is_fused(input))) return IR_NONE;
        input = input->inputs[0];
    }
    mr_scalar end = {.i64 = length->most};
    int64_t offset;
    /* Where that can be said of the position being computed, no sum can wrap. */
    if (mr_ir_unit_stride(l->body, position, &offset) && offset > 0) {
        position = mr_ir_index(l->body);
        end.i64 = end.i64 > offset ? end.i64 - offset : 0;
    }
    return mr_ir_binary(l->body, IR_LT, position,
                        mr_ir_param(l->body, MR_I64, end, &input->length));
}

static void place(struct mr_lowering *l, const struct mr_seq *input, ir_value position,
                  int64_t distance, struct mr_neighbour *out)
{
    struct ir_body *b = l->body;
    bool is_ahead = distance > 0;
    ir_value far = mr_ir_const_int(b, MR_I64, is_ahead ? distance : -distance);
    out->position = mr_ir_binary(b, is_ahead ? IR_ADD : IR_SUB, position, far);
    out->exists =
        is_ahead ? within(l, out->position, input) : mr_ir_binary(b, IR_LE, far, position);
}

mr_status mr_lower_neighbour(struct mr_lowering *l, const struct mr_seq *input, ir_value position,
                             int64_t distance, struct mr_neighbour *out, mr_error *err)
{
    bool is_ahead = distance > 0;
    int64_t ahead = l->ahead;
    ir_value existed = l->exists, guard = l->guard;
    place(l, input, position, distance, out);
    out->guard = mr_ir_both(l->body, guard, out->exists);
    if (!l->input) return MR_OK;
    l->guard = out->guard;
    l->ahead += is_ahead ? distance : 0;
    if (l->ahead > l->most_ahead) l->most_ahead = l->ahead;
    l->exists = IR_NONE;
    mr_status st = l->input(l, input, out->position, out->columns, err);
    if (is_ahead && input->length.kind == MR_LENGTH_UNKNOWN)
        out->exists = mr_ir_both(l->body, out->exists, l->exists);
    out->guard = l->guard;
    l->guard = guard;
    l->ahead = ahead;
    l->exists = existed;
    return st;
}

/* Where only dtypes are asked for, the columns at hand stand in for those there. */
static mr_status walk_there(struct mr_walk *w, const struct mr_expr *x, int64_t distance,
                            struct mr_neighbour *n, struct mr_operand *out)
{
    struct mr_lowering *l = w->l;
    const struct mr_scope *scope = w->scope;
    ir_value guard = l->guard, at = l->position;
    int64_t ahead = l->ahead; /* of all that is read from there */
    mr_status st =
        mr_lower_neighbour(l, scope->owner->inputs[0], scope->position, distance, n, w->err);
    struct mr_scope there = *scope;
    there.position = n->position;
    if (l->input) there.values = n->columns;
    w->scope = &there;
    l->guard = n->guard;
    l->position = n->position;
    l->ahead += distance > 0 ? distance : 0;
    if (st == MR_OK) st = mr_walk_expr(w, x, out);
    w->scope = scope;
    l->position = at;
    l->ahead = ahead;
    l->guard = guard;
    return st;
}

static mr_status walk_default(struct mr_walk *w, const struct mr_expr *expr, ir_value exists,
                              struct mr_operand *out)
{
    struct mr_lowering *l = w->l;
    ir_value guard = l->guard;
    ir_value is_missing = exists == IR_NONE ? mr_ir_const(l->body, MR_BOOL, (mr_scalar){.u64 = 0})
                                            : mr_ir_unary(l->body, IR_NOT, exists);
    l->guard = mr_ir_both(l->body, guard, is_missing);
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

mr_status mr_walk_neighbour(struct mr_walk *w, const struct mr_expr *call,
                            const struct mr_function *f, struct mr_operand *out)
{
    struct mr_neighbour there;
    struct mr_operand sides[2] = {{0}};
    ir_value values[2];
    int64_t distance;
    mr_dtype dtype;
    if (!w->scope->has_neighbours) return fail_here(w, call);
    MR_TRY(read_distance(w, call, &distance));
    if (f->code == MR_BACK) distance = -distance;
    MR_TRY(walk_there(w, call->args[0], distance, &there, &sides[0]));
    MR_TRY(walk_default(w, call->args[call->arg_count - 1], there.exists, &sides[1]));
    MR_TRY(mr_meet(w, call, sides, 2, &dtype));
    MR_TRY(check_default(w, call, &sides[0], &sides[1], dtype));
    for (int k = 0; k < 2; k++) MR_TRY(mr_settle(w, &sides[k], dtype, &values[k]));
    ir_value code = values[0];
    if (there.exists != IR_NONE)
        code = mr_ir_ternary(w->l->body, IR_SELECT, there.exists, values[0], values[1]);
    *out = mr_operand_computed(call, dtype, code);
    return MR_OK;
}
