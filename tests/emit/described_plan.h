/* Plans of texts in the shapes of a CPU, a GPU and a CPU with functions of its own, and what
 * emission says of their segments. */
#ifndef MR_TESTS_EMIT_DESCRIBED_PLAN_H
#define MR_TESTS_EMIT_DESCRIBED_PLAN_H

#include "base/memory.h"
#include "emit/emit.h"
#include "emit/passes.h"

enum way { CPU, GPU, NATIVE, WAYS };

struct mr_profile profile_of(enum way way);

/* Fitted, for the kinds choose kernels by units too. ARRAY | stages, TWICE | stages: of the
 * caller's memory, and of the same once more behind it. The test ends where there is no plan. */
struct mr_plan *plan_of(const char *text, enum way way);

typedef void describe_fn(struct mr_strbuf *out, const struct mr_emitter *e);

/* What `describe` says of each segment that has a kernel, those of one plan separated by " / ". */
void describe_plan(struct mr_strbuf *out, const char *text, enum way way, describe_fn *describe);
void check_plan(const char *text, enum way way, describe_fn *describe, const char *expected);

#endif
