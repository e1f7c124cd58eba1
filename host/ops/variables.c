#include "ops/variables.h"

#include <string.h>

#include "ir/constant.h"
#include "ir/foreign.h"

/* seq->exprs holds the next values and `while`, as they were written. */
static size_t place_of_next(const struct mr_seq *seq, const struct mr_variables_at *at, size_t n)
{
    size_t place = 0;
    for (;; place++) {
        bool is_condition =
            seq->args[at->goes_on].present && seq->exprs[place] == seq->args[at->goes_on].expr;
        if (!is_condition && n-- == 0) return place;
    }
}

static size_t written_count(const struct mr_seq *seq, const struct mr_variables_at *at)
{
    return seq->expr_count - seq->args[at->goes_on].present;
}

/* iterate(expr, x0): the start by place. */
static bool has_start_by_place(const struct mr_seq *seq, const struct mr_variables_at *at)
{
    return at->has_x0 && !seq->args[at->init].present && !seq->args[at->x0].present &&
           written_count(seq, at) == 2 && !seq->expr_labels[place_of_next(seq, at, 1)].text[0];
}

static bool has_x0(const struct mr_seq *seq, const struct mr_variables_at *at)
{
    return has_start_by_place(seq, at) || (at->has_x0 && seq->args[at->x0].present);
}

size_t mr_variable_count(const struct mr_seq *seq, const struct mr_variables_at *at)
{
    return written_count(seq, at) - has_start_by_place(seq, at);
}

const struct mr_expr *mr_variable_next(const struct mr_seq *seq, const struct mr_variables_at *at,
                                       size_t n)
{
    return seq->exprs[place_of_next(seq, at, n)];
}

const struct mr_expr *mr_variable_start(const struct mr_seq *seq, const struct mr_variables_at *at,
                                        size_t n)
{
    if (has_start_by_place(seq, at)) return mr_variable_next(seq, at, 1);
    if (has_x0(seq, at)) return seq->args[at->x0].expr;
    return seq->args[at->init].expr->args[n];
}

void mr_variable_scope(struct mr_variable_scope *out, const struct mr_seq *seq, size_t count,
                       const ir_value states[], const ir_value inputs[], ir_value position)
{
    const struct mr_seq *input = seq->input_count ? seq->inputs[0] : NULL;
    size_t input_count = input ? input->column_count : 0;
    memcpy(out->columns, seq->columns, count * sizeof out->columns[0]);
    if (input_count)
        memcpy(out->columns + count, input->columns, input_count * sizeof out->columns[0]);
    for (size_t k = 0; k < count + input_count; k++)
        out->values[k] =
            k < count ? (states ? states[k] : IR_NONE) : (inputs ? inputs[k - count] : IR_NONE);
    out->scope = (struct mr_scope){.owner = seq,
                                   .columns = out->columns,
                                   .column_count = count + input_count,
                                   .variable_count = count,
                                   .values = out->values,
                                   .position = position};
}

/* ---- checks ---- */

static mr_status check_counts(const struct mr_seq *seq, const struct mr_variables_at *at,
                              size_t count, mr_error *err)
{
    const struct mr_argument *init = &seq->args[at->init];
    if (count == 0) return mr_op_fail(seq, NULL, err, MR_E_ARITY, "no variable has a next value");
    if (!init->present && !has_x0(seq, at)) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_ARITY, "init%s is missing",
                                  at->has_x0 ? " (or x0)" : "");
        return mr_error_hint(err, st, "write init=(...), a start for each variable");
    }
    size_t starts = init->present ? init->expr->arg_count : 1;
    if (init->present && at->has_x0 && seq->args[at->x0].present)
        return mr_op_fail(seq, init, err, MR_E_ARITY, "x0 and init both say where it starts");
    if (count == starts) return MR_OK;
    mr_status st =
        mr_op_fail(seq, init, err, MR_E_ARITY, "%zu variable%s, but init has %zu start%s", count,
                   count == 1 ? "" : "s", starts, starts == 1 ? "" : "s");
    return mr_error_hint(err, st, "write one start for each, in their order");
}

static mr_status add_variable(struct mr_seq *seq, const struct mr_variables_at *at, size_t n,
                              mr_dtype dtype, mr_error *err)
{
    const char *name = seq->expr_labels[place_of_next(seq, at, n)].text;
    char shown[MR_SHOWN_BYTES];
    bool is_only = mr_variable_count(seq, at) == 1;
    if (!*name && (at->has_input || !is_only)) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NAME, "variable %zu has no name", n + 1);
        return mr_error_hint(err, st, "put one before its next value: n: n + 1");
    }
    if (at->has_input && mr_seq_column(seq->inputs[0], name) >= 0) {
        mr_status st =
            mr_op_fail(seq, NULL, err, MR_E_NAME, "'%s' is a column of the input already",
                       mr_show_text(shown, name, strlen(name)));
        return mr_error_hint(err, st, "expressions see both: give the variable another name");
    }
    return mr_op_add_column(seq, *name ? name : "x", dtype, err);
}

