#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_ALL, err);
}

const struct mr_op mr_op_all = {
    .name = "all",
    .brief = "true if no element is 0",
    .example = "range(5) | map(x < 5) | all()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(x < 5) | all()", "true"},
              {"range(5) | all()", "false"},
              {"range(0) | all()", "true"}},
};
