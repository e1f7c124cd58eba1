#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_ARGMIN, err);
}

const struct mr_op mr_op_argmin = {
    .name = "argmin",
    .brief = "the position of the first smallest element; a NaN counts as smallest",
    .example = "range(5) | map(x*x - 4*x) | argmin()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(x*x - 4*x) | argmin()", "2"},
              {"repeat(1, 4) | argmin()", "0"},
              {"range(5) | map(x == 3 ? nan : -x*1.0) | argmin()", "3"},
              {"range(9) | filter(x > 3) | map(7-x) | argmin()", "4"}},
};
