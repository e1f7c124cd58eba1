#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_predicate_check(seq, MR_KIND_STOP, err);
}

const struct mr_op mr_op_take_while = {
    .name = "take_while",
    .brief = "the elements before the first for which an expression fails",
    .example = "count() | take_while(x*x < 50)",
    .role = MR_STAGE,
    .params = {{"expr", MR_PARAM_EXPR,
                .brief = "a condition on x (or the columns' names) and i; numbers count as != 0"}},
    .check = check,
    .lower = mr_predicate_lower,
    .known = {{"count() | take_while(x < 3)", "0 1 2"},
              {"range(3) | take_while(true)", "0 1 2"},
              {"range(5) | take_while(x != 2)", "0 1"},
              {"range(5) | take_while(x > 0)", ""}},
};
