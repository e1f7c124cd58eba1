/* Contact with drivers: what may be the first call of its kind in a process (loading, listing
 * devices, making contexts and queues) is made in here, for three reasons.
 *   - Drivers race with themselves while they start: PoCL's clGetDeviceIDs returns to a second
 *     thread before the first one has made the devices. So there is one contact at a time.
 *   - The threads that drivers start inherit the caller's signal mask, and would run the program's
 *     handlers. So all signals are blocked but those that a thread's own instruction raises.
 *   - Neither drivers nor locks that another thread held survive a fork(). So a child of a process
 *     that had any contact gets an error before it waits for anything. */
#ifndef MR_CL_CONTACT_H
#define MR_CL_CONTACT_H

#include <signal.h>

#include "base/error.h"

/* The caller's own signal mask meanwhile. */
struct mr_contact {
    sigset_t mask;
};

/* Waits until no other thread is in contact. MR_E_FORKED, without waiting, in a forked child: then
 * nothing is to be ended. Does not nest. */
mr_status mr_contact_begin(struct mr_contact *contact, mr_error *err);
void mr_contact_end(const struct mr_contact *contact);

/* MR_E_FORKED in a child of a process that had contact: drivers do not survive a fork(). */
mr_status mr_contact_check(mr_error *err);

#endif
