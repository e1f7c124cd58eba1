/* A small table, and what reading it gives or says, as text. */
#ifndef MR_TESTS_IO_CSV_OUTCOME_H
#define MR_TESTS_IO_CSV_OUTCOME_H

#include "io/table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* "a i64 1 2, b f64 0.5 1", what was found, or "message (hint)"; the rows before it, and the
 * message, where only reading failed. */
struct csv_outcome {
    mr_status status;
    char text[700], found[256];
};

struct csv_outcome csv_outcome_of(const char *name, const char *bytes, size_t count,
                                  const struct mr_table_format *format);

/* `says` is the whole of what is read, or a part of the message and hint. */
struct csv_row {
    const char *name, *bytes;
    mr_status status;
    const char *says, *found;
};

void assert_csv_rows(const struct csv_row *rows, size_t count,
                     const struct mr_table_format *format);

/* Nothing is told of the file. */
extern const struct mr_table_format csv_by_itself;

#endif
