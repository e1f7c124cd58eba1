#include "base/memory.h"
#include "ops/draw.h"

enum { A, B, SEED, STREAM };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_scalar a, b;
    MR_TRY(mr_draw_number(&a.f64, seq, A, 1e-6, 1e15, "must be in [1e-6, 1e15]", err));
    MR_TRY(mr_draw_number(&b.f64, seq, B, 1e-6, 1e15, "must be in [1e-6, 1e15]", err));
    uint64_t words[] = {0, 0, a.u64, b.u64};
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
    .params = {{"a", MR_PARAM_NUMBER, .brief = "the first shape, from 1e-6 to 1e15"},
               {"b", MR_PARAM_NUMBER, .brief = "the second shape, from 1e-6 to 1e15"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"beta(2, 5) | map(round(x * 1e9)) | take(3)", "203245244.0 72414249.0 480985070.0"},
              {"beta(2, 5) | take(0)", ""}},
};
