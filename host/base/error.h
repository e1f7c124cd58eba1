/* Building mr_error records. Every function here accepts err == NULL. */
#ifndef MR_BASE_ERROR_H
#define MR_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/status.h>

/* For functions that own nothing: return the first failure. */
#define MR_TRY(expression)                                                                         \
    do {                                                                                           \
        mr_status mr_try_status = (expression);                                                    \
        if (mr_try_status != MR_OK) return mr_try_status;                                          \
    } while (0)

/* Where in the pipeline's text something stands: 1-based byte column (0: no text) and length. */
struct mr_span {
    uint32_t column;
    uint32_t length;
};

/* Starts a new record (all parts absent) with a status and message, and returns the status. */
mr_status mr_fail(mr_error *err, mr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* These add to a record and return its status, so that they can end a return statement:
 *     return mr_error_hint(err, mr_fail(err, MR_E_VALUE, ...), "use a positive count"); */
mr_status mr_error_hint(mr_error *err, mr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
mr_status mr_error_at(mr_error *err, mr_status status, const char *op, struct mr_span span);

/* Keeps the part of `text` that the record's column points into, if it has a column and no excerpt
 * yet. */
mr_status mr_error_quote(mr_error *err, mr_status status, const char *text);

/* Control characters, which could command a terminal, become blanks and question marks. */
void mr_text_clean(char *text, bool keeps_lines);

/* A pointer that is needed was NULL; in functions of the API:
 *     MR_NEED(err, seq); */
mr_status mr_fail_null(mr_error *err, const char *function, const char *argument);
#define MR_NEED(err, pointer)                                                                      \
    do {                                                                                           \
        if (!(pointer)) return mr_fail_null(err, __func__, #pointer);                              \
    } while (0)

/* Fields that this version does not know: they must be zero. `name` is that of the struct. */
#define MR_NEED_ZERO(err, name, words)                                                             \
    MR_TRY(mr_check_reserved(err, name, words, sizeof(words) / sizeof(words)[0]))
mr_status mr_check_reserved(mr_error *err, const char *name, const uint64_t words[], size_t count);

/* Out of host memory while making `what`. */
mr_status mr_fail_no_memory(mr_error *err, const char *what);

/* A failed system call: names the call, the path (NULL: none) and strerror(errno). */
mr_status mr_fail_errno(mr_error *err, const char *call, const char *path);

/* What the static analyser, which sees one file at a time, is told of them: they return
 * failures. */
#if defined(__clang_analyzer__) && !defined(MR_ERROR_C)
#define mr_fail(err, status, ...) mr_analyser_status((mr_fail)(err, status, __VA_ARGS__), status)
#define mr_fail_no_memory(err, what)                                                               \
    mr_analyser_status((mr_fail_no_memory)(err, what), MR_E_NO_MEMORY)
#define mr_fail_errno(err, call, path) mr_analyser_status((mr_fail_errno)(err, call, path), MR_E_IO)
#define mr_error_hint(err, status, ...)                                                            \
    mr_analyser_status((mr_error_hint)(err, MR_E_INTERNAL, __VA_ARGS__), status)
#define mr_error_at(err, status, ...)                                                              \
    mr_analyser_status((mr_error_at)(err, MR_E_INTERNAL, __VA_ARGS__), status)
static inline mr_status mr_analyser_status(mr_status returned, mr_status known)
{
    (void)returned;
    return known;
}
#endif

/* The entry of names[0..count) nearest to `name` by edit distance if it is near enough to be meant
 * (distance at most a third of its length, at least 1); NULL otherwise. */
const char *mr_nearest_name(const char *name, const char *const *names, size_t count);

#endif
