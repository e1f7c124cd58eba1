/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, STRIP a turn.
//@ if SHARED
 * As many as a row has lanes own SPAN leaves, which they walk side by side: strips of neighbours
 * are neighbours, so that even bytes fill segments of memory. Fewer are left at the end.
//@ end
//@ if ENDS
 * A status word takes the first position where the predicate fails.
//@ end
 * to: index of position 0 in the outputs. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@OUTPUTS@)
{
//@ if SHARED
    const uint begin = (uint)first % LEAF, end = begin + (uint)count;
    const uint leaves = (end + LEAF - 1) / LEAF;
    const uint item = (uint)get_global_id(0) % LANES;
    const uint number = (uint)get_global_id(0) / LANES * SPAN;
    const int items = min(LANES, ((int)leaves - (int)number) * ITEMS);
    if ((int)item >= items) return;
    const long leaf = first - begin + (long)number * LEAF;
    const int low = number ? 0 : (int)begin;
    const int high = (int)min(end - number * LEAF, (uint)(SPAN * LEAF));
    const int stride = items * SPAN, start = low - low % stride + (int)(item * SPAN);
//@ else
//@ include skeleton/leaf.cl
//@ end
    @PARAMETERS@
//@ if SHARED
    for (int strip = start; strip < high; strip += stride) {
//@ else
    for (ulong at = (ulong)(@START@); at < (ulong)high; at += STRIP) {
        const long strip = (long)at;
//@ end
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
