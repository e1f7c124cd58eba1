#include "base/signals.h"

#include <stddef.h>

void mr_signals_block(sigset_t *before)
{
    static const int own[] = {SIGFPE, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT};
    sigset_t mask;
    (void)sigfillset(&mask);
    for (size_t k = 0; k < sizeof own / sizeof own[0]; k++) (void)sigdelset(&mask, own[k]);
    (void)pthread_sigmask(SIG_BLOCK, &mask, before);
}

void mr_signals_restore(const sigset_t *before)
{
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}
