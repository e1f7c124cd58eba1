/* A scan whose folds give the same bits however operands are grouped, where work-items share a
 * leaf: each has one vector of it, a piece. Elements are made twice, and written once:
 *
 *     sums     a total of each piece; then running folds of W such totals
 *     sums_2   the last of each W; then running folds of W of these
 *     sums_3   likewise; then folds of those before in their block
 *     blocks   totals of blocks
 *
 * An element is what all of these have before its piece, and its piece up to it. A lane of each
 * row, as elsewhere, would be told of 32 others in each row.
 *
 * Positions are counted from where the unit's first leaf begins, in 32 bits. A unit may begin
 * inside a leaf. `before` and `after` hold what scan.cl says. */
#define PIECES (leaves * ITEMS)
#define BLOCK 128
#define COUNT_2 (PIECES / W)
#define COUNT_3 ((COUNT_2 + W - 1) / W)

__kernel void @KERNEL@(@ARGUMENTS@@WORKING@)
{
    const uint begin = (uint)first % LEAF, end = begin + (uint)count;
    const uint leaves = (end + LEAF - 1) / LEAF, piece = (uint)get_global_id(0);
    if (count == 0 || piece >= PIECES) return;
    const long leaf = first - begin;
    const int i = (int)(piece * W), low = max((int)begin, i), high = min((int)end, i + W);
    if (low >= high) {
//@ each VALUE
        sums@C@[piece] = @IDENTITY@;
//@ end
        return;
    }
    const int whole = high - i >= W && low == i@THERE@;
    @PARAMETERS@
    @VALUES@
    @CHECKS@
//@ each VALUE
    @VECTOR@ x@C@ = @FOLD_VALUE@;
    if (!whole) x@C@ = TO_M@BITS@(inside_m32(i, low, high)) ? x@C@ : (@VECTOR@)(@IDENTITY@);
    SCAN_LANES(@FOLD@, @VECTOR@, (@FOLD_TYPE@)(@IDENTITY@), x@C@);
    sums@C@[piece] = LAST_LANE(x@C@);
//@ end
}

__kernel void @KERNEL@(@FIRST@@WORKING@)
{
    const uint leaves = ((uint)first % LEAF + (uint)count + LEAF - 1) / LEAF;
    if (count == 0) return;
    for (uint k = (uint)get_global_id(0); k < COUNT_2; k += (uint)get_global_size(0)) {
//@ each VALUE
        @VECTOR@ x@C@ = get_@FOLD_DTYPE@(sums@C@ + k * W);
        SCAN_LANES(@FOLD@, @VECTOR@, (@FOLD_TYPE@)(@IDENTITY@), x@C@);
        put_@FOLD_DTYPE@(x@C@, sums@C@ + k * W);
        sums_2_@C@[k] = LAST_LANE(x@C@);
//@ end
    }
}

__kernel void @KERNEL@(@FIRST@@WORKING@)
{
    const uint leaves = ((uint)first % LEAF + (uint)count + LEAF - 1) / LEAF;
    if (count == 0) return;
    for (uint k = (uint)get_global_id(0); k < COUNT_3; k += (uint)get_global_size(0)) {
//@ each VALUE
        @VECTOR@ x@C@ = load_@FOLD_DTYPE@(sums_2_@C@, 0, k * W, 0, COUNT_2, 0);
        x@C@ = TO_M@BITS@(inside_m32(k * W, 0, COUNT_2)) ? x@C@ : (@VECTOR@)(@IDENTITY@);
        SCAN_LANES(@FOLD@, @VECTOR@, (@FOLD_TYPE@)(@IDENTITY@), x@C@);
        store_@FOLD_DTYPE@(x@C@, sums_2_@C@, 0, k * W, 0, COUNT_2);
        sums_3_@C@[k] = LAST_LANE(x@C@);
//@ end
    }
}

