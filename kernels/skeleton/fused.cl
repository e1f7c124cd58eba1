/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, RUN a turn.
//@ if SHARED
 * Of these it has its lanes of each row.
//@ end
 * to: index of position 0 in the outputs. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    @PARAMETERS@
    for (@WALK@ at = (@WALK@)(@START@); at < (@WALK@)high; at += @STRIDE@) {
        const @SPOT@ run = (@SPOT@)at;
        const int whole = run >= low && high - run >= RUN@THERE@;
        @RUNS@
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const @SPOT@ i = run + part * W;
            @VALUES@
            @CHECKS@
//@ each VALUE
            store_@DTYPE@(@VALUE@, out@C@, to@BASE@, i, low, high);
//@ end
        }
    }
}
