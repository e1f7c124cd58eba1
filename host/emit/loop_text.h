/* Loops of a body: the lanes of a vector take their turns together, and each keeps its states from
 * the turn on in which it ends. */
#ifndef MR_EMIT_LOOP_TEXT_H
#define MR_EMIT_LOOP_TEXT_H

#include "emit/skeleton.h"

/* The loop's states and its turns, until no lane goes on: kernels/skeleton/loop.cl. */
void mr_emit_loop(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel, const char *indent,
                  ir_value loop);

/* Marks of that text, and whether the loop that is written has a condition. */
extern const struct mr_text_mark mr_loop_marks[];
bool mr_loop_has_while(const struct mr_emitter *e);

#endif
