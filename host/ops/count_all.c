#include "ops/stage.h"

/* How many elements there are does not depend on what is made of them: that is not computed, and
 * cannot fail. */
static void count_what_there_is(struct mr_seq *seq)
{
    while (seq->inputs[0]->op->gives_as_many) {
        struct mr_seq *as_many = seq->inputs[0];
        seq->inputs[0] = mr_seq_ref(as_many->inputs[0]);
        mr_seq_unref(&as_many);
    }
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    MR_TRY(mr_reduce_check(seq, MR_COUNT, err));
    seq->column_count = 0;
    count_what_there_is(seq);
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
