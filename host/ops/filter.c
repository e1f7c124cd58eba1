#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_predicate_check(seq, MR_KIND_COMPACT, err);
}

const struct mr_op mr_op_filter = {
    .name = "filter",
    .brief = "the elements for which an expression holds",
    .example = "range(10) | filter(x % 3 == 0)",
    .role = MR_STAGE,
    .params = {{"expr", MR_PARAM_EXPR,
                .brief = "a condition on x (or the columns' names) and i; numbers count as != 0"}},
    .check = check,
    .lower = mr_predicate_lower,
    .is_pointwise = true,
    .known = {{"range(10) | filter(x % 3 == 0)", "0 3 6 9"},
              {"range(5) | filter(x)", "1 2 3 4"},
              {"range(5) | map(x*x) | filter(i >= 3)", "9 16"},
              {"range(5) | filter(x > 9)", ""}},
};
