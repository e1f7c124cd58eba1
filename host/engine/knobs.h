/* What tests, and options of the command that nobody is shown, ask of a stream besides its
 * parameters. mr_stream_params.knobs points to it; it must stay as long as the stream. */
#ifndef MR_ENGINE_KNOBS_H
#define MR_ENGINE_KNOBS_H

#include <millrace/stream.h>

struct mr_knobs {
    bool staged_copies;      /* the two-queue path of devices without shared memory */
    unsigned device_at_unit; /* with MR_ENGINE_AUTO. 0: the device takes over once it is ready; n:
                              * right before work unit n, which waits for it; 1: at open */
    bool is_brief;           /* launches of the host engine take long after a leaf, and end there */
    bool asks_drivers; /* explain: also with MR_ENGINE_AUTO; drivers do not survive a fork() */
    bool makes_here;   /* the device's leg is made on the calling thread: for Oclgrind, which
                              * keeps its records by the thread that opened the device */
};

/* Whether slots are shared with the host, on a device that shares its memory or not. */
static inline bool mr_params_share_memory(const mr_stream_params *params, bool device_shares)
{
    return device_shares && !(params->knobs && params->knobs->staged_copies);
}

static inline unsigned mr_params_device_at_unit(const mr_stream_params *params)
{
    return params->knobs ? params->knobs->device_at_unit : 0;
}

static inline bool mr_params_ask_drivers(const mr_stream_params *params)
{
    return params->engine == MR_ENGINE_OPENCL || params->device || params->context ||
           (params->knobs && params->knobs->asks_drivers && params->engine != MR_ENGINE_HOST);
}

static inline bool mr_params_are_brief(const mr_stream_params *params)
{
    return params->knobs && params->knobs->is_brief;
}

static inline bool mr_params_make_here(const mr_stream_params *params)
{
    return params->knobs && params->knobs->makes_here;
}

#endif
