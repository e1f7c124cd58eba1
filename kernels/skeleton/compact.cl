/* Survivors packed by two kernels: in the first a work-item tells of its leaf who survives and how
 * many do; then each of a few takes its share of the leaves, evaluates their elements once more and
 * packs them behind the survivors of all leaves before. Elements that are dear to make are kept by
 * the first kernel in place of that.
 *
 *     leaf 0 [a.a.....]  leaf 1 [b.bbb..b]  leaf 2 [...c....]     2 5 1 survive
 *     out    [aabbbbbc]
 *
 * What comes after a failed check does not survive; the FAILED bit of a leaf's count tells the
 * leaves after it.
 *
 * Working memory: kept (one count a leaf), survives (a bit a lane, leaf by leaf), elements that are
 * kept; to: index of the first survivor in the outputs. */
#define FAILED 0x80000000u

__kernel void @KERNEL@(@ARGUMENTS@@WORKING@)
{
//@ include skeleton/leaf.cl
    const long own = number * LEAF - leaf;
    if (low >= high) return;
    uint survivors = 0;
    long good = high;
    @PARAMETERS@
    const int is_whole = low == leaf && high - leaf == LEAF;
    for (ulong strip_at = (ulong)(@START@); strip_at < (ulong)high; strip_at += STRIP) {
        const long strip = (long)strip_at;
        const int whole = strip >= low && high - strip >= STRIP@THERE@;
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const long i = strip + vec * W;
            @VALUES@
            @CHECKS@
            vm32 keeps = @KEEP_32@;
            if (!is_whole || good < high) keeps &= inside_m32(i, low, good);
            const vbits bits = MASK_BITS(keeps);
            survives[(ulong)(own + i) / W] = bits;
            survivors += popcount((uint)bits);
//@ if SAVES
//@ each VALUE
            write_@DTYPE@(@VALUE@, s@C@ + (own + i));
//@ end
//@ end
        }
    }
    kept[number] = survivors | (good < high ? FAILED : 0);
}

__kernel void @KERNEL@(@ARGUMENTS@@WORKING@@TO_ENTRY@@OUTPUTS@)
{
    const long leaves = (first % LEAF + count + LEAF - 1) / LEAF;
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    if (count == 0) return;
    const long from = leaves * worker / workers, share = leaves * (worker + 1) / workers;
    size_t at = (size_t)to;
    uint before = 0;
    for (long number = 0; number < from; number++) {
        at += kept[number] & ~FAILED;
        before |= kept[number];
    }
    size_t end = at;
    long until = from;
    for (; until < share && !(before & FAILED); until++) {
        end += kept[until] & ~FAILED;
        before |= kept[until];
    }
    if (until > from && (until == leaves || (before & FAILED)))
        status[@ENTRIES_WORD@] = (uint)(end - (size_t)to);
    @PACK_PARAMETERS@
    for (long number = from; number < until; number++) {
        const long leaf = (first / LEAF + number) * LEAF;
        const long low = max(first, leaf), high = leaf + min(first + count - leaf, (long)LEAF);
        const long own = number * LEAF - leaf;
        for (ulong strip_at = (ulong)(@START@); strip_at < (ulong)high; strip_at += STRIP) {
            const long strip = (long)strip_at;
            const int whole = strip >= low && high - strip >= STRIP@THERE@;
            @PACK_STRIPS@
#pragma unroll
            for (int vec = 0; vec < STRIP / W; vec++) {
                const long i = strip + vec * W;
                @PACK_VALUES@
//@ if SAVES
//@ each VALUE
//@ if REPEATS
//@ else
//@ if BOOL
                const vm32 @NODE@ = BYTE_MASK(get_bool(s@C@ + (own + i)));
//@ else
                const v@DTYPE@ @NODE@ = get_@DTYPE@(s@C@ + (own + i));
//@ end
//@ end
//@ end
//@ end
                const vbits bits = survives[(ulong)(own + i) / W];
                uint packed;
//@ each VALUE
                packed = pack_@DTYPE@(@VALUE@, bits, out@C@ + at, end - at);
//@ end
                at += packed;
            }
        }
    }
}
