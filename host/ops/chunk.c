#include "ir/leaf.h"
#include "ops/stage.h"

enum { N, OP };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    (void)err;
    seq->settings.extent = mr_count_argument(&seq->args[N]);
    bool fits_leaf = seq->settings.extent <= MR_LEAF;
    mr_stage_in_order(seq, fits_leaf ? MR_KIND_CHUNK : MR_KIND_MERGE);
    seq->aggregate = mr_aggregate_argument(seq, OP);
    seq->length = mr_length_chunks(seq->length, seq->settings.extent);
    for (size_t c = 0; c < seq->column_count; c++)
        seq->columns[c].dtype = mr_aggregate_dtype(seq->aggregate, seq->columns[c].dtype);
    return MR_OK;
}

const struct mr_op mr_op_chunk = {
    .name = "chunk",
    .brief = "an aggregate of each n consecutive elements; the last chunk may be shorter",
    .example = "range(10) | chunk(4, sum)",
    .role = MR_STAGE,
    .params = {{"n", MR_PARAM_COUNT, .range = MR_FROM(1), .brief = "elements of a chunk"},
               {"op", MR_PARAM_CHOICE, .choices = "sum|prod|min|max|mean|count",
                .brief = "what is made of them"}},
    .check = check,
    .known = {{"range(10) | chunk(4, sum)", "6 22 17"},
              {"range(5) | chunk(2, mean)", "0.5 2.5 4.0"},
              {"range(5) | chunk(3, count)", "3 2"},
              {"range(7) | map((x*5+3) % 7) | chunk(3, max)", "6 4 5"},
              {"range(3) | chunk(1, prod)", "0 1 2"},
              {"range(0) | chunk(4, sum)", ""},
              {"range(100) | chunk(9223372036854775807, sum)", "4950"}},
};
