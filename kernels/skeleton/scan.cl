/* Running folds by two kernels, after the fixed order of a scan: inside a leaf the prefix p runs
 * from the identity; C is the fold of the totals of all leaves before; the element is C op p.
 *
 *     p      of ABREAST leaves by one work-item into the outputs, their totals into `totals`: side
 *            by side, because each operation waits for the one before it
 *     C op p in place (scan_apply.cl)
 *
 * A unit may begin inside a leaf: p then starts from `before`. `before` and `after` hold C, p of
 * one column after the other, 8 bytes apart. Working memory: totals of the leaves. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@BEFORE@@WORKING@@OUTPUTS@)
{
    const long number = (long)get_global_id(0) * ABREAST;
    if (count == 0 || number >= (first % LEAF + count + LEAF - 1) / LEAF) return;
    const long base = (first / LEAF + number) * LEAF, low = max(first, base);
    const long high = base + min(first + count - base, (long)(ABREAST * LEAF));
//@# What is at `at` is counted from `base` on: leaves behind the last one may be at no long.
    const long begin = low - base, end = high - base;
    @PARAMETERS@
//@ each VALUE
    @FOLD_TYPE@ l@C@[ABREAST * STRIP], prefix@C@[ABREAST];
#pragma unroll
    for (int k = 0; k < ABREAST; k++) prefix@C@[k] = @IDENTITY@;
    if (first > base) prefix@C@[0] = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]);
//@ end
    for (long offset = 0; offset < LEAF; offset += STRIP) {
        for (int leaf = 0; leaf < ABREAST; leaf++) {
            const long at = offset + leaf * LEAF;
            if (at + STRIP <= begin || at >= end) continue;
            const long strip = base + at;
            const int whole = at >= begin && at + STRIP <= end@THERE@;
            @STRIPS@
#pragma unroll
            for (int vec = 0; vec < STRIP / W; vec++) {
                const long i = strip + vec * W;
                @VALUES@
                @CHECKS@
//@# Lanes into private memory, to be walked one by one.
//@ each VALUE
                VSTORE(@FOLD_VALUE@, l@C@ + leaf * STRIP + vec * W);
                PREFETCH_TO_WRITE(out@C@ + (to + clamp(i, low, high - 1)));
//@ end
            }
        }
        const long from = base + offset;
        if (offset >= begin && offset + (ABREAST - 1) * LEAF + STRIP <= end) {
#pragma unroll 4
            for (int k = 0; k < STRIP; k++) {
#pragma unroll
                for (int leaf = 0; leaf < ABREAST; leaf++) {
//@ each VALUE
                    prefix@C@[leaf] = @FOLD@(prefix@C@[leaf], l@C@[leaf * STRIP + k]);
                    out@C@[to + from + leaf * LEAF + k] = (@TYPE@)prefix@C@[leaf];
//@ end
                }
            }
            continue;
        }
#pragma unroll
        for (int leaf = 0; leaf < ABREAST; leaf++) {
            for (int k = 0; k < STRIP; k++) {
                const long at = offset + leaf * LEAF + k;
                if (at < begin || at >= end) continue;
//@ each VALUE
                prefix@C@[leaf] = @FOLD@(prefix@C@[leaf], l@C@[leaf * STRIP + k]);
                out@C@[to + base + at] = (@TYPE@)prefix@C@[leaf];
//@ end
            }
        }
    }
#pragma unroll
    for (int leaf = 0; leaf < ABREAST; leaf++) {
        const size_t index = get_global_id(0) * ABREAST + leaf;
        if (leaf * LEAF >= end) continue;
//@ each VALUE
        totals@C@[index] = prefix@C@[leaf];
//@ end
    }
}
