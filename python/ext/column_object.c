/* Column: elements that views may hold on to for as long as they like. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { ALIGNMENT = 64 };

PyObject *core_column_new(struct core *core, mr_dtype dtype, size_t length, void **data)
{
    size_t size = mr_dtype_size(dtype);
    if (length > ((size_t)PY_SSIZE_T_MAX - 2 * ALIGNMENT) / size) return PyErr_NoMemory();
    size_t bytes = length * size;
    struct column *column = PyObject_New(struct column, core->column);
    if (!column) return NULL;
    column->dtype = dtype;
    column->length = (Py_ssize_t)length;
    column->lease = NULL;
    column->data = aligned_alloc(ALIGNMENT, (bytes / ALIGNMENT + 1) * ALIGNMENT);
    if (!column->data) {
        Py_DECREF(column);
        return PyErr_NoMemory();
    }
    *data = column->data;
    return (PyObject *)column;
}

PyObject *core_column_kept(struct core *core, mr_dtype dtype, size_t length, const void *data,
                           const mr_lease *lease)
{
    struct column *column = PyObject_New(struct column, core->column);
    if (!column) return NULL;
    column->dtype = dtype;
    column->length = (Py_ssize_t)length;
    column->data = (void *)data;
    column->lease = mr_lease_retain(lease);
    return (PyObject *)column;
}

static void column_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    struct column *column = (struct column *)self;
    if (!column->lease) free(column->data);
    mr_lease_release(&column->lease);
    PyObject_Free(self);
    Py_DECREF(type);
}

static int column_buffer(PyObject *self, Py_buffer *view, int flags)
{
    struct column *column = (struct column *)self;
    Py_ssize_t size = (Py_ssize_t)mr_dtype_size(column->dtype);
    if (PyBuffer_FillInfo(view, self, column->data, column->length * size, 1, flags) < 0) return -1;
    view->itemsize = size;
    if (flags & PyBUF_FORMAT) view->format = (char *)core_dtype_of(column->dtype)->format;
    if (flags & PyBUF_ND) view->shape = &column->length;
    if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = &view->itemsize;
    return 0;
}

static Py_ssize_t column_length(PyObject *self)
{
    return ((struct column *)self)->length;
}

static PyObject *column_item(PyObject *self, Py_ssize_t index)
{
    struct column *column = (struct column *)self;
    if (index < 0 || index >= column->length) {
        PyErr_SetString(PyExc_IndexError, "a column's index is out of its range");
        return NULL;
    }
    return core_value(column->dtype, column->data, (size_t)index);
}

static PyObject *column_tolist(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PySequence_List(self);
}

static PyObject *column_dtype(PyObject *self, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(mr_dtype_name(((struct column *)self)->dtype));
}

static PyObject *column_repr(PyObject *self)
{
    const struct column *column = (const struct column *)self;
    return PyUnicode_FromFormat("<millrace.Column of %zd %s>", column->length,
                                mr_dtype_name(column->dtype));
}

static PyObject *column_dlpack(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return core_dlpack((struct column *)self, args, kwargs);
}

static PyMethodDef methods[] = {
    {"tolist", column_tolist, METH_NOARGS, "The elements as Python numbers."},
    {"__dlpack__", (PyCFunction)(void (*)(void))column_dlpack, METH_VARARGS | METH_KEYWORDS,
     "A DLPack capsule: read-only for who asks with max_version=(1, 0) or later, else a copy."},
    {"__dlpack_device__", core_dlpack_device, METH_NOARGS, "(1, 0): the CPU."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))core_arrow_array,
     METH_VARARGS | METH_KEYWORDS, "Capsules of the Arrow C data interface."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"dtype", column_dtype, NULL, "'i64' and so on.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Elements of one dtype. Read-only; np.asarray(column) copies nothing, and may be "
                "kept."},
    {Py_tp_dealloc, column_dealloc},
    {Py_tp_repr, column_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_bf_getbuffer, column_buffer},
    {Py_sq_length, column_length},
    {Py_sq_item, column_item},
    {0, NULL},
};

PyType_Spec core_column_spec = {
    .name = "millrace.Column",
    .basicsize = sizeof(struct column),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
