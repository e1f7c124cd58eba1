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
@PARAMETERS@@START@
    for (long step = base; step < base + LEAF; step += RUN) {
        for (int row = 0; row < ROWS; row++) {
            const long run = step + row * LEAF;
            if (run + RUN <= low || run >= high) continue;
            const int whole = run >= low && run + RUN <= high;
@RUNS@#pragma unroll
            for (int part = 0; part < RUN / W; part++) {
                const long i = run + part * W;
@VALUES@@CHECKS@@UNPACK@            }
        }
        if (step >= low && step + (ROWS - 1) * LEAF + RUN <= high) {
#pragma unroll 4
            for (int k = 0; k < RUN; k++) {
#pragma unroll
                for (int row = 0; row < ROWS; row++) {
@RUN@                }
            }
            continue;
        }
#pragma unroll
        for (int row = 0; row < ROWS; row++) {
            for (int k = 0; k < RUN; k++) {
                const long i = step + row * LEAF + k;
                if (i < low || i >= high) continue;
@RUN@            }
        }
    }
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
        const size_t group = get_global_id(0) * ROWS + row;
        if (base + row * LEAF >= high) continue;
@TOTAL@    }
}
