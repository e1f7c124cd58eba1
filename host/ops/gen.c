#include "ops/stage.h"

enum { EXPR, LENGTH };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_dtype dtype;
    const struct mr_scope scope = {.owner = seq, .position = 0};
    MR_TRY(mr_type_expr(&scope, seq->args[EXPR].expr, &dtype, err));
    return mr_source_check(seq, dtype, mr_length_argument(&seq->args[LENGTH]), err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    const struct mr_scope scope = {.owner = seq, .position = position};
    return mr_lower_expr(l, &scope, seq->args[EXPR].expr, columns, err);
}

const struct mr_op mr_op_gen = {
    .name = "gen",
    .brief = "an expression of the position i",
    .example = "gen(i*(i+1)/2, 5)",
    .role = MR_SOURCE,
    .params = {{"expr", MR_PARAM_EXPR, .brief = "the element at position i (i64)"},
               {"length", MR_PARAM_COUNT, .fallback = "inf", .brief = "how many"}},
    .check = check,
    .lower = lower,
    .known = {{"gen(i*(i+1)/2, 5)", "0 1 3 6 10"},
              {"gen(f32(i)*0.5) | take(3)", "0.0 0.5 1.0"},
              {"gen(i % 3 == 0 ? 1 : 12/(i % 3), 4)", "1 12 6 1"},
              {"gen(i, 0)", ""}},
};
