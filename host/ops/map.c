#include <stdio.h>

#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    const struct mr_scope scope = mr_stage_scope(seq, NULL, 0);
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    seq->column_count = 0;
    if (seq->expr_count == 0)
        return mr_error_hint(err, mr_op_fail(seq, NULL, err, MR_E_ARITY, "no expression"),
                             "write map(x*x), or map(a: x+1, b: x-1) for several columns");
    for (size_t k = 0; k < seq->expr_count; k++) {
        char numbered[MR_NAME_BYTES];
        mr_dtype dtype;
        const char *label = seq->expr_labels[k].text;
        (void)snprintf(numbered, sizeof numbered, seq->expr_count > 1 ? "x%zu" : "x", k);
        MR_TRY(mr_type_expr(&scope, seq->exprs[k], &dtype, err));
        MR_TRY(mr_op_add_column(seq, *label ? label : numbered, dtype, err));
    }
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value values[MR_MAX_COLUMNS];
    MR_TRY(mr_lower_input(l, seq, position, values, err));
    const struct mr_scope scope = mr_stage_scope(seq, values, position);
    for (size_t k = 0; k < seq->expr_count; k++)
        MR_TRY(mr_lower_expr(l, &scope, seq->exprs[k], &columns[k], err));
    return MR_OK;
}

const struct mr_op mr_op_map = {
    .name = "map",
    .brief = "expressions of each element",
    .example = "range(4) | map(square: x*x, half: x*0.5)",
    .role = MR_STAGE,
    .params = {{"exprs", MR_PARAM_EXPRS,
                .brief = "of x (or the columns' names) and the position i; labels name the new "
                         "columns"}},
    .check = check,
    .lower = lower,
    .is_pointwise = true,
    .known = {{"range(4) | map(x*x)", "0 1 4 9"},
              {"range(3) | map(s: x+i, d: x*0.5)", "0,0.0 2,0.5 4,1.0"},
              {"range(-3, 3) | map(x/2, x%2)", "-1,-1 -1,0 0,-1 0,0 0,1 1,0"},
              {"range(3) | map(x == 0 ? 0 : 6/x)", "0 6 3"},
              {"range(0) | map(x+1)", ""}},
};
