/* A device's leg in the making: the device is opened and kernels are built on a thread, which takes
 * from a tenth of a second to many. The stream may leave at any time; the thread then ends by
 * itself after the call of the driver that it is in.
 *
 *     thread    [ open the device ][ plan ][ build and warm ] done
 *     locked                       |######|                     only here it looks at the sequence
 *     stream    start ..................................... take, or leave at once
 *
 * Once left, the thread holds nothing of the caller's: the sequence is let go, and memory that it
 * was given is only bound by who takes. */
#ifndef MR_STREAM_MAKING_H
#define MR_STREAM_MAKING_H

#include "stream/leg.h"
#include "stream/params.h"

struct mr_making;

/* The plan is fitted once the device is known: as params say, or as was told beforehand (`told`, or
 * NULL). Takes the plan over, also on failure. The caller's context, if there is one, must not go
 * before the making is taken or left. */
mr_status mr_making_start(struct mr_making **out, struct mr_plan **plan,
                          const mr_stream_params *params, const struct mr_told *told,
                          mr_error *err);

/* Whether mr_making_take() would not wait. A thread that ends ends what it started: where a stream
 * goes on in another one, this begins it anew. */
bool mr_making_is_done(struct mr_making *making);

/* Waits and hands the leg over, at position 0, its runners looking at `control` from then on; ends
 * the making, well or not. MR_E_INTERRUPTED as soon as `control` is interrupted. *has_device (may
 * be NULL) tells whether a device was opened at least. */
mr_status mr_making_take(struct mr_making **making, struct mr_leg *out, struct mr_control *control,
                         bool *has_device, mr_error *err);

/* Ends a making that nobody needs, without waiting for a driver; where the context is the caller's,
 * after waiting. In a forked child, where there is no thread, what it had is left behind. Kernels
 * that were begun before, by any process, and are now again, will be asked for once more: where the
 * caller says that they are worth it their thread ends them, and so they are kept. */
void mr_making_leave(struct mr_making **making, bool is_worth_it);

/* How many threads still work, also for makings that were left. */
size_t mr_makings_under_way(void);

/* Waits until none does. Drivers must not be ended while they are at work: the thread that started
 * a making waits for it at its own end or, if it calls exit(), there. _exit() ends no drivers. */
void mr_makings_settle(void);

/* Waits for those that were left and end their kernels nevertheless. */
void mr_makings_end_repeated(void);

#endif
