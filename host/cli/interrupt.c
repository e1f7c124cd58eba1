#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { PATIENCE_S = 1 };

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2, "signal handlers need lock-free atomics");

static _Atomic(mr_cancel *) token; /* for the life of the process */
static volatile sig_atomic_t came;
static int nothing = -1; /* a descriptor of /dev/null */

/* For what cannot be interrupted: a write that nobody reads, a FIFO that nobody writes, a
 * driver. */
static void give_up(int number)
{
    (void)number;
    _exit(128 + came);
}

static void stop(int number)
{
    int saved = errno;
    came = number;
    mr_cancel_request(atomic_load(&token));
    if (nothing >= 0) (void)dup2(nothing, STDIN_FILENO);
    (void)alarm(PATIENCE_S);
    errno = saved;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction before, action = {.sa_handler = handler, .sa_flags = flags};
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) != 0 || before.sa_handler == SIG_IGN) return;
    (void)sigaction(number, &action, NULL);
}

void mr_interrupt_install(void)
{
    static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
    atomic_store(&token, mr_cancel_create());
    nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (size_t k = 0; k < sizeof stopping / sizeof stopping[0]; k++)
        handle(stopping[k], stop, (int)SA_RESETHAND); /* the second one ends the process at once */
    handle(SIGALRM, give_up, 0);
}

const mr_cancel *mr_interrupt_token(void)
{
    return atomic_load(&token);
}

int mr_interrupt_signal(void)
{
    return came;
}

void mr_interrupt_wait(unsigned seconds)
{
    if (came) (void)alarm(seconds);
}
