/* A state of one's own: each position needs what the one before left. Variables begin anew at each
 * multiple of `every`, so a work-item walks one such path, or as much of it as the unit has; the
 * first goes on from `before`, the last leaves its state in `after`. The first position of a path
 * stands before the loop, so that this one chooses nothing.
 * to: index of position 0 in the outputs. */
__kernel void @KERNEL@(@ARGUMENTS@@EVERY@@TO@@BEFORE@@AFTER@@OUTPUTS@)
{
    const long path = (long)get_global_id(0);
    if (count == 0 || path > (first + count - 1) / every - first / every) return;
    const long start = (first / every + path) * every;
    const long low = max(first, start), high = start + min(first + count - start, every);
    const int whole = 1@THERE@;
    @PARAMETERS@
//@ each CARRIED
    @STATE_TYPE@ s@C@ = FROM_WORD_@DTYPE@(before[2 * @C@]);
//@ end
    long i = low;
    if (low == start) {
        const int begins = 1;
//@ include skeleton/state_step.cl
        i++;
    }
    for (; i < high; i++) {
        const int begins = 0;
//@ include skeleton/state_step.cl
    }
    if (high != first + count) return;
//@ each CARRIED
//@ if BOOL
    after[2 * @C@] = TO_WORD_bool(MASK_BYTE(s@C@));
//@ else
    after[2 * @C@] = TO_WORD_@DTYPE@(s@C@);
//@ end
    after[2 * @C@ + 1] = 0;
//@ end
}
