/* Survivors packed in two steps: each work-item packs those of its leaf into its own LEAF rows of
 * scratch and counts them; then each copies those of its share of the leaves behind those of all
 * leaves before. The first k elements of a leaf have at most k survivors, so a vector always finds
 * room for all its lanes.
 *
 *     leaf 0 [aaa......]  leaf 1 [bbbbb....]  leaf 2 [c........]     scratch, 3 5 1
 *     out    [aaabbbbbc]
 *
 * What comes after a failed check is not kept; the FAILED bit of a leaf's count tells those after
 * it.
 *
 * Further arguments of the first: kept (one count a leaf), scratch columns;
 * of the second (@NAME@_pack): kept, leaves, to (index of the first survivor), scratch, outputs. */
#define FAILED 0x80000000u

__kernel void @NAME@(@ARGUMENTS@, __global uint *restrict kept@SCRATCH@)
{
    const long leaf = (first / LEAF + (long)get_global_id(0)) * LEAF;
    const long low = max(first, leaf), high = min(first + count, leaf + LEAF);
    const size_t row = get_global_id(0) * LEAF;
    if (low >= high) return;
    uint rows = 0;
    long good = high;
@PARAMETERS@
    const int is_whole = low == leaf && high == leaf + LEAF;
    for (long run = leaf; is_whole && run < leaf + LEAF; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@            vm32 keeps = @KEEP@;
            if (good < high) keeps &= inside_m32(i, low, good);
            uint packed;
@PACK@            rows += packed;
        }
    }
    for (long run = low - (low - leaf) % RUN; !is_whole && run < high; run += RUN) {
@RUNS@#pragma unroll
        for (int part = 0; part < RUN / W; part++) {
            const long i = run + part * W;
@VALUES@@CHECKS@            const vm32 keeps = @KEEP@ & inside_m32(i, low, good);
            uint packed;
@PACK@            rows += packed;
        }
    }
    kept[get_global_id(0)] = good < high ? rows | FAILED : rows;
}

__kernel void @NAME@_pack(__global const uint *restrict kept, const uint leaves,
                          __global uint *restrict status, const long to@SCRATCH@@OUTPUTS@)
{
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    const uint from = (uint)(leaves * worker / workers);
    const uint until = (uint)(leaves * (worker + 1) / workers);
    size_t at = (size_t)to;
    uint before = 0;
    for (uint leaf = 0; leaf < from; leaf++) {
        at += kept[leaf] & ~FAILED;
        before |= kept[leaf];
    }
    for (uint leaf = from; leaf < until && !(before & FAILED); leaf++) {
        const long rows = kept[leaf] & ~FAILED;
        const size_t row = (size_t)leaf * LEAF;
@COPY@        at += rows;
        before = kept[leaf];
        if (leaf + 1 == leaves || (before & FAILED))
            status[@ROWS_WORD@] = (uint)(at - (size_t)to);
    }
}
