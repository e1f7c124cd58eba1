#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_reduce_check(seq, MR_MEAN, err);
}

const struct mr_op mr_op_mean = {
    .name = "mean",
    .brief = "the arithmetic mean, f64; NaN of nothing",
    .example = "range(5) | mean()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(5) | mean()", "2.0"},
              {"linspace(1, 2, 2) | mean()", "1.5"},
              {"range(1) | mean()", "0.0"},
              {"range(0) | mean()", "nan"}},
};
