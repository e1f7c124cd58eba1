/* Histograms: each work-item counts its share of the unit's leaves in its own bins, TABLES sets of
 * them that neighbours take in turn. Every value goes to some bin: 0 takes what counts nowhere. A
 * turn's bins wait in memory for a loop of their own: cheaper than to take lanes out of vectors.
 * BINS: the numbers of host/ir/bins.h, how many bins (with bin 0) and workers there are. */
__kernel void @KERNEL@(@ARGUMENTS@@BINS@@TO_ROW@@OUTPUTS@)
{
    const long worker = (long)get_global_id(0);
    if (worker >= workers) return;
    const long leaves = (first + count + LEAF - 1) / LEAF - first / LEAF;
    const long from = first / LEAF + leaves * worker / workers;
    const long until = first / LEAF + leaves * (worker + 1) / workers;
    const long low = max(first, from * LEAF), high = min(first + count, until * LEAF);
    const long own = to + worker * TABLES * bins;
@PARAMETERS@@ZERO@    uint places[RUN];

    for (long run = from * LEAF; run < high; run += RUN) {
        if (run + RUN <= low) continue;
        const int whole = run >= low && run + RUN <= high;
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@@COUNT@        }
@ADD@    }
}
