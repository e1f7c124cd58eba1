/* The parameters of a stream, looked at once for all the ways that run it. */
#ifndef MR_STREAM_PARAMS_H
#define MR_STREAM_PARAMS_H

#include <millrace/stream.h>

#include "plan/plan.h"

/* MR_E_VALUE for what no engine takes, or what the chosen one would ignore. */
mr_status mr_params_check(const mr_stream_params *params, mr_error *err);

/* A plan for a stream with these. */
mr_status mr_params_plan(struct mr_plan **out, const mr_stream_params *params, const mr_seq *seq,
                         mr_error *err);

#endif
