/* Statuses and the error record.
 *
 * Every function that can fail returns an mr_status and, when given one, fills an mr_error that
 * says what failed, where and what to do about it. The library never prints and never exits. */
#ifndef MILLRACE_STATUS_H
#define MILLRACE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include <millrace/export.h>

MR_EXTERN_C_BEGIN

/* One row a status: constant, stable name, exit code of the command, meaning.
 * New rows go at the end; names and numbers never change. */
#define MR_STATUS_TABLE(ROW)                                                                       \
    ROW(MR_OK, "ok", 0, "success; also the end of a sequence, which is no error")                  \
    ROW(MR_E_SYNTAX, "syntax", 2, "the pipeline's text cannot be parsed")                          \
    ROW(MR_E_NAME, "unknown-name", 2, "no operator, function, column or choice has this name")     \
    ROW(MR_E_ARITY, "arity", 2, "too few or too many arguments, or one given twice")               \
    ROW(MR_E_TYPE, "type", 2, "an argument or a column has the wrong dtype")                       \
    ROW(MR_E_VALUE, "value", 2, "an argument is outside its range")                                \
    ROW(MR_E_LIMIT, "limit", 4, "a fixed limit (nesting, nodes, stages, columns) is exceeded")     \
    ROW(MR_E_BUDGET, "memory-budget", 4, "the stream cannot run within max_memory_bytes")          \
    ROW(MR_E_NO_DEVICE, "no-device", 3, "no OpenCL loader, platform or fitting device")            \
    ROW(MR_E_NO_FP64, "no-fp64", 3, "the pipeline uses f64 and the device has none")               \
    ROW(MR_E_OPENCL, "opencl", 1, "an OpenCL call failed")                                         \
    ROW(MR_E_NO_MEMORY, "out-of-memory", 1, "the host or the device has no memory left")           \
    ROW(MR_E_IO, "io", 1, "a file or pipe cannot be opened, read or written")                      \
    ROW(MR_E_FORMAT, "format", 1, "a file's content is not what its format says")                  \
    ROW(MR_E_DIVISION, "division-by-zero", 1, "an integer was divided by zero")                    \
    ROW(MR_E_OVERFLOW, "overflow", 1, "a term does not fit its dtype")                             \
    ROW(MR_E_EMPTY, "empty", 1, "the terminal has no value on an empty sequence")                  \
    ROW(MR_E_NOT_SEEKABLE, "not-seekable", 1, "a stage cannot be opened in the middle")            \
    ROW(MR_E_FORKED, "forked", 1, "the stream was opened before a fork()")                         \
    ROW(MR_E_CALLBACK, "callback", 1, "the caller's source reported a failure")                    \
    ROW(MR_E_STATE, "state", 1, "the call does not fit the object's state")                        \
    ROW(MR_E_INTERRUPTED, "interrupted", 130, "stopped by mr_stream_interrupt() or a signal")      \
    ROW(MR_E_PIPE, "closed-pipe", 141, "the reader of the output went away")                       \
    ROW(MR_E_INTERNAL, "internal", 1, "a fault in millrace itself; please report it")

typedef enum mr_status {
#define MR_STATUS_ENUM(constant, name, exit_code, meaning) constant,
    MR_STATUS_TABLE(MR_STATUS_ENUM)
#undef MR_STATUS_ENUM
        MR_STATUS_COUNT
} mr_status;

/* What went wrong. Plain data: copy it freely, nothing in it is owned. Its texts hold no control
 * characters, whatever names and files they quote.
 * Absent parts are empty strings, column 0, element -1, cl_code 0. */
typedef struct mr_error {
    mr_status status;
    char op[32];       /* the operator, as written in pipelines */
    uint32_t column;   /* 1-based byte column in the pipeline's text; 0: no text */
    uint32_t span;     /* bytes underlined from column on */
    int64_t element;   /* position of the failing element in the operator's input; -1: none */
    char device[96];   /* the device's name */
    char call[64];     /* the OpenCL or system call that failed */
    int32_t cl_code;   /* its OpenCL code; the message carries the symbolic name */
    char message[512]; /* operator, parameter, value, limit */
    char hint[256];    /* the way out */
    char excerpt[128]; /* of the line that column points into; "": no text */
    uint32_t caret;    /* the place in the excerpt: bytes before it */
    uint32_t caret_span;
    uint64_t reserved[8];
} mr_error;

/* The stable name of a status, "division-by-zero" for one. Never NULL. */
MR_API const char *mr_status_name(mr_status status);

/* Writes the error as people read it into `out` (at most size bytes, NUL-terminated): the message,
 * the excerpt with a caret under the place, what else is known, and the hint; each line ends with a
 * newline. Returns the length of the whole, as snprintf; `out` may be NULL if size is 0. */
MR_API size_t mr_error_render(char *out, size_t size, const mr_error *err);

/* A name that texts of the library have in the words of C, and what to write in its place. */
typedef struct mr_word {
    const char *name;    /* "max_memory_bytes" */
    const char *instead; /* "--max-memory" */
} mr_word;

/* Writes `text` into `out`, another place, with each of these names replaced, as mr_error_render
 * writes: for front ends, whose users write something else than C. `words` ends with a NULL name;
 * one that begins like another stands before it. What stands in quotes stays as it is. Returns the
 * length of the whole, as snprintf; `out` may be NULL if size is 0, no `text` is an empty one, no
 * `words` are none. */
MR_API size_t mr_text_translate(char *out, size_t size, const char *text, const mr_word *words);

/* The exit code the command uses for a status: 0, 1, 2, 3, 4, 130 or 141. */
MR_API int mr_status_exit_code(mr_status status);

MR_EXTERN_C_END
#endif
