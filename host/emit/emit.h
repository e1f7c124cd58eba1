/* A segment printed as an OpenCL program: the prelude, the library functions it calls, and the
 * skeleton of its kind with the body's values filled in. */
#ifndef MR_EMIT_EMIT_H
#define MR_EMIT_EMIT_H

#include "emit/source_text.h"
#include "plan/plan.h"
#include "plan/profile.h"

mr_status mr_emit_segment(struct mr_source_text *out, const struct mr_segment *segment,
                          const struct mr_profile *profile, mr_error *err);

/* True if any value of the segment is f64, so that the device must have it. */
bool mr_segment_needs_fp64(const struct mr_segment *segment);
bool mr_plan_needs_fp64(const struct mr_plan *plan);

/* True if native_math makes any difference to the plan. */
bool mr_plan_has_native(const struct mr_plan *plan);

#endif
