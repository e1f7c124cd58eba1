#include "cl/device_session.h"

#include <stdio.h>

#include "suite.h"

struct mr_session *device_session(void)
{
    struct mr_session *s = NULL;
    mr_error e = {0};
    mr_session_open(&s, NULL, false, &e);
    if (!s) printf("\n%s; %s\n", e.message, e.hint);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    return s;
}