static mr_status fail_start(const struct mr_seq *seq, const struct mr_variables_at *at, size_t n,
                            mr_dtype next, mr_error *err)
{
    const struct mr_column *c = &seq->columns[n];
    char shown[MR_SHOWN_BYTES];
    mr_status st = mr_op_fail(seq, &seq->args[at->init], err, MR_E_TYPE,
                              "'%s' starts as %s, and its next value is %s",
                              mr_show_text(shown, c->name, strlen(c->name)),
                              mr_dtype_name(c->dtype), mr_dtype_name(next));
    return mr_error_hint(err, st, "cast the start, %s(...), or the next value, %s(...)",
                         mr_dtype_name(next), mr_dtype_name(c->dtype));
}

/* Whether the number that the start is can be had in the dtype. */
static mr_status check_fit(const struct mr_seq *seq, const struct mr_variables_at *at, size_t n,
                           mr_error *err)
{
    struct mr_number number;
    mr_scalar ignored;
    MR_TRY(mr_constant_expr(mr_variable_start(seq, at, n), seq->op->name, &number, err));
    if (mr_number_as(&number, seq->columns[n].dtype, &ignored)) return MR_OK;
    mr_status st =
        mr_op_fail(seq, &seq->args[at->init], err, MR_E_VALUE, "the start of '%s' does not fit %s",
                   seq->columns[n].name, mr_dtype_name(seq->columns[n].dtype));
    return mr_error_hint(err, st, "cast the expression to a dtype that holds it");
}

/* Types a next value with the dtypes found so far; where they do not go together, with those of
 * integers that start as literals left open:
 *
 *     scan(b: b ^ u64(x), init=1)      i64 and u64 have no common dtype; 1 and u64 have */
static mr_status type_next(struct mr_scope *scope, const bool is_open[], const struct mr_expr *next,
                           mr_dtype *dtype, bool *is_number, mr_error *err)
{
    if (mr_type_literal(scope, next, dtype, is_number, NULL) == MR_OK) return MR_OK;
    scope->gives_way = is_open;
    mr_status st = mr_type_literal(scope, next, dtype, is_number, NULL);
    scope->gives_way = NULL;
    return st == MR_OK && !*is_number ? MR_OK : mr_type_literal(scope, next, dtype, is_number, err);
}

/* One look at all next values. Literals give way, unless `is_last`. */
static mr_status settle(struct mr_seq *seq, const struct mr_variables_at *at, size_t count,
                        const bool is_literal[], bool is_last, bool *has_changed, mr_error *err)
{
    struct mr_variable_scope s;
    bool is_open[MR_MAX_SCOPE] = {false};
    *has_changed = false;
    mr_variable_scope(&s, seq, count, NULL, NULL, 0);
    for (size_t n = 0; n < count && !is_last; n++)
        is_open[n] = is_literal[n] && seq->columns[n].dtype == MR_I64;
    for (size_t n = 0; n < count; n++) {
        mr_dtype next, dtype = seq->columns[n].dtype;
        bool is_number;
        MR_TRY(type_next(&s.scope, is_open, mr_variable_next(seq, at, n), &next, &is_number, err));
        bool takes = is_number && (mr_dtype_is_float(dtype) || next != MR_F64);
        if (next == dtype || takes) continue;
        if (!is_literal[n] || is_last) return fail_start(seq, at, n, next, err);
        seq->columns[n].dtype = s.columns[n].dtype = next;
        is_open[n] = false;
        *has_changed = true;
    }
    return MR_OK;
}

/* What a start may be made of. */
static mr_status type_starts(struct mr_seq *seq, const struct mr_variables_at *at, size_t count,
                             bool is_literal[], mr_error *err)
{
    struct mr_variable_scope s;
    mr_variable_scope(&s, seq, 0, NULL, NULL, at->starts_are_known ? IR_NONE : 0);
    if (at->starts_are_known) s.scope.column_count = 0;
    for (size_t n = 0; n < count; n++) {
        mr_dtype dtype;
        struct mr_number ignored;
        const struct mr_expr *start = mr_variable_start(seq, at, n);
        if (at->starts_are_known) MR_TRY(mr_constant_expr(start, seq->op->name, &ignored, err));
        MR_TRY(mr_type_literal(&s.scope, start, &dtype, &is_literal[n], err));
        if (has_x0(seq, at)) { /* a number, whatever its dtype */
            is_literal[n] = true;
            dtype = mr_dtype_is_float(dtype) ? MR_F64 : dtype == MR_U64 ? MR_U64 : MR_I64;
        }
        MR_TRY(add_variable(seq, at, n, dtype, err));
    }
    return MR_OK;
}

