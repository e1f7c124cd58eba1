#include "ops/alias.h"

#include <assert.h>

#include "base/memory.h"

enum { SEED, STREAM, KINDS, FIRST, ENTRIES }; /* the words */
enum { ALIAS_BITS = 16 };

/* The part of `share` below 1 in 48 bits, and what stands for the rest. */
static uint64_t entry_of(double share, size_t alias)
{
    uint64_t threshold = (uint64_t)(share * 0x1p48 + 0.5);
    if (threshold >> 48) threshold = (UINT64_C(1) << 48) - 1;
    return threshold << ALIAS_BITS | alias;
}

/* Vose 1991, A linear algorithm for generating random numbers with a given distribution: a kind of
 * less than the average is filled up by one of more, its alias, until all are average. */
static void fill_entries(uint64_t entries[], double shares[], uint16_t small[], uint16_t large[],
                         size_t count)
{
    size_t smalls = 0, larges = 0, most = 0;
    for (size_t k = 0; k < count; k++) {
        if (shares[k] > shares[most]) most = k;
        entries[k] = k; /* of an average kind: itself, either side of the threshold */
        if (shares[k] < 1)
            small[smalls++] = (uint16_t)k;
        else
            large[larges++] = (uint16_t)k;
    }
    while (smalls) {
        /* Rounding may leave some without a partner; unless their weight is 0 they are
         * all but average. */
        size_t less = small[--smalls], more = larges ? large[larges - 1] : most;
        entries[less] = entry_of(shares[less], more);
        if (!larges) continue;
        shares[more] = (shares[more] + shares[less]) - 1;
        if (shares[more] >= 1) continue;
        larges--;
        small[smalls++] = (uint16_t)more;
    }
}

mr_status mr_alias_make(struct mr_seq *seq, size_t seed_at, double weights[], size_t count,
                        int64_t first, mr_error *err)
{
    mr_status st = MR_OK;
    double total = 0;
    assert(count >= 1 && count <= MR_ALIAS_KINDS);
    uint64_t *words = mr_alloc(ENTRIES + count, sizeof *words);
    uint16_t *stacks = mr_alloc(2 * count, sizeof *stacks);
    if (!words || !stacks) {
        st = mr_fail_no_memory(err, "a distribution's kinds");
        goto out;
    }
    for (size_t k = 0; k < count; k++) total += weights[k];
    for (size_t k = 0; k < count; k++) weights[k] = weights[k] / total * (double)count;
    words[KINDS] = count;
    words[FIRST] = (uint64_t)first;
    fill_entries(words + ENTRIES, weights, stacks, stacks + count, count);
    st = mr_draw_set_words(seq, seed_at, words, ENTRIES + count, err);
out:
    mr_free(words);
    mr_free(stacks);
    return st;
}

ir_value mr_alias_lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position)
{
    return mr_ir_cast(l->body, MR_I64,
                      mr_draw_by_words(l, seq, MR_FN_CATEGORICAL, MR_U64, position));
}
