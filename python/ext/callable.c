/* Sequences that a Python function fills. It runs on the thread that pulls, with the GIL. */
#include <string.h>

#include "core.h"

struct callback {
    PyObject *fill;
    size_t column_count;
    mr_dtype dtypes[8];
};

/* One column of what fill() returned. */
static bool take_column(PyObject *object, mr_dtype dtype, size_t count, void *out, size_t *got)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) < 0) return false;
    const struct core_dtype *row = core_dtype_by_format(view.format, view.itemsize);
    size_t length = view.itemsize ? (size_t)(view.len / view.itemsize) : 0;
    bool good = row && row->dtype == dtype && length <= count;
    if (good)
        memcpy(out, view.buf, (size_t)view.len);
    else if (!row || row->dtype != dtype)
        PyErr_Format(PyExc_TypeError, "fill() gave '%s' where %s was promised", view.format,
                     mr_dtype_name(dtype));
    else
        PyErr_Format(PyExc_ValueError, "fill() gave %zu elements, asked for at most %zu", length,
                     count);
    PyBuffer_Release(&view);
    *got = length;
    return good;
}

/* Whether an exception stands behind the columns: what to raise when they are delivered. */
static PyObject *exception_behind(const struct callback *callback, PyObject *result)
{
    Py_ssize_t count = (Py_ssize_t)callback->column_count;
    if (!PyTuple_Check(result) || PyTuple_Size(result) != count + 1) return NULL;
    PyObject *last = PyTuple_GetItem(result, count);
    return PyExceptionInstance_Check(last) ? last : NULL;
}

static bool take_columns(const struct callback *callback, PyObject *result, size_t count,
                         void *const columns[], size_t *got)
{
    PyObject *raised = exception_behind(callback, result);
    Py_ssize_t expected = (Py_ssize_t)callback->column_count + (raised ? 1 : 0);
    if (!PyTuple_Check(result) || PyTuple_Size(result) != expected) {
        PyErr_Format(PyExc_TypeError, "fill() must return a tuple of %zu buffers",
                     callback->column_count);
        return false;
    }
    for (size_t c = 0; c < callback->column_count; c++) {
        size_t length;
        PyObject *object = PyTuple_GetItem(result, (Py_ssize_t)c);
        if (!take_column(object, callback->dtypes[c], count, columns[c], &length)) return false;
        if (c > 0 && length != *got) {
            PyErr_Format(PyExc_ValueError, "fill() gave columns of %zu and %zu elements", *got,
                         length);
            return false;
        }
        *got = length;
    }
    if (raised) PyErr_SetObject((PyObject *)Py_TYPE(raised), raised);
    return true;
}

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    struct callback *callback = user;
    core_work_is_in_python(true);
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result =
        PyObject_CallFunction(callback->fill, "Ln", (long long)first, (Py_ssize_t)count);
    *got = 0;
    if (!result || !take_columns(callback, result, count, columns, got)) *got = 0;
    bool is_good = !PyErr_Occurred();
    if (!is_good) core_work_keep_raised(); /* until the elements before it are delivered */
    Py_XDECREF(result);
    PyGILState_Release(state);
    core_work_is_in_python(false);
    return !is_good;
}

static void release(void *user)
{
    struct core_attached attached;
    if (!core_attach(&attached)) return;
    Py_DECREF(((struct callback *)user)->fill);
    PyMem_Free(user);
    core_detach(&attached);
}

/* Names and dtypes of the columns; `kept` owns the names. */
static bool read_columns(struct callback *callback, mr_callback_params *params, PyObject *rows,
                         PyObject *kept)
{
    PyObject *name;
    const char *dtype;
    for (size_t c = 0; kept && c < callback->column_count; c++) {
        if (!PyArg_ParseTuple(PyList_GetItem(rows, (Py_ssize_t)c), "Os", &name, &dtype))
            return false;
        if (name != Py_None && !(params->names[c] = core_text(name, kept))) return false;
        callback->dtypes[c] = params->dtypes[c] = core_dtype_named(dtype);
        if (params->dtypes[c] != MR_DTYPE_NONE) continue;
        PyErr_Format(PyExc_ValueError,
                     "column %zu: '%s' is no dtype: bool, i32, u32, i64, u64, f32 or f64", c,
                     dtype);
        return false;
    }
    return kept != NULL;
}

PyObject *core_from_callback(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    mr_callback_params params = {.fill = fill, .release = release};
    PyObject *function, *rows, *result = NULL;
    long long length;
    int restartable;
    mr_seq *seq = NULL;
    mr_error err;
    if (!PyArg_ParseTuple(args, "OO!Lp", &function, &PyList_Type, &rows, &length, &restartable))
        return NULL;
    Py_ssize_t count = PyList_Size(rows);
    if (count < 1 || count > 8)
        return PyErr_Format(PyExc_ValueError, "%zd columns; 1 to 8 can be", count);
    struct callback *callback = PyMem_Calloc(1, sizeof *callback);
    if (!callback) return PyErr_NoMemory();
    Py_INCREF(function);
    callback->fill = function;
    params.user = callback;
    params.column_count = callback->column_count = (size_t)count;
    params.length = length;
    params.restartable = restartable;
    PyObject *kept = PyList_New(0);
    if (read_columns(callback, &params, rows, kept)) {
        if (mr_seq_from_callback(&seq, &params, &err) == MR_OK)
            result = core_sequence_wrap(core, seq);
        else
            (void)core_raise(core, &err);
    }
    Py_XDECREF(kept);
    if (!result && !seq) release(callback);
    return result;
}
