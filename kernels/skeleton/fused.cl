/* Values stored as they are. A work-item owns one leaf: positions [low, high) of it, RUN a turn.
 * Further arguments: `to` (index of position 0 in the outputs), the outputs. */
__kernel void @NAME@(@ARGUMENTS@, const long to@OUTPUTS@)
{
    const long leaf = (first / LEAF + (long)get_global_id(0)) * LEAF;
    const long low = max(first, leaf), high = leaf + min(first + count - leaf, (long)LEAF);
@PARAMETERS@
    /* The last leaf ends at 2^63, which is no long. */
    for (long at = (low - leaf) / RUN * RUN; at < high - leaf; at += RUN) {
        const long run = leaf + at;
        const int whole = run >= low && high - run >= RUN;
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@@STORE@        }
    }
}
