#include "ops/random_order.h"
#include "ops/stage.h"

enum { N, SEED };

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    int64_t n = mr_count_argument(&seq->args[N]);
    MR_TRY(mr_source_check(seq, MR_I64, mr_length_known(n), err));
    return mr_random_order_make(seq, n, seq->args[SEED].number.value.u64, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] = mr_random_order_lower(l, seq, position);
    return MR_OK;
}

const struct mr_op mr_op_permutation = {
    .name = "permutation",
    .brief = "0 to n-1 in a random order, without memory of it",
    .example = "permutation(1e12, seed=42) | take(5)",
    .role = MR_SOURCE,
    .params = {{"n", MR_PARAM_COUNT, .brief = "how many"},
               {"seed", MR_PARAM_SEED, .fallback = "0", .brief = "another order for each"}},
    .check = check,
    .lower = lower,
    .free_context = mr_random_order_free,
    .known = {{"permutation(5, 1)", "1 0 3 4 2"},
              {"permutation(17, 42)", "16 2 10 15 3 4 5 12 7 0 6 13 11 9 8 1 14"},
              {"permutation(1e18) | skip(1e17) | take(2)", "582305814889837602 461385663268356574"},
              {"permutation(1e8, 7) | skip(99999997)", "12143946 27521894 35864902"},
              {"permutation(1)", "0"},
              {"permutation(0)", ""}},
};
