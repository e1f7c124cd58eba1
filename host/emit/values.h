/* How each value is written in OpenCL C, read off what the passes noted. */
#ifndef MR_EMIT_VALUES_H
#define MR_EMIT_VALUES_H

#include "emit/needs.h"

/* What is computed for a whole strip at once. */
void mr_emit_strips(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel);

/* The line that makes the value. */
void mr_emit_value_line(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                        ir_value value);

/* A value as stored: lanes, masks as bytes. */
void mr_emit_stored(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* The lanes that a SLOT or EDGE reads, as they are stored. */
void mr_emit_slot_load(struct mr_emitter *e, struct mr_strbuf *out, ir_value load);

/* Whether all that an EDGE reads at positions in [low, high) is there. */
void mr_emit_is_there(struct mr_emitter *e, struct mr_strbuf *out, ir_value load);

/* A bool value as a mask of 32-bit or 64-bit lanes. */
void mr_emit_mask(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits);

#endif
