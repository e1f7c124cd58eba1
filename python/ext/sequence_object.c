/* Sequence: a description. */
#include <string.h>

#include "core.h"

PyObject *core_sequence_wrap(struct core *core, mr_seq *seq)
{
    struct sequence *self = PyObject_New(struct sequence, core->sequence);
    if (!self) {
        mr_seq_release(&seq);
        return NULL;
    }
    self->seq = seq;
    return (PyObject *)self;
}

static mr_seq *seq_of(PyObject *self)
{
    return ((struct sequence *)self)->seq;
}

/* ---- arguments ---- */

enum { MOST_ARGUMENTS = 128 };

static mr_arg typed(const char *dtype, mr_arg number)
{
    return *dtype ? mr_typed(core_dtype_named(dtype), number) : number;
}

/* `kind`: "int", "real", "expr", "text" or "seq". Of a number, `dtype` or "". */
static bool read_argument(struct core *core, PyObject *row, PyObject *kept, mr_arg *out)
{
    const char *keyword = NULL, *kind, *dtype = "";
    PyObject *name, *value;
    int is_constant = 0;
    if (!PyArg_ParseTuple(row, "OsO|ps", &name, &kind, &value, &is_constant, &dtype)) return false;
    if (name != Py_None && !(keyword = core_text(name, kept))) return false;
    if (!strcmp(kind, "int")) {
        int overflow = 0;
        long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        *out = overflow > 0 ? mr_uint(PyLong_AsUnsignedLongLong(value)) : mr_int(number);
        *out = typed(dtype, *out);
        if (overflow < 0 || PyErr_Occurred())
            PyErr_Format(PyExc_OverflowError, "the integer %S is outside [-2^63, 2^64-1]", value);
    } else if (!strcmp(kind, "real")) {
        *out = typed(dtype, mr_real(PyFloat_AsDouble(value)));
    } else if (!strcmp(kind, "seq")) {
        if (!PyObject_TypeCheck(value, core->sequence)) {
            PyErr_SetString(PyExc_TypeError, "a sequence is wanted");
            return false;
        }
        *out = mr_input(seq_of(value));
    } else {
        const char *text = core_text(value, kept);
        if (!text) return false;
        *out = !strcmp(kind, "text") ? mr_text(text) : mr_expr(text);
    }
    if (keyword) *out = is_constant ? mr_constant(keyword, *out) : mr_named(keyword, *out);
    return !PyErr_Occurred();
}

static bool read_arguments(struct core *core, const char *what, PyObject *rows, PyObject *kept,
                           mr_arg out[MOST_ARGUMENTS], size_t *count)
{
    Py_ssize_t length = PyList_Size(rows);
    *count = (size_t)length;
    if (!kept) return false;
    if (length > MOST_ARGUMENTS) {
        PyErr_Format(PyExc_ValueError, "%s: more than %d arguments", what, MOST_ARGUMENTS);
        return false;
    }
    for (Py_ssize_t k = 0; k < length; k++)
        if (!read_argument(core, PyList_GetItem(rows, k), kept, &out[k])) return false;
    return true;
}

/* ---- text ---- */

/* args: text, constants. A source where `before` is NULL. */
static PyObject *parse(struct core *core, const mr_seq *before, PyObject *args)
{
    PyObject *text, *rows, *result = NULL;
    mr_arg constants[MOST_ARGUMENTS];
    size_t count;
    mr_seq *seq = NULL;
    mr_error err;
    if (!PyArg_ParseTuple(args, "OO!", &text, &PyList_Type, &rows)) return NULL;
    PyObject *kept = PyList_New(0);
    const char *bytes = kept ? core_text(text, kept) : NULL;
    if (bytes && read_arguments(core, "a text", rows, kept, constants, &count)) {
        mr_status status = before ? mr_seq_pipe_with(&seq, before, bytes, constants, count, &err)
                                  : mr_seq_parse_with(&seq, bytes, constants, count, &err);
        result = status == MR_OK ? core_sequence_wrap(core, seq) : core_raise(core, &err);
    }
    Py_XDECREF(kept);
    return result;
}

PyObject *core_parse(PyObject *module, PyObject *args)
{
    return parse(PyModule_GetState(module), NULL, args);
}

/* ---- one operator applied ---- */

