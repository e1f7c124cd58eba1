/* Lanes: a body evaluated at up to MR_LEAF consecutive positions at once, one C loop a node.
 * What it computes is what the OpenCL engine must compute, to the bit. */
#ifndef MR_ENGINE_LANES_H
#define MR_ENGINE_LANES_H

#include "ir/body.h"
#include "plan/plan.h"

/* Where the loads of one input read: element `first` is at index 0 of every column, and `count`
 * elements from there on may be read. Loads outside read the nearest element (0 if there is none):
 * only guarded lanes do that, and what they give is never used. */
struct mr_lanes_input {
    const void *columns[MR_MAX_COLUMNS];
    int64_t first;
    size_t count;
};

struct mr_lanes;

/* Makes the body ready to be evaluated for these values (IR_NONE among them is skipped) and for its
 * checks. The body must outlive it and stay as it is. */
mr_status mr_lanes_create(struct mr_lanes **out, const struct ir_body *body,
                          const ir_value values[], size_t value_count, mr_error *err);
/* The same, for runs of one position each, without the checks. */
mr_status mr_lanes_create_for_one(struct mr_lanes **out, const struct ir_body *body,
                                  const ir_value values[], size_t value_count, mr_error *err);
void mr_lanes_destroy(struct mr_lanes **lanes);

/* Memory it holds: a register of MR_LEAF lanes for each value that is alive at one time. */
size_t mr_lanes_bytes(const struct mr_lanes *lanes);

/* From now on checks blamed on this sequence do not count; NULL: all do. */
void mr_lanes_ignore(struct mr_lanes *lanes, const struct mr_seq *blame);

/* Where IR_CARRY is read, lane by lane: variable `number` at carried[number], MR_BEGINS at
 * carried[MR_MAX_COLUMNS]. Stays the caller's. */
void mr_lanes_carry(struct mr_lanes *lanes, const void *const carried[]);

/* From now on time counts. A run that takes long asks now and then whether to abandon it; NULL: it
 * asks nobody. */
void mr_lanes_begin(struct mr_lanes *lanes, bool (*abandons)(void *user), void *user);

/* Whether the runs since then took long: some milliseconds. Seldom looks at the clock. */
bool mr_lanes_take_long(struct mr_lanes *lanes);

/* Evaluates positions first, first + 1, ...: `count` of them, at most MR_LEAF. False: it was
 * abandoned, and its values mean nothing. */
bool mr_lanes_evaluate(struct mr_lanes *lanes, int64_t first, size_t count,
                       const struct mr_lanes_input inputs[]);

/* One of the values asked for, lane by lane; stays until the next run, or as long as the input it
 * was loaded from. May be read up to the next multiple of MR_LANE_MULTIPLE lanes; those past
 * `count` mean nothing. */
const void *mr_lanes_value(const struct mr_lanes *lanes, ir_value value);

/* The first lane of the last run for which a check failed, and the check (the lowest of that lane);
 * SIZE_MAX: none. */
size_t mr_lanes_failed(const struct mr_lanes *lanes, size_t *check);

#endif
