// needs: philox.cl
/* Words for methods that may have to try again, without shifting their neighbours: element i has a
 * sequence of blocks of its own.
 *
 * The first is that of the counter {2^63 + i, stream}, which no other block of the seed has: blocks
 * of consecutive words have numbers below 2^62. Each further one is the last one enciphered again
 * under the next key. Enciphering is a permutation, so block k of one element is never block k of
 * another one, of this stream or of any other of the seed. */

#define RETRY_KEY 0x9E3779B97F4A7C15ul

MR_FN void mr_retry_begin(vu32 *c, vi64 i, MR_ULONG_T seed, MR_ULONG_T stream)
{
    mr_philox_counters(c, TO_U64(i) | K_U64(0x8000000000000000), stream);
    mr_philox_blocks(c, seed);
}

/* Block number `attempt`, from the one before. */
MR_FN void mr_retry_next(vu32 *c, MR_ULONG_T seed, MR_ULONG_T attempt)
{
    mr_philox_blocks(c, seed + attempt * RETRY_KEY);
}
