/* What the first lines of a CSV say: line ends, separator, whether there is a header. Nothing is
 * taken for granted that they leave open: that is an error which names the argument to give. */
#ifndef MR_IO_CSV_HEAD_H
#define MR_IO_CSV_HEAD_H

#include "io/csv_fields.h"
#include "io/table_driver.h"
#include "io/text_reader.h"

struct csv_head {
    char separator;
    size_t fields;      /* of the first line; 0: the file is empty */
    bool has_header;    /* line 1 is one; the reader stands behind it */
    const char **names; /* of the fields, "" where the header has none; freed with mr_free().
                         * NULL: no header */
};

/* Looks at the first line, and at the second where it must. Notes what was found in t->note. */
mr_status mr_csv_read_head(struct mr_table *t, struct text_reader *r,
                           const struct mr_table_format *format, struct csv_head *out,
                           mr_error *err);

/* Takes the next row: a line, or several where line ends are in quotes. NULL at the end. */
mr_status mr_csv_take_row(struct text_reader *r, const char **line, size_t *length, mr_error *err);

/* Whether a header may show the name without quotes and be recognised by mr_csv_read_head(). */
bool mr_csv_is_plain_name(const char *name);

/* "pipe:3:5: a quote is not closed on its line: '...'" at the field taken last. */
mr_status mr_csv_bad_line(const struct mr_table *t, int64_t line, const struct fields *f,
                          const char *fault, mr_error *err);

/* "pipe:3: has 2 fields, the first line has 3". */
mr_status mr_csv_bad_count(const struct mr_table *t, int64_t line, size_t count, size_t expected,
                           char separator, mr_error *err);

#endif
