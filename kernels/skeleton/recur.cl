/* Terms of a recurrence: a work-item jumps to the first term of its leaf and steps through it.
 * Further arguments: to, the output. */
__kernel void @NAME@(@ARGUMENTS@, const long to@OUTPUTS@)
{
    const long leaf = (first / LEAF + (long)get_global_id(0)) * LEAF;
    const long low = max(first, leaf), high = min(first + count, leaf + LEAF);
    if (low >= high) return;
@PARAMETERS@
    @STATE@ state;
    @JUMP@;
    for (long i = low; i < high; i++) {
        out0[to + i] = (@TYPE@)@TERM@;
        @STEP@;
    }
}
