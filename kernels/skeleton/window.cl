/* Folds of EXTENT consecutive values by doubling: with W1[i] = x[i] and
 * W2m[i] = Wm[i] op Wm[i + m], a window is the fold, from the left, of one Wm for each binary digit
 * of EXTENT, the lowest digit first. A work-item evaluates TILE + EXTENT - 1 values into its own
 * rows and doubles them in place, so each window costs log2(EXTENT) operations.
 * Further arguments: to, for each column its rows and, unless EXTENT is a power of two, more rows
 * for the folds so far; the outputs. */
__kernel void @NAME@(@ARGUMENTS@, const long to@ROWS@@OUTPUTS@)
{
    const long tile = (first / TILE + (long)get_global_id(0)) * TILE;
    const long begin = max(first, tile), end = min(first + count, tile + TILE);
    if (begin >= end) return;
    const long low = begin, high = end + EXTENT - 1;
    const size_t row = get_global_id(0) * TILE_ROWS;
@PARAMETERS@
    for (long i = low - (low - tile) % W; i < high; i += W) {
@VALUES@@CHECKS@@FILL@    }
    const long values = high - low, windows = end - begin;
@FOLD@}
