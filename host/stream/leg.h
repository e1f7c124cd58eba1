/* A leg of a stream: who computes for a while. The host's is there at once, a device's has to be
 * made (making.h). */
#ifndef MR_STREAM_LEG_H
#define MR_STREAM_LEG_H

#include "ring/runner.h"

/* A plan, the engine it is fitted to, and what runs it. */
struct mr_leg {
    struct mr_plan *plan;
    struct mr_engine *engine;
    struct mr_runner *root;
};

/* Destroys what there is of it; waits for what is in flight. */
void mr_leg_close(struct mr_leg *leg);

/* The runner of all, from a fitted plan and an engine. */
mr_status mr_leg_create_root(struct mr_leg *leg, struct mr_control *control, mr_error *err);

/* The same, with its kernels built and its memory bound: ready for a seek. */
mr_status mr_leg_make_root(struct mr_leg *leg, struct mr_control *control, mr_error *err);

/* After a failure: whether a device failed, and a root made anew will do without it. */
bool mr_leg_goes_on(const struct mr_leg *leg);

/* On the host engine, at position 0; leg->plan is there and fitted. */
mr_status mr_leg_open_host(struct mr_leg *leg, struct mr_control *control, mr_error *err);

#endif
