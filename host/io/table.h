/* Columns of rows out of a file or pipe: .npy, CSV, raw binary, text.
 *
 * A table never holds the file: binary rows go straight into the caller's buffers, all else passes
 * through a scratch buffer of fixed size. One thread at a time. */
#ifndef MR_IO_TABLE_H
#define MR_IO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/status.h>

#include "io/input.h"

enum { MR_TABLE_MAX_COLUMNS = 8 };

enum mr_table_kind {
    MR_TABLE_AUTO, /* by the suffix, else .npy by its first bytes, else text for "-" and pipes */
    MR_TABLE_NPY,
    MR_TABLE_CSV,
    MR_TABLE_RAW,
    MR_TABLE_TEXT
};

enum mr_table_header {
    MR_TABLE_HEADER_AUTO, /* a first line with a field that is no number is a header */
    MR_TABLE_HEADER_YES,
    MR_TABLE_HEADER_NO
};

struct mr_table_format {
    enum mr_table_kind kind;
    bool has_dtype;              /* false: f64 for CSV and text, the file's own for .npy */
    mr_dtype dtype;              /* of all columns; raw needs it, .npy must agree with it */
    const char *const *columns;  /* CSV and 2-D .npy: names or 0-based numbers of those to read;
                                 * raw: names of the interleaved columns; text: one name */
    size_t column_count;         /* 0: all of them, at most MR_TABLE_MAX_COLUMNS */
    char separator;              /* CSV: ',' ';' or '\t'; 0: '\t' for .tsv, else the first of
                                 * '\t' ';' ',' that the first line has */
    enum mr_table_header header; /* CSV */
};

struct mr_table;

/* Opens a file, FIFO or device for reading, standard input for "-". NULL format: all defaults.
 * Reads headers, so it may block on a pipe. On failure *out is NULL. */
mr_status mr_table_open(struct mr_table **out, const char *path,
                        const struct mr_table_format *format, mr_error *err);

/* The same for an open descriptor, which stays the caller's. `name` is for messages and for the
 * suffix. A regular file is read from its current offset on, which is not moved. */
mr_status mr_table_open_fd(struct mr_table **out, int fd, const char *name,
                           const struct mr_table_format *format, mr_error *err);

/* 1 to MR_TABLE_MAX_COLUMNS. */
size_t mr_table_column_count(const struct mr_table *t);

/* The header's name; without one "x" for a single column, else "x0", "x1", ... by its number. */
const char *mr_table_column_name(const struct mr_table *t, size_t column);

mr_dtype mr_table_column_dtype(const struct mr_table *t, size_t column);

/* -1: not known before the end was read (CSV, text, raw pipes). */
int64_t mr_table_row_count(const struct mr_table *t);

/* Whether mr_table_read() takes any first_row and step. A seek costs nothing in binary files; in
 * CSV and text files it scans lines from the nearest remembered row. */
bool mr_table_seekable(const struct mr_table *t);

/* Bytes of buffers that the table owns, for memory bounds. Constant once open. */
size_t mr_table_scratch_bytes(const struct mr_table *t);

/* Fills columns[k][0..*got) with rows first_row, first_row + step, ... (step != 0). When the table
 * is not seekable, first_row must be the next row and step 1. Blocks until `rows` rows are there,
 * or as patience says; *got < rows only at the end of the table, in a lull or on an error. An error
 * is sticky: rows before the failing one are delivered with it, later calls return it again with
 * *got == 0. The end, too, is sticky for pipes. err->element is the failing row. */
mr_status mr_table_read(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                        void *const columns[], size_t *got, mr_error *err);

/* How long reads of a pipe wait from now on; at first for all rows. */
void mr_table_set_patience(struct mr_table *t, enum mr_patience patience);

/* After a read that gave fewer rows than asked for: whether it ended in a lull, not at the end. */
bool mr_table_is_in_lull(const struct mr_table *t);

/* Whether rows [first_row, first_row + rows) of a table of one column stand in its file as they are
 * in memory and could be mapped; mr_mapping_release() ends it, also after the table is closed. The
 * end and failures are for mr_table_read() to tell. */
bool mr_table_map(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out);

/* Accepts NULL and a half-built table; nulls the pointer. */
void mr_table_close(struct mr_table **t);

#endif
