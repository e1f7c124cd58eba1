/* The dtypes of expressions, and their values. */
#include <math.h>
#include <string.h>

#include "model_parts.h"

/* ---- evaluating an expression ---------------------------------------------------------------- */

/* At an element before or behind this one. */
static bool evaluate_neighbour(struct value *out, const struct expression *e, const struct row *row,
                               int64_t position)
{
    /* Where nothing else is in sight, rows do not know where they stand. */
    const struct row *there = e->distance ? row->self + e->distance : row;
    if (there->is_missing) {
        if (!model_evaluate(out, e->operand[1], row, position)) return false;
    } else if (there->failure.status) {
        model_met = there->failure;
        return false;
    } else if (!model_evaluate(out, e->operand[0], there, position + e->distance)) {
        if (!model_met.status)
            model_met =
                (struct failure){"division-by-zero", "division by zero", position + e->distance};
        return false;
    }
    *out = model_cast(*out, e->type);
    return true;
}

/* False: division by zero, or model_met. */
bool model_evaluate(struct value *out, const struct expression *e, const struct row *row,
                    int64_t position)
{
    struct value a[OPERANDS];
    if (e->form == LITERAL) {
        *out = e->value;
        return true;
    }
    if (e->form == NAME) {
        *out = e->column < 0 ? model_integer(MR_I64, (uint64_t)position) : row->column[e->column];
        return true;
    }
    if (e->form == NEIGHBOUR) return evaluate_neighbour(out, e, row, position);
    if (!model_evaluate(&a[0], e->operand[0], row, position)) return false;
    if (e->form == CONDITIONAL) {
        const struct expression *taken = e->operand[model_truth(a[0]) ? 1 : 2];
        if (!model_evaluate(out, taken, row, position)) return false;
        *out = model_cast(*out, e->type);
        return true;
    }
    if (e->form == BINARY && (e->operation == AND_ALSO || e->operation == OR_ELSE) &&
        model_truth(a[0]) == (e->operation == OR_ELSE)) {
        *out = model_boolean(model_truth(a[0]));
        return true;
    }
    for (unsigned k = 1; k < e->operands; k++)
        if (!model_evaluate(&a[k], e->operand[k], row, position)) return false;
    if (e->form == BINARY && (e->operation == SHIFT_LEFT || e->operation == SHIFT_RIGHT)) {
        *out = model_shifted(e->operation, model_cast(a[0], e->type), a[1]);
        return true;
    }
    bool condition_first = e->form == CALL && e->function->rule == CHOICE;
    for (unsigned k = condition_first ? 1 : 0; k < e->operands; k++)
        a[k] = model_cast(a[k], e->meets);
    if (e->form == CALL) return e->function->apply(out, a);
    if (e->form == BINARY && (e->operation == AND_ALSO || e->operation == OR_ELSE))
        *out = a[1];
    else if (e->form == BINARY && model_compares(e->operation))
        *out = model_boolean(model_comparison(e->operation, a[0], a[1]));
    else if (e->form == BINARY)
        return model_arithmetic(out, e->operation, a[0], a[1]);
    else
        *out = e->form == CAST ? a[0] : model_unary(e->operation, a[0]);
    return true;
}

/* ---- typing an expression -------------------------------------------------------------------- */

static mr_dtype promoted(struct model *m, mr_dtype a, mr_dtype b)
{
    if (a == b) return a;
    if (model_is_float(a) || model_is_float(b)) return MR_F64;
    if (a == MR_BOOL) a = MR_I32;
    if (b == MR_BOOL) b = MR_I32;
    if (model_is_signed(a) == model_is_signed(b))
        return model_width_of(a) > model_width_of(b) ? a : b;
    if (a != MR_I64 && b != MR_I64)
        model_fault(m, "%s meets %s", model_dtype_names[a], model_dtype_names[b]);
    if (a == MR_U64 || b == MR_U64) model_fault(m, "i64 meets u64");
    return MR_I64;
}

/* The dtype at which operands from `first` on meet. Sets *all_weak when only literals meet. */
static mr_dtype meeting_point(struct model *m, const struct expression *e, unsigned first,
                              bool *all_weak)
{
    mr_dtype type = MR_BOOL;
    bool weak_integer = false, weak_float = false, strong = false;
    for (unsigned k = first; k < e->operands; k++) {
        const struct expression *operand = e->operand[k];
        if (operand->weak) {
            weak_integer |= !model_is_float(operand->type);
            weak_float |= model_is_float(operand->type);
        } else {
            type = strong ? promoted(m, type, operand->type) : operand->type;
            strong = true;
        }
    }
    *all_weak = !strong;
    if (!strong) return weak_float ? MR_F64 : MR_I64;
    if (weak_integer && type == MR_BOOL) type = MR_I32;
    if (weak_float && !model_is_float(type)) type = MR_F64;
    return type;
}

/* Gives weak operands the dtype where operands meet; an integer must fit it. */
static void settle(struct model *m, struct expression *e, unsigned first, mr_dtype type)
{
    for (unsigned k = first; k < e->operands; k++) {
        struct expression *operand = e->operand[k];
        if (!operand->weak) continue;
        wide n = model_is_float(operand->type) ? 0 : model_as_wide(operand->value);
        if (model_is_integer(type) && (n < model_lowest(type) || n > model_highest(type)))
            model_fault(m, "literal does not fit %s", model_dtype_names[type]);
        operand->value = model_cast(operand->value, type);
        operand->type = type;
        operand->weak = false;
    }
    e->meets = type;
}

