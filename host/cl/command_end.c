#include "cl/command_end.h"

void mr_command_event(const struct mr_command *command, cl_int code, cl_event event)
{
    if (!command->event) return;
    *command->event = code == CL_SUCCESS ? event : NULL;
    if (*command->event) mr_cl_count(1);
}

mr_status mr_command_result(struct mr_session *session, cl_int code, const char *call,
                            mr_error *err)
{
    if (code == CL_SUCCESS) return MR_OK;
    session->is_lost = true;
    return mr_cl_fail(err, code, call, session->device.name, NULL);
}
