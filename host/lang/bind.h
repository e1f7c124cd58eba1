/* Arguments as written become what the operator declared; out comes a checked sequence. */
#ifndef MR_LANG_BIND_H
#define MR_LANG_BIND_H

#include "lang/call.h"

/* Makes the sequence and moves the arguments' values into it. `input` (NULL for sources) is kept by
 * reference. */
mr_status mr_call_bind(struct mr_seq **out, struct mr_call *call, struct mr_seq *input,
                       mr_error *err);

#endif
