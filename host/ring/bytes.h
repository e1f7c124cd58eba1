/* What is remembered, as bytes: numbers in groups of 7 bits, the least first, each but the last
 * with bit 7 set (LEB128), and words of 64 bits, the least byte first. */
#ifndef MR_RING_BYTES_H
#define MR_RING_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes what has room and counts all of it. */
struct mr_bytes_out {
    unsigned char *bytes; /* NULL: only counts */
    size_t size, used;
    size_t hole; /* where something is not known yet; 0: nowhere */
};

void mr_put_bytes(struct mr_bytes_out *out, const void *bytes, size_t count);
void mr_put_number(struct mr_bytes_out *out, uint64_t number);
void mr_put_signed(struct mr_bytes_out *out, int64_t number); /* 0 -1 1 -2 ... as 0 1 2 3 ... */
void mr_put_word(struct mr_bytes_out *out, uint64_t word);

/* Reads 0 where there is nothing, or no number, and remembers that. */
struct mr_bytes_in {
    const unsigned char *bytes;
    size_t size, at;
    bool is_bad;
};

void mr_get_bytes(struct mr_bytes_in *in, void *bytes, size_t count);
uint64_t mr_get_number(struct mr_bytes_in *in);
int64_t mr_get_signed(struct mr_bytes_in *in);
uint64_t mr_get_word(struct mr_bytes_in *in);

/* A number that is at most `most`, which is 2^63-1 or less. */
int64_t mr_get_at_most(struct mr_bytes_in *in, int64_t most);

#endif
