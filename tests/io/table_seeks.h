/* Rows are found wherever they are asked for. */
#ifndef MR_TESTS_IO_TABLE_SEEKS_H
#define MR_TESTS_IO_TABLE_SEEKS_H

#include "io/table.h"

struct table_seek {
    int64_t first, step;
};

/* Reads up to ten rows from each place on at its step: row n of `rows`, of one column of i64 or
 * f64, has value(n). */
void assert_seeks(struct mr_table *t, const struct table_seek *seeks, size_t count, int64_t rows,
                  int64_t (*value)(int64_t row));
int64_t same_row(int64_t row); /* n itself */

#endif
