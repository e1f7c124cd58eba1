#include "cl/contact.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/signals.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(pid_t) owner; /* the process that had the first contact; 0: none yet */

static mr_status check(pid_t of, mr_error *err)
{
    if (!of || of == getpid()) return MR_OK;
    mr_status st = mr_fail(
        err, MR_E_FORKED, "OpenCL was loaded by process %ld, which then forked this one", (long)of);
    return mr_error_hint(err, st, "open streams after the fork(), or use the host engine");
}

mr_status mr_contact_check(mr_error *err)
{
    return check(atomic_load(&owner), err);
}

mr_status mr_contact_begin(struct mr_contact *contact, mr_error *err)
{
    pid_t before = 0;
    if (!atomic_compare_exchange_strong(&owner, &before, getpid())) MR_TRY(check(before, err));
    mr_signals_block(&contact->mask);
    (void)pthread_mutex_lock(&lock);
    return MR_OK;
}

void mr_contact_end(const struct mr_contact *contact)
{
    (void)pthread_mutex_unlock(&lock);
    mr_signals_restore(&contact->mask);
}
