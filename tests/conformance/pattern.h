/* Patterns of pipelines, checked against the model at every length, batch size, ring and engine.
 *
 * In a pattern N stands for the number of elements, M for three quarters and K for a quarter of it:
 * "range(N) | take_while(x < M)". Numbers are arguments of the kernels, so that all these runs need
 * but one program. */
#ifndef MR_TESTS_CONFORMANCE_PATTERN_H
#define MR_TESTS_CONFORMANCE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* What stands between the source's text and the stages. */
enum feeding {
    IN_ONE_TEXT,   /* nothing: "source | stages" is parsed */
    FROM_ARRAY,    /* the source's elements, computed by the model, as arrays of the caller */
    FROM_CALLBACK, /* the same, handed over by a callback */
    FROM_RAW_FILE, /* one column, read from a file of raw binary, and from one of text */
    FROM_TEXT_FILE,
    FROM_BUFFERS, /* columns x or x0, x1, ...: cl_mem objects in a context of the caller */
};

/* Asserts that the pattern's elements are those of the model in all runs; prints the first that
 * differ. */
void check_pattern(const char *pattern);
void check_fed_pattern(enum feeding feeding, const char *source, const char *stages);

/* The same at a few lengths in a few runs. */
void check_pattern_quickly(const char *pattern);

/* The same; operators that the model does not know are checked quickly against the host engine.
 * False when that does not take the pattern either, such as arithmetic on two columns. */
bool check_pattern_of_any_operator(const char *pattern);

/* Fed, quickly. */
bool check_fed_pattern_of_any_operator(enum feeding feeding, const char *source,
                                       const char *stages);

/* Joins a source and a stage into one pattern. */
void check_joined(const char *source, const char *stages);

/* Seven columns of all dtypes, a to g, from N elements. */
extern const char *const every_dtype;

#endif
