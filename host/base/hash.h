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

/* 128 bits. */
struct mr_wide_hash {
    uint64_t high, low;
};

#define MR_WIDE_HASH_SEED                                                                          \
    ((struct mr_wide_hash){UINT64_C(0x6c62272e07bb0142), UINT64_C(0x62b821756295c58d)})

/* The same with 128 bits; the prime is 2^88 + 0x13b. */
static inline struct mr_wide_hash mr_wide_hash_bytes(struct mr_wide_hash hash, const void *bytes,
                                                     size_t count)
{
    enum { PRIME = 0x13b };
    const unsigned char *p = bytes;
    for (size_t k = 0; k < count; k++) {
        const uint64_t low = hash.low ^ p[k];
        const uint64_t carry = ((low >> 32) * PRIME + ((low & 0xffffffff) * PRIME >> 32)) >> 32;
        hash = (struct mr_wide_hash){hash.high * PRIME + carry + (low << 24), low * PRIME};
    }
    return hash;
}

#endif
