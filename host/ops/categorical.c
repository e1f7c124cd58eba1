#include "base/memory.h"
#include "ops/alias.h"

enum { WEIGHTS, SEED, STREAM };

static mr_status read_weights(double weights[], const struct mr_seq *seq, mr_error *err)
{
    const struct mr_argument *list = &seq->args[WEIGHTS];
    const double most = 1e300;
    size_t count = mr_list_length(list);
    bool is_any = false;
    if (count < 1 || count > MR_ALIAS_KINDS)
        return mr_op_fail(seq, list, err, MR_E_LIMIT, "%zu weights, must be from 1 to %d", count,
                          MR_ALIAS_KINDS);
    for (size_t k = 0; k < count; k++) {
        struct mr_number number = mr_list_number(list, k);
        mr_scalar weight;
        (void)mr_number_as(&number, MR_F64, &weight);
        if (!(weight.f64 >= 0 && weight.f64 <= most))
            return mr_op_fail(seq, list, err, MR_E_VALUE, "weight %zu is %g, must be in [0, %g]", k,
                              weight.f64, most);
        weights[k] = weight.f64;
        is_any = is_any || weight.f64 > 0;
    }
    if (is_any) return MR_OK;
    return mr_op_fail(seq, list, err, MR_E_VALUE, "all weights are 0");
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    double *weights = mr_alloc(MR_ALIAS_KINDS, sizeof *weights);
    if (!weights) return mr_fail_no_memory(err, "weights");
    mr_status st = read_weights(weights, seq, err);
    if (!st) st = mr_alias_make(seq, SEED, weights, mr_list_length(&seq->args[WEIGHTS]), 0, err);
    mr_free(weights);
    return st ? st : mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] = mr_alias_lower(l, seq, position);
    return MR_OK;
}

/* Equal weights leave word * 4 >> 64 of the pairs of words of philox(). */
const struct mr_op mr_op_categorical = {
    .name = "categorical",
    .brief = "the number of a kind, 0 upwards, as often as its weight says, without end",
    .example = "categorical((5, 3, 2), seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"weights", MR_PARAM_NUMBERS,
                .brief = "1 to 16384 of them, not negative; their sum need not be 1"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"categorical((1, 1, 1, 1)) | take(8)", "3 2 1 0 1 1 1 1"},
              {"categorical((1, 2, 3, 0, 4)) | take(12)", "4 4 1 0 1 1 2 2 4 2 0 1"},
              {"categorical((0, 3, 0)) | take(4)", "1 1 1 1"},
              {"categorical((1, 2)) | take(0)", ""}},
};
