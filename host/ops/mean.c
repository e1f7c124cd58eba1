#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_sum_check(seq, MR_MEAN, MR_EXACT_MEAN, err);
}

const struct mr_op mr_op_mean = {
    .name = "mean",
    .brief = "the arithmetic mean, f64; NaN of nothing",
    .example = "range(5) | mean()",
    .role = MR_TERMINAL,
    .params = {{"mode", MR_PARAM_CHOICE, .fallback = "tree", .choices = MR_SUM_MODES,
                .brief = "f64 by the fixed tree; exact, rounded once; the tree with f32 in f32"}},
    .check = check,
    .known = {{"range(5) | mean()", "2.0"},
              {"linspace(1, 2, 2) | mean()", "1.5"},
              {"range(1) | mean()", "0.0"},
              {"range(0) | mean()", "nan"},
              {"repeat(9223372036854775807, 3) | mean(exact)", "9.223372036854776e+18"},
              {"repeat(0.1, 3) | mean(exact)", "0.1"},
              {"zip(range(3), repeat(0.5)) | filter(x0 > 0) | mean(exact)", "1.5,0.5"}},
};
