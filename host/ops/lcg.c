#include "ops/recurring.h"

enum { A, C, M, SEED, DTYPE };

static uint64_t seed_argument(const struct mr_seq *seq, size_t at)
{
    return seq->args[at].number.value.u64;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    uint64_t m = seed_argument(seq, M), most = m ? m - 1 : UINT64_MAX;
    MR_TRY(mr_recurring_check_dtype(seq, DTYPE, M, most, "use u64, then map(f64(x) / m)", err));
    return mr_recurring_check(seq, seq->args[DTYPE].dtype, err);
}

/* The number of the first term, then the arguments, all below m. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)position, (void)err;
    uint64_t m = seed_argument(seq, M);
    columns[0] = mr_ir_const_int(l->body, MR_U64, 0);
    for (size_t k = A; k <= SEED; k++) {
        uint64_t value = seed_argument(seq, k);
        if (k != M && m) value %= m;
        columns[1 + k] = mr_ir_param(l->body, MR_U64, (mr_scalar){.u64 = value}, &seq->args[k]);
    }
    return MR_OK;
}

/* The known answers: MINSTD, whose number 10000 is 1043618065 (C++ standard, [rand.predef]);
 * lrand48 seeded with srand48(0x1234ABCD); Knuth's MMIX, in long integers. */
const struct mr_op mr_op_lcg = {
    .name = "lcg",
    .brief = "linear congruential: the seed, then each time a*x + c modulo m",
    .example = "lcg(16807, 0, 2147483647, seed=1) | take(5)",
    .role = MR_SOURCE,
    .params = {{"a", MR_PARAM_SEED, .brief = "the factor"},
               {"c", MR_PARAM_SEED, .brief = "what is added"},
               {"m", MR_PARAM_SEED, .fallback = "0", .brief = "the modulus; 0: 2^64"},
               {"seed", MR_PARAM_SEED, .fallback = "1", .brief = "the first element, modulo m"},
               {"dtype", MR_PARAM_DTYPE, .fallback = "u64", .brief = "an integer dtype"}},
    .check = check,
    .lower = lower,
    .recurrence = MR_FN_LCG,
    .known = {{"lcg(16807, 0, 2147483647) | take(4)", "1 16807 282475249 1622650073"},
              {"lcg(16807, 0, 2147483647) | skip(10000) | take(1)", "1043618065"},
              {"lcg(0x5deece66d, 11, 281474976710656, 0x1234abcd330e) | map(x >> 17) | skip(1) | "
               "take(3)",
               "851401618 1804928587 758783491"},
              {"lcg(6364136223846793005, 1442695040888963407) | skip(1e15) | take(2)",
               "9147701447614955521 16556408560220995708"},
              {"lcg(1, 1, 3, 7, dtype=i32) | take(4)", "1 2 0 1"}},
};
