/* Histograms (histogram.cl) where work-items share leaves: they count in sets of bins that all have
 * in common, by atomic additions to the lower halves of counters, since a unit has fewer than 2^32
 * elements. Neighbours take another set each, so that equal values seldom wait for each other.
 * Launched twice: round 0 clears the bins. */
#ifdef __ENDIAN_LITTLE__
#define LOWER_HALF 0
#else
#define LOWER_HALF 1
#endif
__kernel void @KERNEL@(@ARGUMENTS@@ROUND@@NUMBERS@@BINS@@TO_ENTRY@@OUTPUTS@)
{
    const uint item = (uint)get_global_id(0), sets = (uint)workers * BIN_SETS;
    if (round == 0) {
        for (uint k = item; k < sets * (uint)bins; k += (uint)get_global_size(0)) out0[to + k] = 0;
        return;
    }
//@ include skeleton/leaf.cl
    volatile __global uint *own =
        (volatile __global uint *)(out0 + to + item % sets * (uint)bins) + LOWER_HALF;
    @PARAMETERS@
    uint places[STRIP];

    for (int strip = @START@; strip < high; strip += LANES) {
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ include skeleton/histogram_places.cl
        }
#pragma unroll
        for (int k = 0; k < STRIP; k++) atomic_inc(own + 2 * places[k]);
    }
}