/* An operator on literals alone is a literal again. */
static void fold(struct model *m, struct expression *e)
{
    struct value value;
    if (!model_evaluate(&value, e, NULL, 0)) model_fault(m, "division by zero among literals");
    e->form = LITERAL;
    e->value = value;
    e->type = value.type;
    e->weak = true;
}

static void type_name(struct model *m, struct expression *e, const struct schema *schema,
                      bool has_i)
{
    e->column = -1;
    e->type = MR_I64;
    if (has_i && strcmp(e->name, "i") == 0) return;
    for (size_t k = 0; k < schema->columns; k++)
        if (strcmp(e->name, schema->name[k]) == 0) e->column = (int)k;
    if (schema->columns == 1 && strcmp(e->name, "x") == 0) e->column = 0;
    if (e->column < 0) model_fault(m, "no column %s", e->name);
    e->type = schema->type[e->column];
}

static void type_unary(struct model *m, struct expression *e)
{
    struct expression *a = e->operand[0];
    /* The lowest i64 cannot be written otherwise. */
    if (e->operation == NEGATE && a->form == LITERAL && a->type == MR_U64 &&
        a->value.u == (uint64_t)INT64_MIN) {
        *e = *a;
        e->value = model_integer(MR_I64, a->value.u);
        e->type = MR_I64;
        e->weak = true;
        return;
    }
    e->meets = e->type = a->type == MR_BOOL && e->operation == NEGATE ? MR_I32 : a->type;
    if (e->operation == INVERT && !model_is_integer(a->type)) model_fault(m, "~ takes integers");
    if (e->operation == NOT) {
        e->meets = a->type;
        e->type = MR_BOOL;
    } else if (a->weak) {
        fold(m, e);
    }
}

static void type_shift(struct model *m, struct expression *e)
{
    struct expression *a = e->operand[0], *b = e->operand[1];
    if (!model_is_integer(a->type) || !model_is_integer(b->type))
        model_fault(m, "shifts take integers");
    e->type = a->type;
    if (a->weak && b->weak) fold(m, e);
}

static void type_binary(struct model *m, struct expression *e)
{
    enum operation op = e->operation;
    if (op == SHIFT_LEFT || op == SHIFT_RIGHT) {
        type_shift(m, e);
        return;
    }
    if (op == AND_ALSO || op == OR_ELSE) {
        e->meets = e->type = MR_BOOL;
        return;
    }
    bool all_weak = false;
    mr_dtype type = meeting_point(m, e, 0, &all_weak);
    bool bitwise = op == BIT_AND || op == BIT_OR || op == BIT_XOR;
    if ((bitwise || op == REMAINDER) && model_is_float(type))
        model_fault(m, "floats have no bitwise, no %%");
    if (op == REMAINDER && type == MR_BOOL) model_fault(m, "%% takes integers");
    if (type == MR_BOOL && !bitwise && !model_compares(op)) type = MR_I32;
    e->meets = e->type = type;
    if (all_weak && !model_compares(op)) {
        fold(m, e);
        return;
    }
    settle(m, e, 0, type);
    if (model_compares(op)) e->type = MR_BOOL;
}

static void type_call(struct model *m, struct expression *e)
{
    enum rule rule = e->function->rule;
    bool all_weak = false;
    unsigned first = rule == CHOICE ? 1 : 0;
    mr_dtype type = meeting_point(m, e, first, &all_weak);
    if ((rule == FLOATS || rule == TEST) && !model_is_float(type)) type = MR_F64;
    if (rule == NUMBERS && type == MR_BOOL) type = MR_I32;
    if (rule == DIVIDED && type == MR_BOOL) model_fault(m, "%s takes no bools", e->name);
    if (rule == INTEGERS && !model_is_integer(type)) model_fault(m, "%s takes integers", e->name);
    settle(m, e, first, type);
    e->type = rule == TEST ? MR_BOOL : type;
}

/* `i` is known only where elements have a position. */
void model_type_expression(struct model *m, struct expression *e, const struct schema *schema,
                           bool has_i)
{
    for (unsigned k = 0; k < e->operands; k++)
        model_type_expression(m, e->operand[k], schema, has_i);
    bool all_weak = false;
    switch (e->form) {
    case LITERAL: break;
    case NAME: type_name(m, e, schema, has_i); break;
    case UNARY: type_unary(m, e); break;
    case BINARY: type_binary(m, e); break;
    case CAST: e->meets = e->type; break;
    case CALL: type_call(m, e); break;
    case NEIGHBOUR:
        e->type = meeting_point(m, e, 0, &all_weak);
        settle(m, e, 0, e->type);
        break;
    case CONDITIONAL:
        e->type = meeting_point(m, e, 1, &all_weak);
        settle(m, e, 1, e->type);
        break;
    }
}

bool model_uses_position(const struct expression *e)
{
    if ((e->form == NAME && e->column < 0) || e->form == NEIGHBOUR) return true;
    for (unsigned k = 0; k < e->operands; k++)
        if (model_uses_position(e->operand[k])) return true;
    return false;
}

/* How many elements before and behind its own it reads. */
void model_reach(const struct expression *e, int64_t *before, int64_t *behind)
{
    int64_t distance = e->form == NEIGHBOUR ? e->distance : 0;
    for (unsigned k = 0; k < e->operands; k++) {
        int64_t back = 0, ahead = 0, from = k == 0 ? distance : 0;
        model_reach(e->operand[k], &back, &ahead);
        if (back - from > *before) *before = back - from;
        if (ahead + from > *behind) *behind = ahead + from;
    }
}
