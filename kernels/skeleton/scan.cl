/* Running folds in two steps, after the fixed order of a scan: inside a leaf the prefix p runs from
 * the identity; C is the fold of the totals of all leaves before; the element is C op p.
 *
 *     p      of ROWS leaves by one work-item into the outputs, their totals into `totals`: side by
 *            side, because each operation waits for the one before it
 *     C op p in place (scan_apply.cl)
 *
 * A unit may begin inside a leaf: p then starts from `before`. `before` and `after` hold C, p of
 * each column in turn, 8 bytes apart. Working memory: totals of the leaves. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@BEFORE@@WORKING@@OUTPUTS@)
{
    const long base = (first / LEAF + (long)get_global_id(0) * ROWS) * LEAF;
    const long low = max(first, base), high = min(first + count, base + ROWS * LEAF);
    if (low >= high) return;
    @PARAMETERS@
//@ each VALUE
    @FOLD_TYPE@ l@C@[ROWS * RUN], prefix@C@[ROWS];
#pragma unroll
    for (int k = 0; k < ROWS; k++) prefix@C@[k] = @IDENTITY@;
    if (first > base) prefix@C@[0] = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]);
//@ end
    for (long step = base; step < base + LEAF; step += RUN) {
        for (int row = 0; row < ROWS; row++) {
            const long run = step + row * LEAF;
            if (run + RUN <= low || run >= high) continue;
            const int whole = run >= low && run + RUN <= high;
            @RUNS@
#pragma unroll
            for (int part = 0; part < RUN / W; part++) {
                const long i = run + part * W;
                @VALUES@
                @CHECKS@
//@# Lanes into private memory, to be walked one by one.
//@ each VALUE
                VSTORE(@FOLD_VALUE@, l@C@ + row * RUN + part * W);
                PREFETCH_TO_WRITE(out@C@ + (to + clamp(i, low, high - 1)));
//@ end
            }
        }
        if (step >= low && step + (ROWS - 1) * LEAF + RUN <= high) {
#pragma unroll 4
            for (int k = 0; k < RUN; k++) {
#pragma unroll
                for (int row = 0; row < ROWS; row++) {
//@ each VALUE
                    prefix@C@[row] = @FOLD@(prefix@C@[row], l@C@[row * RUN + k]);
                    out@C@[to + step + row * LEAF + k] = (@TYPE@)prefix@C@[row];
//@ end
                }
            }
            continue;
        }
#pragma unroll
        for (int row = 0; row < ROWS; row++) {
            for (int k = 0; k < RUN; k++) {
                const long i = step + row * LEAF + k;
                if (i < low || i >= high) continue;
//@ each VALUE
                prefix@C@[row] = @FOLD@(prefix@C@[row], l@C@[row * RUN + k]);
                out@C@[to + step + row * LEAF + k] = (@TYPE@)prefix@C@[row];
//@ end
            }
        }
    }
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
        const size_t group = get_global_id(0) * ROWS + row;
        if (base + row * LEAF >= high) continue;
//@ each VALUE
        totals@C@[group] = prefix@C@[row];
//@ end
    }
}
