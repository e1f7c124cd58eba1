/* The passes over a body, in order. Each notes of every node (emit/note.h) what those after it, and
 * the text, read:
 *
 *     strength   how each value is made: a sum in place of a product, no remainder, ...
 *     needs      which kernel makes it, as lanes or as a scalar; what nobody needs is not written
 *     layout     what it is held in: widths of vectors, strips and masks, places of parameters
 *
 * Strength comes first because a value that is had by another way needs other operands. */
#ifndef MR_EMIT_PASSES_H
#define MR_EMIT_PASSES_H

#include "emit/emitter.h"

mr_status mr_emitter_open(struct mr_emitter *e, const struct mr_segment *segment,
                          const struct mr_profile *profile, struct mr_source_text *source,
                          mr_error *err);
void mr_emitter_close(struct mr_emitter *e);

/* The body after each pass, in words. */
mr_status mr_emit_passes(struct mr_strbuf *out, const struct mr_segment *segment,
                         const struct mr_profile *profile, mr_error *err);

#endif
