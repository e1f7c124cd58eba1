#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_MIN, err);
}

const struct mr_op mr_op_min = {
    .name = "min",
    .brief = "the smallest element; NaN if there is one",
    .example = "range(5) | map(x*x - 4*x) | min()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(x*x - 4*x) | min()", "-4"},
              {"range(3) | map(x == 1 ? nan : 1.5) | min()", "nan"},
              {"zip(range(3), range(7, 4, -1)) | min()", "0,5"},
              {"range(1) | map(0.5) | min()", "0.5"}},
};
