/* What Stream and Elements share. */
#ifndef MILLRACE_PYTHON_STREAM_OBJECT_H
#define MILLRACE_PYTHON_STREAM_OBJECT_H

#include "core.h"

struct stream {
    PyObject_HEAD mr_stream *stream; /* NULL: closed */
    PyObject *names;
    mr_dtype dtypes[8];
    size_t column_count;
    bool is_busy;       /* some thread works in it without the GIL */
    PyObject *progress; /* NULL, or called with how far it is */
    PyObject *raised;   /* NULL, or by a function that fills: told once what is before it is read */
    struct core_work work;
    mr_batch lent;        /* to who takes its elements one by one; other calls end that */
    const char *at, *end; /* in column 0 of it: the next element, and where they end */
    size_t size;          /* of an element of column 0 */
    PyObject *(*value)(const void *element); /* NULL: of several columns */
};

/* Around each call: one thread at a time, and none when the interpreter ends. False, or NULL, and
 * an exception otherwise; leave() gives None. */
bool core_stream_enter(struct stream *self);
PyObject *core_stream_leave(struct stream *self, mr_status status, const mr_error *err);

/* In between: the next batch, without the GIL; with its lease, or lent until the next call. */
mr_status core_stream_pull(struct stream *self, mr_batch *batch, mr_lease **lease, mr_error *err);

/* elements_object.c */
PyObject *core_elements(PyObject *object, PyObject *nothing);

#endif
