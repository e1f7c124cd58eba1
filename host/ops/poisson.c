#include <math.h>

#include "base/memory.h"
#include "ops/counts.h"

enum { MEAN, SEED, STREAM };

static struct mr_counts read_mean(const struct mr_seq *seq)
{
    return (struct mr_counts){.n = HUGE_VAL, .mean = mr_draw_number(seq, MEAN)};
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    struct mr_counts c = read_mean(seq);
    MR_TRY(mr_counts_make(seq, SEED, &c, false, err));
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct mr_counts c = read_mean(seq);
    columns[0] = mr_counts_lower(l, seq, &c, position);
    return MR_OK;
}

/* The known answers are Vose's tables of probabilities in 40 digits, and from 1e6 on the steps of
 * Hoermann's PTRS with lgamma() in 40 digits. */
const struct mr_op mr_op_poisson = {
    .name = "poisson",
    .brief = "Poisson random numbers, counts of rare events, without end",
    .example = "poisson(3.5, seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"mean", MR_PARAM_NUMBER, .range = MR_WITHIN(0, 1e15), .brief = "of the counts"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"poisson(3.5) | take(12)", "5 3 2 1 2 1 2 2 4 6 0 2"},
              {"poisson(50) | take(12)", "56 49 47 41 41 36 54 57 51 57 40 47"},
              {"poisson(1e6) | take(2)", "999466 1002593"},
              {"poisson(1e12, 3, 4) | take(2)", "1000000199789 999998889459"},
              {"poisson(0) | take(3)", "0 0 0"},
              {"poisson(1) | take(0)", ""}},
};
