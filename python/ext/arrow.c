/* The Arrow C data and stream interfaces: a column as an array of other libraries, a sequence as a
 * stream of theirs, and theirs as a sequence. Release callbacks run in any thread, without the
 * GIL. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Memory of an array of a column. */
struct held {
    const void *buffers[2]; /* which are null (none), the elements */
    PyObject *owner;        /* NULL: `bits` */
    uint8_t *bits;          /* of a bool: a bit for each, the lowest first */
};

/* Memory of a struct: of its children, which whoever reads it may have moved elsewhere. */
struct fields {
    const void *buffers[1];
    struct ArrowSchema schemas[MR_MAX_COLUMNS], *schema_list[MR_MAX_COLUMNS];
    struct ArrowArray arrays[MR_MAX_COLUMNS], *array_list[MR_MAX_COLUMNS];
};

static void release_schema(struct ArrowSchema *self)
{
    for (int64_t c = 0; c < self->n_children; c++)
        if (self->children[c]->release) self->children[c]->release(self->children[c]);
    free(self->private_data);
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

static void release_struct(struct ArrowArray *self)
{
    for (int64_t c = 0; c < self->n_children; c++)
        if (self->children[c]->release) self->children[c]->release(self->children[c]);
    free(self->private_data);
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

/* Elements that are never null, under a name that is copied. */
static bool fill_schema(struct ArrowSchema *out, const struct column *column, const char *name)
{
    char *copy = strdup(name);
    if (!copy) return PyErr_NoMemory(), false;
    *out = (struct ArrowSchema){.format = core_dtype_of(column->dtype)->arrow,
                                .name = copy,
                                .release = release_schema,
                                .private_data = copy};
    return true;
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

static bool fill_array(struct ArrowArray *out, struct column *column)
{
    struct held *held = hold(column);
    if (!held) return PyErr_NoMemory(), false;
    *out = (struct ArrowArray){.length = column->length,
                               .n_buffers = 2,
                               .buffers = held->buffers,
                               .release = release_array,
                               .private_data = held};
    return true;
}

/* All columns, as a struct each. */
static bool fill_schemas(struct ArrowSchema *out, PyObject *names, PyObject *columns)
{
    struct fields *fields = calloc(1, sizeof *fields);
    if (!fields) return PyErr_NoMemory(), false;
    *out = (struct ArrowSchema){.format = "+s",
                                .name = "",
                                .children = fields->schema_list,
                                .release = release_schema,
                                .private_data = fields};
    for (Py_ssize_t c = 0; c < PyTuple_Size(columns); c++) {
        const char *name = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(names, c), NULL);
        fields->schema_list[c] = &fields->schemas[c];
        if (!name ||
            !fill_schema(&fields->schemas[c], (struct column *)PyTuple_GetItem(columns, c), name))
            return false;
        out->n_children = c + 1;
    }
    return true;
}

static bool fill_arrays(struct ArrowArray *out, PyObject *columns)
{
    struct fields *fields = calloc(1, sizeof *fields);
    if (!fields) return PyErr_NoMemory(), false;
    *out = (struct ArrowArray){.length = PyObject_Length(PyTuple_GetItem(columns, 0)),
                               .n_buffers = 1,
                               .buffers = fields->buffers,
                               .children = fields->array_list,
                               .release = release_struct,
                               .private_data = fields};
    for (Py_ssize_t c = 0; c < PyTuple_Size(columns); c++) {
        fields->array_list[c] = &fields->arrays[c];
        if (!fill_array(&fields->arrays[c], (struct column *)PyTuple_GetItem(columns, c)))
            return false;
        out->n_children = c + 1;
    }
    return true;
}

/* Capsules, which release what they hold when nobody has taken it. */
static PyObject *pair_of(struct ArrowSchema *schema, struct ArrowArray *array)
{
    PyObject *first = PyCapsule_New(schema, "arrow_schema", drop_schema);
    PyObject *second = first ? PyCapsule_New(array, "arrow_array", drop_array) : NULL;
    PyObject *pair = second ? PyTuple_Pack(2, first, second) : NULL;
    if (!first && schema->release) schema->release(schema);
    if (!first) free(schema);
    if (!second && array->release) array->release(array);
    if (!second) free(array);
    Py_XDECREF(first);
    Py_XDECREF(second);
    return pair;
}

/* The schema and array of a column, or of all columns of a batch, with `names`. */
static PyObject *arrow_pair(PyObject *column, PyObject *names, PyObject *columns)
{
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    struct ArrowArray *array = calloc(1, sizeof *array);
    if (!schema || !array) {
        free(schema);
        free(array);
        return PyErr_NoMemory();
    }
    bool is_filled = column ? fill_schema(schema, (struct column *)column, "") &&
                                  fill_array(array, (struct column *)column)
                            : fill_schemas(schema, names, columns) && fill_arrays(array, columns);
    PyObject *pair = is_filled ? pair_of(schema, array) : NULL;
    if (is_filled) return pair;
    if (schema->release) schema->release(schema);
    if (array->release) array->release(array);
    free(schema);
    free(array);
    return NULL;
}

/* What is asked for may be another schema, and may be ignored, says the specification. */
static bool takes_schema(PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *wanted = NULL;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &wanted);
}

PyObject *core_arrow_array(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return takes_schema(args, kwargs) ? arrow_pair(self, NULL, NULL) : NULL;
}

PyObject *core_arrow_record(PyObject *names, PyObject *columns, PyObject *args, PyObject *kwargs)
{
    return takes_schema(args, kwargs) ? arrow_pair(NULL, names, columns) : NULL;
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
    if (!takes_schema(args, kwargs)) return NULL;
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

/* One array of somebody else's as a stream; each is moved out when it is asked for. */
struct single {
    struct ArrowSchema schema;
    struct ArrowArray array;
};

static int give_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    struct single *s = self->private_data;
    *out = s->schema;
    s->schema.release = NULL;
    return out->release ? 0 : EINVAL;
}

static int give_array(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    struct single *s = self->private_data;
    *out = s->array;
    s->array.release = NULL;
    return 0;
}

static const char *say_nothing(struct ArrowArrayStream *self)
{
    (void)self;
    return NULL;
}

static void release_single(struct ArrowArrayStream *self)
{
    struct single *s = self->private_data;
    if (s->schema.release) s->schema.release(&s->schema);
    if (s->array.release) s->array.release(&s->array);
    free(s);
    self->release = NULL;
}

/* Makes a stream of the capsules of a schema and an array, and takes their content. */
static bool stream_of_pair(struct ArrowArrayStream *out, PyObject *pair)
{
    PyObject *first, *second;
    if (!PyArg_ParseTuple(pair, "OO", &first, &second)) return false;
    struct ArrowSchema *schema = PyCapsule_GetPointer(first, "arrow_schema");
    struct ArrowArray *array = schema ? PyCapsule_GetPointer(second, "arrow_array") : NULL;
    if (!array) return false;
    struct single *s = malloc(sizeof *s);
    if (!s) return PyErr_NoMemory(), false;
    *s = (struct single){.schema = *schema, .array = *array};
    schema->release = NULL;
    array->release = NULL;
    *out = (struct ArrowArrayStream){.get_schema = give_schema,
                                     .get_next = give_array,
                                     .get_last_error = say_nothing,
                                     .release = release_single,
                                     .private_data = s};
    return true;
}

PyObject *core_from_arrow(PyObject *module, PyObject *args)
{
    struct core *core = PyModule_GetState(module);
    PyObject *given;
    int as_nan;
    mr_seq *seq = NULL;
    mr_error err;
    struct ArrowArrayStream single, *stream = &single;
    if (!PyArg_ParseTuple(args, "Op", &given, &as_nan)) return NULL;
    bool is_pair = PyTuple_Check(given);
    if (is_pair && !stream_of_pair(&single, given)) return NULL;
    if (!is_pair && !(stream = PyCapsule_GetPointer(given, "arrow_array_stream"))) return NULL;
    mr_nulls nulls = as_nan ? MR_NULLS_AS_NAN : MR_NULLS_REFUSED;
    mr_status st = mr_seq_from_arrow(&seq, stream, nulls, &err);
    if (is_pair && st) release_single(&single); /* it was left alone */
    return st ? core_raise(core, &err) : core_sequence_wrap(core, seq);
}
