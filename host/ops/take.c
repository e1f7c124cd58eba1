#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    seq->length = mr_length_take(seq->length, mr_count_argument(&seq->args[0]));
    return MR_OK;
}

const struct mr_op mr_op_take = {
    .name = "take",
    .brief = "the first n elements",
    .example = "count() | take(5)",
    .role = MR_STAGE,
    .params = {{"n", MR_PARAM_COUNT, .brief = "how many at most"}},
    .check = check,
    .known = {{"count() | take(3)", "0 1 2"},
              {"range(2) | take(5)", "0 1"},
              {"count() | filter(x > 10) | take(3)", "11 12 13"},
              {"count() | take(0)", ""}},
};
