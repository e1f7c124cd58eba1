#include "core.h"

PyObject *core_raise(struct core *core, const mr_error *err)
{
    char text[2048];
    if (PyErr_Occurred()) return NULL;
    if (err->status == MR_E_CALLBACK && core->pending) {
        PyObject *pending = core->pending;
        core->pending = NULL;
        PyErr_SetObject((PyObject *)Py_TYPE(pending), pending);
        Py_DECREF(pending);
        return NULL;
    }
    if (!core->raise) return PyErr_Format(PyExc_RuntimeError, "%s", err->message);
    (void)mr_error_render(text, sizeof text, err);
    PyObject *none =
        PyObject_CallFunction(core->raise, "ssssLss", mr_status_name(err->status), err->message,
                              err->hint, err->op, (long long)err->element, err->device, text);
    if (none) PyErr_SetString(PyExc_SystemError, "an error was not raised");
    Py_XDECREF(none);
    return NULL;
}
