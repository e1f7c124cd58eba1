#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0], *cause = mr_seq_not_seekable(input);
    if (input->access != MR_ANYWHERE) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NOT_SEEKABLE,
                                  "elements of %s cannot be read in any order",
                                  (cause ? cause : input)->op->name);
        return mr_error_hint(err, st, "reverse before the stages that need their input in order");
    }
    if (input->length.kind != MR_LENGTH_KNOWN || mr_length_goes_on(input->length)) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_VALUE,
                                  "the sequence must have an end known beforehand");
        return mr_error_hint(err, st, "put take(n) before it");
    }
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    return MR_OK;
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    const mr_scalar last = {.i64 = seq->length.most - 1};
    ir_value from = mr_ir_param(l->body, MR_I64, last, &seq->length);
    return mr_lower_input(l, seq, mr_ir_binary(l->body, IR_SUB, from, position), columns, err);
}

const struct mr_op mr_op_reverse = {
    .name = "reverse",
    .brief = "the elements from the last to the first",
    .example = "range(10) | reverse()",
    .role = MR_STAGE,
    .check = check,
    .lower = lower,
    .known = {{"range(5) | reverse()", "4 3 2 1 0"},
              {"range(5) | map(x, i*i) | reverse() | skip(3)", "1,1 0,0"},
              {"count() | take(1e15) | reverse() | take(2)", "999999999999999 999999999999998"},
              {"range(4) | reverse() | map(10*x + i) | reverse()", "3 12 21 30"},
              {"range(0) | reverse()", ""}},
};
