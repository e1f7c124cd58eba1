/* Signals are the business of the program, not of threads that work for the library. */
#ifndef MR_BASE_SIGNALS_H
#define MR_BASE_SIGNALS_H

#include <signal.h>

/* Blocks, for the calling thread and those it starts, all signals but the ones that a thread's own
 * instruction raises: a driver may count on those. *before is for mr_signals_restore(). */
void mr_signals_block(sigset_t *before);
void mr_signals_restore(const sigset_t *before);

#endif
