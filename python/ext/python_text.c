/* Text between the library and Python: its names of C in the words of this package, and bytes that
 * are no UTF-8, as in the header of a file, as os.fsdecode() has them. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* tests/cli/words.py sees that no name of C is left in any text that can get here. */
static const mr_word words[] = {
    {"mr_stream_params.device", "device="},
    {"mr_stream_params.shape", "shape="},
    {"mr_stream_params.native_math", "native=True"},
    {"mr_stream_params.no_fuse", "no_fuse=True"},
    {"mr_stream_params.watch_sums", "watch_sums=True"},
    {"batch_elems", "batch"},
    {"ring_slots", "ring"},
    {"max_memory_bytes", "max_memory"},
    {"MR_ENGINE_AUTO", "engine='auto'"},
    {"MR_ENGINE_HOST", "engine='host'"},
    {"MR_ENGINE_OPENCL", "engine='opencl'"},
    {"mr_devices()", "mr.devices()"},
    {"mr_explain() with kernels", "seq.explain(kernels=True)"},
    {"restore it with that one, which mr_state_text() gives",
     "mr.resume(state) goes on with that one"},
    {"restore it", "resume it"},
    {"mr_seq_pipe()", "seq.pipe()"},
    {"make fill() begin anew at first == 0 and say so with mr_callback_params.restartable",
     "give what begins anew: an iterable that is no iterator, or fill() with restartable=True"},
    {"read them with MR_NULLS_AS_NAN", "say nulls='nan'"},
    {"wrap them in mr_input()", "give what mr.seq(), mr.range() and the like return"},
    {"mr_partial_merge", "merge"},
    {"mr_partial_range", "partial"},
    {"mr_seq_from_array", "mr.from_arrays"},
    {"mr_seq_from_arrow", "mr.from_arrow"},
    {"mr_seq_from_callback", "mr.from_callback"},
    {NULL, NULL},
};

char *core_in_words(const char *text)
{
    size_t size = mr_text_translate(NULL, 0, text, words) + 1;
    char *out = malloc(size);
    if (out) (void)mr_text_translate(out, size, text, words);
    return out;
}

PyObject *core_said(const char *text)
{
    char *in_words = core_in_words(text);
    if (!in_words) return PyErr_NoMemory();
    PyObject *result =
        PyUnicode_DecodeUTF8(in_words, (Py_ssize_t)strlen(in_words), "backslashreplace");
    free(in_words);
    return result;
}

PyObject *core_name(const char *name)
{
    return PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "surrogateescape");
}

const char *core_text(PyObject *text, PyObject *kept)
{
    Py_ssize_t size = 0;
    char *bytes = NULL;
    if (!PyUnicode_Check(text)) return PyErr_Format(PyExc_TypeError, "%R is no text", text), NULL;
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape");
    bool good = encoded && PyList_Append(kept, encoded) == 0;
    if (good) (void)PyBytes_AsStringAndSize(encoded, &bytes, &size);
    Py_XDECREF(encoded);
    if (!good || strlen(bytes) == (size_t)size) return good ? bytes : NULL;
    PyErr_SetString(PyExc_ValueError, "a text has a NUL character in it");
    return NULL;
}
