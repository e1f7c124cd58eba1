/* Truths as bytes and as bits, the lowest of each byte first, as Arrow has them. */
#ifndef MR_BASE_BITS_H
#define MR_BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool mr_bit_at(const uint8_t *bits, size_t index)
{
    return bits[index / 8] >> index % 8 & 1;
}

/* Writes (count + 7) / 8 bytes; what is left of the last one is 0. */
static inline void mr_bits_pack(uint8_t *bits, const uint8_t *flags, size_t count)
{
    size_t whole = count / 8;
    for (size_t k = 0; k < whole; k++, flags += 8) {
        unsigned byte = 0;
        for (unsigned n = 0; n < 8; n++) byte |= (unsigned)(flags[n] != 0) << n;
        bits[k] = (uint8_t)byte;
    }
    if (count % 8) bits[whole] = 0;
    for (unsigned n = 0; n < count % 8; n++)
        bits[whole] = (uint8_t)(bits[whole] | (unsigned)(flags[n] != 0) << n);
}

/* Writes a byte for each of `count` bits from `first` on. */
static inline void mr_bits_unpack(uint8_t *flags, const uint8_t *bits, size_t first, size_t count)
{
    for (size_t k = 0; k < count; k++) flags[k] = mr_bit_at(bits, first + k);
}

#endif
