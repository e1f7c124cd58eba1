/* What a terminal knows of a part, as bytes, and what such bytes amount to. */
#include "core.h"

/* ---- computing ---- */

/* Ctrl-C: an exception ends it. */
static int poll(void *user, const mr_progress *progress)
{
    (void)user, (void)progress;
    PyGILState_STATE state = PyGILState_Ensure();
    int stops = PyErr_CheckSignals() < 0;
    PyGILState_Release(state);
    return stops;
}

/* False and an exception where it did not go well. */
static bool reduce(void **bytes, size_t *size, struct core *core, const mr_seq *seq,
                   mr_stream_params *params, const int64_t range[2])
{
    struct core_work work;
    mr_status status;
    mr_error err;
    bool is_good = false;
    mr_cancel *cancel = mr_cancel_create();
    if (!cancel) return PyErr_NoMemory() != NULL;
    params->cancel = cancel;
    if (core_work_begin(&work, (struct core_work){.cancel = cancel})) {
        Py_BEGIN_ALLOW_THREADS status =
            mr_reduce_partial(bytes, size, seq, params, range[0], range[1], &err);
        Py_END_ALLOW_THREADS core_work_end(&work);
        is_good = core_work_went_well(core, &work, status, &err);
    }
    mr_cancel_destroy(&cancel);
    return is_good;
}

/* partial(sequence, k, n, params) */
PyObject *core_partial(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    PyObject *sequence, *keywords;
    long long k, n;
    int64_t range[2];
    mr_stream_params params = {.engine = MR_ENGINE_AUTO, .poll = poll};
    void *bytes = NULL;
    size_t size = 0;
    mr_error err;
    if (!PyArg_ParseTuple(args, "O!LLO!", core->sequence, &sequence, &k, &n, &PyDict_Type,
                          &keywords) ||
        !core_read_params(keywords, &params))
        return NULL;
    const mr_seq *seq = ((struct sequence *)sequence)->seq;
    if (mr_partial_range(&range[0], &range[1], seq, k, n, &err) != MR_OK)
        return core_raise(core, &err);
    PyObject *result = NULL;
    if (reduce(&bytes, &size, core, seq, &params, range))
        result = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
    mr_partial_free(&bytes);
    return result;
}

/* ---- merging ---- */

struct parts {
    Py_buffer *views;
    const void **bytes;
    size_t *sizes;
    Py_ssize_t count; /* that are held */
};

static void parts_free(struct parts *p)
{
    for (Py_ssize_t k = 0; k < p->count; k++) PyBuffer_Release(&p->views[k]);
    PyMem_Free(p->views);
    PyMem_Free(p->bytes);
    PyMem_Free(p->sizes);
}

static bool parts_hold(struct parts *p, PyObject *list)
{
    size_t length = (size_t)PyList_Size(list);
    p->views = PyMem_Calloc(length + 1, sizeof *p->views);
    p->bytes = PyMem_Calloc(length + 1, sizeof *p->bytes);
    p->sizes = PyMem_Calloc(length + 1, sizeof *p->sizes);
    if (!p->views || !p->bytes || !p->sizes) return PyErr_NoMemory() != NULL;
    for (; p->count < (Py_ssize_t)length; p->count++) {
        Py_buffer *view = &p->views[p->count];
        if (PyObject_GetBuffer(PyList_GetItem(list, p->count), view, PyBUF_SIMPLE) < 0)
            return false;
        p->bytes[p->count] = view->buf;
        p->sizes[p->count] = (size_t)view->len;
    }
    return true;
}

/* merge([bytes]): bytes */
PyObject *core_merge(PyObject *module, PyObject *list)
{
    struct parts parts = {.count = 0};
    void *bytes = NULL;
    size_t size = 0;
    mr_error err;
    PyObject *result = NULL;
    if (!PyList_Check(list)) return PyErr_Format(PyExc_TypeError, "merge: a list is wanted");
    if (parts_hold(&parts, list)) {
        mr_status status =
            mr_partial_merge(&bytes, &size, parts.bytes, parts.sizes, (size_t)parts.count, &err);
        result = status == MR_OK ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size)
                                 : core_raise(PyModule_GetState(module), &err);
    }
    mr_partial_free(&bytes);
    parts_free(&parts);
    return result;
}

/* finish(bytes): the sequence of the result's rows */
PyObject *core_finish(PyObject *module, PyObject *bytes)
{
    struct core *core = PyModule_GetState(module);
    Py_buffer view;
    mr_seq *rows;
    mr_error err;
    if (PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) < 0) return NULL;
    mr_status status = mr_partial_finish(&rows, view.buf, (size_t)view.len, &err);
    PyBuffer_Release(&view);
    return status == MR_OK ? core_sequence_wrap(core, rows) : core_raise(core, &err);
}
