#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_PROD, err);
}

const struct mr_op mr_op_prod = {
    .name = "prod",
    .brief = "the product; f64 for floats, 64 bits wide for integers, which wrap",
    .example = "range(1, 11) | prod()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(1, 11) | prod()", "3628800"},
              {"repeat(0.5, 3) | prod()", "0.125"},
              {"range(1, 4) | map(i32(x)) | prod()", "6"},
              {"range(0) | prod()", "1"}},
};
