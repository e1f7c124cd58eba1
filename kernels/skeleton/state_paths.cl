/* Many short paths of a state of one's own (state.cl): a work-item walks W of them side by side, a
 * lane each, W steps a turn. Lanes are `on` at their path's positions inside the unit; the first
 * lane of all goes on from `before`, the last one leaves its state in `after`.
 *
 *     every = 5, W = 4, unit of 12 from 13 on         position of step 0 1 2 3 4
 *                                          lane 0 (path 2)             . . . 13 14
 *                                          lane 1 (path 3)             15 16 17 18 19
 *                                          lane 2 (path 4)             20 21 22 23 24
 *                                          lane 3                      . . . . .
 *
 * Rows of memory are lanes of a path: loads are transposed before the steps, stores behind them.
 * to: index of position 0 in the outputs. */
__kernel void @KERNEL@(@ARGUMENTS@@EVERY@@TO@@BEFORE@@AFTER@@OUTPUTS@)
{
    const long path = (long)get_global_id(0) * W;
    const long last = (first + count - 1) / every - first / every - path;
    if (count == 0 || last < 0) return;
    const long start = (first / every + path) * every;
    /* Differences of positions, which may wrap themselves. */
    const vu64 starts = (vu64)((ulong)start) + (vu64)(IOTA) * (vu64)((ulong)every);
    const vi64 from = AS_I64((vu64)((ulong)first) - starts);
    const vi64 end = AS_I64((vu64)((ulong)(first + count)) - starts);
    @PARAMETERS@
//@ each CARRIED
//@ if BOOL
    vm32 s@C@ = FROM_WORD_bool(before[2 * @C@]) ? TRUE_M32 : (vm32)(0);
//@ else
    @STATE_TYPE@ s@C@ = (@STATE_TYPE@)(FROM_WORD_@DTYPE@(before[2 * @C@]));
//@ end
//@ end
    const long until = last > 0 ? every : min(first + count - start, every);
    for (long offset = last > 0 ? 0 : max(first - start, 0L); offset < until; offset += W) {
//@ each LOAD
        @LOAD_VECTOR@ l@LOAD_NUMBER@[W];
//@ end
#pragma unroll
        for (int lane = 0; lane < W; lane++) {
//@ include skeleton/state_lane.cl
//@ each LOAD
            l@LOAD_NUMBER@[lane] = lane <= last ? @LOAD@ : (@LOAD_VECTOR@)(0);
//@ end
        }
//@ each LOAD
        TRANSPOSE(@LOAD_VECTOR@, l@LOAD_NUMBER@);
//@ end
//@ each VALUE
        @STORED_VECTOR@ o@C@[W];
//@ end
#pragma unroll
        for (int k = 0; k < W; k++) {
            const long step = offset + k;
            const vm64 on = ((vi64)(step) >= from) & ((vi64)(step) < end) &
                            (step < until ? TRUE_M64 : (vm64)(0));
            const vi64 i = on ? AS_I64(starts + (vu64)((ulong)step)) : (vi64)(first);
            const vm32 begins = step == 0 ? TRUE_M32 : (vm32)(0);
            @VALUES@
            @CHECKS@
//@ if ENDS
            apart_report(status + @STOP_WORD@, !@KEEP_32@, i, on, first);
//@ end
//@ each VALUE
            o@C@[k] = @VALUE@;
//@ end
//@ each CARRIED
//@ if BOOL
            s@C@ = (TO_M32(on) & @NEXT@) | (~TO_M32(on) & s@C@);
//@ else
            s@C@ = TO_M@BITS@(on) ? @NEXT@ : s@C@;
//@ end
//@ end
        }
//@ each VALUE
        TRANSPOSE(@STORED_VECTOR@, o@C@);
//@ end
#pragma unroll
        for (int lane = 0; lane < W; lane++) {
//@ include skeleton/state_lane.cl
//@ each VALUE
            if (lane <= last) store_@DTYPE@(o@C@[lane], out@C@, to, i, low, high);
//@ end
        }
    }
    if (last >= W) return;
//@ each CARRIED
    {
        @TYPE@ lanes[W];
//@ if BOOL
        VSTORE(MASK_BYTE(s@C@), lanes);
//@ else
        VSTORE(s@C@, lanes);
//@ end
        after[2 * @C@] = TO_WORD_@DTYPE@(lanes[last]);
        after[2 * @C@ + 1] = 0;
    }
//@ end
}
