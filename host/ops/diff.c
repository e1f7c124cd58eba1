#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    seq->length = mr_length_skip(seq->length, 1);
    for (size_t c = 0; c < seq->column_count; c++)
        if (seq->columns[c].dtype == MR_BOOL) seq->columns[c].dtype = MR_I32;
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct ir_body *b = l->body;
    ir_value here[MR_MAX_COLUMNS], after[MR_MAX_COLUMNS];
    ir_value next = mr_ir_binary(b, IR_ADD, position, mr_ir_const_int(b, MR_I64, 1));
    MR_TRY(mr_lower_input(l, seq, position, here, err));
    MR_TRY(mr_lower_input(l, seq, next, after, err));
    for (size_t c = 0; c < seq->column_count; c++) {
        mr_dtype dtype = seq->columns[c].dtype;
        columns[c] =
            mr_ir_binary(b, IR_SUB, mr_ir_cast(b, dtype, after[c]), mr_ir_cast(b, dtype, here[c]));
    }
    return MR_OK;
}

const struct mr_op mr_op_diff = {
    .name = "diff",
    .brief = "each element's successor minus the element",
    .example = "range(6) | map(x*x) | diff()",
    .role = MR_STAGE,
    .check = check,
    .lower = lower,
    .known = {{"range(5) | map(x*x) | diff()", "1 3 5 7"},
              {"range(5) | map(x*x) | diff() | diff()", "2 2 2"},
              {"range(9) | filter(x % 4 == 0) | diff()", "4 4"},
              {"range(3) | map(x == 1) | diff()", "1 -1"},
              {"range(1) | diff()", ""},
              {"range(0) | diff()", ""}},
};
