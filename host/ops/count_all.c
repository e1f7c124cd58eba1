#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_reduce_check(seq, MR_COUNT, err));
    seq->column_count = 0;
    return mr_op_add_column(seq, "count", mr_aggregate_dtype(MR_COUNT, MR_I64), err);
}

const struct mr_op mr_op_count_all = {
    .name = "count",
    .brief = "how many elements there are",
    .example = "range(10) | filter(x % 3 == 0) | count()",
    .role = MR_TERMINAL,
    .check = check,
    .known = {{"range(10) | filter(x % 3 == 0) | count()", "4"},
              {"zip(range(3), range(5)) | count()", "3"},
              {"range(0) | count()", "0"}},
};
