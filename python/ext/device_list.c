/* devices(): those that a stream would choose among. */
#include <stdlib.h>

#include "core.h"

static PyObject *row_of(const mr_device_info *info)
{
    return Py_BuildValue(
        "{s:I,s:N,s:N,s:N,s:N,s:I,s:K,s:O,s:O,s:O,s:N,s:N}", "number", info->number, "name",
        core_said(info->name), "platform", core_said(info->platform), "driver",
        core_said(info->driver), "version", core_said(info->version), "compute_units",
        info->compute_units, "memory_bytes", (unsigned long long)info->memory_bytes, "has_fp64",
        info->has_fp64 ? Py_True : Py_False, "is_usable", info->is_usable ? Py_True : Py_False,
        "is_admitted", info->is_admitted ? Py_True : Py_False, "reason", core_said(info->reason),
        "shape", core_said(info->shape));
}

static PyObject *list_of(const mr_device_info infos[], size_t count)
{
    PyObject *list = PyList_New(0);
    for (size_t k = 0; list && k < count; k++) {
        PyObject *row = row_of(&infos[k]);
        if (!row || PyList_Append(list, row) < 0) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

PyObject *core_devices(PyObject *module, PyObject *nothing)
{
    enum { MOST = 64 };
    struct core *core = PyModule_GetState(module);
    struct core_work work;
    mr_status status;
    mr_error err;
    size_t count = 0;
    PyObject *list = NULL;
    (void)nothing;
    mr_device_info *infos = calloc(MOST, sizeof *infos);
    if (!infos) return PyErr_NoMemory();
    if (core_work_begin(&work, (struct core_work){.stream = NULL})) {
        Py_BEGIN_ALLOW_THREADS status = mr_devices(infos, MOST, &count, &err);
        Py_END_ALLOW_THREADS core_work_end(&work);
        if (core_work_went_well(core, &work, status, &err))
            list = list_of(infos, count < MOST ? count : MOST);
    }
    free(infos);
    return list;
}
