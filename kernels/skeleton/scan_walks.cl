/* A scan whose folds keep the order of the text (scan.cl), where work-items share leaves. In a leaf
 * each operation waits for the one before it, so that one work-item walks it, and neighbours touch
 * vectors that are a leaf apart. All else goes row by row:
 *
 *     p        of a leaf by one work-item into the outputs, its total into `totals`
 *     before   C of each leaf in place of its total, a chain by one work-item, and `after`
 *     apply    C op p in place, by all
 *
 * `before` and `after` hold what scan.cl says. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@BEFORE@@WORKING@@OUTPUTS@)
{
    const uint begin = (uint)first % LEAF, end = begin + (uint)count;
    const uint leaves = (end + LEAF - 1) / LEAF, number = (uint)get_global_id(0);
    if (count == 0 || number >= leaves) return;
    const long leaf = first - begin + (long)number * LEAF;
    const int low = number ? 0 : (int)begin, high = (int)min(end - number * LEAF, (uint)LEAF);
    @PARAMETERS@
//@ each VALUE
    @FOLD_TYPE@ l@C@[STRIP], prefix@C@ = @IDENTITY@;
    if (low > 0) prefix@C@ = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@ + 1]);
//@ end
    for (int strip = low - low % STRIP; strip < high; strip += STRIP) {
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ each VALUE
            VSTORE(@FOLD_VALUE@, l@C@ + vec * W);
//@ end
        }
//@ each VALUE
#pragma unroll
        for (int k = 0; k < STRIP; k++) {
            if (strip + k >= low && strip + k < high) prefix@C@ = @FOLD@(prefix@C@, l@C@[k]);
            l@C@[k] = prefix@C@;
        }
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++)
            store_@FOLD_DTYPE@(VLOAD(l@C@ + vec * W), (__global @FOLD_TYPE@ *)out@C@, to + leaf,
                               strip + vec * W, low, high);
//@ end
    }
//@ each VALUE
    totals@C@[number] = prefix@C@;
//@ end
}

/* Loads of so many totals do not wait for each other. Floats are added in the order of the text:
 * the pragma is for what scan_apply.cl tells of Intel's runtime. */
#define CHAINED 16
__kernel void @KERNEL@(@FIRST@@BEFORE@@AFTER@@WORKING@)
{
    const uint end = (uint)first % LEAF + (uint)count, leaves = (end + LEAF - 1) / LEAF;
    if (count == 0 || get_global_id(0) > 0) return;
//@ each VALUE
    {
        @FOLD_TYPE@ C = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@]), p = @IDENTITY@;
#pragma clang loop vectorize(disable)
        for (uint from = 0; from < leaves; from += CHAINED) {
            @FOLD_TYPE@ sums[CHAINED];
#pragma unroll
            for (uint k = 0; k < CHAINED; k++) sums[k] = totals@C@[min(from + k, leaves - 1)];
#pragma unroll
            for (uint k = 0; k < CHAINED; k++) {
                if (from + k >= leaves) continue;
                if (from + k > 0) C = @FOLD@(C, p);
                totals@C@[from + k] = C;
                p = sums[k];
            }
        }
        if (end % LEAF == 0) C = @FOLD@(C, p), p = @IDENTITY@;
        after[2 * @C@] = TO_WORD_@FOLD_DTYPE@(C);
        after[2 * @C@ + 1] = TO_WORD_@FOLD_DTYPE@(p);
    }
//@ end
}

__kernel void @KERNEL@(@FIRST@@TO@@WORKING@@OUTPUTS@)
{
//@ include skeleton/leaf.cl
    if (low >= high) return;
//@ each VALUE
    const @VECTOR@ C_@C@ = (@VECTOR@)(totals@C@[number]);
//@ end
    for (int strip = @START@; strip < high; strip += LANES) {
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
//@ each VALUE
            {
                __global @FOLD_TYPE@ *p = (__global @FOLD_TYPE@ *)out@C@;
                const @VECTOR@ prefix = load_@FOLD_DTYPE@(p, to + leaf, i, low, high, 0);
                store_@FOLD_DTYPE@(@FOLD@(C_@C@, prefix), p, to + leaf, i, low, high);
            }
//@ end
        }
    }
}
