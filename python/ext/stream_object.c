/* Stream: an opened sequence. It lets go of the GIL while millrace works. */
#include <limits.h>
#include <string.h>

#include "stream_object.h"

/* ---- with the GIL given away ---- */

bool core_stream_enter(struct stream *self)
{
    if (self->is_busy)
        PyErr_SetString(PyExc_RuntimeError,
                        "the stream is in use: by another thread, or by what fills it");
    else if (!self->stream)
        PyErr_SetString(PyExc_ValueError, "the stream is closed");
    else
        self->is_busy = core_work_begin(
            &self->work, (struct core_work){.stream = self->stream, .raised = &self->raised});
    if (PyErr_Occurred()) return false;
    self->at = self->end = NULL;
    return true;
}

static void done(struct stream *self)
{
    core_work_end(&self->work);
    self->is_busy = false;
}

PyObject *core_stream_leave(struct stream *self, mr_status status, const mr_error *err)
{
    done(self);
    if (!core_work_went_well(core_of((PyObject *)self), &self->work, status, err)) return NULL;
    Py_RETURN_NONE;
}

/* The batch is kept, if `lease` is not NULL and there is room for that. */
mr_status core_stream_pull(struct stream *self, mr_batch *batch, mr_lease **lease, mr_error *err)
{
    mr_status status;
    Py_BEGIN_ALLOW_THREADS status = mr_stream_next(self->stream, batch, err);
    if (lease) *lease = NULL;
    if (lease && status == MR_OK && batch->len)
        (void)mr_batch_keep(self->stream, batch, lease, NULL);
    Py_END_ALLOW_THREADS return status;
}

/* ---- while it works ---- */

static bool tell_progress(struct stream *self, const mr_progress *progress)
{
    PyObject *expected = progress->expected < 0 ? (Py_INCREF(Py_None), Py_None)
                                                : PyLong_FromLongLong(progress->expected);
    PyObject *result =
        PyObject_CallFunction(self->progress, "LNLd", (long long)progress->computed, expected,
                              (long long)progress->elements, progress->seconds);
    Py_XDECREF(result);
    return result != NULL;
}

/* Ctrl-C, and whoever wants to know how far it is. An exception ends the pull. */
static int poll(void *user, const mr_progress *progress)
{
    struct stream *self = user;
    PyGILState_STATE state = PyGILState_Ensure();
    bool stops = PyErr_CheckSignals() < 0 || (self->progress && !tell_progress(self, progress));
    PyGILState_Release(state);
    return stops;
}

/* ---- opening and closing ---- */

bool core_read_params(PyObject *keywords, mr_stream_params *out)
{
    static char *names[] = {"engine", "device",  "batch",      "ring",   "max_memory", "shape",
                            "native", "no_fuse", "watch_sums", "no_map", NULL};
    const char *engine = NULL;
    int native = 0, no_fuse = 0, watch_sums = 0, no_map = 0;
    Py_ssize_t batch = 0, ring = 0, memory = 0;
    PyObject *nothing = PyTuple_New(0);
    bool good =
        nothing && PyArg_ParseTupleAndKeywords(nothing, keywords, "|$zznnnzpppp", names, &engine,
                                               &out->device, &batch, &ring, &memory, &out->shape,
                                               &native, &no_fuse, &watch_sums, &no_map);
    Py_XDECREF(nothing);
    if (!good) return false;
    if (batch < 0 || ring < 0 || memory < 0) {
        PyErr_SetString(PyExc_ValueError, "batch, ring and max_memory must not be negative");
        return false;
    }
    out->batch_elems = (size_t)batch;
    out->ring_slots = ring > INT_MAX ? INT_MAX : (unsigned)ring;
    out->max_memory_bytes = (size_t)memory;
    out->native_math = native;
    out->no_fuse = no_fuse;
    out->watch_sums = watch_sums;
    out->no_map = no_map;
    if (!engine || !strcmp(engine, "auto"))
        out->engine = MR_ENGINE_AUTO;
    else if (!strcmp(engine, "host"))
        out->engine = MR_ENGINE_HOST;
    else if (!strcmp(engine, "opencl"))
        out->engine = MR_ENGINE_OPENCL;
    else
        PyErr_Format(PyExc_ValueError, "engine='%s' must be auto, host or opencl", engine);
    return !PyErr_Occurred();
}

