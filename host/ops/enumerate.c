#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0];
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    seq->column_count = 0;
    MR_TRY(mr_op_add_column(seq, *seq->label.text ? seq->label.text : "n", MR_I64, err));
    for (size_t c = 0; c < input->column_count; c++)
        MR_TRY(mr_op_add_column(seq, input->columns[c].name, input->columns[c].dtype, err));
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value start = mr_lower_argument(l, &seq->args[0], MR_I64);
    columns[0] = mr_ir_binary(l->body, IR_ADD, position, start);
    return mr_lower_input(l, seq, position, columns + 1, err);
}

const struct mr_op mr_op_enumerate = {
    .name = "enumerate",
    .brief = "puts a column n with the element's number before the others",
    .example = "repeat(7, 3) | enumerate(1)",
    .role = MR_STAGE,
    .params = {{"start", MR_PARAM_INT, .fallback = "0", .takes_label = true,
                .brief = "the number of the first (i64); a label, as in k: 0, names the column"}},
    .check = check,
    .lower = lower,
    .known = {{"repeat(7, 3) | enumerate()", "0,7 1,7 2,7"},
              {"range(5) | filter(x % 2 == 0) | enumerate(10)", "10,0 11,2 12,4"},
              {"repeat(5) | enumerate() | map(n*x) | take(3)", "0 5 10"},
              {"range(3) | enumerate(k: 5) | map(k*x)", "0 6 14"},
              {"range(0) | enumerate()", ""}},
};
