/* Folds of EXTENT consecutive values by doubling: with W1[i] = x[i] and
 * W2m[i] = Wm[i] op Wm[i + m], a window is the fold, from the left, of one Wm for each binary digit
 * of EXTENT, the lowest digit first. A work-item takes its share of the unit's tiles one by one: it
 * evaluates TILE + EXTENT - 1 values, and what fills the last vector, into memory of its own, which
 * stays in the cache, and doubles them there, so each window costs log2(EXTENT) operations. The
 * last goes to the outputs. What the next tile reads is asked for beside the first fold: memory
 * works meanwhile.
 * Working memory: for each column values and, unless EXTENT is a power of two, more for the
 * folds so far. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@WORKING@@OUTPUTS@)
{
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    const long tiles = (first % TILE + count + TILE - 1) / TILE;
    const long from = tiles * worker / workers, until = tiles * (worker + 1) / workers;
    const size_t own = min(worker, from) * TILE_ROOM;
    @PARAMETERS@
    for (long number = from; number < until; number++) {
        const long tile = (first / TILE + number) * TILE;
        const long low = max(first, tile), end = tile + min(first + count - tile, (long)TILE);
        const long high = tile + min(first + count + (EXTENT - 1) - tile, (long)TILE_ROOM);
        /* The last tile ends at 2^63, which is no long. */
        for (long at = (low - tile) / W * W; at < high - tile; at += W) {
            const long i = tile + at;
            const int whole = i >= low && high - i >= W@THERE@;
            @VALUES@
            @CHECKS@
//@ each VALUE
            put_@DTYPE@(@VALUE@, w@C@ + own + (i - tile));
//@ end
        }
        const long windows = end - low, values = windows + EXTENT - 1;
#define NEXT(j) @NEXT@
//@ each VALUE
        {
            __global @FOLD_TYPE@ *a = (__global @FOLD_TYPE@ *)w@C@ + own + (low - tile);
            __global @FOLD_TYPE@ *to_here = (__global @FOLD_TYPE@ *)out@C@ + to + low;
//@ if HOLDS_FOLDS
            __global @FOLD_TYPE@ *f = (__global @FOLD_TYPE@ *)f@C@ + own;
//@ end
//@ if COPIES
            COPY_VALUES(@FOLD_DTYPE@, a, to_here, windows);
//@ end
//@ each ROUND
//@ if BEGINS
            COPY_VALUES(@FOLD_DTYPE@, a, f, windows);
//@ end
//@ if JOINS
            FOLD_FAR(@FOLD@, @FOLD_DTYPE@, @PUT_JOINED@, f, a, @JOINED@, windows, NOTHING);
//@ end
//@ if DOUBLES
            FOLD_FAR(@FOLD@, @FOLD_DTYPE@, @PUT_LONGER@, a, a, @LENGTH@, values - @BEYOND@, @ASK@);
//@ end
//@ if QUADRUPLES
            FOLD_FAR_TWICE(@FOLD@, @FOLD_DTYPE@, @PUT_LONGER@, a, @LENGTH@, values - @BEYOND@,
                            @ASK@);
//@ end
//@ end
        }
//@ end
    }
}
