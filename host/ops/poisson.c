#include "base/memory.h"
#include "ops/draw.h"

enum { MEAN, SEED, STREAM };

/* Where inversion takes about as long as rejection. */
static const double large_mean = 10;

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    mr_scalar mean;
    MR_TRY(mr_draw_number(&mean.f64, seq, MEAN, 0, 1e9, "must be in [0, 1e9]", err));
    uint64_t words[] = {0, 0, mean.u64, mean.f64 < large_mean};
    MR_TRY(mr_draw_set_words(seq, SEED, words, sizeof words / sizeof words[0], err));
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] =
        mr_ir_cast(l->body, MR_I64, mr_draw_by_words(l, seq, MR_FN_POISSON, MR_F64, position));
    return MR_OK;
}

/* The known answers are scipy.stats.poisson.ppf() of uniform()'s numbers below a mean of 10, above
 * the method's steps in 60 digits. */
const struct mr_op mr_op_poisson = {
    .name = "poisson",
    .brief = "Poisson random numbers, counts of rare events, without end",
    .example = "poisson(3.5, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"mean", MR_PARAM_NUMBER, .brief = "0 to 1e9"}, MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"poisson(3.5) | take(12)", "6 4 3 1 2 2 3 3 4 6 0 3"},
              {"poisson(50) | take(12)", "46 68 61 53 51 45 52 45 45 57 52 43"},
              {"poisson(1e6) | take(2)", "999466 1002593"},
              {"poisson(0) | take(3)", "0 0 0"},
              {"poisson(1) | take(0)", ""}},
};
