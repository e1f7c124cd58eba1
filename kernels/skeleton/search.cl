/* Values stored as they are (fused.cl), and in a status word the first position where the predicate
 * fails. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    @PARAMETERS@
    for (@WALK@ at = (@WALK@)(@START@); at < (@WALK@)high; at += @STRIDE@) {
        const @SPOT@ strip = (@SPOT@)at;
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int part = 0; part < STRIP / W; part++) {
            const @SPOT@ i = strip + part * W;
            @VALUES@
            @CHECKS@
            report(status + @STOP_WORD@, !@KEEP@, i, low, high, @FIRST_SPOT@);
//@ each VALUE
            store_@DTYPE@(@VALUE@, out@C@, to@BASE@, i, low, high);
//@ end
        }
    }
}