static PyObject *names_of(const mr_seq *seq)
{
    size_t count = mr_seq_column_count(seq);
    PyObject *names = PyTuple_New((Py_ssize_t)count);
    for (size_t c = 0; names && c < count; c++) {
        PyObject *name = core_name(mr_seq_column_name(seq, c));
        if (!name || PyTuple_SetItem(names, (Py_ssize_t)c, name) < 0) Py_CLEAR(names);
    }
    return names;
}

/* A new stream, closed. */
static struct stream *stream_new(struct core *core, const mr_seq *seq, PyObject *progress)
{
    struct stream *self = PyObject_New(struct stream, core->stream);
    if (!self) return NULL;
    self->stream = NULL;
    self->is_busy = false;
    self->raised = NULL;
    self->at = self->end = NULL;
    self->progress = progress == Py_None ? NULL : progress;
    Py_XINCREF(self->progress);
    self->column_count = mr_seq_column_count(seq);
    for (size_t c = 0; c < self->column_count; c++) self->dtypes[c] = mr_seq_column_dtype(seq, c);
    self->size = mr_dtype_size(self->dtypes[0]);
    self->value = self->column_count == 1 ? core_dtype_of(self->dtypes[0])->value : NULL;
    self->names = names_of(seq);
    if (!self->names) Py_CLEAR(self);
    return self;
}

/* open(sequence, params, progress=None, state=None): with a state, where that was saved. */
PyObject *core_open(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    PyObject *sequence, *keywords, *progress = NULL;
    const char *state = NULL;
    Py_ssize_t size = 0;
    mr_stream_params params = {.engine = MR_ENGINE_AUTO};
    mr_status status;
    mr_error err;
    if (!PyArg_ParseTuple(args, "O!O!|Oz#", core->sequence, &sequence, &PyDict_Type, &keywords,
                          &progress, &state, &size))
        return NULL;
    if (!core_read_params(keywords, &params)) return NULL;
    const mr_seq *seq = ((struct sequence *)sequence)->seq;
    struct stream *self = stream_new(core, seq, progress);
    if (!self) return NULL;
    params.poll = poll;
    params.poll_user = self;
    if (core_work_begin(&self->work, (struct core_work){.raised = &self->raised})) {
        Py_BEGIN_ALLOW_THREADS status =
            state ? mr_stream_restore(&self->stream, seq, &params, state, (size_t)size, &err)
                  : mr_stream_open(&self->stream, seq, &params, &err);
        Py_END_ALLOW_THREADS core_work_end(&self->work);
        if (core_work_went_well(core, &self->work, status, &err)) return (PyObject *)self;
    }
    Py_DECREF((PyObject *)self);
    return NULL;
}

static void close_stream(struct stream *self)
{
    mr_stream *stream = self->stream;
    self->stream = NULL;
    Py_BEGIN_ALLOW_THREADS mr_stream_close(&stream);
    Py_END_ALLOW_THREADS
}

static PyObject *stream_close(PyObject *object, PyObject *nothing)
{
    struct stream *self = (struct stream *)object;
    (void)nothing;
    if (!self->stream) Py_RETURN_NONE;
    if (!core_stream_enter(self)) return NULL;
    close_stream(self);
    done(self);
    Py_RETURN_NONE;
}

static void stream_dealloc(PyObject *object)
{
    struct stream *self = (struct stream *)object;
    PyTypeObject *type = Py_TYPE(object);
    if (self->stream && core_work_enter(&self->work, (struct core_work){.stream = NULL})) {
        close_stream(self);
        core_work_end(&self->work);
    }
    Py_CLEAR(self->names);
    Py_CLEAR(self->progress);
    Py_CLEAR(self->raised);
    PyObject_Free(object);
    Py_DECREF(type);
}

