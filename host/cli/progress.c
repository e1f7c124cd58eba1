#include "cli/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum { FIRST_MS = 1000, NEXT_MS = 200, WIDTH = 80 };

/* A thread of its own shows the line: the one that pulls may wait long for a single value. */
struct mr_progress_line {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t stopped;
    bool is_stopped; /* under the mutex */
    bool is_running, is_shown;
    int64_t expected; /* elements */
    struct timespec began;
    _Atomic int64_t elements, positions, expected_positions;
};

static bool is_wanted(bool is_value)
{
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && (is_value || !isatty(STDOUT_FILENO)) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

/* The share is of what is known beforehand: elements that come out, or positions that sources
 * make. */
static double share_done(const struct mr_progress_line *p, double elements, double positions)
{
    double expected = (double)atomic_load(&p->expected_positions);
    double by_positions = expected > 0 ? positions / expected : -1;
    double by_elements = p->expected > 1 ? elements / (double)p->expected : -1;
    return by_elements >= 0 ? by_elements : by_positions;
}

/* What is shown: parts, as many as the terminal has room for in one line, which alone can be
 * written over. */
struct line {
    char text[160];
    size_t length, room;
};

static size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? WIDTH : size.ws_col;
}

static void add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *l, const char *format, ...)
{
    char part[64];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(part, sizeof part, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof part || (size_t)length > l->room) {
        l->room = 0;
        return;
    }
    memcpy(l->text + l->length, part, (size_t)length);
    l->length += (size_t)length;
    l->room -= (size_t)length;
}

static void add_time_left(struct line *l, double seconds)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{86400, "days"}, {3600, "hours"}, {60, "minutes"}, {0, "s"}};
    size_t k = 0;
    while (seconds < 2 * units[k].seconds) k++;
    double unit = units[k].seconds > 0 ? units[k].seconds : 1;
    add(l, "  %.0f %s left", seconds / unit, units[k].name);
}

static double seconds_since(const struct timespec *began)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began->tv_sec) + 1e-9 * (double)(now.tv_nsec - began->tv_nsec);
}

static void show(struct mr_progress_line *p)
{
    static const char erase[] = "\r\033[K";
    struct line l = {.length = sizeof erase - 1};
    size_t width = terminal_width(), most = sizeof l.text - l.length;
    double seconds = seconds_since(&p->began);
    double elements = (double)atomic_load(&p->elements);
    double positions = (double)atomic_load(&p->positions);
    double share = share_done(p, elements, positions);
    memcpy(l.text, erase, l.length);
    l.room = width <= most ? width - 1 : most; /* none in the last column, where lines wrap */
    add(&l, "%.1f s", seconds);
    if (share > 0) add(&l, "  %.0f%%", 100 * share);
    if (share > 0 && share < 1) add_time_left(&l, seconds / share * (1 - share));
    if (positions > 0) add(&l, "  %.4g positions", positions);
    if (positions > 0) add(&l, "  %.3g a second", positions / seconds);
    if (elements > 0) add(&l, "  %.4g elements", elements);
    p->is_shown = write(STDERR_FILENO, l.text, l.length) > 0;
}

static struct timespec after(const struct timespec *t, long ms)
{
    struct timespec then = {t->tv_sec + ms / 1000, t->tv_nsec + ms % 1000 * 1000000};
    then.tv_sec += then.tv_nsec / 1000000000;
    then.tv_nsec %= 1000000000;
    return then;
}

static void *run(void *argument)
{
    struct mr_progress_line *p = argument;
    struct timespec next = after(&p->began, FIRST_MS);
    (void)pthread_mutex_lock(&p->mutex);
    while (!p->is_stopped) {
        if (pthread_cond_timedwait(&p->stopped, &p->mutex, &next) == 0) continue;
        show(p);
        (void)clock_gettime(CLOCK_MONOTONIC, &next);
        next = after(&next, NEXT_MS);
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return NULL;
}

/* Signals are for the thread that pulls: there they end a waiting read. */
static int create_thread(struct mr_progress_line *p)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&p->thread, NULL, run, p);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

struct mr_progress_line *mr_progress_line_create(bool is_value)
{
    return is_wanted(is_value) ? mr_alloc(1, sizeof(struct mr_progress_line)) : NULL;
}

int mr_progress_line_poll(void *line, const mr_progress *progress)
{
    struct mr_progress_line *p = line;
    if (!p) return 0;
    atomic_store(&p->positions, progress->computed);
    atomic_store(&p->expected_positions, progress->expected);
    return 0;
}

void mr_progress_line_start(struct mr_progress_line *p, int64_t expected)
{
    pthread_condattr_t clock;
    if (!p || pthread_condattr_init(&clock)) return;
    p->expected = expected;
    (void)clock_gettime(CLOCK_MONOTONIC, &p->began);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&p->mutex, NULL);
    (void)pthread_cond_init(&p->stopped, &clock);
    p->is_running = create_thread(p) == 0;
    (void)pthread_condattr_destroy(&clock);
}

void mr_progress_line_add(struct mr_progress_line *p, int64_t elements)
{
    if (p) atomic_fetch_add(&p->elements, elements);
}

static void stop(struct mr_progress_line *p)
{
    (void)pthread_mutex_lock(&p->mutex);
    p->is_stopped = true;
    (void)pthread_cond_signal(&p->stopped);
    (void)pthread_mutex_unlock(&p->mutex);
    (void)pthread_join(p->thread, NULL);
    if (p->is_shown) (void)!write(STDERR_FILENO, "\r\033[K", 4);
    (void)pthread_cond_destroy(&p->stopped);
    (void)pthread_mutex_destroy(&p->mutex);
}

void mr_progress_line_stop(struct mr_progress_line **progress)
{
    struct mr_progress_line *p = *progress;
    *progress = NULL;
    if (p && p->is_running) stop(p);
    mr_free(p);
}
