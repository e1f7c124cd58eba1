/* A brute-force model of the pipeline language, to check the library against.
 *
 * It shares nothing with the library but its memory functions and the elementary functions of
 * kernels/lib: its own parser, its own typing, and one pull function a node, one element at a time,
 * as Python's generators would do it. Simple and slow on purpose. */
#ifndef MR_TESTS_CONFORMANCE_MODEL_H
#define MR_TESTS_CONFORMANCE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>

enum { MODEL_COLUMNS = 8 };

struct model_column {
    char name[32];
    mr_dtype dtype;
    size_t len;
    void *data; /* len stored elements of the dtype */
};

struct model_result {
    size_t columns;
    struct model_column column[MODEL_COLUMNS];
    bool failed;
    char failure[64];  /* the status' name, "division-by-zero" for one; "" when nothing failed */
    int64_t failed_at; /* position in the failing operator's input; -1: none */
    char message[200]; /* why the text was not understood, or what failed */
};

/* Evaluates a pipeline and collects at most max_elements elements; a terminal gives one row, hist
 * one a bin. Elements before a failure are kept. Returns false, with a message and no columns, when
 * the text is not understood: then the test is wrong. `out` need not be initialised; free it
 * with model_free() in either case. */
bool model_run(struct model_result *out, const char *pipeline, size_t max_elements);

/* Accepts a result that was freed already. */
void model_free(struct model_result *result);

#endif
