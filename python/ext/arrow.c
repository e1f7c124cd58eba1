/* The Arrow C data and stream interfaces: a column as an array of other libraries, a sequence as a
 * stream of theirs, and theirs as a sequence. Release callbacks run in any thread, without the
 * GIL. */
#include <errno.h>
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
    struct core_attached attached;
    if (held->owner && core_attach(&attached)) {
        Py_DECREF(held->owner);
        core_detach(&attached);
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

/* The library's stream. The end of the interpreter waits for its calls, too: they come on threads
 * that Python knows nothing of. */
struct export
{
    struct ArrowArrayStream inner;
    mr_cancel *cancel;
    char *said; /* what get_last_error() gave */
};

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    struct export *e = self->private_data;
    return e->inner.get_schema(&e->inner, out);
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    struct export *e = self->private_data;
    struct core_work work;
    out->release = NULL;
    if (!core_work_enter(&work, (struct core_work){.cancel = e->cancel})) return EINTR;
    int code = e->inner.get_next(&e->inner, out);
    core_work_end(&work);
    return code;
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    struct export *e = self->private_data;
    const char *error = e->inner.get_last_error(&e->inner);
    free(e->said);
    e->said = error ? core_in_words(error) : NULL;
    return e->said;
}

static void free_export(struct export *e)
{
    if (e->inner.release) e->inner.release(&e->inner);
    mr_cancel_destroy(&e->cancel);
    free(e->said);
    free(e);
}

static void release_stream(struct ArrowArrayStream *self)
{
    struct core_work work;
    self->release = NULL;
    if (!core_work_enter(&work, (struct core_work){.stream = NULL})) return;
    free_export(self->private_data);
    core_work_end(&work);
}

static void drop_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream->release) stream->release(stream);
    free(stream);
}

static struct export *export_create(void)
{
    struct export *e = calloc(1, sizeof *e);
    if (e) e->cancel = mr_cancel_create();
    if (e && e->cancel) return e;
    free(e);
    return NULL;
}

/* The library's stream behind it; NULL and an exception otherwise. */
static struct export *export_of(struct core *core, const mr_seq *seq)
{
    struct export *e = export_create();
    struct core_work work;
    mr_status status;
    mr_error err;
    if (!e) return (void)PyErr_NoMemory(), NULL;
    const mr_stream_params params = {.cancel = e->cancel};
    if (core_work_begin(&work, (struct core_work){.cancel = e->cancel})) {
        Py_BEGIN_ALLOW_THREADS status = mr_seq_export_arrow(&e->inner, seq, &params, &err);
        Py_END_ALLOW_THREADS core_work_end(&work);
        if (core_work_went_well(core, &work, status, &err)) return e;
    }
    free_export(e);
    return NULL;
}

PyObject *core_arrow_stream(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *wanted = NULL; /* may be ignored, says the specification */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &wanted)) return NULL;
    struct ArrowArrayStream *stream = calloc(1, sizeof *stream);
    if (!stream) return PyErr_NoMemory();
    struct export *e = export_of(core_of(self), ((struct sequence *)self)->seq);
    PyObject *capsule = NULL;
    if (e) {
        *stream = (struct ArrowArrayStream){.get_schema = get_schema,
                                            .get_next = get_next,
                                            .get_last_error = get_last_error,
                                            .release = release_stream,
                                            .private_data = e};
        capsule = PyCapsule_New(stream, "arrow_array_stream", drop_stream);
    }
    if (capsule) return capsule;
    if (e) free_export(e);
    free(stream);
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
