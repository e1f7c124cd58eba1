/* Batches of columns into a file or pipe, in one of the formats of io/formats.h.
 *
 * A regular file appears whole or not at all, by mr_sink_finish(). Pipes, devices and names of open
 * descriptors (/dev/stdout) are written directly. Signals are the caller's: with SIGPIPE ignored, a
 * closed pipe is MR_E_PIPE. One thread at a time. */
#ifndef MR_IO_SINK_H
#define MR_IO_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/status.h>

#include "io/formats.h"

struct mr_sink_layout {
    enum mr_sink_format format;
    size_t column_count;      /* 1 to 8 */
    const char *const *names; /* NULL: "x", or "x0", "x1", ... */
    const mr_dtype *dtypes;
    char separator;        /* CSV; 0: ',' */
    int64_t expected_rows; /* -1: unknown. .npy into a pipe needs it, and that it is right */
    bool is_partial;       /* a file stays in NAME.partial until it is finished, for runs that are
                      * saved */
    const struct mr_sink_place *from; /* goes on there; NULL: begins */
};

/* How far what was written is. */
struct mr_sink_place {
    int64_t bytes; /* of a partial file; 0: of what is written in place, nobody knows */
    int64_t rows;
    uint64_t hash; /* of the last bytes before */
    bool is_whole; /* what comes after the last row is written, too */
    void *held;    /* of rows that are not written yet; owned */
    size_t held_bytes;
};

/* The format, and of CSV the separator, by which read() would take a file of this name. False: its
 * suffix says nothing. */
bool mr_sink_layout_by_suffix(struct mr_sink_layout *layout, const char *name);

struct mr_sink;

/* Opens `path` for writing; "-" is standard output. On failure *out is NULL. */
mr_status mr_sink_open(struct mr_sink **out, const char *path, const struct mr_sink_layout *layout,
                       mr_error *err);

/* The same for an open descriptor, which stays the caller's and is written from its current offset
 * on. `name` is for messages. */
mr_status mr_sink_open_fd(struct mr_sink **out, int fd, const char *name,
                          const struct mr_sink_layout *layout, mr_error *err);

/* Appends rows; columns[k] holds values of dtypes[k]. Buffers up to 64 KiB. Errors are sticky. */
mr_status mr_sink_write(struct mr_sink *s, const void *const columns[], size_t rows, mr_error *err);

/* Hands over what is buffered, for readers that wait at the other end of a pipe. */
mr_status mr_sink_flush(struct mr_sink *s, mr_error *err);

/* Hands over and brings to the disk what was written, and says how far that is. is_whole: that was
 * the last row, and what comes after it is written as well. Whatever it returns, *out is to be
 * freed. */
mr_status mr_sink_save(struct mr_sink *s, bool is_whole, struct mr_sink_place *out, mr_error *err);
void mr_sink_place_free(struct mr_sink_place *place);

/* Whether the file at `path` is what mr_sink_finish() left of a sink that was saved whole there. Of
 * a long one the last bytes are read. */
mr_status mr_sink_is_finished(bool *is_finished, const char *path, enum mr_sink_format format,
                              const struct mr_sink_place *place, mr_error *err);

/* "csv"; and the format of this name, MR_SINK_COUNT if it is none. */
const char *mr_sink_format_name(enum mr_sink_format format);
enum mr_sink_format mr_sink_format_named(const char *name, size_t length);

/* Whether it is nothing for a terminal. */
bool mr_sink_format_is_binary(enum mr_sink_format format);

/* What will stand between columns. */
char mr_sink_separator(const struct mr_sink_layout *layout);

/* What is written. */
void mr_sink_format_of(const struct mr_sink *s, enum mr_sink_format *format, char *separator);

/* Whether what was written stays in NAME.partial until it is finished. */
bool mr_sink_is_partial(const struct mr_sink *s);

/* Empties NAME.partial, if there is one: nobody is to go on with it. The sink is discarded then. */
void mr_sink_empty(struct mr_sink *s);

/* Whether somebody may read along: all but a file that appears when it is whole. */
bool mr_sink_is_followed(const struct mr_sink *s);

/* Flushes, writes what comes after the last row, completes the .npy header, closes and renames. To
 * be called once, before mr_sink_discard(); without it a regular file does not appear. */
mr_status mr_sink_finish(struct mr_sink *s, mr_error *err);

/* The same where not all rows came, of what is written in place: nothing says that it is whole. */
mr_status mr_sink_break_off(struct mr_sink *s, mr_error *err);

/* Frees the sink and, when it was not finished, removes the temporary file. Accepts NULL and a
 * half-built sink; nulls the pointer. */
void mr_sink_discard(struct mr_sink **s);

#endif
