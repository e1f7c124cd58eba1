/* A stream from within: opening.c opens, stream.c pulls, account.c tells. */
#ifndef MR_STREAM_STREAM_PARTS_H
#define MR_STREAM_STREAM_PARTS_H

#include <sys/types.h>
#include <time.h>

#include "stream/reduction.h"

struct mr_stream {
    struct mr_leg leg;      /* who computes */
    struct mr_relay *relay; /* who is to follow or has followed; NULL: nobody */
    struct mr_control control;
    atomic_bool is_busy;        /* in a call: a callback must not begin another */
    struct mr_seq *seq;         /* kept for what it claims */
    int64_t from, until;        /* of a terminal, the positions that it takes; until 0: all */
    size_t claimed;             /* sources of the caller's that are this stream's now */
    struct mr_reduction result; /* of a terminal, once computed */
    bool is_reduced;
    pid_t process;
    size_t max_memory_bytes; /* 0: no limit */
    size_t lent;             /* elements of the root's current slot that the consumer holds */
    size_t part;             /* elements of the batch at hand that were read before */
    _Atomic int64_t position, computed;
    int64_t passed;   /* of its sources' positions: those that it passed over, less those that it
                       * made more than once */
    mr_status failed; /* sticky */
    mr_error error;
    mr_stats stats;
    struct timespec opened;
    mr_poll_fn poll; /* the caller's; NULL: none */
    void *poll_user;
    double polled_at;     /* seconds after it was opened */
    bool is_polled;       /* in poll(), between two units */
    uint64_t plan_flags;  /* what a state must agree with, as the files: see save.c */
    unsigned char *files; /* NULL: some source cannot be gone on with */
    size_t files_size;
};

/* A stream over a terminal that is to take positions [from, until) alone, at least one: for
 * mr_reduction_run_part(), once it was sought there. until 0: an ordinary one. */
mr_status mr_stream_open_part(mr_stream **out, const mr_seq *seq, const mr_stream_params *params,
                              int64_t from, int64_t until, mr_error *err);

/* stream.c: begins a call, which the other one ends with its answer. */
mr_status mr_stream_enter(struct mr_stream *s, mr_error *err);
mr_status mr_stream_leave(struct mr_stream *s, mr_status st);

/* After a failure, which is told by *why: whether others compute from there on. What failed is
 * tried again then. */
bool mr_stream_goes_on(struct mr_stream *s, int64_t position, mr_error *why);

/* account.c: where it goes on after a seek, or as it was saved. */
void mr_stream_count_from_here(struct mr_stream *s);

/* account.c: asks the caller's poll() where it is time to; whether it says to stop. */
bool mr_stream_poll(void *stream);

#endif
