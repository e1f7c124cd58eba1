#include "core.h"

struct core *core_of(PyObject *instance)
{
    return PyType_GetModuleState(Py_TYPE(instance));
}

/* ---- functions ---- */

/* The operators as (name, role, brief, signature, example). */
static PyObject *operators(PyObject *module, PyObject *nothing)
{
    (void)module, (void)nothing;
    PyObject *list = PyList_New(0);
    mr_op_info op;
    for (size_t k = 0; list && mr_op_describe(&op, k, NULL) == MR_OK; k++) {
        PyObject *row = Py_BuildValue("(ssNss)", op.name, op.role, core_said(op.brief),
                                      op.signature, op.example);
        if (!row || PyList_Append(list, row) < 0) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

static PyObject *functions_of_expressions(PyObject *module, PyObject *nothing)
{
    (void)module, (void)nothing;
    PyObject *list = PyList_New(0);
    const char *name;
    for (size_t k = 0; list && (name = mr_function_name(k)); k++) {
        PyObject *text = PyUnicode_FromString(name);
        if (!text || PyList_Append(list, text) < 0) Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

/* Those of operator `index`, in the order of operators(). */
static PyObject *parameters(PyObject *module, PyObject *index)
{
    (void)module;
    size_t at = PyLong_AsSize_t(index);
    if (at == (size_t)-1 && PyErr_Occurred()) return NULL;
    PyObject *list = PyList_New(0);
    mr_op_param p;
    for (size_t k = 0; list && mr_op_param_describe(&p, at, k, NULL) == MR_OK; k++) {
        PyObject *row = Py_BuildValue(
            "{s:s,s:s,s:s,s:z,s:z,s:s,s:s,s:O,s:O,s:O,s:O,s:O,s:O,s:O}", "name", p.name, "type",
            p.type, "brief", p.brief, "fallback", p.fallback, "choices", p.choices, "least",
            p.least, "most", p.most, "is_required", p.is_required ? Py_True : Py_False, "is_list",
            p.is_list ? Py_True : Py_False, "is_variadic", p.is_variadic ? Py_True : Py_False,
            "takes_label", p.takes_label ? Py_True : Py_False, "by_name",
            p.by_name ? Py_True : Py_False, "is_above", p.is_above ? Py_True : Py_False, "is_below",
            p.is_below ? Py_True : Py_False);
        if (!row || PyList_Append(list, row) < 0) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

static PyObject *set_raise(PyObject *module, PyObject *function)
{
    struct core *core = PyModule_GetState(module);
    Py_INCREF(function);
    core_replace(&core->raise, function);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"parse", core_parse, METH_VARARGS,
     "parse(text, constants): the sequence that a pipeline's text describes."},
    {"apply", core_apply, METH_VARARGS, "apply(op, input or None, [(keyword, kind, value)])"},
    {"from_buffers", core_from_buffers, METH_VARARGS,
     "from_buffers([(name, buffer)]): one-dimensional arrays of equal length as columns, in place"},
    {"from_callback", core_from_callback, METH_VARARGS,
     "from_callback(fill, [(name, dtype)], length, restartable): fill(first, count) returns "
     "buffers"},
    {"from_arrow", core_from_arrow, METH_VARARGS,
     "from_arrow(capsule, nulls_as_nan): reads what a capsule 'arrow_array_stream' gives, or the "
     "array of a pair of capsules 'arrow_schema', 'arrow_array'"},
    {"open", core_open, METH_VARARGS,
     "open(sequence, params, progress=None, state=None): a stream"},
    {"devices", core_devices, METH_NOARGS, "A dict for each device, as mr_devices() has them."},
    {"partial", core_partial, METH_VARARGS,
     "partial(sequence, k, n, params): what its terminal knows of part k of n"},
    {"merge", core_merge, METH_O, "merge([partial]): one of all"},
    {"finish", core_finish, METH_O, "finish(partial): the result's rows, as a sequence"},
    {"operators", operators, METH_NOARGS, "[(name, role, brief, signature, example)]"},
    {"functions", functions_of_expressions, METH_NOARGS, "Names of the functions of expressions."},
    {"parameters", parameters, METH_O,
     "parameters(index): a dict for each parameter of an operator, as mr_op_param has them"},
    {"end", core_end, METH_NOARGS, "Called before the interpreter ends."},
    {"set_raise", set_raise, METH_O, "What raises the exceptions."},
    {NULL, NULL, 0, NULL},
};

/* ---- the module ---- */

static int add_type(PyObject *module, PyTypeObject **out, PyType_Spec *spec)
{
    *out = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *out ? PyModule_AddType(module, *out) : -1;
}

static int execute(PyObject *module)
{
    struct core *core = PyModule_GetState(module);
    if (!core_watch_forks()) return -1;
    if (add_type(module, &core->column, &core_column_spec) < 0) return -1;
    if (add_type(module, &core->batch, &core_batch_spec) < 0) return -1;
    if (add_type(module, &core->sequence, &core_sequence_spec) < 0) return -1;
    if (add_type(module, &core->stream, &core_stream_spec) < 0) return -1;
    if (add_type(module, &core->elements, &core_elements_spec) < 0) return -1;
    return PyModule_AddStringConstant(module, "version", mr_version());
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    struct core *core = PyModule_GetState(module);
    Py_VISIT(core->column);
    Py_VISIT(core->batch);
    Py_VISIT(core->sequence);
    Py_VISIT(core->stream);
    Py_VISIT(core->elements);
    Py_VISIT(core->raise);
    return 0;
}

static int clear(PyObject *module)
{
    struct core *core = PyModule_GetState(module);
    Py_CLEAR(core->column);
    Py_CLEAR(core->batch);
    Py_CLEAR(core->sequence);
    Py_CLEAR(core->stream);
    Py_CLEAR(core->elements);
    Py_CLEAR(core->raise);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,         .m_name = "millrace._core", .m_doc = "millrace's C API.",
    .m_size = sizeof(struct core), .m_methods = functions,     .m_slots = slots,
    .m_traverse = traverse,        .m_clear = clear,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
