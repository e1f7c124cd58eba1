#include "ops/stage.h"

enum { DDOF };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    seq->settings.ddof = mr_count_argument(&seq->args[DDOF]);
    return mr_reduce_check(seq, MR_VAR, err);
}

const struct mr_op mr_op_var = {
    .name = "var",
    .brief = "the variance, f64; NaN of nothing",
    .example = "range(4) | var()",
    .role = MR_TERMINAL,
    .params = {{"ddof", MR_PARAM_COUNT, .fallback = "0",
                .brief = "taken off the number of elements that the squares are divided by"}},
    .check = check,
    .known = {{"range(4) | var()", "1.25"},
              {"range(3) | var(ddof=1)", "1.0"},
              {"range(1) | var()", "0.0"},
              {"range(1) | var(ddof=1)", "nan"},
              {"range(0) | var()", "nan"}},
};
