/* The declarations of what kernels take, written and noted. */
#ifndef MR_EMIT_ARGUMENT_H
#define MR_EMIT_ARGUMENT_H

#include "emit/emitter.h"

/* Writes the declaration of the kernel's next argument and notes it; the name is formatted. */
void mr_emit_argument(struct mr_emitter *e, struct mr_strbuf *out, struct mr_kernel_arg arg,
                      const char *name, ...) __attribute__((format(printf, 4, 5)));

/* `const long NAME`: a number of the launch. */
void mr_emit_long(struct mr_emitter *e, struct mr_strbuf *out, enum mr_arg_what what,
                  const char *name);

/* `const long NAME`: the same number in each launch. */
void mr_emit_value(struct mr_emitter *e, struct mr_strbuf *out, int64_t value, const char *name);

/* Those every kernel over positions begins with: P, first, count, status, and for each view that is
 * used its columns in%view_%column and `at`, or `last` of memory, the index of its last element. */
void mr_emit_arguments(struct mr_emitter *e, struct mr_strbuf *out);

/* out0, out1, ... */
void mr_emit_outputs(struct mr_emitter *e, struct mr_strbuf *out);

/* Begins the next kernel: writes its name. */
void mr_emit_kernel(struct mr_emitter *e, struct mr_strbuf *out);

#endif
