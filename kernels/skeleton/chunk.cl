/* The aggregates of whole chunks that are no longer than a leaf, as many of them a work-item as
 * fit in one. The values are made strip by strip, whichever chunks they are in, into memory of the
 * work-item's own; from there each chunk is folded by the fixed tree (reduce.cl), its values being
 * the first of a leaf, and finished.
 *
 *     values   0 1 2 3 4 5 6 7 8 9 ...      strips from a multiple of W on
 *     chunks     [1 . .|4 . .|7 . .|...     of extent 3
 *
 * LEAVES: of the chunks; to: index of the first one's element in the outputs. */
#define CHUNKS_ROOM (LEAF + STRIP + 2 * W)

__kernel void @KERNEL@(@ARGUMENTS@@LEAVES@@TO_ENTRY@@OUTPUTS@)
{
    const long each = LEAF / extent, chunk = (long)get_global_id(0) * each;
    if (chunk >= leaves) return;
    const long low = first + chunk * extent, size = min(count - chunk * extent, each * extent);
    const long start = low - low % W, high = low + size;
    const int begin = (int)(low - start), end = begin + (int)size;
    @PARAMETERS@
//@ each FOLDED
    @FOLD_TYPE@ x@C@[CHUNKS_ROOM];
//@ end
    for (int offset = 0; offset < end; offset += STRIP) {
        const long strip = start + offset;
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const long i = strip + vec * W;
            @VALUES@
            @CHECKS@
//@ each FOLDED
            *(near_@FOLD_DTYPE@ *)(x@C@ + offset + vec * W) = @FOLD_VALUE@;
//@ end
        }
    }
    for (int at = begin, index = (int)chunk; at < end; at += (int)extent, index++) {
        const int n = min((int)extent, end - at);
//@ if COUNTS
//@ each VALUE
        out@C@[to + index] = n;
//@ end
//@ end
//@ each FOLDED
        {
            const @FOLD_TYPE@ *own = x@C@ + at;
            @FOLD_TYPE@ total;
            @VECTOR@ a[LANES / W];
            int row = 0;
//@ if HALVES
            ulong halves;
            vu64 h[LANES / W];
//@ end
#pragma unroll
            for (int k = 0; k < LANES / W; k++) {
                a[k] = (@VECTOR@)(@IDENTITY@);
//@ if HALVES
                h[k] = (vu64)(0);
//@ end
            }
            for (; row + LANES <= n; row += LANES) {
#pragma unroll
                for (int k = 0; k < LANES / W; k++) {
                    const @VECTOR@ value = *(const near_@FOLD_DTYPE@ *)(own + row + k * W);
                    a[k] = @FOLD@(a[k], value);
//@ if HALVES
                    h[k] += UPPER_@UPPER@(value);
//@ end
                }
            }
#pragma unroll
            for (int k = 0; k < LANES / W; k++) {
                if (row + k * W >= n) continue;
                const vm32 keeps = inside_m32(row + k * W, 0, n);
                @VECTOR@ value = *(const near_@FOLD_DTYPE@ *)(own + row + k * W);
                value = @KEEPS@ ? value : (@VECTOR@)(@IDENTITY@);
                a[k] = @FOLD@(a[k], value);
//@ if HALVES
                h[k] += UPPER_@UPPER@(value);
//@ end
            }
            FOLD_VECTORS(@FOLD@, @FOLD_TYPE@, a, total);
//@ if HALVES
            FOLD_VECTORS(FOLD_ADD, ulong, h, halves);
//@ end
            out@C@[to + index] = @FINISHED@;
        }
//@ end
    }
}
