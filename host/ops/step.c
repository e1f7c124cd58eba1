#include "ops/step.h"

#include "ir/typing.h"

static struct mr_scope scope_of(const struct mr_seq *seq, const struct mr_column *x,
                                const ir_value *value, ir_value i)
{
    return (struct mr_scope){
        .owner = seq, .columns = x, .column_count = 1, .values = value, .position = i};
}

mr_status mr_step_dtype(const struct mr_seq *seq, size_t expr_at, mr_dtype start, mr_dtype *out,
                        mr_error *err)
{
    struct mr_column x = {.name = "x", .dtype = start};
    const struct mr_scope scope = scope_of(seq, &x, NULL, 0);
    mr_dtype next;
    MR_TRY(mr_type_expr(&scope, seq->args[expr_at].expr, &next, err));
    if (next != start) { /* an integer start of a float map, and the like */
        x.dtype = next;
        MR_TRY(mr_type_expr(&scope, seq->args[expr_at].expr, &next, err));
    }
    *out = x.dtype;
    if (next == x.dtype) return MR_OK;
    mr_status st = mr_op_fail(seq, &seq->args[expr_at], err, MR_E_TYPE,
                              "of x in %s the expression is %s, which x cannot become",
                              mr_dtype_name(x.dtype), mr_dtype_name(next));
    return mr_error_hint(err, st, "cast the expression: %s(...)", mr_dtype_name(x.dtype));
}

mr_status mr_step_lower(struct mr_lowering *l, const struct mr_seq *seq, size_t expr_at, ir_value x,
                        ir_value i, ir_value *out, mr_error *err)
{
    struct mr_column column = {.name = "x", .dtype = mr_ir_dtype(l->body, x)};
    const struct mr_scope scope = scope_of(seq, &column, &x, i);
    return mr_lower_expr(l, &scope, seq->args[expr_at].expr, out, err);
}
