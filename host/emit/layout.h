/* The third pass: what values are held in. Widths of vectors, strips and masks; places of
 * parameters. */
#ifndef MR_EMIT_LAYOUT_H
#define MR_EMIT_LAYOUT_H

#include "emit/emitter.h"

void mr_decide_layout(struct mr_emitter *e);

#endif
