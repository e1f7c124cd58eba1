#include "base/memory.h"
#include "ops/gamma.h"

enum { A, B, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double a = mr_draw_number(seq, A), b = mr_draw_number(seq, B);
    uint64_t words[2 + 2 * MR_GAMMA_WORDS];
    mr_gamma_words(words + 2, a);
    mr_gamma_words(words + 2 + MR_GAMMA_WORDS, b);
    MR_TRY(mr_draw_set_words(seq, SEED, words, sizeof words / sizeof words[0], err));
    return mr_source_check(seq, MR_F64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] = mr_draw_by_words(l, seq, MR_FN_BETA, MR_F64, position);
    return MR_OK;
}

/* The known answers are the method's steps in 60 digits. */
const struct mr_op mr_op_beta = {
    .name = "beta",
    .brief = "beta random numbers, in [0, 1], without end",
    .example = "beta(2, 5, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"a", MR_PARAM_NUMBER, .range = MR_WITHIN(1e-6, 1e15), .brief = "the first shape"},
               {"b", MR_PARAM_NUMBER, .range = MR_WITHIN(1e-6, 1e15), .brief = "the second shape"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"beta(2, 5) | map(round(x * 1e9)) | take(3)", "237141443.0 238887618.0 779373543.0"},
              {"beta(0.01, 0.01) | skip(13813) | take(1)", "3.9154704024e-314"},
              {"beta(2, 5) | take(0)", ""}},
};
