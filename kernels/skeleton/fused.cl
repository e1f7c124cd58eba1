/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, STRIP a turn.
//@ if SHARED
 * Of these it has its lanes of each row.
//@ end
//@ if ENDS
 * A status word takes the first position where the predicate fails.
//@ end
 * to: index of position 0 in the outputs. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    @PARAMETERS@
    for (@WALK@ at = (@WALK@)(@START@); at < (@WALK@)high; at += @STRIDE@) {
        const @SPOT@ strip = (@SPOT@)at;
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const @SPOT@ i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ if ENDS
            report(status + @STOP_WORD@, !@KEEP_32@, i, low, high, @FIRST_SPOT@);
//@ end
//@ each VALUE
            store_@DTYPE@(@VALUE@, out@C@, to@BASE@, i, low, high);
//@ end
        }
    }
}
