/* A stream that lost one of its devices goes on with the others: from what its runners remember, as
 * a saved one would. */
#ifndef MR_STREAM_RECOVERY_H
#define MR_STREAM_RECOVERY_H

#include "stream/reduction.h"

/* After a call failed, as *why says: makes a new root for *leg that goes on where the old one was,
 * with what `result` has of a terminal. False, and *leg to be saved or closed only: it was another
 * failure, no device is left, or a live source cannot be read again; then *why is the last one. */
bool mr_recover(struct mr_leg *leg, struct mr_reduction *result, mr_error *why);

#endif
