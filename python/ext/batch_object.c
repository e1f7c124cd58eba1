/* Batch: consecutive elements, column by column. */
#include "core.h"

struct batch {
    PyObject_HEAD int64_t position;
    Py_ssize_t length;
    PyObject *names, *columns; /* tuples */
};

PyObject *core_batch_new(struct core *core, int64_t position, PyObject *names, PyObject *columns)
{
    struct batch *batch = PyObject_New(struct batch, core->batch);
    if (!batch) return NULL;
    batch->position = position;
    batch->length = PyObject_Length(PyTuple_GetItem(columns, 0));
    Py_INCREF(names);
    Py_INCREF(columns);
    batch->names = names;
    batch->columns = columns;
    return (PyObject *)batch;
}

static void batch_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(((struct batch *)self)->names);
    Py_CLEAR(((struct batch *)self)->columns);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* The column that stands for the whole; NULL and an exception when there are several. */
static PyObject *only_column(const struct batch *batch, PyObject *kind)
{
    if (PyTuple_Size(batch->columns) == 1) return PyTuple_GetItem(batch->columns, 0);
    return PyErr_Format(kind, "the batch has %zd columns; take one of them: batch['NAME']",
                        PyTuple_Size(batch->columns));
}

static int batch_buffer(PyObject *self, Py_buffer *view, int flags)
{
    PyObject *column = only_column((struct batch *)self, PyExc_BufferError);
    view->obj = NULL;
    return column ? PyObject_GetBuffer(column, view, flags) : -1;
}

static Py_ssize_t batch_length(PyObject *self)
{
    return ((struct batch *)self)->length;
}

static PyObject *element_at(const struct batch *batch, Py_ssize_t index)
{
    Py_ssize_t count = PyTuple_Size(batch->columns);
    if (count == 1) return PySequence_GetItem(PyTuple_GetItem(batch->columns, 0), index);
    PyObject *row = PyTuple_New(count);
    for (Py_ssize_t c = 0; row && c < count; c++) {
        PyObject *value = PySequence_GetItem(PyTuple_GetItem(batch->columns, c), index);
        if (!value || PyTuple_SetItem(row, c, value) < 0) Py_CLEAR(row);
    }
    return row;
}

static PyObject *column_named(const struct batch *batch, PyObject *name)
{
    Py_ssize_t index = PySequence_Index(batch->names, name);
    if (index < 0) {
        PyErr_SetObject(PyExc_KeyError, name);
        return NULL;
    }
    PyObject *column = PyTuple_GetItem(batch->columns, index);
    Py_INCREF(column);
    return column;
}

static PyObject *batch_item(PyObject *self, PyObject *key)
{
    struct batch *batch = (struct batch *)self;
    if (PyUnicode_Check(key)) return column_named(batch, key);
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (index < 0) index += batch->length;
    if (index >= 0 && index < batch->length) return element_at(batch, index);
    PyErr_SetString(PyExc_IndexError, "a batch's index is out of its range");
    return NULL;
}

static PyObject *batch_tolist(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    PyObject *list = PyList_New(((struct batch *)self)->length);
    for (Py_ssize_t k = 0; list && k < ((struct batch *)self)->length; k++) {
        PyObject *element = element_at((struct batch *)self, k);
        if (!element || PyList_SetItem(list, k, element) < 0) Py_CLEAR(list);
    }
    return list;
}

static PyObject *batch_iter(PyObject *self)
{
    PyObject *list = batch_tolist(self, NULL);
    PyObject *iterator = list ? PyObject_GetIter(list) : NULL;
    Py_XDECREF(list);
    return iterator;
}

static PyObject *delegate(PyObject *self, const char *method, PyObject *args, PyObject *kwargs)
{
    PyObject *column = only_column((struct batch *)self, PyExc_BufferError);
    PyObject *bound = column ? PyObject_GetAttrString(column, method) : NULL;
    PyObject *result = bound ? PyObject_Call(bound, args, kwargs) : NULL;
    Py_XDECREF(bound);
    return result;
}

static PyObject *batch_dlpack(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return delegate(self, "__dlpack__", args, kwargs);
}

static PyObject *batch_arrow(PyObject *self, PyObject *args, PyObject *kwargs)
{
    const struct batch *batch = (const struct batch *)self;
    return core_arrow_record(batch->names, batch->columns, args, kwargs);
}

/* Without it NumPy makes an array of one object of what has several columns and so no buffer. */
static PyObject *batch_as_array(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *column = only_column((struct batch *)self, PyExc_TypeError);
    PyObject *numpy = column ? PyImport_ImportModule("numpy") : NULL;
    PyObject *asarray = numpy ? PyObject_GetAttrString(numpy, "asarray") : NULL;
    PyObject *all = asarray ? PyTuple_Pack(1, column) : NULL;
    PyObject *more = all ? PySequence_Concat(all, args) : NULL;
    PyObject *array = more ? PyObject_Call(asarray, more, kwargs) : NULL;
    Py_XDECREF(more);
    Py_XDECREF(all);
    Py_XDECREF(asarray);
    Py_XDECREF(numpy);
    return array;
}

static PyObject *batch_repr(PyObject *self)
{
    const struct batch *batch = (const struct batch *)self;
    return PyUnicode_FromFormat("<millrace.Batch of %zd from %lld on, columns %S>", batch->length,
                                (long long)batch->position, batch->names);
}

static PyObject *get_position(PyObject *self, void *closure)
{
    (void)closure;
    return PyLong_FromLongLong(((struct batch *)self)->position);
}

static PyObject *get_names(PyObject *self, void *closure)
{
    (void)closure;
    Py_INCREF(((struct batch *)self)->names);
    return ((struct batch *)self)->names;
}

static PyObject *get_columns(PyObject *self, void *closure)
{
    (void)closure;
    Py_INCREF(((struct batch *)self)->columns);
    return ((struct batch *)self)->columns;
}

static PyMethodDef methods[] = {
    {"tolist", batch_tolist, METH_NOARGS, "The elements as Python numbers, records as tuples."},
    {"__dlpack__", (PyCFunction)(void (*)(void))batch_dlpack, METH_VARARGS | METH_KEYWORDS,
     "As of its only column."},
    {"__dlpack_device__", core_dlpack_device, METH_NOARGS, "(1, 0): the CPU."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))batch_arrow, METH_VARARGS | METH_KEYWORDS,
     "Capsules of the Arrow C data interface: a record batch."},
    {"__array__", (PyCFunction)(void (*)(void))batch_as_array, METH_VARARGS | METH_KEYWORDS,
     "An array of its only column, in place."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"position", get_position, NULL, "The position of its first element.", NULL},
    {"names", get_names, NULL, "The names of its columns.", NULL},
    {"columns", get_columns, NULL, "Its columns.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Consecutive elements. batch['NAME'] is a column, batch[k] an element; one of a "
                "single column is an array itself. May be kept."},
    {Py_tp_dealloc, batch_dealloc},
    {Py_tp_repr, batch_repr},
    {Py_tp_iter, batch_iter},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_bf_getbuffer, batch_buffer},
    {Py_mp_length, batch_length},
    {Py_mp_subscript, batch_item},
    {0, NULL},
};

PyType_Spec core_batch_spec = {
    .name = "millrace.Batch",
    .basicsize = sizeof(struct batch),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
