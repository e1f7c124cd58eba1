/* What table.c asks of a format, and what the formats share. */
#ifndef MR_IO_TABLE_DRIVER_H
#define MR_IO_TABLE_DRIVER_H

#include "base/spelling.h"
#include "io/input.h"
#include "io/number.h"
#include "io/table.h"

struct table_column {
    char *name;
    mr_dtype dtype;
    size_t field;    /* its number among the file's columns */
    bool is_guessed; /* the dtype was not asked for: it must hold what is written, exactly */
};

/* A suffix of file names, and what separates columns in such a file, 0 if that does not say. */
struct table_suffix {
    const char *text;
    char separator;
};

/* Format NAME is host/io/NAME_table.c, which defines mr_NAME_table; the build finds it. */
struct table_driver {
    const char *name; /* of read(format=) */
    struct table_suffix suffixes[4];
    const char *magic; /* the first bytes of such a file; NULL: they tell nothing */
    bool is_binary;    /* read() gives values as the file has them, the least byte first */
    bool needs_file;   /* it is not read from pipes */
    bool has_header;   /* header= and separator= are for it */
    bool names_columns, says_dtype;   /* in the file, so that of a pipe they are asked for */
    bool takes_dtypes, takes_missing; /* one for each column; missing= */

    /* Reads headers; sets columns, row_count, state and scratch_bytes. On failure the caller
     * calls close(). */
    mr_status (*open)(struct mr_table *t, const struct mr_table_format *format, mr_error *err);
    /* As mr_table_read(), with arguments checked and the end of known row counts applied. Ends
     * early where the input is in a lull; what it has of the next row is kept for the next read. */
    mr_status (*read)(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                      void *const columns[], size_t *got, mr_error *err);
    /* As mr_table_map(), where the machine has the file's order of bytes; NULL: never. */
    bool (*map)(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out);
    /* As mr_table_tell() and mr_table_go(); NULL: rows are found by their number. */
    struct mr_table_place (*tell)(const struct mr_table *t);
    void (*go)(struct mr_table *t, const struct mr_table_place *place);
    void (*close)(struct mr_table *t); /* NULL: state is freed, nothing else */
};

struct mr_table {
    const struct table_driver *driver;
    struct mr_input input;
    struct table_column columns[MR_TABLE_MAX_COLUMNS];
    size_t column_count;
    int64_t row_count; /* -1: unknown */
    int64_t next_row;  /* after the last row delivered */
    bool at_end;       /* of a pipe */
    enum mr_patience patience;
    size_t scratch_bytes;
    enum mr_table_missing missing;
    bool is_stdin;       /* hints write read("-", ...) where they name parameters */
    bool skips_row;      /* a value of the row being read is missing, so that it is left out */
    size_t sampled_rows; /* by which dtypes were chosen */
    char note[240];
    void *state; /* the driver's */
    mr_error failure;
};

extern const struct table_driver *const mr_table_drivers[MR_TABLE_COUNT];

/* Appends a column. A NULL or empty name becomes "x" if `alone`, else "x<field>". */
mr_status mr_table_add_column(struct mr_table *t, const char *name, mr_dtype dtype, size_t field,
                              bool alone, mr_error *err);

/* The number of the column that format->columns[k] selects out of `count`, by its name in names[]
 * (NULL: x0, x1, ...; the same where a name is "") or its 0-based number. */
mr_status mr_table_find_field(const struct mr_table *t, const struct mr_table_format *format,
                              size_t k, const char *const *names, size_t count, size_t *field,
                              mr_error *err);

static inline bool mr_table_is_numbered(const struct mr_table_format *format, size_t k)
{
    return format->numbered >> k & 1;
}

/* Who is to correct a value that is wrong, for hints. */
const char *mr_table_writer(const struct mr_table *t);

/* Gives the hint to read it with these parameters, between a lead and a tail. */
mr_status mr_table_hint(const struct mr_table *t, const char *lead, const char *parameters,
                        const char *tail, mr_error *err, mr_status status);

/* Appends to what mr_table_found() tells. */
void mr_table_note(struct mr_table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether the text stands for a value that is not there: empty, NA, N/A, null, none. */
bool mr_is_missing(const char *text, size_t length);

/* What a column's texts can all be; zero: none was seen yet. */
struct mr_guess {
    bool seen, no_bool, no_i64, no_u64;
};
enum { MR_SAMPLE_ROWS = 10000, MR_SAMPLE_BYTES = 1 << 20 };
/* MR_NUMBER_INEXACT if the text is written as an integer, and the value is another. */
enum mr_number_status mr_check_exact(const char *text, size_t length, double value);

void mr_guess_add(struct mr_guess *g, const char *text, size_t length);

/* What a sample that ended with `st` is worth. A fault of the text is told when it is read again; a
 * read that failed may succeed then, and the dtypes would be those of another sample. */
static inline mr_status mr_guess_status(mr_status st)
{
    return st == MR_E_IO ? st : MR_OK;
}

/* Gives the columns the dtypes of the format, or those of guesses[] (NULL: f64) over
 * t->sampled_rows rows. */
mr_status mr_table_set_dtypes(struct mr_table *t, const struct mr_table_format *format,
                              const struct mr_guess guesses[], mr_error *err);

/* Whether the format leaves dtypes to a sample of this input. */
bool mr_table_samples(const struct mr_table *t, const struct mr_table_format *format);

/* Where a number stands in a text file, 1-based. */
struct text_place {
    int64_t line;
    size_t byte;
    size_t column; /* of the table */
};

/* Parses text[0..length) into row `at` of a column's buffer; fails naming file, place and text.
 * Sets t->skips_row if the row is to be left out. */
mr_status mr_table_put_number(struct mr_table *t, const struct text_place *place, const char *text,
                              size_t length, void *const columns[], size_t at, mr_error *err);

#endif
