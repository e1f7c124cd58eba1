/* Folds of EXTENT consecutive values by doubling (window.cl) where work-items share leaves: those
 * of the lowest binary digits at once. A work-item takes its own STRIP values of a row and the
 * NEAR - 1 behind them, which its neighbours take, too, so that a cache has them, and folds them
 * in its registers. With an EXTENT that is not larger these are the windows; else the folds of NEAR
 * values are stored, and what the lower digits make of windows (window_far.cl).
 *
 *     own values       v0 v1 v2 v3
 *     taken            v0 v1 v2 v3 v4 ... v18            NEAR 16, STRIP 4
 *     folded in pairs  v0+v1 v1+v2 ... v17+v18
 *     in fours         v0..3 v1..4 ... v15..18           and so on: a fold for each own value */
#define FOLD_NEAR(count, onto, fold)                                                              \
    _Pragma("unroll") for (int k = 0; k < (count); k++) (onto)[k] = (fold)
//@ if IS_STORED
__kernel void @KERNEL@(@FIRST@@TO@@WORKING@@OUTPUTS@)
//@ else
__kernel void @KERNEL@(@ARGUMENTS@@TO@@WORKING@@OUTPUTS@)
//@ end
{
    const uint number = @ITEM@;
//@# Counted from where the leaf begins: where the unit begins, and where its windows, the folds of
//@# NEAR values and the values end.
    const int back = (int)((uint)first % LEAF) - (int)(number * LEAF);
    const int windows_end = back + (int)count, folds_end = windows_end + (int)(EXTENT - NEAR);
    if (count == 0 || folds_end <= 0) return;
    const int low = max(back, 0), high = folds_end + (NEAR - 1), last = min(folds_end, LEAF);
    const long own = -back, to_leaf = to + first + own;
//@ if IS_STORED
//@ else
    const long leaf = first - back;
    @PARAMETERS@
//@ end
    for (int begin = @START@; begin < last; begin += LANES) {
//@ if IS_STORED
//@ else
//@ each VALUE
        @FOLD_TYPE@ near@C@[NEAR_STRIPS * STRIP];
//@ end
#pragma unroll
        for (int piece = 0; piece < NEAR_STRIPS; piece++) {
            const int strip = begin + piece * STRIP;
            const int whole = strip >= low && high - strip >= STRIP@THERE@;
            @STRIPS@
#pragma unroll
            for (int vec = 0; vec < STRIP / W; vec++) {
                const int i = strip + vec * W;
                @VALUES@
                @CHECKS@
//@ each VALUE
                VSTORE(@FOLD_VALUE@, near@C@ + piece * STRIP + vec * W);
//@ end
            }
        }
//@ end
//@ each VALUE
        {
            __global @FOLD_TYPE@ *windows = (__global @FOLD_TYPE@ *)out@C@;
//@ if IS_STORED
            __global const @FOLD_TYPE@ *values = (__global const @FOLD_TYPE@ *)w@C@;
            @FOLD_TYPE@ near@C@[NEAR_STRIPS * STRIP];
#pragma unroll
            for (int vec = 0; vec < NEAR_STRIPS * STRIP / W; vec++)
                VSTORE(load_@FOLD_DTYPE@(values, own, begin + vec * W, low, high, 0),
                       near@C@ + vec * W);
//@ end
//@ if HAS_NEAR_DIGITS
            @FOLD_TYPE@ folds[STRIP];
//@ end
//@ each NEAR_ROUND
//@ if NEAR_BEGINS
            FOLD_NEAR(STRIP, folds, near@C@[k]);
//@ end
//@ if NEAR_JOINS
            FOLD_NEAR(STRIP, folds, @FOLD@(folds[k], near@C@[k + @NEAR_JOINED@]));
//@ end
//@ if NEAR_DOUBLES
            FOLD_NEAR(STRIP + NEAR - 2 * @NEAR_LENGTH@, near@C@,
                      @FOLD@(near@C@[k], near@C@[k + @NEAR_LENGTH@]));
//@ end
//@ end
#pragma unroll
            for (int vec = 0; vec < STRIP / W; vec++) {
                const int i = begin + vec * W;
//@ if HAS_FAR
                store_@FOLD_DTYPE@(VLOAD(near@C@ + vec * W),
                                   (__global @FOLD_TYPE@ *)other@C@, own, i, low, last);
//@ if HAS_NEAR_DIGITS
                if (i < windows_end)
                    store_@FOLD_DTYPE@(VLOAD(folds + vec * W), windows, to_leaf, i, low,
                                       windows_end);
//@ end
//@ else
//@ if HAS_NEAR_DIGITS
                const @VECTOR@ window = VLOAD(folds + vec * W);
//@ else
                const @VECTOR@ window = VLOAD(near@C@ + vec * W);
//@ end
                store_@FOLD_DTYPE@(@FINISH@(window), windows, to_leaf, i, low, last);
//@ end
            }
        }
//@ end
    }
}