PyObject *core_apply(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    const char *op;
    PyObject *input, *rows, *result = NULL;
    mr_arg arguments[MOST_ARGUMENTS];
    size_t count;
    mr_seq *seq = NULL;
    mr_error err;
    if (!PyArg_ParseTuple(args, "sOO!", &op, &input, &PyList_Type, &rows)) return NULL;
    if (input != Py_None && !PyObject_TypeCheck(input, core->sequence))
        return PyErr_Format(PyExc_TypeError, "%s: the input is no sequence", op);
    const mr_seq *before = input == Py_None ? NULL : seq_of(input);
    PyObject *kept = PyList_New(0);
    if (read_arguments(core, op, rows, kept, arguments, &count)) {
        mr_status status = mr_seq_apply(&seq, op, before, arguments, count, &err);
        result = status == MR_OK ? core_sequence_wrap(core, seq) : core_raise(core, &err);
    }
    Py_XDECREF(kept);
    return result;
}

/* ---- arrays, in place ---- */

/* Runs wherever the last sequence or stream over the array ends. */
static void release_view(void *owner)
{
    struct core_attached attached;
    if (!core_attach(&attached)) return;
    PyBuffer_Release(owner);
    PyMem_Free(owner);
    core_detach(&attached);
}

/* Holds an array of one dimension, side by side, of a dtype; an exception otherwise. */
static bool hold_array(PyObject *object, Py_buffer *view)
{
    if (!PyObject_CheckBuffer(object)) {
        PyObject *name = PyType_GetName(Py_TYPE(object));
        PyErr_Format(PyExc_TypeError,
                     "%S has no buffer: give numpy.asarray(...) or array.array(...), or use "
                     "from_iterable(...)",
                     name);
        Py_XDECREF(name);
        return false;
    }
    if (PyObject_GetBuffer(object, view, PyBUF_FORMAT | PyBUF_STRIDES) < 0) return false;
    if (!core_dtype_by_format(view->format, view->itemsize))
        PyErr_Format(PyExc_TypeError,
                     "an array's elements ('%s') are none of bool, i32, u32, i64, u64, f32, f64; "
                     "convert it first, as with astype()",
                     view->format ? view->format : "B");
    else if (view->ndim != 1)
        PyErr_Format(PyExc_ValueError,
                     "an array has %d dimensions; give one, or each column by itself", view->ndim);
    else if (!PyBuffer_IsContiguous(view, 'C'))
        PyErr_SetString(PyExc_ValueError, "an array's elements do not stand side by side; copy it "
                                          "first, as with numpy.ascontiguousarray(...)");
    if (PyErr_Occurred()) PyBuffer_Release(view);
    return !PyErr_Occurred();
}

static bool read_array(PyObject *row, PyObject *kept, mr_array *out)
{
    const char *bytes = NULL;
    PyObject *name, *object;
    Py_buffer *view = PyMem_Calloc(1, sizeof *view);
    if (!view) return PyErr_NoMemory() != NULL;
    if (!PyArg_ParseTuple(row, "OO", &name, &object) ||
        (name != Py_None && !(bytes = core_text(name, kept))) || !hold_array(object, view)) {
        PyMem_Free(view);
        return false;
    }
    *out = (mr_array){.name = bytes,
                      .dtype = core_dtype_by_format(view->format, view->itemsize)->dtype,
                      .data = view->buf,
                      .release = release_view,
                      .owner = view};
    return true;
}

PyObject *core_from_buffers(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    mr_array arrays[8];
    PyObject *rows, *result = NULL;
    mr_seq *seq = NULL;
    mr_error err;
    size_t length = 0, count = 0;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &rows)) return NULL;
    Py_ssize_t wanted = PyList_Size(rows);
    if (wanted < 1 || wanted > 8)
        return PyErr_Format(PyExc_ValueError, "%zd arrays; 1 to 8 can be columns", wanted);
    PyObject *kept = PyList_New(0);
    for (; kept && count < (size_t)wanted; count++) {
        if (!read_array(PyList_GetItem(rows, (Py_ssize_t)count), kept, &arrays[count])) goto out;
        const Py_buffer *view = arrays[count].owner;
        if (count == 0) length = (size_t)view->shape[0];
        if ((size_t)view->shape[0] == length) continue;
        PyErr_Format(PyExc_ValueError, "arrays of %zd and %zd elements; columns have equal lengths",
                     (Py_ssize_t)length, view->shape[0]);
        count++;
        goto out;
    }
    if (!kept) return NULL;
    if (mr_seq_from_array(&seq, arrays, count, length, &err) == MR_OK)
        result = core_sequence_wrap(core, seq);
    else
        (void)core_raise(core, &err);
