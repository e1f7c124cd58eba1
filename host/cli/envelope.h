/* What a drawing needs of very many numbers, in constant memory: it is cut into buckets of as
 * many elements each, of which the lowest, the highest and the mean are kept. When all buckets are
 * full, neighbours become one, and each takes twice as many elements from then on.
 *
 *     most 4   [0][1][2][3] -> [0 1][2 3][4 5][6 7] -> [0..3][4..7][8 9]
 *
 * Values that are not finite have no place in a drawing; they are counted. */
#ifndef MR_CLI_ENVELOPE_H
#define MR_CLI_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/status.h>

struct mr_bucket {
    double low, high, mean;
    int64_t count; /* finite values; 0: nothing to draw */
};

struct mr_envelope {
    struct mr_bucket *buckets;
    size_t most, used;
    int64_t bucket_elems;
    int64_t elements;
    int64_t not_finite;
};

/* `most` buckets at most, an even number. */
mr_status mr_envelope_create(struct mr_envelope *out, size_t most, mr_error *err);
void mr_envelope_free(struct mr_envelope *e);

void mr_envelope_add(struct mr_envelope *e, double value);

/* Neighbours become one while more than `most` are in use. */
void mr_envelope_narrow(struct mr_envelope *e, size_t most);

/* The lowest and the highest of all; false: there is no finite value. */
bool mr_envelope_range(const struct mr_envelope *e, double *low, double *high);

#endif
