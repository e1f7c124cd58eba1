#include <string.h>

#include "core.h"

PyObject *core_raise(struct core *core, const mr_error *err)
{
    char text[2048];
    if (PyErr_Occurred()) return NULL;
    if (!core->raise) return PyErr_Format(PyExc_RuntimeError, "%s", err->message);
    (void)mr_error_render(text, sizeof text, err);
    PyObject *none =
        PyObject_CallFunction(core->raise, "ssssLss", mr_status_name(err->status), err->message,
                              err->hint, err->op, (long long)err->element, err->device, text);
    if (none) PyErr_SetString(PyExc_SystemError, "an error was not raised");
    Py_XDECREF(none);
    return NULL;
}

const char *core_text(PyObject *text)
{
    Py_ssize_t size = 0;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
    if (!utf8 || strlen(utf8) == (size_t)size) return utf8;
    PyErr_SetString(PyExc_ValueError, "a text has a NUL character in it");
    return NULL;
}
