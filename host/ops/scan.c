#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    static const enum mr_aggregate folds[] = {MR_SUM, MR_PROD, MR_MIN, MR_MAX};
    (void)err;
    mr_stage_in_order(seq, MR_KIND_SCAN);
    seq->aggregate = folds[seq->args[0].choice];
    for (size_t c = 0; c < seq->column_count; c++)
        seq->columns[c].dtype = mr_running_dtype(seq->aggregate, seq->columns[c].dtype);
    return MR_OK;
}

const struct mr_op mr_op_scan = {
    .name = "scan",
    .brief = "the running sum, product, minimum or maximum",
    .example = "range(1, 6) | scan(sum)",
    .role = MR_STAGE,
    .params = {{"op", MR_PARAM_CHOICE, .choices = "sum|prod|min|max",
                .brief = "what runs; sums and products of integers are 64 bits wide"}},
    .check = check,
    .known = {{"range(1, 6) | scan(sum)", "1 3 6 10 15"},
              {"range(1, 6) | scan(prod)", "1 2 6 24 120"},
              {"range(6) | map((x*5+3) % 7) | scan(max)", "3 3 6 6 6 6"},
              {"range(4) | map(0.5) | scan(sum)", "0.5 1.0 1.5 2.0"},
              {"range(0) | scan(sum)", ""}},
};