mr_status mr_variables_check(struct mr_seq *seq, const struct mr_variables_at *at, mr_error *err)
{
    size_t count = mr_variable_count(seq, at);
    bool is_literal[MR_MAX_COLUMNS], has_changed = true;
    MR_TRY(check_counts(seq, at, count, err));
    seq->column_count = 0;
    MR_TRY(type_starts(seq, at, count, is_literal, err));
    /* A dtype that one look changes may change those of others in the next. */
    for (size_t look = 0; look <= count && has_changed; look++)
        MR_TRY(settle(seq, at, count, is_literal, look == count, &has_changed, err));
    for (size_t n = 0; n < count; n++)
        if (is_literal[n]) MR_TRY(check_fit(seq, at, n, err));
    if (!seq->args[at->goes_on].present) return MR_OK;
    struct mr_variable_scope s;
    mr_dtype ignored;
    mr_variable_scope(&s, seq, count, NULL, NULL, 0);
    return mr_type_expr(&s.scope, seq->args[at->goes_on].expr, &ignored, err);
}

/* ---- code ---- */

/* The variables before the position: as they were left, or their starts. */
static void lower_before(struct mr_lowering *l, const struct mr_seq *seq, ir_value begins,
                         const ir_value starts[], bool sees_start, ir_value out[])
{
    for (size_t n = 0; n < seq->column_count; n++) {
        out[n] = mr_ir_carry(l->body, seq->columns[n].dtype, (unsigned)n);
        if (sees_start) out[n] = mr_ir_ternary(l->body, IR_SELECT, begins, starts[n], out[n]);
    }
}

/* What must hold of the variables, once they are there. */
static mr_status lower_goes_on(struct mr_lowering *l, const struct mr_seq *seq,
                               const struct mr_variables_at *at, const ir_value inputs[],
                               ir_value i, const ir_value *columns, mr_error *err)
{
    struct mr_variable_scope s;
    if (!seq->args[at->goes_on].present) return MR_OK;
    mr_variable_scope(&s, seq, seq->column_count, columns, inputs, i);
    return mr_lower_expr_as(l, &s.scope, seq->args[at->goes_on].expr, MR_BOOL, &l->keep, err);
}

mr_status mr_variables_lower(struct mr_lowering *l, const struct mr_seq *seq,
                             const struct mr_variables_at *at, const ir_value inputs[], ir_value i,
                             bool sees_start, ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    struct mr_variable_scope s;
    ir_value starts[MR_MAX_COLUMNS] = {0}, before[MR_MAX_COLUMNS] = {0}, guard = l->guard;
    ir_value begins = mr_ir_carry(b, MR_BOOL, MR_BEGINS);
    mr_variable_scope(&s, seq, 0, NULL, NULL, IR_NONE);
    for (size_t n = 0; n < seq->column_count; n++)
        MR_TRY(mr_lower_expr_as(l, &s.scope, mr_variable_start(seq, at, n), seq->columns[n].dtype,
                                &starts[n], err));
    lower_before(l, seq, begins, starts, sees_start, before);
    mr_variable_scope(&s, seq, seq->column_count, before, inputs, i);
    if (!sees_start) l->guard = mr_ir_both(b, guard, mr_ir_unary(b, IR_NOT, begins));
    for (size_t n = 0; n < seq->column_count; n++) {
        MR_TRY(mr_lower_expr_as(l, &s.scope, mr_variable_next(seq, at, n), seq->columns[n].dtype,
                                &columns[n], err));
        if (!sees_start) columns[n] = mr_ir_ternary(b, IR_SELECT, begins, starts[n], columns[n]);
    }
    l->guard = guard;
    return lower_goes_on(l, seq, at, inputs, i, columns, err);
}

void mr_every_check(struct mr_seq *seq, size_t every)
{
    const struct mr_argument *argument = &seq->args[every];
    seq->settings.extent = INT64_MAX;
    if (!argument->present) return;
    mr_scalar value;
    (void)mr_number_as(&argument->number, MR_I64, &value);
    seq->settings.extent = value.i64;
}
