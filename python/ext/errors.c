#include <stdlib.h>

#include "core.h"

/* The error in Python's words, cut to what the record holds. */
static void say(mr_error *out, const mr_error *err)
{
    *out = *err;
    char *message = core_in_words(err->message), *hint = core_in_words(err->hint);
    if (message) (void)PyOS_snprintf(out->message, sizeof out->message, "%s", message);
    if (hint) (void)PyOS_snprintf(out->hint, sizeof out->hint, "%s", hint);
    free(message);
    free(hint);
}

PyObject *core_rendered(const mr_error *err)
{
    char text[2048];
    mr_error said;
    say(&said, err);
    (void)mr_error_render(text, sizeof text, &said);
    return core_said(text);
}

PyObject *core_raise(struct core *core, const mr_error *err)
{
    if (PyErr_Occurred()) return NULL;
    if (!core->raise) return PyErr_Format(PyExc_RuntimeError, "%s", err->message);
    PyObject *none =
        PyObject_CallFunction(core->raise, "sNNNLNN", mr_status_name(err->status),
                              core_said(err->message), core_said(err->hint), core_said(err->op),
                              (long long)err->element, core_said(err->device), core_rendered(err));
    if (none) PyErr_SetString(PyExc_SystemError, "an error was not raised");
    Py_XDECREF(none);
    return NULL;
}
