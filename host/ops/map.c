#include <stdio.h>
#include <string.h>

#include "ops/stage.h"

/* x, x0, x1 and so on say where a column stands. */
static bool is_place(const char *name)
{
    return *name == 'x' && strspn(name + 1, "0123456789") == strlen(name + 1);
}

/* The name that the caller gave, or that of the column which the expression is; NULL: none. */
static const char *own_name(const struct mr_seq *seq, size_t k)
{
    const struct mr_expr *expr = seq->exprs[k];
    if (*seq->expr_labels[k].text) return seq->expr_labels[k].text;
    bool is_column = expr->kind == MR_EXPR_NAME && mr_seq_column(seq->inputs[0], expr->name) >= 0;
    return is_column && !is_place(expr->name) ? expr->name : NULL;
}

/* Written into `numbered` where it is not its own, or another's as well. */
static const char *name_of(const struct mr_seq *seq, size_t k, char numbered[MR_NAME_BYTES])
{
    const char *own = own_name(seq, k);
    bool is_label = *seq->expr_labels[k].text;
    for (size_t j = 0; own && !is_label && j < seq->expr_count; j++) {
        const char *other = own_name(seq, j);
        if (j != k && other && strcmp(own, other) == 0) own = NULL;
    }
    (void)snprintf(numbered, MR_NAME_BYTES, seq->expr_count > 1 ? "x%zu" : "x", k);
    return own ? own : numbered;
}

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
        MR_TRY(mr_type_expr(&scope, seq->exprs[k], &dtype, err));
        MR_TRY(mr_op_add_column(seq, name_of(seq, k, numbered), dtype, err));
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
                         "columns, and a column alone keeps its name"}},
    .check = check,
    .lower = lower,
    .is_pointwise = true,
    .known = {{"range(4) | map(x*x)", "0 1 4 9"},
              {"range(3) | map(s: x+i, d: x*0.5)", "0,0.0 2,0.5 4,1.0"},
              {"range(-3, 3) | map(x/2, x%2)", "-1,-1 -1,0 0,-1 0,0 0,1 1,0"},
              {"range(3) | map(x == 0 ? 0 : 6/x)", "0 6 3"},
              {"range(3) | map(a: x, b: x*x) | map(b, a+1) | map(b - x1)", "-1 -1 1"},
              {"range(3) | map(a: x) | map(a, a) | map(x0 + x1)", "0 2 4"},
              {"zip(range(3), count(5)) | map(x1, x0) | map(x0 - x1)", "5 5 5"},
              {"range(0) | map(x+1)", ""}},
};