/* ---- batches ---- */

static PyObject *copy_of(struct core *core, mr_dtype dtype, size_t length, const void *elements)
{
    void *data;
    PyObject *column = core_column_new(core, dtype, length, &data);
    if (column) memcpy(data, elements, length * mr_dtype_size(dtype));
    return column;
}

/* In place; without a lease copies, so that they may be kept all the same. */
static PyObject *columns_of(struct stream *self, const mr_batch *batch, const mr_lease *lease)
{
    struct core *core = core_of((PyObject *)self);
    PyObject *columns = PyTuple_New((Py_ssize_t)self->column_count);
    for (size_t c = 0; columns && c < self->column_count; c++) {
        const void *elements = batch->columns[c];
        PyObject *column =
            lease ? core_column_kept(core, self->dtypes[c], batch->len, elements, lease)
                  : copy_of(core, self->dtypes[c], batch->len, elements);
        if (!column || PyTuple_SetItem(columns, (Py_ssize_t)c, column) < 0) Py_CLEAR(columns);
    }
    return columns;
}

static PyObject *stream_next(PyObject *object)
{
    struct stream *self = (struct stream *)object;
    mr_batch batch;
    mr_error err;
    if (!self->stream && !self->is_busy) return NULL; /* closed: the end */
    if (!core_stream_enter(self)) return NULL;
    mr_lease *lease;
    mr_status status = core_stream_pull(self, &batch, &lease, &err);
    PyObject *columns = status == MR_OK && batch.len ? columns_of(self, &batch, lease) : NULL;
    mr_lease_release(&lease);
    PyObject *none = core_stream_leave(self, status, &err);
    if (!none) Py_CLEAR(columns);
    Py_XDECREF(none);
    if (!columns) return NULL;
    PyObject *result = core_batch_new(core_of(object), batch.position, self->names, columns);
    Py_DECREF(columns);
    return result;
}

static PyObject *stream_read(PyObject *object, PyObject *args)
{
    struct stream *self = (struct stream *)object;
    Py_ssize_t count;
    size_t got = 0;
    void *data[8];
    mr_error err;
    if (!PyArg_ParseTuple(args, "n", &count)) return NULL;
    if (count < 0) return PyErr_Format(PyExc_ValueError, "read(%zd): count is negative", count);
    PyObject *columns = PyTuple_New((Py_ssize_t)self->column_count);
    for (size_t c = 0; columns && c < self->column_count; c++) {
        PyObject *column =
            core_column_new(core_of(object), self->dtypes[c], (size_t)count, &data[c]);
        if (!column || PyTuple_SetItem(columns, (Py_ssize_t)c, column) < 0) Py_CLEAR(columns);
    }
    if (!columns || !core_stream_enter(self)) {
        Py_XDECREF(columns);
        return NULL;
    }
    int64_t position = mr_stream_tell(self->stream);
    mr_status status;
    Py_BEGIN_ALLOW_THREADS status = mr_stream_read(self->stream, (size_t)count, data, &got, &err);
    Py_END_ALLOW_THREADS PyObject *none = core_stream_leave(self, status, &err);
    PyObject *result = NULL;
    for (size_t c = 0; none && c < self->column_count; c++)
        ((struct column *)PyTuple_GetItem(columns, (Py_ssize_t)c))->length = (Py_ssize_t)got;
    if (none) result = core_batch_new(core_of(object), position, self->names, columns);
    Py_XDECREF(none);
    Py_DECREF(columns);
    return result;
}

/* ---- positions ---- */

static PyObject *stream_seek(PyObject *object, PyObject *args)
{
    struct stream *self = (struct stream *)object;
    long long position;
    mr_status status;
    mr_error err;
    if (!PyArg_ParseTuple(args, "L", &position) || !core_stream_enter(self)) return NULL;
    Py_BEGIN_ALLOW_THREADS status = mr_stream_seek(self->stream, position, &err);
    Py_END_ALLOW_THREADS return core_stream_leave(self, status, &err);
}

