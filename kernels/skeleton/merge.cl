/* Chunks longer than a leaf, from the partials of leaves that kernels before left in working
 * memory: the tree of each chunk is a binary counter, of which every sum stands where the last of
 * its leaves stood. What of a chunk comes in later units is folded with sums that `before` has,
 * and `after` gets those of the chunk that does not end in this unit: two words for each level and
 * value, of levels that its leaves do not make 0.
 *
 *     leaf, in its chunk      0   1   2   3   4
 *     sums there              0  01   2 0123  4         the total of five: 0123, then 4
 *
 * A round makes ROUND_LEVELS levels, in blocks of as many leaves, each by the work-item of its last
 * leaf in the unit; the last round makes all that are left, and the totals. */
#define WORD(level, value) (2 * ((level) * VALUES + (value)))
#define LEAF_OR_WORD(dtype, column, level, value)                                                 \
    (from >= 0 ? column[from] : FROM_WORD_##dtype(before[WORD(level, value)]))

__kernel void @KERNEL@(@FIRST@@LEAVES@@ROUND@@BEFORE@@AFTER@@WORKING@@TO_ENTRY@@OUTPUTS@)
{
    const long index = (long)get_global_id(0);
    if (index >= leaves) return;
    const long number = leaf_number + index, chunk = number / per_chunk;
    const long own = number - chunk * per_chunk, base = index - own;
    const int is_last = index + 1 == leaves, is_end = own + 1 == per_chunk;
    const int is_final = round == ROUNDS - 1;
    const int low = (int)round * ROUND_LEVELS, high = is_final ? 62 : low + ROUND_LEVELS;
    const int ends_block = ((own + 1) & ((1L << high) - 1)) == 0;
    if (!is_last && !is_end && !ends_block) return;
    const long begin = max(own >> high << high, -base), block = 1L << low;
    for (long at = (begin >> low << low) + block - 1; at <= own; at += block) {
//@ each FOLDED
        {
            @FOLD_TYPE@ sum = (@FOLD_TYPE@)leaf@STORED_0@[base + at];
//@ if BEYOND
            long above = leaf@STORED_1@[base + at];
//@ end
            for (int l = low; l < high && (at >> l & 1); l++) {
                const long from = base + at - (1L << l);
                const @FOLD_TYPE@ held =
                    (@FOLD_TYPE@)LEAF_OR_WORD(@DTYPE@, leaf@STORED_0@, l, @C@);
                sum = @FOLD@(held, sum);
//@ if BEYOND
                above += from >= 0 ? leaf@STORED_1@[from] : (long)before[WORD(l, @C@) + 1];
                above += sum < held ? 1 : 0;
//@ end
            }
            leaf@STORED_0@[base + at] = (@TYPE@)sum;
//@ if BEYOND
            leaf@STORED_1@[base + at] = above;
//@ end
        }
//@ end
    }
    if (!is_final) return;
    const long n = extent, all = own + 1, entry = to + chunk - first / extent;
    const int is_whole = is_end && first + count - chunk * extent >= extent;
//@ if COUNTS
//@ each VALUE
    if (is_whole) out@C@[entry] = n;
//@ end
//@ end
//@ each FOLDED
    if (is_whole) {
        @FOLD_TYPE@ total = (@FOLD_TYPE@)leaf@STORED_0@[index];
//@ if BEYOND
        long above = leaf@STORED_1@[index];
//@ end
        for (long left = all & (all - 1); left; left &= left - 1) {
            const long from = base + left - 1;
            const int l = (int)popcount((ulong)((left & -left) - 1));
            const @FOLD_TYPE@ held = (@FOLD_TYPE@)LEAF_OR_WORD(@DTYPE@, leaf@STORED_0@, l, @C@);
            total = @FOLD@(held, total);
//@ if BEYOND
            above += from >= 0 ? leaf@STORED_1@[from] : (long)before[WORD(l, @C@) + 1];
            above += total < held ? 1 : 0;
//@ end
        }
        out@C@[entry] = @FINISHED@;
    }
    for (int l = 0; is_last && per_chunk >> l; l++) {
        const int is_held = !is_whole && (all >> l & 1);
        const long from = base + (all >> l << l) - 1;
        ulong word = 0, above = 0;
        if (is_held) {
            word = TO_WORD_@DTYPE@(LEAF_OR_WORD(@DTYPE@, leaf@STORED_0@, l, @C@));
//@ if BEYOND
            above = from >= 0 ? (ulong)leaf@STORED_1@[from] : before[WORD(l, @C@) + 1];
//@ end
        }
        after[WORD(l, @C@)] = word;
        after[WORD(l, @C@) + 1] = above;
    }
//@ end
}
