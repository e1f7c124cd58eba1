#include "base/memory.h"
#include "ops/draw.h"

enum { KEY, COUNTER };

/* The list's numbers into `out`, from the lowest word on; the rest are 0. */
static mr_status list_words(uint64_t out[], size_t most, const struct mr_seq *seq, size_t at,
                            mr_error *err)
{
    const struct mr_argument *list = &seq->args[at];
    size_t count = mr_list_length(list);
    const char *name = seq->op->params[at].name;
    if (count > most)
        return mr_op_fail(seq, list, err, MR_E_ARITY, "%s has %zu words, at most %zu", name, count,
                          most);
    for (size_t k = 0; k < count; k++) {
        struct mr_number number = mr_list_number(list, k);
        mr_scalar word;
        if (!mr_number_as(&number, MR_U64, &word))
            return mr_op_fail(seq, list, err, MR_E_VALUE, "%s: word %zu must be in [0, 2^64-1]",
                              name, k);
        out[k] = word.u64;
    }
    return MR_OK;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    uint64_t words[6] = {0};
    MR_TRY(list_words(words, 2, seq, KEY, err));
    MR_TRY(list_words(words + 2, 4, seq, COUNTER, err));
    MR_TRY(mr_draw_copy_words(seq, words, 6, err));
    return mr_source_check(seq, MR_U64, MR_LENGTH_WITHOUT_END, err);
}

static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    columns[0] = mr_draw_by_words(l, seq, MR_FN_PHILOX64, MR_U64, position);
    return MR_OK;
}

/* The known answers are numpy.random.Philox(key=..., counter=...).random_raw(), of NumPy 1.24. */
const struct mr_op mr_op_philox4x64 = {
    .name = "philox4x64",
    .brief = "random u64 words of NumPy's Philox(key=, counter=), without end",
    .example = "philox4x64(42) | take(4)",
    .role = MR_SOURCE,
    .params = {{"key", MR_PARAM_NUMBERS, .optional = true,
                .brief = "up to two words, the lowest first; 0"},
               {"counter", MR_PARAM_NUMBERS, .optional = true,
                .brief = "up to four words, the lowest first; 0"}},
    .check = check,
    .lower = lower,
    .free_context = mr_free,
    .known = {{"philox4x64() | take(3)",
               "213000021201967259 4455796210202625458 2055444239878205049"},
              {"philox4x64((42, 5), 18446744073709551614) | skip(3) | take(2)",
               "15888839076861543554 995335868604367164"},
              {"philox4x64(0xdeadbeef) | take(1e6) | sum()", "13039225815519296034"},
              {"philox4x64() | take(0)", ""}},
};
