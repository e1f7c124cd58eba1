/* The first step of a scan (scan.cl) whose folds give the same bits however operands are grouped: a
 * work-item takes a leaf, and prefixes are made W at once. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@BEFORE@@WORKING@@OUTPUTS@)
{
    const long group = (long)get_global_id(0);
    const long base = (first / LEAF + group) * LEAF;
    const long low = max(first, base), high = min(first + count, base + LEAF);
    if (low >= high) return;
@PARAMETERS@@START@
    for (long run = low - (low - base) % RUN; run < high; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const int whole = i >= low && i + W <= high;
@VALUES@@CHECKS@@RUN@        }
    }
@TOTAL@}

