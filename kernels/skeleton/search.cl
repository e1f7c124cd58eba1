/* Values stored as they are (fused.cl), and in a status word the first position where the predicate
 * fails. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    @PARAMETERS@
    for (ulong at = (ulong)(@START@); at < (ulong)high; at += @STRIDE@) {
        const long run = (long)at;
        const int whole = run >= low && high - run >= RUN@THERE@;
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
