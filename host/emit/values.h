/* The body's values as lines of OpenCL C, read off what the passes noted. */
#ifndef MR_EMIT_VALUES_H
#define MR_EMIT_VALUES_H

#include "emit/needs.h"

/* What is computed for a whole run at once. */
void mr_emit_runs(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel);

/* One line a value that the kernel needs, for the W lanes at position i, i+1, ...; `low` and `high`
 * bound the positions that count, `whole` says that they bound none of these. */
void mr_emit_values(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent);

/* One of these lines. */
void mr_emit_value_line(struct mr_emitter *e, struct mr_strbuf *out, const char *indent,
                        ir_value value);

/* Asks, in one line, for what the first kernel's loads of consecutive elements read at `position`,
 * a text. */
void mr_emit_prefetches(struct mr_emitter *e, struct mr_strbuf *out, const char *position);

/* Reports of failing checks: status word `MR_STATUS_CHECKS + k` for check k. */
void mr_emit_checks(struct mr_emitter *e, struct mr_strbuf *out, const char *indent);

/* A value as stored: lanes, masks as bytes. */
void mr_emit_stored(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* A bool value as a mask of 32-bit or 64-bit lanes. */
void mr_emit_mask(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits);

#endif
