#include <float.h>

#include "base/memory.h"
#include "ops/draw.h"

enum { WEIGHTS, SEED, STREAM };
enum { MAX_KINDS = 64 };

/* Vose 1991, A linear algorithm for generating random numbers with a given distribution: a kind of
 * less than the average is filled up by one of more, its alias, until all are average. */
static void fill_aliases(uint64_t thresholds[], uint64_t aliases[], double shares[], size_t count)
{
    size_t small[MAX_KINDS], large[MAX_KINDS] = {0}, smalls = 0, larges = 0, most = 0;
    for (size_t k = 0; k < count; k++) {
        if (shares[k] > shares[most]) most = k;
        aliases[k] = k; /* of an average kind: it may lie either side of the threshold */
        thresholds[k] = UINT64_MAX;
        if (shares[k] < 1)
            small[smalls++] = k;
        else
            large[larges++] = k;
    }
    while (smalls) {
        /* Rounding may leave some without a partner; unless their weight is 0 they are
         * all but average. */
        size_t less = small[--smalls], more = larges ? large[larges - 1] : most;
        thresholds[less] = (uint64_t)(shares[less] * 0x1p64);
        aliases[less] = more;
        if (!larges) continue;
        shares[more] = (shares[more] + shares[less]) - 1;
        if (shares[more] >= 1) continue;
        larges--;
        small[smalls++] = more;
    }
}

static mr_status read_weights(double shares[], double *total, const struct mr_seq *seq,
                              mr_error *err)
{
    const struct mr_argument *list = &seq->args[WEIGHTS];
    size_t count = mr_list_length(list);
    if (count < 1 || count > MAX_KINDS)
        return mr_op_fail(seq, list, err, MR_E_LIMIT, "%zu weights, must be from 1 to %d", count,
                          MAX_KINDS);
    *total = 0;
    for (size_t k = 0; k < count; k++) {
        struct mr_number number = mr_list_number(list, k);
        mr_scalar weight;
        (void)mr_number_as(&number, MR_F64, &weight);
        if (!(weight.f64 >= 0 && weight.f64 <= DBL_MAX / MAX_KINDS))
            return mr_op_fail(seq, list, err, MR_E_VALUE, "weight %zu is %g, must not be negative",
                              k, weight.f64);
        shares[k] = weight.f64;
        *total += weight.f64;
    }
    if (*total > 0) return MR_OK;
    return mr_op_fail(seq, list, err, MR_E_VALUE, "all weights are 0");
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    uint64_t words[3 + 2 * MAX_KINDS];
    double shares[MAX_KINDS] = {0}, total = 0;
    MR_TRY(read_weights(shares, &total, seq, err));
    size_t count = mr_list_length(&seq->args[WEIGHTS]);
    for (size_t k = 0; k < count; k++) shares[k] = shares[k] / total * (double)count;
    words[2] = count;
    fill_aliases(words + 3, words + 3 + count, shares, count);
    MR_TRY(mr_draw_set_words(seq, SEED, words, 3 + 2 * count, err));
    return mr_source_check(seq, MR_I64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] =
        mr_ir_cast(l->body, MR_I64, mr_draw_by_words(l, seq, MR_FN_CATEGORICAL, MR_U64, position));
    return MR_OK;
}

/* Equal weights leave word * 4 >> 64 of the pairs of words of philox(). */
const struct mr_op mr_op_categorical = {
    .name = "categorical",
    .brief = "the number of a kind, 0 upwards, as often as its weight says, without end",
    .example = "categorical((5, 3, 2), seed=7) | take(4)",
    .role = MR_SOURCE,
    .params = {{"weights", MR_PARAM_NUMBERS,
                .brief = "1 to 64 of them, not negative; their sum need not be 1"},
               MR_DRAW_PARAMS},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"categorical((1, 1, 1, 1)) | take(8)", "3 2 1 0 1 1 1 1"},
              {"categorical((0, 3, 0)) | take(4)", "1 1 1 1"},
              {"categorical((1, 2)) | take(0)", ""}},
};
