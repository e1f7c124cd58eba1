/* Exact sums: each work-item adds its share of the unit's leaves to its own bins (host/ir/exact.h),
 * leaf by leaf from private memory. Lanes outside the unit count as those a filter drops.
 * BINS: how many bins and workers there are. */
__kernel void @KERNEL@(@ARGUMENTS@@BINS@@TO_ROW@@OUTPUTS@)
{
    const long worker = (long)get_global_id(0);
    if (worker >= workers) return;
    const long leaves = (first + count + LEAF - 1) / LEAF - first / LEAF;
    const long from = first / LEAF + leaves * worker / workers;
    const long until = first / LEAF + leaves * (worker + 1) / workers;
    const long low = max(first, from * LEAF), high = min(first + count, until * LEAF);
    const long own = to + worker * bins;
@PARAMETERS@@ZERO@@START@
    for (long run = from * LEAF; run < until * LEAF; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            const long at = run % LEAF + part * W;
            const int whole = i >= low && i + W <= high;
@VALUES@@CHECKS@@STEP@        }
        if ((run + RUN) % LEAF) continue;
@LEAF@    }
@FINISH@}
