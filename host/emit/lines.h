/* The lines of a kernel's loop, in order. */
#ifndef MR_EMIT_LINES_H
#define MR_EMIT_LINES_H

#include "emit/needs.h"

/* One line a value that the kernel needs, for the W lanes at position i, i+1, ...; `low` and `high`
 * bound the positions that count, `whole` says that they bound none of these. */
void mr_emit_values(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent);

/* Writes a line that asks for memory ahead: the cache lines that the first kernel's loads of
 * consecutive elements will read at `position`, an expression of OpenCL C. */
void mr_emit_prefetches(struct mr_emitter *e, struct mr_strbuf *out, const char *position);

/* Reports of failing checks: status word `MR_STATUS_CHECKS + k` for check k. */
void mr_emit_checks(struct mr_emitter *e, struct mr_strbuf *out, const char *indent);

#endif
