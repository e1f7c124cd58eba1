/* Integers made of the position: polynomials in it, and lines that f64 holds. */
#ifndef MR_EMIT_POSITION_H
#define MR_EMIT_POSITION_H

#include "emit/emitter.h"

/* Notes the value's degree and its line; those of its operands are noted. */
void mr_note_position(struct mr_emitter *e, ir_value value);

/* Whether the segment's skeleton walks each leaf from its first vector to its last, so that a
 * vector can be had from the one before: a polynomial of the second or third degree is that vector
 * plus its difference, which grows by its own (Newton's and Babbage's method). */
bool mr_walks_differences(const struct mr_emitter *e);

#endif