__kernel void @KERNEL@(@FIRST@@WORKING@)
{
    const uint leaves = ((uint)first % LEAF + (uint)count + LEAF - 1) / LEAF;
    const uint block = (uint)get_global_id(0), from = block * BLOCK;
    if (count == 0) return;
    const uint until = min(COUNT_3, from + BLOCK);
    if (from >= until) return;
//@ each VALUE
    @FOLD_TYPE@ prefix@C@ = @IDENTITY@;
//@ end
    for (uint k = from; k < until; k++) {
//@ each VALUE
        const @FOLD_TYPE@ sum@C@ = sums_3_@C@[k];
        sums_3_@C@[k] = prefix@C@;
        prefix@C@ = @FOLD@(prefix@C@, sum@C@);
//@ end
    }
//@ each VALUE
    blocks@C@[block] = prefix@C@;
//@ end
}

/* The fold of all before a piece. */
#define BEFORE_PIECE(op, piece, so_far, sums, sums_2, sums_3, blocks)                              \
    do {                                                                                          \
        const uint p2 = (piece) / W, p3 = p2 / W;                                                 \
        for (uint k = 0; k < p3 / BLOCK; k++) (so_far) = op((so_far), (blocks)[k]);               \
        (so_far) = op((so_far), (sums_3)[p3]);                                                    \
        if (p2 % W) (so_far) = op((so_far), (sums_2)[p2 - 1]);                                    \
        if ((piece) % W) (so_far) = op((so_far), (sums)[(piece)-1]);                              \
    } while (0)

__kernel void @KERNEL@(@ARGUMENTS@@BEFORE@@AFTER@@TO@@WORKING@@OUTPUTS@)
{
    const uint begin = (uint)first % LEAF, end = begin + (uint)count;
    const uint leaves = (end + LEAF - 1) / LEAF, piece = (uint)get_global_id(0);
    if (count == 0 || piece >= PIECES) return;
    const long leaf = first - begin;
    const int i = (int)(piece * W), low = max((int)begin, i), high = min((int)end, i + W);
    if (low >= high) return;
    const int whole = high - i >= W && low == i@THERE@;
    @PARAMETERS@
    @VALUES@
//@ each VALUE
    @FOLD_TYPE@ C_@C@ = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@]);
    @FOLD_TYPE@ p_@C@ = first % LEAF ? FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]) : @IDENTITY@;
    @FOLD_TYPE@ prefix@C@ = @FOLD@(C_@C@, p_@C@);
    BEFORE_PIECE(@FOLD@, piece, prefix@C@, sums@C@, sums_2_@C@, sums_3_@C@, blocks@C@);
    @VECTOR@ x@C@ = @FOLD_VALUE@;
    if (!whole) x@C@ = TO_M@BITS@(inside_m32(i, low, high)) ? x@C@ : (@VECTOR@)(@IDENTITY@);
    SCAN_LANES(@FOLD@, @VECTOR@, (@FOLD_TYPE@)(@IDENTITY@), x@C@);
    store_@FOLD_DTYPE@(@FOLD@((@VECTOR@)(prefix@C@), x@C@), (__global @FOLD_TYPE@ *)out@C@,
                       to + leaf, i, low, high);
//@ end
    if (high < (int)end) return;
    const uint last = PIECES - ITEMS; /* its leaf's first piece, and the first of W */
//@ each VALUE
    if (leaves > 1) {
        C_@C@ = @FOLD@(C_@C@, p_@C@), p_@C@ = @IDENTITY@;
        BEFORE_PIECE(@FOLD@, last, C_@C@, sums@C@, sums_2_@C@, sums_3_@C@, blocks@C@);
    }
    for (uint k = last; k < PIECES; k += W) p_@C@ = @FOLD@(p_@C@, sums@C@[k + W - 1]);
    if (high % LEAF == 0) C_@C@ = @FOLD@(C_@C@, p_@C@), p_@C@ = @IDENTITY@;
    after[2 * @C@] = TO_WORD_@FOLD_DTYPE@(C_@C@);
    after[2 * @C@ + 1] = TO_WORD_@FOLD_DTYPE@(p_@C@);
//@ end
}
