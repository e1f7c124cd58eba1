#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_ARGMAX, err);
}

const struct mr_op mr_op_argmax = {
    .name = "argmax",
    .brief = "the position of the first largest element; a NaN counts as largest",
    .example = "range(5) | map(4*x - x*x) | argmax()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(4*x - x*x) | argmax()", "2"},
              {"repeat(1, 4) | argmax()", "0"},
              {"range(5) | map(x == 3 ? nan : x*1.0) | argmax()", "3"},
              {"range(9) | filter(x > 3) | argmax()", "4"}},
};
