/* Tokens that end everything that was opened with them. */
#include <millrace/stream.h>

#include "base/memory.h"
#include "ring/control.h"

struct mr_cancel {
    atomic_bool is_requested;
};

mr_cancel *mr_cancel_create(void)
{
    return mr_alloc(1, sizeof(mr_cancel));
}

void mr_cancel_request(mr_cancel *cancel)
{
    if (cancel) atomic_store(&cancel->is_requested, true);
}

bool mr_cancel_is_requested(const mr_cancel *cancel)
{
    return cancel && atomic_load(&cancel->is_requested);
}

void mr_cancel_destroy(mr_cancel **cancel)
{
    if (!cancel) return;
    mr_free(*cancel);
    *cancel = NULL;
}

bool mr_control_is_interrupted(const struct mr_control *control)
{
    return atomic_load(&control->interrupted) || mr_cancel_is_requested(control->cancel);
}

mr_status mr_control_check(struct mr_control *control, mr_error *err)
{
    if (control->poll && control->poll(control->poll_user))
        atomic_store(&control->interrupted, true);
    if (!mr_control_is_interrupted(control)) return MR_OK;
    return mr_fail(err, MR_E_INTERRUPTED, "interrupted");
}

bool mr_control_abandons(void *user)
{
    struct mr_control *control = user;
    if (mr_control_check(control, NULL) != MR_OK) return true;
    if (!control->is_due || !control->is_due(control->due_user)) return false;
    control->pause = true;
    return true;
}
