#include <inttypes.h>

#include "ops/random_order.h"
#include "ops/stage.h"

enum { SEED, WINDOW };

static void describe_window(struct mr_seq *seq)
{
    mr_op_like_input(seq);
    seq->kind = MR_KIND_SHUFFLE;
    if (seq->access == MR_ANYWHERE) seq->access = MR_FROM_ANY;
    seq->settings.seed = seq->args[SEED].number.value.u64;
    seq->settings.extent = mr_count_argument(&seq->args[WINDOW]);
}

/* What is read in order can be gathered whole only in one window. */
static mr_status fail_in_order(const struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0], *cause = mr_seq_not_seekable(input);
    mr_status st =
        mr_op_fail(seq, NULL, err, MR_E_NOT_SEEKABLE, "elements of %s cannot be read in any order",
                   (cause ? cause : input)->op->name);
    int64_t count = input->length.most;
    if (input->length.kind == MR_LENGTH_KNOWN && count > 0 && count <= MR_MAX_SHUFFLE)
        return mr_error_hint(
            err, st, "shuffle all of them in one buffer: shuffle(seed, window=%" PRId64 ")", count);
    return mr_error_hint(err, st,
                         "shuffle before the stages that need their input in order, or within "
                         "windows: shuffle(seed, window=10000)");
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    const struct mr_seq *input = seq->inputs[0];
    if (seq->args[WINDOW].present) {
        describe_window(seq);
        return MR_OK;
    }
    if (input->access != MR_ANYWHERE) return fail_in_order(seq, err);
    if (input->length.kind != MR_LENGTH_KNOWN || mr_length_goes_on(input->length)) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_VALUE,
                                  "the sequence must have an end known beforehand");
        return mr_error_hint(err, st,
                             "put take(n) before it, or shuffle within windows: "
                             "shuffle(seed, window=10000)");
    }
    mr_op_like_input(seq);
    seq->kind = MR_KIND_FUSED;
    return mr_random_order_make(seq, input->length.most, seq->args[SEED].number.value.u64, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    return mr_lower_input(l, seq, mr_random_order_lower(l, seq, position), columns, err);
}

const struct mr_op mr_op_shuffle = {
    .name = "shuffle",
    .brief = "the elements in a random order, that of permutation(n, seed); or within windows",
    .example = "linspace(0, 1, 1e6) | shuffle(42) | take(5)",
    .role = MR_STAGE,
    .params = {{"seed", MR_PARAM_SEED, .fallback = "0", .brief = "another order for each"},
               {"window", MR_PARAM_COUNT, .optional = true, .range = MR_WITHIN(1, MR_MAX_SHUFFLE),
                .brief = "shuffle within windows of so many, in a buffer: any sequence"}},
    .check = check,
    .lower = lower,
    .free_context = mr_random_order_free,
    .known = {{"range(10, 15) | shuffle(1)", "11 10 13 14 12"},
              {"range(5) | map(x, x*x) | shuffle(1)", "1,1 0,0 3,9 4,16 2,4"},
              {"count() | take(17) | shuffle(42) | take(4)", "16 2 10 15"},
              {"range(0) | shuffle()", ""},
              {"range(10) | filter(x > 1) | shuffle(1, window=4)", "3 2 5 4 6 8 9 7"},
              {"count() | shuffle(42, window=3) | take(9)", "0 2 1 5 3 4 7 8 6"},
              {"range(0) | shuffle(1, window=3)", ""}},
};
