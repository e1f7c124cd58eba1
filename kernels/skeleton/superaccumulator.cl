/* Exact sums: each work-item adds its share of the unit's leaves to its own bins (host/ir/exact.h),
 * leaf by leaf from private memory. Lanes outside the unit count as those a filter drops.
 * BINS: how many bins and workers there are. */
__kernel void @KERNEL@(@ARGUMENTS@@BINS@@TO_ENTRY@@OUTPUTS@)
{
    const long worker = (long)get_global_id(0);
    if (worker >= workers) return;
    const long leaves = (first % LEAF + count + LEAF - 1) / LEAF;
    const long from = leaves * worker / workers, until = leaves * (worker + 1) / workers;
    const long leaf = (first / LEAF + from) * LEAF, room = (until - from) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, room);
    const long own = to + worker * bins;
    @PARAMETERS@
//@ each VALUE
    for (long k = 0; k < BIN_SETS * bins; k++) out@C@[own + k] = 0;
//@ end
//@ if COUNTS_KEPT
    vi@KEEP_BITS@ kept = (vi@KEEP_BITS@)(0);
//@ end
//@ each VALUE
    @TYPE@ l@C@[LEAF];
//@ if F64
    int guess@C@ = 0;
//@ end
//@ end

    for (long offset = 0; offset < room; offset += STRIP) {
        const long strip = leaf + offset;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const long i = strip + vec * W;
            const long at = offset % LEAF + vec * W;
            const int whole = i >= low && high - i >= W@THERE@;
            @VALUES@
            @CHECKS@
//@ include skeleton/counted.cl
//@ each VALUE
            v@DTYPE@ x@C@ = @VALUE@;
//@ if F64
            x@C@ = @KEEPS@ ? x@C@ : (v@DTYPE@)(-0.0);
//@ else
            x@C@ = @KEEPS@ ? x@C@ : (v@DTYPE@)(0);
//@ end
            VSTORE(x@C@, l@C@ + at);
//@ end
        }
        if ((offset + STRIP) % LEAF) continue;
//@ each VALUE
//@ if F64
        mr_exact_f64(out@C@ + own, l@C@, &guess@C@);
//@ else
        mr_exact_@DTYPE@(out@C@ + own, l@C@);
//@ end
//@ end
    }
//@ if COUNTS_KEPT
    const long n = sum_i@KEEP_BITS@(kept);
//@ else
    const long n = max(high - low, 0L);
//@ end
//@ each VALUE
    out@C@[own + MR_EXACT_COUNT] = (ulong)n;
//@ end
}
