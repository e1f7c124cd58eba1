/* The first pass: how each value is made. What a value needs of its operands follows from it. */
#ifndef MR_EMIT_STRENGTH_H
#define MR_EMIT_STRENGTH_H

#include "emit/emitter.h"

void mr_decide_strength(struct mr_emitter *e);

/* True for a call that OpenCL C has a function for, of the same name. */
bool mr_node_has_native(const struct ir_node *node);

#endif
