/* Ask for the line AHEAD bytes behind p, which a loop that reads or writes at p will come to; no
 * access, so it may lie behind all that there is. Lines to be written are asked for because another
 * core may hold them since it filled the slot last, and stores wait for them one by one.
 *
 * A kind defines ASKS_ITSELF where its loop reads a little, then works in the cache, and asks with
 * PREFETCH_AT while it works; and ONLY_READS where the loop only reads: a CPU is as far ahead by
 * itself then, unless loads are whole lines, which leave the prefetchers of some asleep.
 *
 * PoCL's prefetch() does nothing, clang's does: of other drivers, Oclgrind knows only the first. */
#if MR_X86 && defined(AHEAD) && defined(POCL_DEVICE_ADDRESS_BITS)
#define PREFETCH_AT(p, index)                                                                     \
    __builtin_prefetch((__global const void *)((uintptr_t)(p) + (uintptr_t)(index) * sizeof *(p)))
#define PREFETCH_TO_WRITE(p) __builtin_prefetch((__global const void *)((uintptr_t)(p) + AHEAD), 1)
#if !defined(ASKS_ITSELF) && (!defined(ONLY_READS) || MR_X86 == 512)
#define PREFETCH(p) __builtin_prefetch((__global const void *)((uintptr_t)(p) + AHEAD))
#endif
#endif
