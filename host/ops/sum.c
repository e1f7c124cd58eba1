#include "ops/stage.h"

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_sum_check(seq, MR_SUM, MR_EXACT_SUM, err);
}

const struct mr_op mr_op_sum = {
    .name = "sum",
    .brief = "the sum; f64 for floats, 64 bits wide for integers, which wrap",
    .example = "range(101) | sum()",
    .role = MR_TERMINAL,
    .params = {{"mode", MR_PARAM_CHOICE, .fallback = "tree", .choices = MR_SUM_MODES,
                .brief = "f64 by the fixed tree; exact, rounded once; the tree with f32 in f32"}},
    .check = check,
    .known = {{"range(101) | sum()", "5050"},
              {"linspace(0, 1, 5) | sum()", "2.5"},
              {"range(10) | filter(x % 2 == 0) | sum()", "20"},
              {"repeat(true, 3) | sum()", "3"},
              {"zip(range(3), repeat(0.5)) | sum()", "3,1.5"},
              {"range(0) | sum()", "0"},
              {"chain(repeat(f32(16777216), 1), repeat(f32(1), 1)) | sum(narrow)", "16777216.0"},
              {"gen(i % 2 ? 1.0 : i % 4 ? 1e300 : -1e300, 2000) | sum(exact)", "1000.0"}},
};
