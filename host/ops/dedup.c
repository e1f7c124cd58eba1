#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    mr_stage_in_order(seq, MR_KIND_COMPACT);
    seq->length = mr_length_some(seq->length);
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    struct mr_neighbour before;
    MR_TRY(mr_lower_input(l, seq, position, columns, err));
    MR_TRY(mr_lower_neighbour(l, seq->inputs[0], position, -1, &before, err));
    ir_value differs = mr_lower_differs(b, before.columns, columns, seq->column_count);
    l->keep = mr_ir_binary(b, IR_OR, mr_ir_unary(b, IR_NOT, before.exists), differs);
    return MR_OK;
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
