/* Partials of the fixed tree, one a leaf. 32 lanes with stride 32 accumulate the leaf's values
 * in order, then fold pairwise: 16, 8, 4, 2, 1. Others fold them.
 *
 *     row 0   x0  x1  ... x31        lane k holds x[k] op x[32+k] op ...
 *     row 1   x32 x33 ... x63
 *
 * With chunks of `extent` elements (0: one endless chunk) leaves are counted inside each.
 * LEAVES: leaf_number (of the first one), extent, per_chunk (leaves of a chunk), leaves. The
 * outputs are a count, then each column's partials. */
__kernel void @KERNEL@(@ARGUMENTS@@LEAVES@@WORKING@@PARTIALS@)
{
    const long index = (long)get_global_id(0);
//@ include skeleton/reduce_leaf.cl
//@ include skeleton/reduce_loop.cl

//@ if COUNTS_KEPT
    const long n = sum_i@KEEP_BITS@(kept);
//@ else
    const long n = max(high - low, 0L);
//@ end
//@ include skeleton/reduce_fold.cl
//@ each DECIDED
//@ if COUNTS_DECISIONS
    @PARTIAL_0@ = sum_i32(a@C@) ? low : LONG_MAX;
//@ else
    @PARTIAL_0@ = a@C@;
//@ end
//@ end
}
