/* FNV-1a: 64 bits for naming kernels and finding equal IR nodes, 128 for fingerprints. Not for
 * security. */
#ifndef MR_BASE_HASH_H
#define MR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define MR_HASH_SEED UINT64_C(0xcbf29ce484222325)

/* Continues `hash` over the bytes; start with MR_HASH_SEED.
 * Fowler, Noll, Vo: FNV-1a (draft-eastlake-fnv, section 2). */
static inline uint64_t mr_hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *p = bytes;
    for (size_t k = 0; k < count; k++) hash = (hash ^ p[k]) * UINT64_C(0x100000001b3);
    return hash;
}

__extension__ typedef unsigned __int128 mr_wide_hash;

#define MR_WIDE_HASH_SEED                                                                          \
    ((mr_wide_hash)UINT64_C(0x6c62272e07bb0142) << 64 | UINT64_C(0x62b821756295c58d))

/* The same with 128 bits; the prime is 2^88 + 0x13b. */
static inline mr_wide_hash mr_wide_hash_bytes(mr_wide_hash hash, const void *bytes, size_t count)
{
    const mr_wide_hash prime = ((mr_wide_hash)1 << 88) + 0x13b;
    const unsigned char *p = bytes;
    for (size_t k = 0; k < count; k++) hash = (hash ^ p[k]) * prime;
    return hash;
}

#endif
