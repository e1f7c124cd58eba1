#include "stream/consumers.h"

#include <stddef.h>

enum {
    LEAST_NS = 16000000,   /* a second thread may be a slice of time late, and come back */
    FORGET_NS = 128000000, /* and lose its core in the middle of a pull, for as long */
    WAIT_PART = 3,         /* of so many quarters */
    PARTS = 4
};

/* The time since the last call was spent in a pull or not. */
static void note(struct mr_consumers *c, int64_t now_ns)
{
    int64_t passed = c->changes ? now_ns - c->last_ns : 0;
    c->last_ns = now_ns;
    c->noted_ns += passed;
    if (c->is_pulling) c->pulled_ns += passed;
    if (c->noted_ns < FORGET_NS) return;
    c->noted_ns /= 2;
    c->pulled_ns /= 2;
    c->changes /= 2;
}

void mr_consumers_begin(struct mr_consumers *c, const void *thread, int64_t now_ns)
{
    note(c, now_ns);
    c->changes += c->thread && c->thread != thread;
    c->thread = thread;
    c->is_pulling = true;
}

void mr_consumers_end(struct mr_consumers *c, int64_t now_ns)
{
    note(c, now_ns);
    c->is_pulling = false;
}

bool mr_consumers_are_several(const struct mr_consumers *c)
{
    return c->changes > 1;
}

bool mr_consumers_wait(const struct mr_consumers *c, int64_t now_ns)
{
    struct mr_consumers at_now = *c;
    note(&at_now, now_ns);
    if (c->changes == 0) return true;
    if (at_now.noted_ns < LEAST_NS) return false;
    return !mr_consumers_are_several(c) || at_now.pulled_ns >= at_now.noted_ns / PARTS * WAIT_PART;
}
