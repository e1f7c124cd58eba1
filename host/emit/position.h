/* Integers made of the position: numbers that the host or one lane knows, sums in place of
 * products. All modulo 2^64, where nothing is lost. */
#ifndef MR_EMIT_POSITION_H
#define MR_EMIT_POSITION_H

#include "emit/values.h"

/* Before anything else: how long each value is when it is written out. */
void mr_measure_positions(struct mr_emitter *e);

/* True when the integer is linear in the position and stays below 2^53 for every one, so that its
 * f64 is exact and may be formed by adding lane offsets in f64. */
bool mr_is_exact_f64(const struct mr_emitter *e, ir_value value);

/* A product that grows by the same number from lane to lane: one sum in place of the products,
 * which few CPUs have for 64 bits. */
bool mr_is_linear_product(const struct mr_emitter *e, const struct ir_node *n);

/* The value at lane 0, a ulong, or at what else mr_emitter.lane_0 is: what is larger wraps. */
void mr_emit_at_lane_0(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* What one more lane adds, likewise. */
void mr_emit_slope(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* Whether the value, a polynomial of the second or third degree, is had by its differences, as
 * Newton's and Babbage's: a reduction walks a leaf vector by vector, each vector is the one before
 * plus its difference, which grows by its own. */
bool mr_walks_polynomial(const struct mr_emitter *e, ir_value value);

/* Differences at a leaf's first vector, if any are needed for the value; after each vector, those
 * of the next one. For a comparison of a remainder (residue.h), those of its product. */
void mr_emit_differences(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);
void mr_emit_next(struct mr_emitter *e, struct mr_strbuf *out, const char *indent, ir_value value);

/* The value at the vector at hand. */
void mr_emit_polynomial(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

#endif
