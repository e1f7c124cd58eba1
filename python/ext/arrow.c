/* The Arrow C data and stream interfaces: a column as an array of other libraries, a sequence as a
 * stream of theirs, and theirs as a sequence. Release callbacks run in any thread, without the
 * GIL. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

struct held {
    const void *buffers[2]; /* which are null (none), the elements */
    PyObject *owner;        /* NULL: `bits` */
    uint8_t *bits;          /* of a bool: a bit for each, the lowest first */
};

static void release_schema(struct ArrowSchema *self)
{
    self->release = NULL;
}

static void release_array(struct ArrowArray *self)
{
    struct held *held = self->private_data;
    free(held->bits);
    if (held->owner && Py_IsInitialized()) {
        PyGILState_STATE state = PyGILState_Ensure();
        Py_DECREF(held->owner);
        PyGILState_Release(state);
    }
    free(held);
    self->release = NULL;
}

static void drop_schema(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema->release) schema->release(schema);
    free(schema);
}

static void drop_array(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release) array->release(array);
    free(array);
}

static PyObject *schema_of(const struct column *column)
{
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    if (!schema) return PyErr_NoMemory();
    schema->format = core_dtype_of(column->dtype)->arrow;
    schema->name = "";
    schema->release = release_schema;
    PyObject *capsule = PyCapsule_New(schema, "arrow_schema", drop_schema);
    if (!capsule) free(schema);
    return capsule;
}

static struct held *hold(struct column *column)
{
    struct held *held = calloc(1, sizeof *held);
    size_t length = (size_t)column->length;
    if (!held) return NULL;
    if (column->dtype != MR_BOOL) {
        Py_INCREF((PyObject *)column);
        held->owner = (PyObject *)column;
        held->buffers[1] = column->data;
        return held;
    }
    held->bits = calloc(length / 8 + 1, 1);
    if (!held->bits) {
        free(held);
        return NULL;
    }
    for (size_t k = 0; k < length; k++)
        if (((const uint8_t *)column->data)[k]) held->bits[k / 8] |= (uint8_t)(1u << k % 8);
    held->buffers[1] = held->bits;
    return held;
}

static PyObject *array_of(struct column *column)
{
    struct ArrowArray *array = calloc(1, sizeof *array);
    struct held *held = array ? hold(column) : NULL;
    if (!held) {
        free(array);
        return PyErr_NoMemory();
    }
    array->length = column->length;
    array->n_buffers = 2;
    array->buffers = held->buffers;
    array->private_data = held;
    array->release = release_array;
    PyObject *capsule = PyCapsule_New(array, "arrow_array", drop_array);
    if (capsule) return capsule;
    release_array(array);
    free(array);
    return NULL;
}

PyObject *core_arrow_array(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *wanted = NULL; /* may be ignored, says the specification */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &wanted)) return NULL;
    PyObject *schema = schema_of((struct column *)self);
    PyObject *array = schema ? array_of((struct column *)self) : NULL;
    PyObject *pair = array ? PyTuple_Pack(2, schema, array) : NULL;
    Py_XDECREF(schema);
    Py_XDECREF(array);
    return pair;
}

/* ---- streams ---- */

static void drop_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream->release) stream->release(stream);
    PyMem_Free(stream);
}

PyObject *core_arrow_stream(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *wanted = NULL; /* may be ignored, says the specification */
    struct core *core = core_of(self);
    struct core_work work;
    mr_status status;
    mr_error err;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &wanted)) return NULL;
    struct ArrowArrayStream *stream = PyMem_Calloc(1, sizeof *stream);
    if (!stream) return PyErr_NoMemory();
    const mr_seq *seq = ((struct sequence *)self)->seq;
    PyObject *capsule = NULL;
    if (core_work_begin(core, &work, (struct core_work){.stream = NULL})) {
        Py_BEGIN_ALLOW_THREADS status = mr_seq_export_arrow(stream, seq, NULL, &err);
        Py_END_ALLOW_THREADS core_work_end(&work);
        if (core_work_went_well(core, &work, status, &err))
            capsule = PyCapsule_New(stream, "arrow_array_stream", drop_stream);
    }
    if (capsule) return capsule;
    if (stream->release) stream->release(stream);
    PyMem_Free(stream);
    return NULL;
}

PyObject *core_from_arrow(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    PyObject *capsule;
    int as_nan;
    mr_seq *seq = NULL;
    mr_error err;
    if (!PyArg_ParseTuple(args, "Op", &capsule, &as_nan)) return NULL;
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (!stream) return NULL;
    mr_nulls nulls = as_nan ? MR_NULLS_AS_NAN : MR_NULLS_REFUSED;
    if (mr_seq_from_arrow(&seq, stream, nulls, &err) != MR_OK) return core_raise(core, &err);
    return core_sequence_wrap(core, seq);
}
