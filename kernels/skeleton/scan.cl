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
    const long base = (first / LEAF + (long)get_global_id(0) * ABREAST) * LEAF;
    const long low = max(first, base), high = min(first + count, base + ABREAST * LEAF);
    if (low >= high) return;
    @PARAMETERS@
//@ each VALUE
    @FOLD_TYPE@ l@C@[ABREAST * RUN], prefix@C@[ABREAST];
#pragma unroll
    for (int k = 0; k < ABREAST; k++) prefix@C@[k] = @IDENTITY@;
    if (first > base) prefix@C@[0] = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]);
//@ end
    for (long from = base; from < base + LEAF; from += RUN) {
        for (int leaf = 0; leaf < ABREAST; leaf++) {
            const long run = from + leaf * LEAF;
            if (run + RUN <= low || run >= high) continue;
            const int whole = run >= low && run + RUN <= high@THERE@;
            @RUNS@
#pragma unroll
            for (int part = 0; part < RUN / W; part++) {
                const long i = run + part * W;
                @VALUES@
                @CHECKS@
//@# Lanes into private memory, to be walked one by one.
//@ each VALUE
                VSTORE(@FOLD_VALUE@, l@C@ + leaf * RUN + part * W);
                PREFETCH_TO_WRITE(out@C@ + (to + clamp(i, low, high - 1)));
//@ end
            }
        }
        if (from >= low && from + (ABREAST - 1) * LEAF + RUN <= high) {
#pragma unroll 4
            for (int k = 0; k < RUN; k++) {
#pragma unroll
                for (int leaf = 0; leaf < ABREAST; leaf++) {
//@ each VALUE
                    prefix@C@[leaf] = @FOLD@(prefix@C@[leaf], l@C@[leaf * RUN + k]);
                    out@C@[to + from + leaf * LEAF + k] = (@TYPE@)prefix@C@[leaf];
//@ end
                }
            }
            continue;
        }
#pragma unroll
        for (int leaf = 0; leaf < ABREAST; leaf++) {
            for (int k = 0; k < RUN; k++) {
                const long i = from + leaf * LEAF + k;
                if (i < low || i >= high) continue;
//@ each VALUE
                prefix@C@[leaf] = @FOLD@(prefix@C@[leaf], l@C@[leaf * RUN + k]);
                out@C@[to + from + leaf * LEAF + k] = (@TYPE@)prefix@C@[leaf];
//@ end
            }
        }
    }
#pragma unroll
    for (int leaf = 0; leaf < ABREAST; leaf++) {
        const size_t group = get_global_id(0) * ABREAST + leaf;
        if (base + leaf * LEAF >= high) continue;
//@ each VALUE
        totals@C@[group] = prefix@C@[leaf];
//@ end
    }
}
