/* The extension module millrace._core: millrace's C API as Python objects, in the limited API of
 * Python 3.11. What is pleasant to use is built on it in Python, in millrace/. */
#ifndef MILLRACE_PYTHON_CORE_H
#define MILLRACE_PYTHON_CORE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <millrace/millrace.h>

/* A thread at work without the GIL. What is NULL is not there. */
struct core_work {
    mr_stream *stream;       /* that is interrupted when the interpreter ends */
    mr_cancel *cancel;       /* or this is requested */
    PyObject **raised;       /* where to keep what a function raised that fills a sequence */
    struct core_work *outer; /* in which this one is nested */
    unsigned long thread;
    bool is_in_python; /* in a function that fills */
    struct core_work *next, **at;
};

struct core {
    PyTypeObject *column, *batch, *sequence, *stream, *elements;
    PyObject *raise; /* set_raise(): called with what an mr_error says, raises */
};

/* work.c: around all work without the GIL that may take long or ask a driver; `with` has its first
 * three members. False and an exception: nothing is to begin any more. The functions that fill run
 * on the thread between the two, and may begin and end work of their own. */
bool core_work_begin(struct core_work *work, struct core_work with);
void core_work_end(struct core_work *work);

/* The same without an exception: on any thread, with the GIL or without. */
bool core_work_enter(struct core_work *work, struct core_work with);

/* Around what others call to let go of Python's objects, on any thread. False: the interpreter ends
 * or has ended, and they stay what they are. */
struct core_attached {
    struct core_work work;
    PyGILState_STATE state;
};
bool core_attach(struct core_attached *out);
void core_detach(struct core_attached *attached);

/* Whether it went well; an exception otherwise. */
bool core_work_went_well(struct core *core, const struct core_work *work, mr_status status,
                         const mr_error *err);

/* Says whether this thread's innermost work is in a function that fills a sequence. */
void core_work_is_in_python(bool is_in_python);

/* Takes the exception that a function raised which fills a sequence. */
void core_work_keep_raised(void);

bool core_watch_forks(void); /* false and an exception, or once for all */
PyObject *core_end(PyObject *module, PyObject *nothing);

/* The module's state, from one of its instances: no type of it can be derived from. */
struct core *core_of(PyObject *instance);

/* Puts a new reference, or NULL, in the place of another. */
static inline void core_replace(PyObject **place, PyObject *object)
{
    PyObject *old = *place;
    *place = object;
    Py_XDECREF(old);
}

/* errors.c: raises what `err` says; returns NULL. An exception that is set already stays. */
PyObject *core_raise(struct core *core, const mr_error *err);

/* errors.c: the same as text. */
PyObject *core_rendered(const mr_error *err);

/* dtypes.c: one row a dtype. */
struct core_dtype {
    mr_dtype dtype;
    const char *format; /* of the buffer protocol */
    uint8_t dlpack_code, bits;
    const char *arrow; /* format of the Arrow C data interface */
    PyObject *(*value)(const void *element);
};
const struct core_dtype *core_dtype_of(mr_dtype dtype);
mr_dtype core_dtype_named(const char *name); /* MR_DTYPE_NONE: none is named so */
const struct core_dtype *core_dtype_by_format(const char *format, Py_ssize_t itemsize);

/* python_text.c: the text as bytes, which the list `kept` owns, without a NUL inside; NULL and an
 * exception otherwise. What core_name() made of bytes that are no UTF-8 becomes them again. */
const char *core_text(PyObject *text, PyObject *kept);
PyObject *core_name(const char *name);

/* What the library says, for people: in Python's words, and always printable. The first needs no
 * GIL and gives memory of malloc(), or NULL. */
char *core_in_words(const char *text);
PyObject *core_said(const char *text);

PyObject *core_value(mr_dtype dtype, const void *elements, size_t index);

/* column_object.c: elements that never change once they are given out: a stream's, by a lease, or
 * memory of its own, aligned to 64 bytes. */
struct column {
    PyObject_HEAD mr_dtype dtype;
    Py_ssize_t length;
    void *data;
    mr_lease *lease; /* NULL: data is its own */
};
PyObject *core_column_new(struct core *core, mr_dtype dtype, size_t length, void **data);
PyObject *core_column_kept(struct core *core, mr_dtype dtype, size_t length, const void *data,
                           const mr_lease *lease);
PyObject *core_dlpack(struct column *column, PyObject *args, PyObject *kwargs);
PyObject *core_dlpack_device(PyObject *self, PyObject *nothing);
PyObject *core_arrow_array(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *core_arrow_record(PyObject *names, PyObject *columns, PyObject *args, PyObject *kwargs);
PyObject *core_arrow_stream(PyObject *self, PyObject *args, PyObject *kwargs);

/* sequence_object.c */
struct sequence {
    PyObject_HEAD mr_seq *seq;
};

extern PyType_Spec core_column_spec, core_batch_spec, core_sequence_spec, core_stream_spec,
    core_elements_spec;

/* batch_object.c */
PyObject *core_batch_new(struct core *core, int64_t position, PyObject *names, PyObject *columns);

/* device_list.c, sequence_object.c, callable.c, arrow.c: functions of the module. */
PyObject *core_devices(PyObject *module, PyObject *nothing);
PyObject *core_parse(PyObject *module, PyObject *args);
PyObject *core_apply(PyObject *module, PyObject *args);
PyObject *core_from_buffers(PyObject *module, PyObject *args);
PyObject *core_from_callback(PyObject *module, PyObject *args);
PyObject *core_from_arrow(PyObject *module, PyObject *args);
PyObject *core_sequence_wrap(struct core *core, mr_seq *seq);

/* stream_object.c */
PyObject *core_open(PyObject *module, PyObject *args);
bool core_read_params(PyObject *keywords, mr_stream_params *out);

/* partials.c: functions of the module. */
PyObject *core_partial(PyObject *module, PyObject *args);
PyObject *core_merge(PyObject *module, PyObject *list);
PyObject *core_finish(PyObject *module, PyObject *bytes);

#endif
