/* Processes that compile the same program wait for each other: PoCL renames what it compiles into
 * its cache folder, and processes that do so at once for the first time find each other's half of
 * it (3.1: a build fails without a log, or the process ends by a signal). */
#ifndef MR_CL_BUILD_LOCK_H
#define MR_CL_BUILD_LOCK_H

#include <stdatomic.h>

/* Waits until no other process of this user compiles `text`, or for so long that one of them must
 * be stopped, or until *is_unwanted (may be NULL). One lock at a time in a process. Gives what
 * mr_build_lock_release() takes: -1 where there is no folder of ours for locks. */
int mr_build_lock_take(const char *text, const atomic_bool *is_unwanted);
void mr_build_lock_release(int lock_file);

#endif
