/* Numbers and integers of one lane as text. */
#ifndef MR_EMIT_SCALARS_H
#define MR_EMIT_SCALARS_H

#include "emit/emitter.h"

/* "i32" -> "int" and so on. */
const char *mr_cl_type_name(mr_dtype dtype);

/* A number of one lane. */
void mr_emit_literal(struct mr_strbuf *out, mr_dtype dtype, mr_scalar value);

/* A parameter's or constant's scalar name or literal. */
void mr_emit_scalar(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* An integer that is written out (mr_note.degree) at `position`: an integer of 64 bits for one
 * lane, a vu64 for several. What is larger wraps, as all that is printed here does modulo 2^64. */
void mr_emit_at(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, const char *position);

/* What one more lane adds to a value of degree 0 or 1. */
void mr_emit_slope(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

#endif
