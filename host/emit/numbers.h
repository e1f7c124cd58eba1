/* The numbers that a kernel's loop does not change, as lines of OpenCL C before the loop. */
#ifndef MR_EMIT_NUMBERS_H
#define MR_EMIT_NUMBERS_H

#include "emit/emitter.h"

/* `const double p0 = as_double(P[0]);` for every parameter that the kernel needs; then those of
 * comparisons of remainders, the differences of a leaf's first vector and the rises of lines. */
void mr_emit_params(struct mr_emitter *e, struct mr_strbuf *out, size_t kernel);

#endif
