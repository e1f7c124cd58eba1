/* DLPack: a column as a tensor of other libraries. Structures and names are those of dlpack.h 1.0
 * (the array API standard's data interchange). Deleters run in any thread, without the GIL. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

struct dl_device {
    int32_t type, id;
};

struct dl_dtype {
    uint8_t code, bits;
    uint16_t lanes;
};

struct dl_tensor {
    void *data;
    struct dl_device device;
    int32_t ndim;
    struct dl_dtype dtype;
    int64_t *shape, *strides;
    uint64_t byte_offset;
};

/* DLManagedTensor. */
struct dl_managed {
    struct dl_tensor tensor;
    void *context;
    void (*deleter)(struct dl_managed *self);
};

/* DLManagedTensorVersioned. */
struct dl_versioned {
    uint32_t major, minor;
    void *context;
    void (*deleter)(struct dl_versioned *self);
    uint64_t flags;
    struct dl_tensor tensor;
};

enum { CPU = 1, READ_ONLY = 1, IS_COPIED = 2 };

/* What both forms hold on to. */
struct held {
    union {
        struct dl_managed managed;
        struct dl_versioned versioned;
    } as;
    PyObject *owner; /* NULL: `copy` */
    void *copy;
    int64_t shape, stride;
};

static void release(struct held *held)
{
    free(held->copy);
    struct core_attached attached;
    if (held->owner && core_attach(&attached)) {
        Py_DECREF(held->owner);
        core_detach(&attached);
    }
    free(held);
}

static void delete_managed(struct dl_managed *self)
{
    release(self->context);
}

static void delete_versioned(struct dl_versioned *self)
{
    release(self->context);
}

/* A capsule that nobody took still owns its tensor. */
static void capsule_managed(PyObject *capsule)
{
    if (!PyCapsule_IsValid(capsule, "dltensor")) return;
    delete_managed(PyCapsule_GetPointer(capsule, "dltensor"));
}

static void capsule_versioned(PyObject *capsule)
{
    if (!PyCapsule_IsValid(capsule, "dltensor_versioned")) return;
    delete_versioned(PyCapsule_GetPointer(capsule, "dltensor_versioned"));
}

static struct held *hold(struct column *column, bool copies)
{
    struct held *held = calloc(1, sizeof *held);
    size_t bytes = (size_t)column->length * mr_dtype_size(column->dtype);
    if (!held) return NULL;
    held->shape = column->length;
    held->stride = 1;
    if (!copies) {
        Py_INCREF((PyObject *)column);
        held->owner = (PyObject *)column;
        return held;
    }
    held->copy = aligned_alloc(64, (bytes / 64 + 1) * 64);
    if (!held->copy) {
        free(held);
        return NULL;
    }
    memcpy(held->copy, column->data, bytes);
    return held;
}

static struct dl_tensor tensor_of(const struct column *column, struct held *held)
{
    const struct core_dtype *row = core_dtype_of(column->dtype);
    return (struct dl_tensor){.data = held->copy ? held->copy : column->data,
                              .device = {CPU, 0},
                              .ndim = 1,
                              .dtype = {row->dlpack_code, row->bits, 1},
                              .shape = &held->shape,
                              .strides = &held->stride};
}

static bool is_versioned(PyObject *version)
{
    if (!version || version == Py_None || !PyTuple_Check(version)) return false;
    PyObject *major = PyTuple_GetItem(version, 0);
    return major && PyLong_AsLong(major) >= 1;
}

/* Only the CPU and no stream can be asked for. */
static bool check_request(PyObject *stream, PyObject *device)
{
    long type = CPU, id = 0;
    if (stream && stream != Py_None) {
        PyErr_SetString(PyExc_BufferError, "stream must be None: the elements are on the CPU");
        return false;
    }
    if (!device || device == Py_None) return true;
    if (!PyArg_ParseTuple(device, "ll", &type, &id)) return false;
    if (type == CPU && id == 0) return true;
    PyErr_SetString(PyExc_BufferError, "dl_device must be (1, 0): the elements are on the CPU");
    return false;
}

PyObject *core_dlpack(struct column *column, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"stream", "max_version", "dl_device", "copy", NULL};
    PyObject *stream = NULL, *version = NULL, *device = NULL, *copy = NULL, *capsule;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOOO", names, &stream, &version, &device,
                                     &copy))
        return NULL;
    if (!check_request(stream, device)) return NULL;
    bool versioned = is_versioned(version);
    if (PyErr_Occurred()) return NULL;
    if (!versioned && copy == Py_False) {
        PyErr_SetString(PyExc_BufferError,
                        "the elements are read-only, which only DLPack 1.0 can say: ask with "
                        "max_version=(1, 0), or let them be copied");
        return NULL;
    }
    bool copies = !versioned || copy == Py_True;
    struct held *held = hold(column, copies);
    if (!held) return PyErr_NoMemory();
    if (versioned) {
        held->as.versioned = (struct dl_versioned){.major = 1,
                                                   .context = held,
                                                   .deleter = delete_versioned,
                                                   .flags = copies ? IS_COPIED : READ_ONLY,
                                                   .tensor = tensor_of(column, held)};
        capsule = PyCapsule_New(&held->as.versioned, "dltensor_versioned", capsule_versioned);
    } else {
        held->as.managed = (struct dl_managed){
            .tensor = tensor_of(column, held), .context = held, .deleter = delete_managed};
        capsule = PyCapsule_New(&held->as.managed, "dltensor", capsule_managed);
    }
    if (!capsule) release(held);
    return capsule;
}

PyObject *core_dlpack_device(PyObject *self, PyObject *nothing)
{
    (void)self, (void)nothing;
    return Py_BuildValue("(ii)", CPU, 0);
}
