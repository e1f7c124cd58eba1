/* Ctrl-C and its like end a run in order: what was computed is written, temporary files go. */
#ifndef MR_CLI_INTERRUPT_H
#define MR_CLI_INTERRUPT_H

#include <millrace/stream.h>

/* From now on SIGINT, SIGTERM and SIGHUP interrupt what was opened with the token, let waiting
 * reads of standard input end, and end the process by force if it is not gone a second later.
 * Signals that were ignored stay so. */
void mr_interrupt_install(void);

/* For the parameters of streams; NULL before mr_interrupt_install(), and without memory. */
const mr_cancel *mr_interrupt_token(void);

/* The signal that came, or 0. */
int mr_interrupt_signal(void);

/* Gives what is to be done before the end so many seconds more. */
void mr_interrupt_wait(unsigned seconds);

#endif
