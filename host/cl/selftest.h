/* Known answers a device must give before any stream trusts it. */
#ifndef MR_CL_SELFTEST_H
#define MR_CL_SELFTEST_H

#include "cl/session.h"

/* Runs kernels/selftest.cl on the session's device, once a process and device: later calls repeat
 * the verdict. That a device passed is kept for other processes in the cache folder, by its name,
 * version and driver; not where layers stand between. MR_E_NO_DEVICE with the reason for a wrong
 * answer; a failed call is its own error and is tried again next time. */
mr_status mr_device_selftest(struct mr_session *session, mr_error *err);

/* From now on this process runs the test also where another one found that the device passes. */
void mr_device_selftest_anew(void);

/* Whether no trial of whole kernels is due: the implementation is admitted, this process or another
 * one tried it, or layers stand between, whose user looks at the calls. */
bool mr_device_is_tried(const struct mr_device *device);

/* Keeps what a trial found, "" for nothing: such a device is refused as one that failed here. */
void mr_device_put_trial(const struct mr_device *device, const char *reason);

enum { MR_VERDICT_BYTES = 160 };

/* Why the device failed its self-test or a trial in this process; "" when it passed or was never
 * tested. */
void mr_device_selftest_verdict(char reason[MR_VERDICT_BYTES], const struct mr_device *device);

#endif
