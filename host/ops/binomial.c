#include "base/memory.h"
#include "ops/counts.h"

enum { N, P, SEED, STREAM };

/* Successes are counted for p <= 1/2, else failures. */
static void read_trials(struct mr_counts *out, bool *is_mirrored, const struct mr_seq *seq)
{
    out->n = mr_draw_number(seq, N);
    out->p = mr_draw_number(seq, P);
    *is_mirrored = out->p > 0.5;
    if (*is_mirrored) out->p = 1 - out->p;
    out->mean = out->n * out->p;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    struct mr_counts c;
    bool is_mirrored;
    read_trials(&c, &is_mirrored, seq);
    MR_TRY(mr_counts_make(seq, SEED, &c, is_mirrored, err));
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    struct mr_counts c;
    bool is_mirrored;
    (void)err;
    read_trials(&c, &is_mirrored, seq);
    ir_value count = mr_counts_lower(l, seq, &c, position);
    columns[0] = count;
    if (is_mirrored && !mr_counts_are_narrow(&c))
        columns[0] =
            mr_ir_binary(l->body, IR_SUB, mr_lower_argument(l, &seq->args[N], MR_I64), count);
    return MR_OK;
}

/* The known answers are Vose's tables of probabilities in 40 digits, and of 1e7 and 1e14 the steps
 * of Hoermann's BTRS with lgamma() in 40 digits. */
const struct mr_op mr_op_binomial = {
    .name = "binomial",
    .brief = "how many of n trials of probability p succeed, without end",
    .example = "binomial(10, 0.3, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"n", MR_PARAM_COUNT, .range = MR_WITHIN(0, 1e15), .brief = "trials"},
               {"p", MR_PARAM_NUMBER, .range = MR_WITHIN(0, 1),
                .brief = "the probability of success"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"binomial(10, 0.3) | take(12)", "4 2 2 2 2 1 3 3 3 5 0 2"},
              {"binomial(100, 0.7) | take(12)", "74 70 70 64 70 69 71 71 77 75 64 70"},
              {"binomial(1e7, 0.7) | take(3)", "7000774 6996245 6997840"},
              {"binomial(1e14, 0.2, 5) | take(2)", "19999998871018 20000005159671"},
              {"binomial(7, 1) | take(3)", "7 7 7"},
              {"binomial(7, 0.5) | take(0)", ""}},
};
