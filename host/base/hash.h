/* FNV-1a, 64 bits: for naming kernels and finding equal IR nodes. Not for security. */
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

#endif
