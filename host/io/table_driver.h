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
    size_t field; /* its number among the file's columns */
};

struct table_driver {
    /* Reads headers; sets columns, row_count, state and scratch_bytes. On failure the caller
     * calls close(). */
    mr_status (*open)(struct mr_table *t, const struct mr_table_format *format, mr_error *err);
    /* As mr_table_read(), with arguments checked and the end of known row counts applied. Ends
     * early where the input is in a lull; what it has of the next row is kept for the next read. */
    mr_status (*read)(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                      void *const columns[], size_t *got, mr_error *err);
    /* As mr_table_map(); NULL: never. */
    bool (*map)(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out);
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
    void *state; /* the driver's */
    mr_error failure;
};

extern const struct table_driver mr_npy_driver;
extern const struct table_driver mr_csv_driver;
extern const struct table_driver mr_raw_driver;
extern const struct table_driver mr_text_driver;

/* Appends a column. A NULL or empty name becomes "x" if `alone`, else "x<field>". */
mr_status mr_table_add_column(struct mr_table *t, const char *name, mr_dtype dtype, size_t field,
                              bool alone, mr_error *err);

/* The number of the column that `wanted` (an entry of mr_table_format.columns) selects out of
 * `count`, by its name in names[] (NULL: x0, x1, ...) or its 0-based number. */
mr_status mr_table_find_field(const struct mr_table *t, const char *wanted,
                              const char *const *names, size_t count, size_t *field, mr_error *err);

/* Where a number stands in a text file, 1-based. */
struct text_place {
    int64_t line;
    size_t byte;
    size_t column; /* of the table */
};

/* Parses text[0..length) into row `at` of a column's buffer; fails naming file, place and text. */
mr_status mr_table_put_number(const struct mr_table *t, struct text_place place, const char *text,
                              size_t length, void *const columns[], size_t at, mr_error *err);

#endif
