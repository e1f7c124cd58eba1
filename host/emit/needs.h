/* The second pass: which values each kernel makes as lanes, and which it reads as scalars; which
 * columns and functions the program uses. */
#ifndef MR_EMIT_NEEDS_H
#define MR_EMIT_NEEDS_H

#include "emit/emitter.h"

/* The program's kernels that make values: the first, and COMPACT's last one, which makes those
 * that the first neither tests nor saves. */
enum { MR_FIRST_KERNEL, MR_PACK_KERNEL };

void mr_decide_needs(struct mr_emitter *e);

#endif
