#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    mr_stage_in_order(seq, MR_KIND_COMPACT);
    seq->length = mr_length_some(seq->length);
    return MR_OK;
}

/* In a run all NaN are alike. */
static ir_value differs(struct ir_body *b, ir_value x, ir_value y)
{
    ir_value unequal = mr_ir_binary(b, IR_NE, x, y);
    if (!mr_dtype_is_float(mr_ir_dtype(b, x))) return unequal;
    ir_value nans =
        mr_ir_binary(b, IR_AND, mr_ir_unary(b, IR_ISNAN, x), mr_ir_unary(b, IR_ISNAN, y));
    return mr_ir_binary(b, IR_AND, unequal, mr_ir_unary(b, IR_NOT, nans));
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    ir_value one = mr_ir_const_int(b, MR_I64, 1), guard = l->guard, before[MR_MAX_COLUMNS];
    ir_value is_first = mr_ir_binary(b, IR_LT, position, one), keep = is_first;
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    l->guard = mr_ir_both(b, guard, mr_ir_unary(b, IR_NOT, is_first));
    mr_status st = mr_lower_input(l, seq, mr_ir_binary(b, IR_SUB, position, one), before, err);
    l->guard = guard;
    for (size_t c = 0; st == MR_OK && c < seq->column_count; c++)
        keep = mr_ir_binary(b, IR_OR, keep, differs(b, before[c], columns[c]));
    l->keep = keep;
    return st;
}

const struct mr_op mr_op_dedup = {
    .name = "dedup",
    .brief = "the first of each run of equal elements",
    .example = "range(9) | map(x / 3) | dedup()",
    .role = MR_STAGE,
    .check = check,
    .lower = lower,
    .known = {{"range(9) | map(x / 3) | dedup()", "0 1 2"},
              {"range(6) | map(a: x / 2, b: x / 3) | dedup()", "0,0 1,0 1,1 2,1"},
              {"range(5) | map(x < 2 ? nan : x < 4 ? 0.0 * (x - 3) : 7.0) | dedup()",
               "nan -0.0 7.0"},
              {"range(9) | filter(x % 4 != 3) | map(x / 4) | dedup() | count()", "3"},
              {"range(4) | map(true) | dedup()", "true"},
              {"range(0) | dedup()", ""}},
};
