/* Folds of EXTENT consecutive values by doubling (window.cl) where work-items share leaves. The
 * first kernel stores the values, those too that the unit's last windows reach beyond it. The
 * second one is launched once for each binary digit of EXTENT, the lowest first: from folds of
 * `length` values it makes those of twice as many in the other of two buffers, and joins the
 * digit's own to the windows so far. EXTENT 13 = 1 + 4 + 8:
 *
 *     round   length   folds         windows
 *     0       1        w -> other    W1[i]
 *     1       2        other -> w
 *     2       4        w -> other    W1[i] op W4[i + 1]
 *     3       8                      ... op W8[i + 5]
 *
 * Working memory: for each column two buffers, of the unit's positions and EXTENT - 1 more. */
__kernel void @KERNEL@(@ARGUMENTS@@WORKING@)
{
    const long values = count + (EXTENT - 1), number = @ITEM@;
    if (count == 0 || number >= (first % LEAF + values + LEAF - 1) / LEAF) return;
    const long leaf = (first / LEAF + number) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + values - leaf, (long)LEAF);
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
            store_@DTYPE@(@VALUE@, w@C@, -first, i, low, high);
//@ end
        }
    }
}

__kernel void @KERNEL@(@FIRST@@ROUND@@TO@@WORKING@@OUTPUTS@)
{
    const long length = 1L << round, joined = EXTENT & (length - 1);
    const long folds = count + EXTENT - length, longer = folds - length;
    const long most = max(longer, count), number = @ITEM@;
    if (count == 0 || number >= (first % LEAF + most + LEAF - 1) / LEAF) return;
    const long leaf = (first / LEAF + number) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + most - leaf, (long)LEAF);
    for (ulong at = (ulong)(@START@); at < (ulong)high; at += @STRIDE@) {
#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = (long)at + part * W, n = i - first;
//@ each VALUE
            {
                __global const @FOLD_TYPE@ *from =
                    (__global const @FOLD_TYPE@ *)(round & 1 ? other@C@ : w@C@);
                __global @FOLD_TYPE@ *onto = (__global @FOLD_TYPE@ *)(round & 1 ? w@C@ : other@C@);
                __global @FOLD_TYPE@ *windows = (__global @FOLD_TYPE@ *)out@C@;
                const @VECTOR@ fold = load_@FOLD_DTYPE@(from, -first, i, low, first + folds, 0);
                if ((EXTENT & length) && n < count) {
                    @VECTOR@ window = fold;
                    if (joined > 0)
                        window = @FOLD@(
                            load_@FOLD_DTYPE@(windows, to, i, low, first + count, 0),
                            load_@FOLD_DTYPE@(from, joined - first, i, low, first + count, 0));
                    if (2 * length > EXTENT) window = @FINISH@(window);
                    store_@FOLD_DTYPE@(window, windows, to, i, low, first + count);
                }
                if (n < longer) {
                    const @VECTOR@ two = @FOLD@(
                        fold, load_@FOLD_DTYPE@(from, length - first, i, low, first + longer, 0));
                    if (2 * length == EXTENT)
                        store_@FOLD_DTYPE@(@FINISH@(two), windows, to, i, low, first + count);
                    else
                        store_@FOLD_DTYPE@(two, onto, -first, i, low, first + longer);
                }
            }
//@ end
        }
    }
}
