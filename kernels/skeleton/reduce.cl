/* Partials of the fixed tree, one row a leaf. 32 lanes with stride 32 accumulate the leaf's values
 * in order, then fold pairwise: 16, 8, 4, 2, 1. The host folds the rows.
 *
 *     row 0   x0  x1  ... x31        lane k holds x[k] op x[32+k] op ...
 *     row 1   x32 x33 ... x63
 *
 * With chunks of `extent` elements (0: one endless chunk) leaves are counted inside each.
 * LEAVES: leaf_number (of the first one), extent, per_chunk (leaves of a chunk), leaves. The
 * outputs are a count, then each column's partials. */
__kernel void @KERNEL@(@ARGUMENTS@@LEAVES@@TO_ROW@@OUTPUTS@)
{
    const long group = (long)get_global_id(0);
    if (group >= leaves) return;
    const long number = leaf_number + group;
    const long chunk = extent ? number / per_chunk : 0;
    const long leaf = extent ? chunk * extent + (number - chunk * per_chunk) * LEAF : number * LEAF;
    const long chunk_end = extent ? (chunk + 1) * extent : first + count;
    const long low = max(first, leaf);
    const long high = min(min(first + count, leaf + LEAF), chunk_end);
    const long start = leaf + (low - leaf) / RUN * RUN;
@PARAMETERS@@START@
    const int is_whole = low == leaf && high == leaf + LEAF;
    for (long run = start; is_whole && run < leaf + LEAF; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const int set = part % (LANES / W);
            const int whole = 1;
@VALUES@@CHECKS@@STEP@        }
    }
    for (long run = start; !is_whole && run < high; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const int set = part % (LANES / W);
            const int whole = i >= low && i + W <= high;
@VALUES@@CHECKS@@STEP@        }
    }
@FINISH@}
