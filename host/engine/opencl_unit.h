/* Units of programs on a device: those functions of struct mr_engine_class. */
#ifndef MR_ENGINE_OPENCL_UNIT_H
#define MR_ENGINE_OPENCL_UNIT_H

#include "engine/engine.h"

mr_status mr_opencl_launch(struct mr_engine *engine, struct mr_program *p,
                           const struct mr_launch *launch, mr_error *err);
bool mr_opencl_is_done(struct mr_engine *engine, const struct mr_slot *slot);
mr_status mr_opencl_wait(struct mr_engine *engine, struct mr_program *p, struct mr_slot *slot,
                         struct mr_outcome *out, mr_error *err);

#endif
