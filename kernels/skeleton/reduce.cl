/* Partials of the fixed tree, one a leaf. 32 lanes with stride 32 accumulate the leaf's values
 * in order, then fold pairwise: 16, 8, 4, 2, 1. The host folds them.
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
    @PARAMETERS@
//@ if COUNTS_KEPT
    vi@KEEP_BITS@ kept = (vi@KEEP_BITS@)(0);
//@ end
//@ if DEVIATIONS
    long counts[LEAF];
//@ end
//@ each FOLDED
    @VECTOR@ a@C@[LANES / W];
//@ if HALVES
    vu64 h@C@[LANES / W];
//@ end
//@ if DEVIATIONS
    double l@C@[LEAF];
//@ end
#pragma unroll
    for (int k = 0; k < LANES / W; k++) {
        a@C@[k] = (@VECTOR@)(@IDENTITY@);
//@ if HALVES
        h@C@[k] = (vu64)(0);
//@ end
    }
//@ end
//@ each PLACED
    @VECTOR@ a@C@[LANES / W];
    vi64 b@C@[LANES / W];
#pragma unroll
    for (int k = 0; k < LANES / W; k++) {
        a@C@[k] = (@VECTOR@)(@IDENTITY@);
        b@C@[k] = (vi64)(LONG_MAX);
    }
//@ end
//@ each DECIDED
//@ if COUNTS_DECISIONS
    vi32 a@C@ = (vi32)(0);
//@ else
    long a@C@ = LONG_MAX;
//@ end
//@ end

    const int is_whole = low == leaf && high == leaf + LEAF;
    for (long run = start; is_whole && run < leaf + LEAF; run += RUN) {
        @RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const int set = part % (LANES / W);
            const int whole = 1;
//@ include skeleton/reduce_vector.cl
        }
    }
    for (long run = start; !is_whole && run < high; run += RUN) {
        @RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const int set = part % (LANES / W);
            const int whole = i >= low && i + W <= high;
//@ include skeleton/reduce_vector.cl
        }
    }

//@ if COUNTS_KEPT
    const long n = sum_i@KEEP_BITS@(kept);
//@ else
    const long n = max(high - low, 0L);
//@ end
    out0[to + group] = n;
//@ each FOLDED
    {
        @FOLD_TYPE@ total;
        FOLD_VECTORS(@FOLD@, @FOLD_TYPE@, a@C@, total);
//@ if HALVES
        ulong halves;
        FOLD_VECTORS(FOLD_ADD, ulong, h@C@, halves);
//@ end
//@ if DEVIATIONS
        vf64 s[LANES / W], d[LANES / W];
        double squares, rest;
        const double mean = n ? total / (double)n : 0.0;
        LEAF_DEVIATIONS(l@C@, counts, mean, s, d);
        FOLD_VECTORS(FOLD_ADD, double, s, squares);
        FOLD_VECTORS(FOLD_ADD, double, d, rest);
        rest = fabs(rest) < INFINITY ? rest : 0.0;
        const double lacks = n ? rest / (double)n : 0.0;
        squares -= rest * lacks;
        out@PARTIAL_0@[to + group] = mean;
        out@PARTIAL_1@[to + group] = squares < 0.0 ? 0.0 : squares;
        out@PARTIAL_2@[to + group] = lacks;
//@ else
        out@PARTIAL_0@[to + group] = (@TYPE@)total;
//@ end
//@# What is above the 64 bits of the total.
//@ if HALVES
        out@PARTIAL_1@[to + group] = above_64(total, halves);
//@ end
//@ if EXTENDS_SIGN
        out@PARTIAL_1@[to + group] = (long)total >> 63;
//@ end
//@ if EXTENDS_ZERO
        out@PARTIAL_1@[to + group] = 0;
//@ end
    }
//@ end
//@ each PLACED
    {
        @TYPE@ lanes[LANES];
        long places[LANES];
        for (int k = 0; k < LANES / W; k++) {
            VSTORE(a@C@[k], lanes + k * W);
            VSTORE(b@C@[k], places + k * W);
        }
        FOLD_PLACES(@LESS@, lanes, places);
        out@PARTIAL_0@[to + group] = lanes[0];
        out@PARTIAL_1@[to + group] = places[0];
    }
//@ end
//@ each DECIDED
//@ if COUNTS_DECISIONS
    out@PARTIAL_0@[to + group] = sum_i32(a@C@) ? low : LONG_MAX;
//@ else
    out@PARTIAL_0@[to + group] = a@C@;
//@ end
//@ end
}
