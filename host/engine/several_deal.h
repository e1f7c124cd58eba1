/* Who of several devices gets the next unit. */
#ifndef MR_ENGINE_SEVERAL_DEAL_H
#define MR_ENGINE_SEVERAL_DEAL_H

#include <pthread.h>

#include "engine/several_engine.h"

typedef uint32_t mr_members; /* a bit each */

struct mr_member {
    struct mr_engine *engine; /* NULL: it could not be opened */
    char label[MR_LABEL_BYTES];
    bool is_lost;
    char why[160];
    int64_t units, positions; /* dealt to it */
    double rate;              /* positions a nanosecond, as measured; 0: not yet */
    int64_t busy_ns, done;    /* since that was measured */
    unsigned passed_over;     /* units that others got since it had nothing to do; ... */
    unsigned patience;        /* ... after so many it counts as faster than it looked */
};

/* A slot of several devices: one of its own on each where it was needed so far. */
struct mr_slot {
    struct mr_slot *next; /* of all */
    struct mr_slot *of[MR_MAX_DEVICES];
    mr_dtype dtypes[MR_MAX_STORED];
    size_t column_count, lead, entries, checks;
    mr_members holders; /* where its elements are */
    unsigned home;      /* one of these, and where it was launched last */
    bool is_for_first;  /* whoever reads it is on the first device */
    bool is_placed;
    bool is_in_flight; /* a unit of `count` positions was launched, and not seen to be done */
    size_t count;
};

struct mr_several {
    struct mr_engine base;
    const struct mr_engine_class *class; /* of the members' engines */
    struct mr_member members[MR_MAX_DEVICES];
    unsigned count;
    struct mr_slot *slots;
    pthread_mutex_t lock; /* of the list: leases may end on any thread once the stream is closed */
    int64_t seen_ns;      /* when it was last looked who is done */
    bool has_news;        /* a member was lost since goes_on() */
};

static inline struct mr_several *mr_several_of(struct mr_engine *e)
{
    return (struct mr_several *)e;
}

/* Those that were not lost; the first of them. There is one. */
mr_members mr_members_left(const struct mr_several *e);
unsigned mr_member_first(const struct mr_several *e);

/* What a call of a member's engine returned with this record is handed on in `err`. One of its
 * driver's that failed is called by the member's label, and loses the member. */
mr_status mr_member_result(struct mr_several *e, unsigned member, mr_status st, const mr_error *why,
                           mr_error *err);

/* Sees which units are done, and measures by that. */
void mr_members_observe(struct mr_several *e);

/* Which of `among` (not none) would be the first to have done `count` positions more. */
unsigned mr_member_for(struct mr_several *e, mr_members among, size_t count);

#endif
