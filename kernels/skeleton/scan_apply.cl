/* The second kernel of a scan: C op p of a share of the leaves by each work-item, which folds the
 * totals of those before; the last one writes (C, p) at the end into `after`.
 *
 * Floats are added in the order of the text. Intel's CPU runtime 2026.2 reorders such a loop when
 * it makes vectors of it, hence the pragma; compilers that do not know it ignore it. */
__kernel void @KERNEL@(@FIRST@@BEFORE@@AFTER@@TO@@WORKING@@OUTPUTS@)
{
    const long end = first + count, leaves = (first % LEAF + count + LEAF - 1) / LEAF;
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    const long from = leaves * worker / workers, until = leaves * (worker + 1) / workers;
    if (from >= until) return;
//@ each VALUE
    @FOLD_TYPE@ C_@C@ = FROM_WORD_@FOLD_DTYPE@(before[2 * @C@]);
//@ end

#pragma clang loop vectorize(disable)
    for (long index = 0; index < from; index++) {
//@ each VALUE
        C_@C@ = @FOLD@(C_@C@, totals@C@[index]);
//@ end
    }
    for (long index = from; index < until; index++) {
        const long leaf = (first / LEAF + index) * LEAF;
        const long low = max(first, leaf), high = leaf + min(end - leaf, (long)LEAF);
//@ each VALUE
        APPLY_VALUES(@FOLD@, @FOLD_DTYPE@, C_@C@, (__global @FOLD_TYPE@ *)out@C@ + to + low,
                   high - low);
//@ end
        if (index + 1 == leaves) break;
//@ each VALUE
        C_@C@ = @FOLD@(C_@C@, totals@C@[index]);
//@ end
    }
    if (until < leaves) return;
    const int is_whole = end % LEAF == 0;
//@ each VALUE
    @FOLD_TYPE@ p_@C@ = totals@C@[leaves - 1];
    if (is_whole) C_@C@ = @FOLD@(C_@C@, p_@C@), p_@C@ = @IDENTITY@;
    after[2 * @C@] = TO_WORD_@FOLD_DTYPE@(C_@C@);
    after[2 * @C@ + 1] = TO_WORD_@FOLD_DTYPE@(p_@C@);
//@ end
}
