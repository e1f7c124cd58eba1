/* The parameters of a stream, looked at once for all the ways that run it. */
#ifndef MR_STREAM_PARAMS_H
#define MR_STREAM_PARAMS_H

#include <millrace/stream.h>

#include "engine/engine.h"

/* MR_E_VALUE for what no engine takes, or what the chosen one would ignore. */
mr_status mr_params_check(const mr_stream_params *params, mr_error *err);

/* A plan for a stream with these. */
mr_status mr_params_plan(struct mr_plan **out, const mr_stream_params *params, const mr_seq *seq,
                         mr_error *err);

/* How that is to run: on the host engine; on a device of this shape (which stays the caller's), or
 * on so many of them; on an engine at hand. */
struct mr_plan_limits mr_limits_on_host(const mr_stream_params *params);
struct mr_plan_limits mr_limits_on_device(const mr_stream_params *params,
                                          const struct mr_profile *shape, bool shares_memory,
                                          unsigned devices);
struct mr_plan_limits mr_limits_on(const mr_stream_params *params, const struct mr_engine *engine);

/* What was told of a plan that was fitted for any device; the one at hand can only need less. */
struct mr_told {
    size_t batch;
    unsigned ring;
    size_t bytes; /* on host and device */
};
struct mr_told mr_told_of(const struct mr_plan *plan);
void mr_limits_within(struct mr_plan_limits *limits, const struct mr_told *told);

#endif
