/* Work that the end of the interpreter waits for. What functions raise that fill sequences goes to
 * the innermost work of their thread. At the end other threads' work is interrupted and waited for,
 * and none begins any more: what drivers need is destroyed behind it, and threads that ask for the
 * GIL then are ended wherever they are. The list is the process's, as the library is: who works
 * need not have the GIL, nor be a thread of Python's. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "core.h"

static _Thread_local struct core_work *innermost; /* that this thread is in */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct core_work *works;
static unsigned long ending_thread; /* of the main interpreter, once it is_ending */
static atomic_bool is_ending;
static bool is_over; /* nobody is waited for any more */

/* ---- one's own ---- */

static void put_in(struct core_work *work)
{
    work->next = works;
    work->at = &works;
    if (works) works->at = &work->next;
    works = work;
}

bool core_work_enter(struct core_work *work, struct core_work with)
{
    with.thread = PyThread_get_thread_ident();
    with.outer = innermost;
    (void)pthread_mutex_lock(&lock);
    bool may = !is_ending || ending_thread == with.thread;
    if (may) {
        *work = with;
        put_in(work);
    }
    (void)pthread_mutex_unlock(&lock);
    if (may) innermost = work;
    return may;
}

void core_work_end(struct core_work *work)
{
    (void)pthread_mutex_lock(&lock);
    *work->at = work->next;
    if (work->next) work->next->at = work->at;
    (void)pthread_mutex_unlock(&lock);
    innermost = work->outer;
}

bool core_work_begin(struct core_work *work, struct core_work with)
{
    if (core_work_enter(work, with)) return true;
    PyErr_SetNone(PyExc_SystemExit); /* which ends a thread without a word */
    return false;
}

bool core_attach(struct core_attached *out)
{
    if (!Py_IsInitialized() || !core_work_enter(&out->work, (struct core_work){.stream = NULL}))
        return false;
    out->state = PyGILState_Ensure();
    return true;
}

void core_detach(struct core_attached *attached)
{
    PyGILState_Release(attached->state);
    core_work_end(&attached->work);
}

bool core_work_went_well(struct core *core, const struct core_work *work, mr_status status,
                         const mr_error *err)
{
    if (PyErr_Occurred()) return false; /* of poll(), though something was read before it */
    if (status == MR_OK) return true;
    if (status == MR_E_CALLBACK && work->raised && *work->raised)
        PyErr_SetObject((PyObject *)Py_TYPE(*work->raised), *work->raised);
    else if (status == MR_E_INTERRUPTED && is_ending)
        PyErr_SetNone(PyExc_SystemExit);
    else
        (void)core_raise(core, err);
    return false;
}

/* Who comes back out of a function once nobody is waited for stays here, as a thread that asks for
 * the GIL would: the drivers that it would go on with are about to be destroyed. */
void core_work_is_in_python(bool is_in_python)
{
    (void)pthread_mutex_lock(&lock);
    if (innermost) innermost->is_in_python = is_in_python;
    bool stays = is_over && !is_in_python && ending_thread != PyThread_get_thread_ident();
    (void)pthread_mutex_unlock(&lock);
    while (stays) (void)pause();
}

void core_work_keep_raised(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) (void)PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    if (innermost && innermost->raised)
        core_replace(innermost->raised, value);
    else
        Py_XDECREF(value);
}

/* ---- the end of all ---- */

/* Whether another thread still works. One in a function that fills, which may wait for ever, does
 * not: it ends when it asks for the GIL, or stays where it comes back. */
static bool interrupt_others(void)
{
    bool any = false;
    (void)pthread_mutex_lock(&lock);
    for (struct core_work *work = works; work; work = work->next) {
        if (work->thread == ending_thread) continue;
        if (work->stream) mr_stream_interrupt(work->stream);
        mr_cancel_request(work->cancel);
        any = any || !work->is_in_python;
    }
    is_over = !any;
    (void)pthread_mutex_unlock(&lock);
    return any;
}

/* Called on the thread that ends the interpreter, before that lets go of anything. An interpreter
 * beside the main one ends alone: the process goes on, and so does work for others. */
PyObject *core_end(PyObject *module, PyObject *nothing)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    (void)module, (void)nothing;
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) Py_RETURN_NONE;
    (void)pthread_mutex_lock(&lock);
    is_ending = true;
    ending_thread = PyThread_get_thread_ident();
    (void)pthread_mutex_unlock(&lock);
    Py_BEGIN_ALLOW_THREADS while (interrupt_others())(void) nanosleep(&moment, NULL);
    mr_prepare_exit();
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

/* ---- fork() ---- */

static void before_fork(void)
{
    (void)pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
    (void)pthread_mutex_unlock(&lock);
}

/* The child has only this one of all threads, and only its work. */
static void in_child(void)
{
    const unsigned long thread = PyThread_get_thread_ident();
    for (struct core_work **at = &works; *at;) {
        struct core_work *work = *at;
        if (work->thread != thread) {
            *at = work->next;
            continue;
        }
        work->at = at;
        at = &work->next;
    }
    (void)pthread_mutex_unlock(&lock);
}

bool core_watch_forks(void)
{
    static bool is_watching;
    if (!is_watching && pthread_atfork(before_fork, after_fork, in_child) != 0)
        return PyErr_NoMemory() != NULL;
    is_watching = true;
    return true;
}
