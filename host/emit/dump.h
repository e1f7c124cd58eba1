/* A body in words, with what the passes noted: for `millrace explain --passes`. */
#ifndef MR_EMIT_DUMP_H
#define MR_EMIT_DUMP_H

#include "emit/emitter.h"

/* How the value is made, "" for the operation itself: "residue by 7 in 64 bits". */
void mr_dump_form(const struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* A line a node: number, dtype, operation and operands; then what the passes up to `last` noted:
 * how it is made, which kernel makes it, what holds it. */
void mr_dump_body(const struct mr_emitter *e, struct mr_strbuf *out, enum mr_pass last);

#endif
