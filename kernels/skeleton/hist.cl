/* Histograms: each work-item counts its share of the unit's leaves in its own bins, TABLES sets of
 * them that neighbours take in turn. Values that do not count go to bin 0, and are taken from it at
 * the end. A turn's bins wait in memory for a loop of their own: cheaper than to take lanes out of
 * vectors.
 * Bin of x in [low_edge, high_edge]: floor((x - low_edge) * scale), the last edge in the last bin.
 * Further arguments: low_edge, scale, high_edge (f64), bins, workers, to, the outputs. */
__kernel void @NAME@(@ARGUMENTS@, const double low_edge, const double scale, const double high_edge,
                     const long bins, const long workers, const long to@OUTPUTS@)
{
    const long worker = (long)get_global_id(0);
    if (worker >= workers) return;
    const long leaves = (first + count + LEAF - 1) / LEAF - first / LEAF;
    const long from = first / LEAF + leaves * worker / workers;
    const long until = first / LEAF + leaves * (worker + 1) / workers;
    const long low = max(first, from * LEAF), high = min(first + count, until * LEAF);
    const long own = to + worker * TABLES * bins;
@PARAMETERS@@ZERO@@START@
    for (long run = from * LEAF; run < high; run += RUN) {
        if (run + RUN <= low) continue;
        const int whole = run >= low && run + RUN <= high;
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@@COUNT@        }
@ADD@    }
@FINISH@}
