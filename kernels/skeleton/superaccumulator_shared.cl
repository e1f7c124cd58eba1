/* Exact sums (superaccumulator.cl) where work-items share leaves: each sums its lanes of a leaf,
 * and adds that by atomic additions to one of `workers` sets of bins, neighbours to another set
 * each. Launched twice: round 0 clears the bins. */
__kernel void @KERNEL@(@ARGUMENTS@@ROUND@@BINS@@TO_ENTRY@@OUTPUTS@)
{
    const uint item = (uint)get_global_id(0);
    if (round == 0) {
        for (uint k = item; k < (uint)(workers * bins); k += (uint)get_global_size(0)) {
//@ each VALUE
            out@C@[to + k] = 0;
//@ end
        }
        return;
    }
//@ include skeleton/leaf.cl
    const long own = to + item % (uint)workers * (uint)bins;
    @PARAMETERS@
//@ if COUNTS_KEPT
    vi@KEEP_BITS@ kept = (vi@KEEP_BITS@)(0);
//@ end
//@ each VALUE
    struct mr_exact_sums_@DTYPE@ s@C@ = MR_EXACT_BEGIN_@DTYPE@;
//@ end

    for (int strip = @START@; strip < high; strip += LANES) {
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            const int whole = i >= low && high - i >= W@THERE@;
            @VALUES@
            @CHECKS@
//@ include skeleton/counted.cl
//@ each VALUE
//@ if F64
            const v@DTYPE@ x@C@ = @KEEPS@ ? @VALUE@ : (v@DTYPE@)(-0.0);
//@ else
            const v@DTYPE@ x@C@ = @KEEPS@ ? @VALUE@ : (v@DTYPE@)(0);
//@ end
            mr_exact_take_@DTYPE@(out@C@ + own, &s@C@, x@C@);
//@ end
        }
    }
//@ if COUNTS_KEPT
    const long n = sum_i@KEEP_BITS@(kept);
//@ else
    const long n = item % ITEMS ? 0 : high - low;
//@ end
//@ each VALUE
    mr_exact_end_@DTYPE@(out@C@ + own, &s@C@);
    mr_exact_put(out@C@ + own, MR_EXACT_COUNT, (ulong)n);
//@ end
}
