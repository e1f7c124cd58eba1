#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_NORM, err);
}

const struct mr_op mr_op_norm = {
    .name = "norm",
    .brief = "the root of the sum of squares, f64",
    .example = "range(3, 5) | norm()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(3, 5) | norm()", "5.0"},
              {"repeat(f32(0.1), 4) | norm()", "0.20000000298023224"},
              {"zip(range(2), repeat(-2.0, 2)) | norm()", "1.0,2.8284271247461903"},
              {"repeat(true, 9) | norm()", "3.0"},
              {"repeat(1e200, 1) | norm()", "inf"},
              {"range(0) | norm()", "0.0"}},
};
