#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    seq->length = mr_length_skip(seq->length, mr_count_argument(&seq->args[0]));
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    ir_value n = mr_lower_argument(l, &seq->args[0], MR_I64);
    return mr_lower_input(l, seq, mr_ir_binary(l->body, IR_ADD, position, n), columns, err);
}

const struct mr_op mr_op_skip = {
    .name = "skip",
    .brief = "all but the first n elements",
    .example = "range(10) | skip(7)",
    .role = MR_STAGE,
    .params = {{"n", MR_PARAM_COUNT, .brief = "how many to leave out"}},
    .check = check,
    .lower = lower,
    .known = {{"range(5) | skip(3)", "3 4"},
              {"count() | skip(1e6) | take(1)", "1000000"},
              {"range(9) | filter(x % 2 == 1) | skip(2)", "5 7"},
              {"range(5) | skip(5)", ""}},
};
