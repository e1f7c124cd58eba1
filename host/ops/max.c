#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_MAX, err);
}

const struct mr_op mr_op_max = {
    .name = "max",
    .brief = "the largest element; NaN if there is one",
    .example = "range(5) | map(4*x - x*x) | max()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(4*x - x*x) | max()", "4"},
              {"range(3) | map(x == 1 ? nan : 1.5) | max()", "nan"},
              {"range(3) | map(x == 2) | max()", "true"},
              {"range(1) | max()", "0"}},
};
