/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, RUN a turn.
//@ if SHARED
 * Of these it has its lanes of each row.
//@ end
 * to: index of position 0 in the outputs. */
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
//@ each VALUE
            store_@DTYPE@(@VALUE@, out@C@, to, i, low, high);
//@ end
        }
    }
}
