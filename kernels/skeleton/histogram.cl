/* Histograms: each work-item counts its share of the unit's leaves in its own bins, BIN_SETS sets
 * of them that neighbours take in turn. Every value goes to some bin: 0 takes what counts nowhere.
 * A turn's bins wait in memory for a loop of their own: cheaper than to take lanes out of vectors.
 * NUMBERS: those of host/ir/bins.h; BINS: how many bins (with bin 0) and workers there are. */
__kernel void @KERNEL@(@ARGUMENTS@@NUMBERS@@BINS@@TO_ENTRY@@OUTPUTS@)
{
    const long worker = (long)get_global_id(0);
    if (worker >= workers) return;
    const long leaves = (first % LEAF + count + LEAF - 1) / LEAF;
    const long from = leaves * worker / workers, until = leaves * (worker + 1) / workers;
    const long leaf = (first / LEAF + from) * LEAF, room = (until - from) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, room);
    const long own = to + worker * BIN_SETS * bins;
    @PARAMETERS@
    for (long k = 0; k < BIN_SETS * bins; k++) out0[own + k] = 0;
    uint places[STRIP];

    for (ulong strip_at = (ulong)leaf; strip_at < (ulong)high; strip_at += STRIP) {
        const long strip = (long)strip_at;
        if (low - strip >= STRIP) continue;
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const long i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ include skeleton/histogram_places.cl
        }
//@# Unrolled by a few only: unrolled to the end, it would take lanes out of vectors.
#pragma unroll 4
        for (int k = 0; k < STRIP; k += BIN_SETS)
#pragma unroll
            for (int set = 0; set < BIN_SETS; set++)
                out0[own + set * bins + places[k + set]]++;
    }
}
