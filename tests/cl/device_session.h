/* The session that most tests of OpenCL begin with. */
#ifndef MR_TESTS_CL_DEVICE_SESSION_H
#define MR_TESTS_CL_DEVICE_SESSION_H

#include "cl/session.h"

/* On the device that would be chosen; asserts that there is one. */
struct mr_session *device_session(void);

#endif
