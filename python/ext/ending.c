/* The end of the interpreter, while other threads are at work in streams without the GIL: they are
 * interrupted and waited for, since what drivers need is destroyed behind it. */
#include <time.h>

#include "core.h"

bool core_work_begin(struct core *core, struct core_work *work, mr_stream *stream)
{
    if (core->is_ending && core->ending_thread != PyThread_get_thread_ident()) {
        PyErr_SetNone(PyExc_SystemExit); /* which ends a thread without a word */
        return false;
    }
    *work = (struct core_work){.next = core->work, .at = &core->work, .stream = stream};
    if (core->work) core->work->at = &work->next;
    core->work = work;
    return true;
}

void core_work_end(struct core_work *work)
{
    *work->at = work->next;
    if (work->next) work->next->at = work->at;
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
        for (struct core_work *work = core->work; work; work = work->next)
            if (work->stream) mr_stream_interrupt(work->stream);
        Py_BEGIN_ALLOW_THREADS(void) nanosleep(&moment, NULL);
        Py_END_ALLOW_THREADS
    }
    Py_BEGIN_ALLOW_THREADS mr_prepare_exit();
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}
