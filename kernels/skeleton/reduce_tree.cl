/* The tree above leaves that other kernels left in working memory, as far as the unit has all of
 * it. A round folds blocks of 2^ROUND_LEVELS leaves, the next one blocks of those, each to the
 * entry of its first leaf; the last folds what is left then of each complete subtree, and writes an
 * entry for each, in order. With blocks of four and leaves [3, 14):
 *
 *     leaf      3   4 5 6 7   8 9 a b   c d
 *     round 0       4.......  8.......
 *     last      3   4.......  8.......  c..
 */
/* The level of the greatest subtree that leaf `at` begins, of `left` leaves from there on. Of its
 * number the low bits say so. */
MR_FN uint subtree_level(const uint at, const uint left)
{
    uint level = 0;
    while (!(at >> level & 1) && 2u << level <= left) level++;
    return level;
}

//@ if DEVIATIONS
/* Two means, squared deviations and what the means lack, of nx and ny values, to one: in the order
 * of operations that host/ir/partial.c has. */
struct moments {
    long n;
    double mean, squares, lacks;
};

MR_FN struct moments join_moments(const struct moments x, const struct moments y)
{
    if (x.n == 0) return y;
    if (y.n == 0) return x;
    const double nx = (double)x.n, ny = (double)y.n, n = (double)(x.n + y.n);
    const double delta = (y.mean - x.mean) + (y.lacks - x.lacks), share = ny / n;
    const double moved = x.lacks + delta * share;
    struct moments both;
    both.n = x.n + y.n;
    both.mean = x.mean + moved;
    both.squares = (x.squares + y.squares) + (delta * delta) * (nx * share);
    const double added = both.mean - x.mean;
    both.lacks = (x.mean - (both.mean - added)) + (moved - added);
    return both;
}
//@ end

/* As a binary counter does: held[l] waits for as many leaves as it has, and what comes next is
 * folded with all that no longer wait: as many as the number k has ones below its lowest 0. Loops
 * without an end of their own keep them in registers.
 *
 * A work-item has those at `entry`, `entry + stride` and so on; nobody else reads the one it
 * writes. */
#define PUT_ENTRY(column, value)                                                                  \
    do {                                                                                          \
        if (is_last)                                                                              \
            out##column[to + item] = (value);                                                     \
        else                                                                                      \
            leaf##column[entry] = (value);                                                        \
    } while (0)

__kernel void @KERNEL@(@LEAVES@@ROUND@@WORKING@@TO_ENTRY@@OUTPUTS@)
{
    const uint item = (uint)get_global_id(0), all = (uint)leaves, first_leaf = (uint)leaf_number;
    const int is_last = round == ROUNDS - 1;
    if (item >= all || (is_last && item > 2 * ROUNDS * ROUND_LEVELS + 1)) return;
    uint entry = 0, level = (uint)(round + 1) * ROUND_LEVELS;
    if (is_last) {
        level = subtree_level(first_leaf, all);
        for (uint before = 0; before < item && entry < all; before++) {
            entry += 1u << level;
            level = subtree_level(first_leaf + entry, all - entry);
        }
        if (entry >= all) return;
    } else {
        entry = item;
        if ((first_leaf + entry) & ((1u << level) - 1) || all - entry < 1u << level) return;
    }
    const uint below = min(level / ROUND_LEVELS, (uint)round) * ROUND_LEVELS;
    const uint entries = 1u << (level - below), stride = 1u << below;
    long n = 0;
    for (uint k = 0; k < entries; k++) n += leaf0[entry + k * stride];
//@ each FOLDED
    {
//@ if DEVIATIONS
        struct moments held[ROUND_LEVELS], sum;
//@ else
        @FOLD_TYPE@ held[ROUND_LEVELS], sum;
//@ end
//@ if BEYOND
        long held_above[ROUND_LEVELS], above;
//@ end
        for (uint k = 0; k < entries; k++) {
            const uint from = entry + k * stride;
//@ if DEVIATIONS
            sum.n = leaf0[from];
            sum.mean = leaf@STORED_0@[from];
            sum.squares = leaf@STORED_1@[from];
            sum.lacks = leaf@STORED_2@[from];
//@ else
            sum = (@FOLD_TYPE@)leaf@STORED_0@[from];
//@ end
//@ if BEYOND
            above = leaf@STORED_1@[from];
//@ end
            const uint waiting = popcount(k & ~(k + 1));
#pragma unroll
            for (uint l = 0; l < ROUND_LEVELS; l++) {
//@ if DEVIATIONS
                if (l < waiting) sum = join_moments(held[l], sum);
//@ else
//@ if BEYOND
                if (l < waiting) {
                    sum += held[l];
                    above += held_above[l] + (sum < held[l] ? 1 : 0);
                }
                if (l == waiting) held_above[l] = above;
//@ else
                if (l < waiting) sum = @FOLD@(held[l], sum);
//@ end
//@ end
                if (l == waiting) held[l] = sum;
            }
        }
//@ if DEVIATIONS
        PUT_ENTRY(@STORED_0@, sum.mean);
        PUT_ENTRY(@STORED_1@, sum.squares);
        PUT_ENTRY(@STORED_2@, sum.lacks);
//@ else
        PUT_ENTRY(@STORED_0@, (@TYPE@)sum);
//@ end
//@ if BEYOND
        PUT_ENTRY(@STORED_1@, above);
//@ end
    }
//@ end
//@ each PLACED
    {
        @TYPE@ best = leaf@STORED_0@[entry];
        long place = leaf@STORED_1@[entry];
        for (uint k = 1; k < entries; k++) {
            const @TYPE@ x = leaf@STORED_0@[entry + k * stride];
            const long there = leaf@STORED_1@[entry + k * stride];
            const int is_better = x @LESS@ best || (x != x && best == best);
            if (place != LONG_MAX && (there == LONG_MAX || !is_better)) continue;
            best = x;
            place = there;
        }
        PUT_ENTRY(@STORED_0@, best);
        PUT_ENTRY(@STORED_1@, place);
    }
//@ end
//@ each DECIDED
    {
        long place = leaf@STORED_0@[entry];
        for (uint k = 1; k < entries; k++) place = min(place, leaf@STORED_0@[entry + k * stride]);
        PUT_ENTRY(@STORED_0@, place);
    }
//@ end
    PUT_ENTRY(0, n);
}
