/* Folds of more than NEAR values, once for each two binary digits of EXTENT: from folds of `length`
 * values those of four times as many are made in the other of two buffers, and both digits' own are
 * joined to the windows so far. What is folded lies half rows apart, so that loads are aligned,
 * but for windows of lower digits. EXTENT 100 = 4 + 32 + 64:
 *
 *     near             1, 2, 4, 8    folds of 16 -> other     W4[i]
 *     round 0          16, 32        other -> w               ... op W32[i + 4]
 *     round 1          64, 128                                ... op W64[i + 36]
 *
 * Working memory: for each column two buffers, of the unit's positions and EXTENT - 1 more. */
__kernel void @KERNEL@(@FIRST@@ROUND@@TO@@WORKING@@OUTPUTS@)
{
//@# Counted from where the leaf begins: where the unit begins, its windows end, folds end of this
//@# length and of four times the length.
    const uint length = NEAR << (2 * round), twice = 2 * length;
    const uint joined = EXTENT & (length - 1), next = EXTENT & (twice - 1);
    const uint number = @ITEM@;
    const int back = (int)((uint)first % LEAF) - (int)(number * LEAF);
    const int windows_end = back + (int)count, folds = windows_end + (int)(EXTENT - length);
    const int longer = folds - (int)(3 * length), most = max(longer, windows_end);
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
                    (__global const @FOLD_TYPE@ *)(round & 1 ? w@C@ : other@C@);
                __global @FOLD_TYPE@ *onto = (__global @FOLD_TYPE@ *)(round & 1 ? other@C@ : w@C@);
                __global @FOLD_TYPE@ *windows = (__global @FOLD_TYPE@ *)out@C@;
#define AT(at, end) load_@FOLD_DTYPE@(from, own + (at), i, low, end, 0)
                if ((EXTENT & (length | twice)) && i < windows_end) {
                    @VECTOR@ window = (@VECTOR@)(0);
                    if (joined > 0)
                        window = load_@FOLD_DTYPE@(windows, to_leaf, i, low, windows_end, 0);
                    if (EXTENT & length) {
                        const @VECTOR@ one = AT(joined, windows_end);
                        window = joined > 0 ? @FOLD@(window, one) : one;
                    }
                    if (EXTENT & twice) {
                        const @VECTOR@ a = AT(next, windows_end);
                        const @VECTOR@ b = AT(next + length, windows_end), two = @FOLD@(a, b);
                        window = next > 0 ? @FOLD@(window, two) : two;
                    }
                    if (2 * twice > EXTENT) window = @FINISH@(window);
                    store_@FOLD_DTYPE@(window, windows, to_leaf, i, low, windows_end);
                }
                if (i < longer) {
                    const @VECTOR@ a = AT(0, longer), b = AT(length, longer);
                    const @VECTOR@ c = AT(twice, longer), d = AT(twice + length, longer);
                    const @VECTOR@ near = @FOLD@(a, b), far = @FOLD@(c, d);
                    const @VECTOR@ four = @FOLD@(near, far);
                    if (2 * twice == EXTENT)
                        store_@FOLD_DTYPE@(@FINISH@(four), windows, to_leaf, i, low, windows_end);
                    else
                        store_@FOLD_DTYPE@(four, onto, own, i, low, longer);
                }
#undef AT
            }
//@ end
        }
    }
}
