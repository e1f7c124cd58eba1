#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_FIRST, err);
}

const struct mr_op mr_op_first = {
    .name = "first",
    .brief = "the first element",
    .example = "count() | filter(x*x > 1000) | first()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"count() | filter(x*x > 1000) | first()", "32"},
              {"zip(range(3), count(7)) | first()", "0,7"},
              {"range(1) | first()", "0"}},
};
