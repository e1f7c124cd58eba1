/* The parameters of a stream, looked at once for all the ways that run it. */
#ifndef MR_STREAM_PARAMS_H
#define MR_STREAM_PARAMS_H

#include <millrace/stream.h>

/* MR_E_VALUE for what no engine takes, or what the chosen one would ignore. */
mr_status mr_params_check(const mr_stream_params *params, mr_error *err);

#endif
