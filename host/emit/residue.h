/* Comparisons x % d == r with a constant d and a number r, which need no remainder.
 *
 * Granlund, Montgomery: Division by invariant integers using multiplication (PLDI'94), section 9.
 * With d = 2^shift * q, q odd, and v the inverse of q modulo 2^n, u -> rotate_right(u * v, shift)
 * is a permutation of the n-bit numbers that takes 0, d, 2d, ... to 0, 1, 2, ... The numbers that
 * leave r are `first`, first + d, ... , `count` of them; so x is one of them just when
 * rotate_right(x * v - first * v, shift) < count. Multiplied out, as here, first * v is a number
 * known before the loop; (x - first) * v is compiled wrong by Intel's CPU runtime 2026.2 where x is
 * an index. */
#ifndef MR_EMIT_RESIDUE_H
#define MR_EMIT_RESIDUE_H

#include "emit/emitter.h"

/* Whether `value` compares so. */
bool mr_find_residue(const struct mr_emitter *e, ir_value value, struct mr_residue *out);

#endif
