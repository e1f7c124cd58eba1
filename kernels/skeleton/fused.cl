/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, RUN a turn.
 * Further arguments: `to` (index of position 0 in the outputs), the outputs. */
__kernel void @NAME@(@ARGUMENTS@, const long to@OUTPUTS@)
{
    const long leaf = (first / LEAF + (long)get_global_id(0)) * LEAF;
    const long low = max(first, leaf), high = min(first + count, leaf + LEAF);
@PARAMETERS@
    for (long run = low - (low - leaf) % RUN; run < high; run += RUN) {
        const int whole = run >= low && run + RUN <= high;
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@@STORE@        }
    }
}
