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

__kernel void @KERNEL@(@FIRST@@ROUND@@TO@@WORKING@@OUTPUTS@)
{
//@# Counted from where the leaf begins: where the unit begins, its windows end, folds end of this
//@# length and of twice the length.
    const uint length = 1u << round, joined = EXTENT & (length - 1);
    const uint begin = (uint)first % LEAF, number = @ITEM@;
    const int back = (int)begin - (int)(number * LEAF);
    const int windows_end = back + (int)count, folds = windows_end + (int)(EXTENT - length);
    const int longer = folds - (int)length, most = max(longer, windows_end);
    if (count == 0 || most <= 0) return;
    const int low = max(back, 0), high = min(most, LEAF);
    const long own = -back, to_leaf = to + first + own;
    for (int strip = @START@; strip < high; strip += LANES) {
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
//@ each VALUE
            {
                __global const @FOLD_TYPE@ *from =
                    (__global const @FOLD_TYPE@ *)(round & 1 ? other@C@ : w@C@);
                __global @FOLD_TYPE@ *onto = (__global @FOLD_TYPE@ *)(round & 1 ? w@C@ : other@C@);
                __global @FOLD_TYPE@ *windows = (__global @FOLD_TYPE@ *)out@C@;
                const @VECTOR@ fold = load_@FOLD_DTYPE@(from, own, i, low, folds, 0);
                if ((EXTENT & length) && i < windows_end) {
                    @VECTOR@ window = fold;
                    if (joined > 0)
                        window = @FOLD@(
                            load_@FOLD_DTYPE@(windows, to_leaf, i, low, windows_end, 0),
                            load_@FOLD_DTYPE@(from, own + joined, i, low, windows_end, 0));
                    if (2 * length > EXTENT) window = @FINISH@(window);
                    store_@FOLD_DTYPE@(window, windows, to_leaf, i, low, windows_end);
                }
                if (i < longer) {
                    const @VECTOR@ two = @FOLD@(
                        fold, load_@FOLD_DTYPE@(from, own + length, i, low, longer, 0));
                    if (2 * length == EXTENT)
                        store_@FOLD_DTYPE@(@FINISH@(two), windows, to_leaf, i, low, windows_end);
                    else
                        store_@FOLD_DTYPE@(two, onto, own, i, low, longer);
                }
            }
//@ end
        }
    }
}
