/* How many elements a sequence has, as far as its description says. */
#ifndef MR_IR_LENGTH_H
#define MR_IR_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/sequence.h>

/* Positions are below 2^63-1. What reads an input at positions higher than its own runs out of them
 * sooner: `count() | skip(9223372036854775800)` is endless, and 7 of its elements can be reached.
 * To go on there is an error and no end. */
struct mr_length {
    mr_length_kind kind;
    int64_t most;  /* KNOWN: just so many; UNKNOWN: no more than that; ENDLESS: INT64_MAX */
    int64_t reach; /* that many elements have positions, in the sequence and in all it reads */
};

#define MR_LENGTH_WITHOUT_END ((struct mr_length){MR_LENGTH_ENDLESS, INT64_MAX, INT64_MAX})

struct mr_length mr_length_known(int64_t count);
struct mr_length mr_length_at_most(int64_t most);

/* The first `n`; all behind those; elements start, start + step, ... before stop. */
struct mr_length mr_length_take(struct mr_length length, int64_t n);
struct mr_length mr_length_skip(struct mr_length length, int64_t n);
struct mr_length mr_length_stride(struct mr_length length, int64_t start, int64_t step);

/* Some of them, nobody knows which; one for each n of them. */
struct mr_length mr_length_some(struct mr_length length);
struct mr_length mr_length_chunks(struct mr_length length, int64_t n);

/* Both side by side; one after the other. Two known lengths whose sum is above 2^63-1 give one that
 * is too long, mr_length_is_too_long(). */
struct mr_length mr_length_shorter(struct mr_length a, struct mr_length b);
struct mr_length mr_length_joined(struct mr_length a, struct mr_length b);
bool mr_length_is_too_long(struct mr_length a, struct mr_length b);

/* Where part k of n contiguous parts begins, at a multiple of 1024, where a leaf of the fixed tree
 * does; k = n: the end. Parts differ by one leaf at most, the last of all may be shorter. */
int64_t mr_part_begin(int64_t length, int64_t k, int64_t n);

/* Elements come from positions below this one. */
static inline int64_t mr_length_positions(struct mr_length length)
{
    return length.most < length.reach ? length.most : length.reach;
}

/* Whether there would be elements where the positions end. */
static inline bool mr_length_goes_on(struct mr_length length)
{
    return length.kind == MR_LENGTH_KNOWN ? length.reach < length.most
                                          : length.reach <= length.most;
}

#endif
