/* Processes that compile the same program take turns: PoCL renames what it compiles into its cache
 * folder, and processes that do so at once for the first time find each other's half of it (3.1: a
 * build fails without a log, or the process ends by a signal). */
#ifndef MR_CL_BUILD_TURN_H
#define MR_CL_BUILD_TURN_H

#include <stdatomic.h>

/* Waits until no other process of this user compiles `text`, or for so long that one of them must
 * be stopped, or until *is_unwanted (may be NULL). One turn at a time in a process. Gives what
 * mr_turn_end() takes: -1 where there is no folder of ours to take turns in. */
int mr_turn_begin(const char *text, const atomic_bool *is_unwanted);
void mr_turn_end(int turn);

#endif
