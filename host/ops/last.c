#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_LAST, err);
}

const struct mr_op mr_op_last = {
    .name = "last",
    .brief = "the last element",
    .example = "range(10) | filter(x % 4 == 0) | last()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(10) | filter(x % 4 == 0) | last()", "8"},
              {"range(1, 6) | scan(sum) | last()", "15"},
              {"range(1) | last()", "0"}},
};
