#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_ANY, err);
}

const struct mr_op mr_op_any = {
    .name = "any",
    .brief = "true if some element is not 0",
    .example = "range(5) | map(x == 3) | any()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | map(x == 3) | any()", "true"},
              {"repeat(0.0, 4) | any()", "false"},
              {"range(0) | any()", "false"}},
};
