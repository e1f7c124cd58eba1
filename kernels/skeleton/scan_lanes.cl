/* The first kernel of a scan (scan.cl) whose folds give the same bits however operands are grouped:
 * a work-item takes a leaf, and prefixes are made W at once. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@BEFORE@@WORKING@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    if (low >= high) return;
    @PARAMETERS@
//@ each VALUE
    @VECTOR@ prefix@C@ = (@VECTOR@)(@IDENTITY@);
    if (first > leaf) prefix@C@ = (@VECTOR@)(FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]));
//@ end
    for (ulong strip_at = (ulong)(@START@); strip_at < (ulong)high; strip_at += STRIP) {
        const long strip = (long)strip_at;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const long i = strip + vec * W;
            const int whole = i >= low && high - i >= W@THERE@;
            @VALUES@
            @CHECKS@
//@ each VALUE
            @VECTOR@ x@C@ = @FOLD_VALUE@;
            if (!whole) x@C@ = TO_M@BITS@(inside_m32(i, low, high)) ? x@C@ : (@VECTOR@)(@IDENTITY@);
            SCAN_LANES(@FOLD@, @VECTOR@, (@FOLD_TYPE@)(@IDENTITY@), x@C@);
            store_@FOLD_DTYPE@(@FOLD@(prefix@C@, x@C@), (__global @FOLD_TYPE@ *)out@C@, to, i, low,
                               high);
            prefix@C@ = @FOLD@(prefix@C@, (@VECTOR@)(LAST_LANE(x@C@)));
//@ end
        }
    }
//@ each VALUE
    totals@C@[number] = LAST_LANE(prefix@C@);
//@ end
}

