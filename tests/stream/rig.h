/* What the laws about streams are tried on: every engine, a source that counts what it is asked
 * for, and a watch for what is left behind. */
#ifndef MR_TESTS_STREAM_RIG_H
#define MR_TESTS_STREAM_RIG_H

#include <millrace/stream.h>

#include "engine/knobs.h"
#include "suite.h"

/* The engines a law must hold on; rows of a table that ends with name NULL. */
struct rig {
    const char *name;
    mr_engine_choice engine;
    struct mr_knobs knobs;
};
extern const struct rig rigs[];

/* These knobs, for as long as the program runs; brief: the host's launches end after a leaf. */
const struct mr_knobs *rig_knobs(bool staged_copies, unsigned device_at_unit);
const struct mr_knobs *rig_brief_knobs(bool staged_copies, unsigned device_at_unit);

/* The same, or with tests_host for the host engine. */
mr_stream_params rig_at_hand(mr_stream_params params);

mr_stream_params rig_params(const struct rig *rig, size_t batch, unsigned ring);

/* On the queue of a caller, in a ring of 3 slots. */
struct own_context;
mr_stream_params rig_own_params(const struct own_context *o, size_t batch, bool staged_copies);

/* These end the test when they fail, saying why. */
mr_seq *rig_parse(const char *text);
mr_seq *rig_pipe(const mr_seq *input, const char *stages); /* stages "": the input itself */
mr_stream *rig_open(const mr_seq *seq, const mr_stream_params *params);
mr_stream *rig_open_text(const char *text, const mr_stream_params *params);

/* An i64 sequence 0, 1, 2, ... made by a callback that remembers how far it was asked. */
struct counting {
    int64_t asked; /* one past the last element asked for */
    int64_t calls;
    int64_t length;   /* it ends there; 0: never */
    int64_t fails_at; /* it gives the elements before and returns 7; 0: never */
};
mr_seq *rig_count(struct counting *counting);

/* Pulls up to `most` elements of one i64 column and compares element n (from the stream's position
 * on) with value(n). Gives how many there were; *st and *err tell how it ended. */
int64_t rig_drain(mr_stream *s, int64_t most, int64_t (*value)(int64_t n), mr_status *st,
                  mr_error *err);
int64_t rig_same(int64_t n); /* n itself */
int64_t rig_doubled(int64_t n);

/* What this process has allocated, when no thread that made a device's kernels is left: such a one
 * frees what it knew of its work some time after the stream has the kernels. */
size_t rig_live_bytes(void);

/* Has each step-th allocation of what `pulls` does fail, in turn: it succeeds nevertheless, or says
 * so, and frees all. */
typedef mr_status rig_pulls(const mr_seq *seq, const mr_stream_params *params, mr_error *err);
void rig_fail_allocations(rig_pulls *pulls, const mr_seq *seq, const mr_stream_params *params,
                          uint64_t step);

/* Called before the first sequence of a suite is made, so that what other suites hold does not
 * count: by the rig's own functions, and by those of tests that make sequences themselves. */
void rig_watch(void);

/* The last law of a suite: whatever the laws before it opened is gone. */
void nothing_is_left_behind(void);
#define NOTHING_IS_LEFT_BEHIND                                                                     \
    {                                                                                              \
        "nothing_is_left_behind", nothing_is_left_behind                                           \
    }

#endif
