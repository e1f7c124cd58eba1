/* Known answers a device must give before any stream trusts it. */
#ifndef MR_CL_SELFTEST_H
#define MR_CL_SELFTEST_H

#include "cl/session.h"

/* Runs kernels/selftest.cl on the session's device, once a process and device: later calls repeat
 * the verdict (verdict.h). After a wrong answer or a failed call it is run again on the next rung,
 * in a new context if this one is lost, and that of the session's device becomes the one that
 * passed. That a device passed is put down for other processes in the cache folder, by its name,
 * version and driver; not where layers stand between. MR_E_NO_DEVICE with the reason for a device
 * that is refused; no memory for a buffer, or a caller's context that is lost, is an error of its
 * own and is tried again next time. */
mr_status mr_device_selftest(struct mr_session *session, mr_error *err);

/* What is asked, as a number. */
uint64_t mr_selftest_hash(void);

/* Whether no trial of whole kernels is due: the implementation is admitted, this process or another
 * one tried it, or layers stand between, whose user looks at the calls. */
bool mr_device_is_tried(const struct mr_device *device);

/* Puts down what a trial found, "" for nothing: what differed is a wrong answer on the device's
 * rung. `is_lasting`: as in mr_verdict_fail(). */
void mr_device_put_trial(const struct mr_device *device, const char *reason, bool is_lasting);

#endif
