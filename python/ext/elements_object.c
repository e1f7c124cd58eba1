/* Elements: those of a stream, one by one. The stream knows where it is in the batch that it lends:
 * whatever else is asked of it ends the loan. */
#include "stream_object.h"

struct elements {
    PyObject_HEAD struct stream *stream;
};

PyObject *core_elements(PyObject *object, PyObject *nothing)
{
    struct elements *self = PyObject_New(struct elements, core_of(object)->elements);
    (void)nothing;
    if (!self) return NULL;
    Py_INCREF(object);
    self->stream = (struct stream *)object;
    return (PyObject *)self;
}

static void elements_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    Py_DECREF((PyObject *)((struct elements *)object)->stream);
    PyObject_Free(object);
    Py_DECREF(type);
}

static bool refill(struct stream *self)
{
    mr_error err;
    if (!self->stream || !core_stream_enter(self)) return false;
    mr_status status = core_stream_pull(self, &self->lent, NULL, &err);
    PyObject *none = core_stream_leave(self, status, &err);
    if (!none) return false;
    Py_DECREF(none);
    if (!self->lent.len) return false;
    self->at = self->lent.columns[0];
    self->end = self->at + self->lent.len * self->size;
    return true;
}

static PyObject *row_at(const struct stream *self, size_t index)
{
    PyObject *row = PyTuple_New((Py_ssize_t)self->column_count);
    for (size_t c = 0; row && c < self->column_count; c++) {
        PyObject *value = core_value(self->dtypes[c], self->lent.columns[c], index);
        if (!value || PyTuple_SetItem(row, (Py_ssize_t)c, value) < 0) Py_CLEAR(row);
    }
    return row;
}

/* What a loop costs is here: nothing is looked up, and what is left is what a number costs Python
 * to make. (Numbers made some at a time, ahead, cost more: they leave the nearest cache.) */
static PyObject *elements_next(PyObject *object)
{
    struct stream *self = ((struct elements *)object)->stream;
    if (self->at == self->end && !refill(self)) return NULL;
    const char *element = self->at;
    self->at += self->size;
    if (self->value) return self->value(element);
    return row_at(self, (size_t)(element - (const char *)self->lent.columns[0]) / self->size);
}

static PyObject *itself(PyObject *object)
{
    Py_INCREF(object);
    return object;
}

static PyType_Slot elements_slots[] = {
    {Py_tp_doc, "The elements of a stream, one by one."},
    {Py_tp_dealloc, elements_dealloc},
    {Py_tp_iter, itself},
    {Py_tp_iternext, elements_next},
    {0, NULL},
};

PyType_Spec core_elements_spec = {
    .name = "millrace._core.Elements",
    .basicsize = sizeof(struct elements),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = elements_slots,
};
