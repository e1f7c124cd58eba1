/* An engine that deals the units of one stream to several others, each on a device of its own.
 *
 *     units      0   1   2   3   4   5   6        to the device that will be done first, by what it
 *     device A   #0#######   #3#######   #6##     did so far; waited for in order
 *     device B       #1####  #2####  #4### #5##
 *
 * A slot's elements are on the device that computed them. Whoever reads them is launched there;
 * what is copied between slots of two devices goes through the host. Units are of one size, and
 * each device's kernels of its own shape: what they give is the same. Segments whose units hand a
 * state on stay on the first device. When a device fails, the call fails, once: runners made anew
 * go on with the others (goes_on()). */
#ifndef MR_ENGINE_SEVERAL_ENGINE_H
#define MR_ENGINE_SEVERAL_ENGINE_H

#include "cl/device_choice.h"
#include "engine/engine.h"

enum { MR_LABEL_BYTES = 96 };

struct mr_candidate {
    struct mr_engine *engine;   /* NULL: it could not be opened, ... */
    mr_error why;               /* ... for this reason */
    char label[MR_LABEL_BYTES]; /* the device's name for people */
};

/* Takes the engines over unless it fails. One of them at least is there; all are of one class. */
mr_status mr_several_engine_create(struct mr_engine **out, struct mr_candidate candidates[],
                                   size_t count, mr_error *err);

#endif
