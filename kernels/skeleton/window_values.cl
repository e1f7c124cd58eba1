/* Values stored, those too that the unit's last windows reach beyond it, where making them again
 * for each window is dear (window_near.cl). */
__kernel void @KERNEL@(@ARGUMENTS@@WORKING@)
{
    const uint begin = (uint)first % LEAF, end = begin + (uint)count + (EXTENT - 1);
    const uint number = @ITEM@;
    if (count == 0 || number * LEAF >= end) return;
    const long leaf = first - begin + (long)number * LEAF;
    const int low = number ? 0 : (int)begin, high = (int)min(end - number * LEAF, (uint)LEAF);
    @PARAMETERS@
    for (int strip = @START@; strip < high; strip += LANES) {
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ each VALUE
            store_@DTYPE@(@VALUE@, w@C@, leaf - first, i, low, high);
//@ end
        }
    }
}

