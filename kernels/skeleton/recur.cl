/* Terms of a recurrence: the work-items share the unit in equal parts. Each jumps to where the W
 * pieces of its share begin and steps through all of them at once, a chain a lane, because a step
 * waits for the one before it. Blocks of W terms a chain are transposed, so that stores are whole
 * vectors; what is left behind the last piece is fewer than W blocks.
 * NUMBERS: those that the state of term `first` is made of, `start`. */
__kernel void @KERNEL@(@ARGUMENTS@@TO@@NUMBERS@@OUTPUTS@)
{
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    const long low = first + count * worker / workers;
    const long high = first + count * (worker + 1) / workers;
    const long piece = (high - low) / (W * W) * W;
    if (low >= high) return;
    @PARAMETERS@
    const vu64 lane = (vu64)(IOTA);
    __global @TYPE@ *own = out0 + (to + low);
    ulong numbers[16];
    vstore16(start, 0, numbers);
    mr_@RECURRENCE@_t chains;
    mr_@RECURRENCE@_load(&chains, numbers@SCALARS@);
    mr_@RECURRENCE@_jump(
        &chains, (vu64)((ulong)(low - first)) + lane * (vu64)((ulong)piece)@SCALARS@);
    for (long k = 0; k < piece; k += W) {
        vu64 terms[W];
#pragma unroll
        for (int j = 0; j < W; j++) {
            terms[j] = mr_@RECURRENCE@_term(&chains);
            mr_@RECURRENCE@_step(&chains@SCALARS@);
        }
        TRANSPOSE(vu64, terms);
#pragma unroll
        for (int j = 0; j < W; j++) {
            write_@DTYPE@(MR_LANES(convert_@TYPE@)(terms[j]), own + j * piece + k);
        }
    }
    for (long k = W * piece; k < high - low; k++) {
        ulong terms[W];
        VSTORE(mr_@RECURRENCE@_term(&chains), terms);
        own[k] = (@TYPE@)terms[W - 1];
        mr_@RECURRENCE@_step(&chains@SCALARS@);
    }
}