static PyObject *stream_tell(PyObject *object, PyObject *nothing)
{
    struct stream *self = (struct stream *)object;
    (void)nothing;
    if (!core_stream_enter(self)) return NULL;
    done(self);
    return PyLong_FromLongLong(mr_stream_tell(self->stream));
}

static PyObject *stream_save(PyObject *object, PyObject *nothing)
{
    struct stream *self = (struct stream *)object;
    size_t needed = 0;
    mr_error err;
    (void)nothing;
    if (!core_stream_enter(self)) return NULL;
    mr_status status = mr_stream_save(self->stream, NULL, 0, &needed, &err);
    char *bytes = status == MR_OK ? PyMem_Malloc(needed + 1) : NULL;
    if (bytes) status = mr_stream_save(self->stream, bytes, needed, &needed, &err);
    PyObject *none = core_stream_leave(self, status, &err);
    PyObject *state = none && bytes ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)needed) : NULL;
    if (none && !bytes) (void)PyErr_NoMemory();
    Py_XDECREF(none);
    PyMem_Free(bytes);
    return state;
}

static PyObject *stream_stats(PyObject *object, PyObject *nothing)
{
    struct stream *self = (struct stream *)object;
    mr_stats stats;
    (void)nothing;
    if (!core_stream_enter(self)) return NULL;
    mr_stream_stats(self->stream, &stats);
    done(self);
    return Py_BuildValue("{s:L,s:L,s:L,s:L,s:d,s:d,s:n,s:n,s:L,s:n,s:s,s:N,s:N}", "elements",
                         (long long)stats.elements, "batches", (long long)stats.batches, "computed",
                         (long long)stats.computed, "bytes_read", (long long)stats.bytes_read,
                         "seconds", stats.seconds, "computed_per_second", stats.computed_per_second,
                         "peak_host_bytes", (Py_ssize_t)stats.peak_host_bytes, "peak_device_bytes",
                         (Py_ssize_t)stats.peak_device_bytes, "stalls", (long long)stats.stalls,
                         "leases", (Py_ssize_t)stats.leases, "engine", stats.engine, "device",
                         core_said(stats.device), "reason", core_said(stats.reason));
}

/* Any thread may: the pull that runs ends soon. */
static PyObject *stream_interrupt(PyObject *object, PyObject *nothing)
{
    struct stream *self = (struct stream *)object;
    (void)nothing;
    if (self->stream) mr_stream_interrupt(self->stream);
    Py_RETURN_NONE;
}

static PyObject *itself(PyObject *object)
{
    Py_INCREF(object);
    return object;
}

/* ---- the types ---- */

static PyMethodDef methods[] = {
    {"close", stream_close, METH_NOARGS, "Frees all it has. Called again, does nothing."},
    {"read", stream_read, METH_VARARGS, "read(count): the next count elements, fewer at the end."},
    {"seek", stream_seek, METH_VARARGS, "seek(position): makes it the next element's."},
    {"tell", stream_tell, METH_NOARGS, "How many elements were delivered, or where seek() put it."},
    {"save", stream_save, METH_NOARGS, "Its state, as bytes."},
    {"stats", stream_stats, METH_NOARGS, "What has happened so far."},
    {"interrupt", stream_interrupt, METH_NOARGS, "Ends the pull in progress and every later one."},
    {"elements", core_elements, METH_NOARGS,
     "An iterator of elements; it holds the stream's current batch."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot stream_slots[] = {
    {Py_tp_doc, "An opened sequence: an iterator of batches."},
    {Py_tp_dealloc, stream_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_iter, itself},
    {Py_tp_iternext, stream_next},
    {0, NULL},
};

PyType_Spec core_stream_spec = {
    .name = "millrace._core.Stream",
    .basicsize = sizeof(struct stream),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = stream_slots,
};
