/* Running folds in three steps, after the fixed order of a scan: inside a leaf the prefix p runs
 * from the identity; C is the fold of the totals of all leaves before; the element is C op p.
 *
 *     p   of each leaf, by its own work-item, into the outputs; its total into `totals`
 *     C   of each leaf, by one work-item (@NAME@_carry), into `carries`; (C, p) at the end into
 *     `after` C op p, by all (@NAME@_apply)
 *
 * A unit may begin inside a leaf: p then starts from `before`. `before` and `after` hold C, p of
 * each column in turn, 8 bytes apart.
 * Further arguments: to, before, totals, outputs | before, after, totals, carries | to, carries,
 * outputs. */
__kernel void @NAME@(@ARGUMENTS@, const long to,
                     __global const ulong *restrict before@TOTALS@@OUTPUTS@)
{
    const size_t group = get_global_id(0);
    const long leaf = (first / LEAF + (long)group) * LEAF;
    const long low = max(first, leaf), high = min(first + count, leaf + LEAF);
    if (low >= high) return;
@PARAMETERS@@START@
    for (long i = low - (low - leaf) % W; i < high; i += W) {
@VALUES@@CHECKS@@UNPACK@        if (i >= low && i + W <= high) {
#pragma unroll
            for (int k = 0; k < W; k++) {
@RUN@            }
            continue;
        }
        for (int k = 0; k < W; k++) {
            if (i + k < low || i + k >= high) continue;
@RUN@        }
    }
@TOTAL@}

__kernel void @NAME@_carry(const long first, const long count,
                           __global const ulong *restrict before,
                           __global ulong *restrict after@TOTALS@@CARRIES@)
{
    if (get_global_id(0) != 0) return;
    const long end = first + count;
    const long leaves = (end + LEAF - 1) / LEAF - first / LEAF;
@CARRY_START@
    for (long group = 0; group < leaves; group++) {
        const int is_whole = (first / LEAF + group + 1) * LEAF <= end;
@CARRY@    }
@CARRY_END@}

__kernel void @NAME@_apply(const long first, const long count, const long to@CARRIES@@OUTPUTS@)
{
    const size_t group = get_global_id(0);
    const long leaf = (first / LEAF + (long)group) * LEAF;
    const long low = max(first, leaf), high = min(first + count, leaf + LEAF);
@APPLY@}
