/* What variances need beside the leaf's mean (reduce_lanes.cl), in two more kernels: the deviations
 * from it, of values that are made once more, in the lanes of each work-item; and their fold. */
__kernel void @KERNEL@(@ARGUMENTS@@LEAVES@@WORKING@@PARTIALS@)
{
    const long index = @ITEM@;
//@ include skeleton/reduce_leaf.cl
    const uint item = (uint)get_global_id(0) % ITEMS;
    @PARAMETERS@
//@ each FOLDED
    const vf64 mean@C@ = (vf64)(@PARTIAL_0@);
    vf64 s@C@[SPAN / W], d@C@[SPAN / W];
#pragma unroll
    for (int k = 0; k < SPAN / W; k++) s@C@[k] = d@C@[k] = (vf64)(0.0);
//@ end
    for (int strip = @START@; strip < high; strip += LANES) {
        @STRIPS@
#pragma unroll
        for (int vec = 0; vec < STRIP / W; vec++) {
            const int i = strip + vec * W;
            const int whole = i >= low && high - i >= W@THERE@;
            @VALUES@
//@ include skeleton/keeps.cl
//@ each FOLDED
            const vf64 far@C@ = @FOLD_VALUE@ - mean@C@;
            const vf64 deviation@C@ = @KEEPS@ ? far@C@ : (vf64)(0.0);
            s@C@[vec] += deviation@C@ * deviation@C@;
            d@C@[vec] += deviation@C@;
//@ end
        }
    }
//@ each FOLDED
#pragma unroll
    for (int k = 0; k < SPAN / W; k++) {
        put_f64(s@C@[k], lanes_a@C@ + OF_LEAF(item * (SPAN / W) + k));
        put_f64(d@C@[k], lanes_d@C@ + OF_LEAF(item * (SPAN / W) + k));
    }
//@ end
}

__kernel void @KERNEL@(@LEAVES@@WORKING@@PARTIALS@)
{
    const long index = (uint)get_global_id(0);
    if (index >= leaves) return;
    const long n = @COUNT@;
//@ each FOLDED
    {
        vf64 s[LANES / W], d[LANES / W];
        double squares, rest;
#pragma unroll
        for (int k = 0; k < LANES / W; k++) {
            s[k] = get_f64(lanes_a@C@ + OF_LEAF(k));
            d[k] = get_f64(lanes_d@C@ + OF_LEAF(k));
        }
//@ include skeleton/reduce_deviations.cl
        @PARTIAL_1@ = squares < 0.0 ? 0.0 : squares;
        @PARTIAL_2@ = lacks;
    }
//@ end
}
