/* Elements: those of a stream, one by one. */
#include "stream.h"

struct elements {
    PyObject_HEAD struct stream *stream;
    mr_batch batch;
    size_t at;
    unsigned turn;                                          /* of the stream, when it lent it */
    PyObject *(*value)(const void *elements, size_t index); /* NULL: of several columns */
};

PyObject *core_elements(PyObject *object, PyObject *nothing)
{
    struct core *core = core_of(object);
    struct elements *self = PyObject_New(struct elements, core->elements);
    (void)nothing;
    if (!self) return NULL;
    Py_INCREF(object);
    self->stream = (struct stream *)object;
    self->batch = (mr_batch){.len = 0};
    self->at = 0;
    self->turn = 0;
    self->value =
        self->stream->column_count == 1 ? core_dtype_of(self->stream->dtypes[0])->value : NULL;
    return (PyObject *)self;
}

static void elements_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    Py_DECREF((PyObject *)((struct elements *)object)->stream);
    PyObject_Free(object);
    Py_DECREF(type);
}

static bool refill(struct elements *self)
{
    mr_error err;
    self->at = 0;
    self->batch.len = 0;
    if (!self->stream->stream || !core_stream_enter(self->stream)) return false;
    mr_status status = core_stream_pull(self->stream, &self->batch, NULL, &err);
    if (status != MR_OK) self->batch.len = 0;
    PyObject *none = core_stream_leave(self->stream, status, &err);
    if (!none) self->batch.len = 0;
    Py_XDECREF(none);
    self->turn = self->stream->turn;
    return self->batch.len > 0;
}

static PyObject *row_next(struct elements *self)
{
    const struct stream *stream = self->stream;
    PyObject *row = PyTuple_New((Py_ssize_t)stream->column_count);
    for (size_t c = 0; row && c < stream->column_count; c++) {
        PyObject *value = core_value(stream->dtypes[c], self->batch.columns[c], self->at);
        if (!value || PyTuple_SetItem(row, (Py_ssize_t)c, value) < 0) Py_CLEAR(row);
    }
    self->at++;
    return row;
}

/* What a loop costs is here: nothing is looked up. */
static PyObject *elements_next(PyObject *object)
{
    struct elements *self = (struct elements *)object;
    bool is_stale = self->turn != self->stream->turn;
    if ((is_stale || self->at == self->batch.len) && !refill(self)) return NULL;
    return self->value ? self->value(self->batch.columns[0], self->at++) : row_next(self);
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
