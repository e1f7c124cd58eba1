/* Columns of rows out of a file or pipe, in one of the formats of io/formats.h.
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

#include "io/formats.h"
#include "io/input.h"

enum { MR_TABLE_MAX_COLUMNS = 8 };

enum mr_table_header {
    MR_TABLE_HEADER_AUTO, /* the first line is a header if columns names one of its fields, or if it
                           * has names only and the second numbers; data if it has numbers only;
                           * else an error */
    MR_TABLE_HEADER_YES,
    MR_TABLE_HEADER_NO
};

/* What to make of a field that is empty, NA, N/A, null or none where a number should be. */
enum mr_table_missing {
    MR_TABLE_MISSING_ERROR,
    MR_TABLE_MISSING_NAN,
    MR_TABLE_MISSING_SKIP /* the row is left out, if the column is read */
};

struct mr_table_format {
    enum mr_table_kind kind;
    bool has_dtype;         /* false: as the first rows of CSV and text files say, f64 of pipes; the
                     * file's own for .npy */
    mr_dtype dtype;         /* of all columns; raw needs it, .npy must agree with it */
    const mr_dtype *dtypes; /* CSV: of each column, dtype_count in all; NULL: dtype of all */
    size_t dtype_count;
    const char *const *columns; /* CSV and 2-D .npy: names or 0-based numbers of those to read;
                                 * raw: names of the interleaved columns; text: one name */
    size_t column_count;        /* 0: all of them, at most MR_TABLE_MAX_COLUMNS */
    unsigned numbered;          /* bit k: columns[k] is a number and no name */
    char separator;             /* CSV: ',' ';' or '\t'; 0: '\t' for .tsv, else the one of them that
                                 * the first line has, ',' if none */
    bool is_stdin;              /* of the operator stdin, which takes no other parameters */
    bool in_order;              /* no sample is taken of a file's rows, as if it were a pipe */
    enum mr_table_header header;   /* CSV */
    enum mr_table_missing missing; /* CSV and text */
};

struct mr_table;

/* What a file's name says of its format, in any case of letters; MR_TABLE_AUTO: nothing. */
enum mr_table_kind mr_table_kind_by_suffix(const char *name);

/* The same by its name, "csv", and what then separates columns, 0: nothing is said; NULL: nothing
 * of the format either. */
const char *mr_table_name_by_suffix(const char *name, char *separator);

/* What a format must be told of a pipe, which is not looked into before the run. */
bool mr_table_kind_names_columns(enum mr_table_kind kind); /* the names that the file has */
bool mr_table_kind_says_dtype(enum mr_table_kind kind);    /* the dtype that the file has */
bool mr_table_kind_has_header(enum mr_table_kind kind); /* nothing: it looks at its first lines */

/* Whether it is not read from pipes at all. */
bool mr_table_kind_needs_file(enum mr_table_kind kind);

bool mr_has_suffix(const char *name, const char *suffix);

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

/* What was found in the file and not told by the format, in words; "" if nothing. */
const char *mr_table_found(const struct mr_table *t);

/* Bytes that were read from it so far. */
int64_t mr_table_read_bytes(const struct mr_table *t);

/* Bytes of buffers that the table owns, for memory bounds. Constant once open. */
size_t mr_table_scratch_bytes(const struct mr_table *t);

/* Fills columns[k][0..*got) with rows first_row, first_row + step, ... (step != 0). A column
 * that is NULL is looked at no further than whether missing= leaves the row out. When the table is
 * not seekable, first_row must be the next row and step 1. Blocks until `rows` rows are there, or
 * as patience says; *got < rows only at the end of the table, in a lull or on an error. An error
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

/* Where a text stands, in front of row `row`. */
struct mr_table_place {
    int64_t row, offset, line, line_bytes;
    int64_t empty_line; /* of lines since the row before; 0: none was empty */
};

/* False: rows are found by their number alone, or the table is a pipe. */
bool mr_table_tell(const struct mr_table *t, struct mr_table_place *out);

/* To a place of the same file in the same format, which the next read is to begin at. */
void mr_table_go(struct mr_table *t, const struct mr_table_place *place);

/* Accepts NULL and a half-built table; nulls the pointer. */
void mr_table_close(struct mr_table **t);

#endif
