/* Terms of a recurrence: the work-items share the unit in equal parts. Each steps through CHAINS
 * pieces of its part at once, because a step waits for the one before it; it jumps to where they
 * begin. A short part is not worth the jumps: all of it is left to the last chain.
 * Further arguments: to, the output. */
#define CHAINS 4

__kernel void @NAME@(@ARGUMENTS@, const long to@OUTPUTS@)
{
    const long workers = (long)get_global_size(0), worker = (long)get_global_id(0);
    const long low = first + count * worker / workers;
    const long high = first + count * (worker + 1) / workers;
    const long piece = high - low < CHAINS * LEAF ? 0 : (high - low) / CHAINS;
    if (low >= high) return;
@PARAMETERS@
    @STATE@ jumped[CHAINS], chain[CHAINS];
    for (int c = piece ? 0 : CHAINS - 1; c < CHAINS; c++) @JUMP@;
#pragma unroll
    for (int c = 0; c < CHAINS; c++) chain[c] = jumped[c];
    for (long k = 0; k < piece; k++) {
#pragma unroll
        for (int c = 0; c < CHAINS; c++) {
            out0[to + low + c * piece + k] = (@TYPE@)@TERM@;
            @STEP@;
        }
    }
    const int c = CHAINS - 1;
    for (long i = low + CHAINS * piece; i < high; i++) {
        out0[to + i] = (@TYPE@)@TERM@;
        @STEP@;
    }
}
