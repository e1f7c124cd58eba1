#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_predicate_check(seq, MR_KIND_DROP, err);
}

const struct mr_op mr_op_drop_while = {
    .name = "drop_while",
    .brief = "the elements from the first for which an expression fails",
    .example = "range(6) | drop_while(x*x < 9)",
    .role = MR_STAGE,
    .params = {{"expr", MR_PARAM_EXPR,
                .brief = "a condition on x (or the columns' names) and i; numbers count as != 0"}},
    .check = check,
    .lower = mr_predicate_lower,
    .known = {{"range(6) | drop_while(x < 4)", "4 5"},
              {"range(5) | map(x % 3) | drop_while(x < 2)", "2 0 1"},
              {"range(3) | drop_while(false)", "0 1 2"},
              {"range(3) | drop_while(true)", ""}},
};
