#include "ops/stage.h"

enum { DDOF };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    seq->settings.ddof = mr_count_argument(&seq->args[DDOF]);
    return mr_reduce_check(seq, MR_STD, err);
}

const struct mr_op mr_op_std = {
    .name = "std",
    .brief = "the standard deviation, f64; NaN of nothing",
    .example = "range(2) | std()",
    .role = MR_TERMINAL,
    .params = {{"ddof", MR_PARAM_COUNT, .fallback = "0",
                .brief = "taken off the number of elements that the squares are divided by"}},
    .check = check,
    .known = {{"range(2) | std()", "0.5"},
              {"range(3) | std(ddof=1)", "1.0"},
              {"range(1) | std()", "0.0"},
              {"range(0) | std()", "nan"}},
};
