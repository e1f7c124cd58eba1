#include "base/memory.h"
#include "ops/draw.h"

enum { N, P, SEED, STREAM };

/* n p from which on rejection is used; its method needs so much. */
static const double large_mean = 10;

/* Successes are counted for p <= 1/2, else failures. */
static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_scalar n, p;
    MR_TRY(mr_draw_number(&n.f64, seq, N, 0, 1e9, "must be in [0, 1e9]", err));
    MR_TRY(mr_draw_number(&p.f64, seq, P, 0, 1, "must be in [0, 1]", err));
    if (p.f64 > 0.5) p.f64 = 1 - p.f64;
    uint64_t words[] = {0, 0, n.u64, p.u64, n.f64 * p.f64 < large_mean};
    MR_TRY(mr_draw_set_words(seq, SEED, words, sizeof words / sizeof words[0], err));
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    double p;
    MR_TRY(mr_draw_number(&p, seq, P, 0, 1, "", err));
    ir_value count =
        mr_ir_cast(l->body, MR_I64, mr_draw_by_words(l, seq, MR_FN_BINOMIAL, MR_F64, position));
    columns[0] = count;
    if (p > 0.5)
        columns[0] =
            mr_ir_binary(l->body, IR_SUB, mr_lower_argument(l, &seq->args[N], MR_I64), count);
    return MR_OK;
}

/* The known answers are scipy.stats.binom.ppf() of uniform()'s numbers where n p < 10, otherwise
 * the method's steps in 60 digits. */
const struct mr_op mr_op_binomial = {
    .name = "binomial",
    .brief = "how many of n trials of probability p succeed, without end",
    .example = "binomial(10, 0.3, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"n", MR_PARAM_COUNT, .brief = "trials, 0 to 1e9"},
               {"p", MR_PARAM_NUMBER, .brief = "the probability of success, 0 to 1"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"binomial(10, 0.3) | take(12)", "5 3 2 1 2 2 3 3 4 5 0 2"},
              {"binomial(100, 0.7) | take(12)", "73 59 63 68 69 73 69 73 73 65 69 74"},
              {"binomial(7, 1) | take(3)", "7 7 7"},
              {"binomial(7, 0.5) | take(0)", ""}},
};
