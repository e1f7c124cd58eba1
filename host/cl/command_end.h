/* What every enqueued command ends with. For launch.c and buffer.c. */
#ifndef MR_CL_COMMAND_END_H
#define MR_CL_COMMAND_END_H

#include "cl/launch.h"

/* Hands the event to the one who asked for it, counted. */
void mr_command_event(const struct mr_command *command, cl_int code, cl_event event);

/* MR_OK, or the call's failure; the session's context is not used for another then. */
mr_status mr_command_result(struct mr_session *session, cl_int code, const char *call,
                            mr_error *err);

#endif
