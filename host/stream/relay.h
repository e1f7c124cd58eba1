/* The first value: the host engine runs the first leg of a stream while the device is opened and
 * its kernels are built on a thread; then the device takes over, between two work units.
 *
 *     host engine   |##|##|##|##|                         units on the caller's thread
 *     thread             [ device ][ kernels ] ready
 *     device                          |####|####|####     what was read ahead, carries and
 *                        ^ start      ^ pass              positions go over: no bit shows it
 *
 * A stream that is over before the start never touches a device, nor one that keeps nobody waiting:
 * several threads read it as Arrow, and the host engine is quick enough for them. It computes each
 * batch in the cache of the core that goes on with it; a device's comes from others. Only the
 * stream's thread makes anything happen here: as long as there is something to wait for,
 * control->is_due has its runners return after each unit, and then it ticks the relay. A unit that
 * takes long ends early: behind a leaf, or in front of one that takes long itself. */
#ifndef MR_STREAM_RELAY_H
#define MR_STREAM_RELAY_H

#include "stream/making.h"

/* Whether the host engine may begin. Not where the caller chose a device, nor where the device's
 * own functions are asked for: the host engine has none. */
bool mr_relay_may_begin(const mr_stream_params *params);

/* Both plans within the limit: for a while they stand side by side. The device's is fitted for one
 * that needs a host copy of everything, for it is not known yet. */
mr_status mr_relay_fit(struct mr_plan *host, struct mr_plan *device, const mr_stream_params *params,
                       mr_error *err);

struct mr_relay;

/* The device's leg, from a plan that is fitted for the worst device: what that takes is the bound
 * for any. Takes the plan over, also on failure; its knobs say when it is to pass.
 * `control` must stay. */
mr_status mr_relay_create(struct mr_relay **out, struct mr_plan **plan,
                          const mr_stream_params *params, struct mr_control *control,
                          mr_error *err);

/* Threads that pull do so for work of their own, as those that read an Arrow stream: from now on it
 * is looked at whether they wait. Others may go on with the work of one, and all of it waits then.
 * NULL-safe. */
void mr_relay_watch_consumers(struct mr_relay *relay);

/* The consumer pulls, on this thread, and has what it pulled. NULL-safe. */
void mr_relay_pull_begins(struct mr_relay *relay);
void mr_relay_pull_ends(struct mr_relay *relay);

/* For the stream, whenever its runners returned: when it has lived long enough the device's leg is
 * started to be made, and once that is made the stream passes to it. NULL-safe. */
void mr_relay_tick(struct mr_relay *relay, struct mr_leg *leg);

/* Waits for the device, which goes on where `leg` is; *leg is the device's then. Without a device
 * *leg stays the host's, and no pass is ever due again. */
void mr_relay_pass(struct mr_relay *relay, struct mr_leg *leg);

/* After the pass a call of the device's driver failed, as `why` says: makes *leg the host's again,
 * which goes on where the device's was; `position` tells the stats where that is. False, and *leg
 * as it was: it was another failure, or a live source cannot be read again. NULL-safe. */
bool mr_relay_return(struct mr_relay *relay, struct mr_leg *leg, int64_t position,
                     const mr_error *why);

/* The position the device began at; -1: it did not (yet). */
int64_t mr_relay_passed_at(const struct mr_relay *relay);

/* The device that computes, or did until the host went on; NULL: none. */
const char *mr_relay_device(const struct mr_relay *relay);

/* Why the host engine computes, still or again: for the stats. NULL: the device does. */
const char *mr_relay_reason(const struct mr_relay *relay);

/* Frees all, without waiting for a device that is being made ready. */
void mr_relay_destroy(struct mr_relay **relay);

#endif
