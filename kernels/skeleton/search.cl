/* Values stored as they are (fused.cl), and in a status word the first position where the predicate
 * fails. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
    const long leaf = (first / LEAF + @ITEM@) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, (long)LEAF);
    @PARAMETERS@
    /* The last leaf ends at 2^63, which is no long. */
    for (ulong at = (ulong)(@START@); at < (ulong)high; at += @STRIDE@) {
        const long run = (long)at;
        const int whole = at >= (ulong)low && at + RUN <= (ulong)high@THERE@;
        @RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
            @VALUES@
            @CHECKS@
            report(status + @STOP_WORD@, !@KEEP@, i, low, high, first);
//@ each VALUE
            store_@DTYPE@(@VALUE@, out@C@, to, i, low, high);
//@ end
        }
    }
}
