/* Those who read an Arrow stream: one thread, or several by turns, as the workers of a query do.
 *
 *     thread A   [pull]--- works on its batch ---[pull]---
 *     thread B         [pull]--- works on its batch ---[pull]---
 *
 * One thread that waits has nothing else to do, so a stream can only be too slow for it. Where
 * there are several, others work while one pulls, and they wait for the stream only when some pull
 * is under way most of the time. */
#ifndef MR_STREAM_CONSUMERS_H
#define MR_STREAM_CONSUMERS_H

#include <stdbool.h>
#include <stdint.h>

/* All 0 at first. Of late: half of what was noted is forgotten again and again. */
struct mr_consumers {
    const void *thread; /* that pulled last */
    int64_t changes;    /* how often it was another one than before */
    int64_t noted_ns;   /* time that was looked at, from the first change on */
    int64_t pulled_ns;  /* of that, in pulls */
    int64_t last_ns;    /* when a pull began or ended last */
    bool is_pulling;
};

/* Whether no other thread ever pulled: then times need not be told. */
static inline bool mr_consumers_are_just(const struct mr_consumers *c, const void *thread)
{
    return c->thread == thread && c->changes == 0;
}

/* A pull begins on a thread (mr_this_thread()), and ends. */
void mr_consumers_begin(struct mr_consumers *c, const void *thread, int64_t now_ns);
void mr_consumers_end(struct mr_consumers *c, int64_t now_ns);

/* Whether there are several. A stream that is handed over once has one. */
bool mr_consumers_are_several(const struct mr_consumers *c);

/* Whether the stream keeps them waiting. */
bool mr_consumers_wait(const struct mr_consumers *c, int64_t now_ns);

#endif
