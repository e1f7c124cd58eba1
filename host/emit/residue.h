/* Comparisons x % d == r with a constant d and a number r, which need no remainder. */
#ifndef MR_EMIT_RESIDUE_H
#define MR_EMIT_RESIDUE_H

#include "emit/values.h"

struct mr_residue {
    ir_value x, r;    /* r: a constant or a parameter */
    uint64_t divisor; /* at least 2, its sign left out: C's remainder does not depend on it */
    unsigned bits;    /* of the test's lanes: 32 where x and the divisor are seen to fit */
};

/* Whether `value` compares so. */
bool mr_find_residue(const struct mr_emitter *e, ir_value value, struct mr_residue *out);

/* Numbers of the test that the loop does not change. */
void mr_emit_residue_numbers(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* What x - first is multiplied by: the inverse of the divisor's odd part. */
uint64_t mr_residue_inverse(const struct mr_emitter *e, ir_value value);

/* The test as a mask. */
void mr_emit_residue(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

#endif