out:
    if (!seq)
        while (count > 0) release_view(arrays[--count].owner);
    Py_DECREF(kept);
    return result;
}

/* ---- what it tells ---- */

static void sequence_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    mr_seq *seq = seq_of(self);
    mr_seq_release(&seq);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *sequence_pipe(PyObject *self, PyObject *args)
{
    return parse(core_of(self), seq_of(self), args);
}

static PyObject *sequence_explain(PyObject *self, PyObject *args)
{
    int with_kernels = 0, with_passes = 0;
    char *text = NULL;
    mr_error err;
    if (!PyArg_ParseTuple(args, "|pp", &with_kernels, &with_passes)) return NULL;
    unsigned parts = (with_kernels ? (unsigned)MR_EXPLAIN_KERNELS : 0) |
                     (with_passes ? (unsigned)MR_EXPLAIN_PASSES : 0);
    if (mr_explain(&text, seq_of(self), NULL, parts, &err) != MR_OK)
        return core_raise(core_of(self), &err);
    PyObject *result = core_said(text);
    mr_text_free(&text);
    return result;
}

/* None: it has none. */
static PyObject *get_text(PyObject *self, void *closure)
{
    char *text = NULL;
    (void)closure;
    if (mr_seq_text(&text, seq_of(self), NULL) != MR_OK) Py_RETURN_NONE;
    PyObject *result = core_name(text);
    mr_text_free(&text);
    return result;
}

static PyObject *get_columns(PyObject *self, void *closure)
{
    (void)closure;
    const mr_seq *seq = seq_of(self);
    size_t count = mr_seq_column_count(seq);
    PyObject *columns = PyTuple_New((Py_ssize_t)count);
    for (size_t c = 0; columns && c < count; c++) {
        PyObject *row = Py_BuildValue("(Ns)", core_name(mr_seq_column_name(seq, c)),
                                      mr_dtype_name(mr_seq_column_dtype(seq, c)));
        if (!row || PyTuple_SetItem(columns, (Py_ssize_t)c, row) < 0) Py_CLEAR(columns);
    }
    return columns;
}

static PyObject *get_length(PyObject *self, void *closure)
{
    static const char *const kinds[] = {[MR_LENGTH_UNKNOWN] = "unknown",
                                        [MR_LENGTH_KNOWN] = "known",
                                        [MR_LENGTH_ENDLESS] = "endless"};
    int64_t count;
    (void)closure;
    mr_length_kind kind = mr_seq_length(seq_of(self), &count);
    return Py_BuildValue("(sL)", kinds[kind], (long long)count);
}

static PyObject *get_notices(PyObject *self, void *closure)
{
    PyObject *list = PyList_New(0);
    mr_error note;
    (void)closure;
    for (size_t k = 0; list && mr_seq_notice(&note, seq_of(self), k) == MR_OK; k++) {
        PyObject *line = core_rendered(&note);
        if (!line || PyList_Append(list, line) < 0) Py_CLEAR(list);
        Py_XDECREF(line);
    }
    return list;
}

static PyMethodDef methods[] = {
    {"pipe", sequence_pipe, METH_VARARGS, "pipe(text, constants): stages behind it."},
    {"explain", sequence_explain, METH_VARARGS, "explain(with_kernels=False, with_passes=False)"},
    {"__arrow_c_stream__", (PyCFunction)(void (*)(void))core_arrow_stream,
     METH_VARARGS | METH_KEYWORDS, "A capsule of the Arrow C stream interface: a fresh stream."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"text", get_text, NULL, "The canonical text; None of what only this process has.", NULL},
    {"columns", get_columns, NULL, "((name, dtype), ...)", NULL},
    {"length", get_length, NULL, "('known', 'unknown' or 'endless', the most elements)", NULL},
    {"notices", get_notices, NULL, "What in the description may be meant otherwise.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A description."},
    {Py_tp_dealloc, sequence_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {0, NULL},
};

PyType_Spec core_sequence_spec = {
    .name = "millrace._core.Sequence",
    .basicsize = sizeof(struct sequence),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
