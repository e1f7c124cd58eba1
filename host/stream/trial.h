/* The trial of a device: one pipeline for each skeleton of kernels, over f64, i64 and u32, with the
 * bits of the host engine. The self-test asks single operations; drivers were met that pass it and
 * miscompile whole kernels. */
#ifndef MR_STREAM_TRIAL_H
#define MR_STREAM_TRIAL_H

#include "engine/engine.h"

enum { MR_TRIAL_TEXT_BYTES = 256 };

/* As mr_opencl_engine_create(), or one engine for several devices. A device that was neither
 * admitted (cl/admission.h) nor tried before is tried first. When it differs it is tried again with
 * its kernels built with more care, rung by rung (cl/verdict.h), and refused when it differs on all
 * of them: then the next best is opened, unless the caller named this one. */
mr_status mr_trial_create_engine(struct mr_engine **out, const mr_stream_params *params,
                                 bool needs_fp64, mr_error *err);

/* Pipeline k of a trial, k = 0, 1, ...; "" is none for devices without f64. False: there are no
 * more. */
bool mr_trial_text(char text[MR_TRIAL_TEXT_BYTES], size_t k, bool has_fp64);

/* Runs the trial. The fault's reason is "" when all bits are the host's, else what differs or which
 * call failed. Other than MR_OK: it could not be run to its end for what says nothing of the
 * device. */
mr_status mr_trial_run(struct mr_trial_fault *fault, struct mr_engine *engine, bool has_fp64,
                       mr_error *err);

/* From now on `say` is told what is tried next. For a process that does nothing else. */
void mr_trial_tell(void (*say)(const char *phase));

#endif
