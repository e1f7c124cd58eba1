#include "ops/stage.h"

enum { K, OP };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    seq->settings.extent = mr_count_argument(&seq->args[K]);
    mr_op_like_input(seq);
    seq->kind = MR_KIND_WINDOW;
    seq->aggregate = mr_aggregate_argument(seq, OP);
    seq->length = mr_length_skip(seq->length, seq->settings.extent - 1);
    if (seq->access == MR_ANYWHERE) seq->access = MR_FROM_ANY;
    for (size_t c = 0; c < seq->column_count; c++)
        seq->columns[c].dtype = mr_running_dtype(seq->aggregate, seq->columns[c].dtype);
    return MR_OK;
}

const struct mr_op mr_op_window = {
    .name = "window",
    .brief = "the sum, mean, minimum or maximum of each k neighbours",
    .example = "range(6) | window(3, mean)",
    .role = MR_STAGE,
    .params = {{"k", MR_PARAM_COUNT, .range = MR_WITHIN(1, MR_MAX_WINDOW), .brief = "neighbours"},
               {"op", MR_PARAM_CHOICE, .choices = "sum|mean|min|max",
                .brief = "what is made of them"}},
    .check = check,
    .known = {{"range(6) | window(3, sum)", "3 6 9 12"},
              {"range(4) | window(2, mean)", "0.5 1.5 2.5"},
              {"range(6) | map((x*5+3) % 7) | window(4, min)", "1 1 0"},
              {"range(3) | window(1, max)", "0 1 2"},
              {"range(3) | window(4, sum)", ""}},
};
