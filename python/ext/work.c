/* Work without the GIL. What functions raise that fill sequences goes to the innermost work of
 * their thread. At the end of the interpreter other threads' work is interrupted and waited for,
 * since what drivers need is destroyed behind it. */
#include <time.h>

#include "core.h"

static _Thread_local PyObject **raised; /* of the work that this thread is in */

bool core_work_begin(struct core *core, struct core_work *work, struct core_work with)
{
    if (core->is_ending && core->ending_thread != PyThread_get_thread_ident()) {
        PyErr_SetNone(PyExc_SystemExit); /* which ends a thread without a word */
        return false;
    }
    *work = with;
    work->outer = raised;
    work->next = core->work;
    work->at = &core->work;
    if (core->work) core->work->at = &work->next;
    core->work = work;
    raised = work->raised;
    return true;
}

void core_work_end(struct core_work *work)
{
    *work->at = work->next;
    if (work->next) work->next->at = work->at;
    raised = work->outer;
}

bool core_work_went_well(struct core *core, const struct core_work *work, mr_status status,
                         const mr_error *err)
{
    if (PyErr_Occurred()) return false; /* of poll(), though something was read before it */
    if (status == MR_OK) return true;
    if (status == MR_E_CALLBACK && work->raised && *work->raised)
        PyErr_SetObject((PyObject *)Py_TYPE(*work->raised), *work->raised);
    else if (status == MR_E_INTERRUPTED && core->is_ending)
        PyErr_SetNone(PyExc_SystemExit);
    else
        (void)core_raise(core, err);
    return false;
}

void core_work_keep_raised(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) (void)PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    if (raised)
        core_replace(raised, value);
    else
        Py_XDECREF(value);
}

/* Called on the thread that ends the interpreter, before that lets go of anything. */
PyObject *core_end(PyObject *module, PyObject *nothing)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    struct core *core = PyModule_GetState(module);
    (void)nothing;
    core->is_ending = true;
    core->ending_thread = PyThread_get_thread_ident();
    while (core->work) {
        for (struct core_work *work = core->work; work; work = work->next) {
            if (work->stream) mr_stream_interrupt(work->stream);
            mr_cancel_request(work->cancel);
        }
        Py_BEGIN_ALLOW_THREADS(void) nanosleep(&moment, NULL);
        Py_END_ALLOW_THREADS
    }
    Py_BEGIN_ALLOW_THREADS mr_prepare_exit();
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}
